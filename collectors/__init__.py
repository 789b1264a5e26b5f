"""The only code that reads the outside world: sources become documents.

:data:`COLLECTORS` has the function for each kind of source, :func:`collect_all` reads many together with
:class:`Tools`. They are loaded when they are first used: the parser child imports this package too, and stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.registry import COLLECTORS, CollectLimits, collect_all
    from collectors.tools import Collector, Tools, open_tools

__all__ = ["COLLECTORS", "CollectLimits", "Collector", "Tools", "collect_all", "open_tools"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "collectors.tools" if name in ("Collector", "Tools", "open_tools") else "collectors.registry"
    found: object = getattr(import_module(home), name)
    return found
