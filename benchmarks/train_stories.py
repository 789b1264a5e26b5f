"""Learn what makes two documents one story, and write it into the program.

``python -m benchmarks.train_stories`` reads the labelled sets named in :data:`benchmarks.learning.WEIGHTS` from
``$STAFFWORK_DATA/stories`` and writes ``digest/coefficients.py``. The same data give the same file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.learning import WEIGHTS, collections, labelled, learn
from benchmarks.paths import data
from digest import coefficients
from digest.likeness import EVIDENCE, Model

_HEAD = '''"""What the model of :mod:`digest.likeness` learned; written by ``python -m benchmarks.train_stories``."""

from __future__ import annotations

from collections.abc import Mapping

INTERCEPT = {intercept!r}

COEFFICIENTS: Mapping[str, float] = {{
{lines}
}}
"""For each number of a pair, what a difference of 1 adds to the logarithm of the odds that both tell one story."""
'''


def main() -> None:
    """Learn from all labelled sets and write the coefficients."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    model = learn(collections([labelled(data("stories", f"{name}.jsonl.gz"), folds=5) for name in WEIGHTS]))
    Path(coefficients.__file__).write_text(written(model), encoding="utf-8")
    print(f"{coefficients.__file__}: {len(EVIDENCE)} coefficients")


def written(model: Model) -> str:
    """The file for a model, with four digits behind the point."""
    lines = "\n".join(f'    "{name}": {round(model.coefficients[name], 4)!r},' for name in EVIDENCE)
    return _HEAD.format(intercept=round(model.intercept, 4), lines=lines)


if __name__ == "__main__":
    main()
