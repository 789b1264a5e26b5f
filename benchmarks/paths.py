"""Where the recorded and labelled data of the benchmarks lie: the folder that ``STAFFWORK_DATA`` names."""

from __future__ import annotations

import os
from pathlib import Path

from digest.errors import InvalidInputError


def data(*parts: str) -> Path:
    """A file of the data.

    Args:
        parts: its path in the folder.

    Raises:
        InvalidInputError: no folder is named, or the file is not in it.
    """
    folder = os.environ.get("STAFFWORK_DATA", "")
    if not folder:
        raise InvalidInputError("STAFFWORK_DATA", folder, "set it to the folder that holds the benchmark data")
    path = Path(folder).joinpath(*parts)
    if not path.is_file():
        raise InvalidInputError("STAFFWORK_DATA", str(path), "there is no such file: set it to another folder")
    return path
