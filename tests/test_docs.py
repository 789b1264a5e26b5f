"""The documents say what the program does: every verb, every setting, and no link into the void."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic_core import PydanticUndefined

from app.cli import app
from app.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """``"collect"``, ``"source add"``, …: every verb below a command, hidden ones left out."""
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from verbs(child, (*path, name))
    if path and not hasattr(command, "commands"):
        yield " ".join(path)


def first_cells(page: Path, heading: str) -> set[str]:
    """The code in the first column of the table under a heading."""
    section = page.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"(?m)^\| `([^`]+)` \|", section))


def shown(default: object) -> str:
    """A default as the table of settings shows it."""
    if default is PydanticUndefined or default in (None, ()):
        return "–"
    return f"`{', '.join(default) if isinstance(default, tuple) else default}`"


def setting_rows() -> list[str]:
    """The table of settings as it has to stand in the documents."""
    return [
        f"| `STAFFWORK_{name.upper()}` | {shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]


def links(page: Path) -> list[str]:
    """Targets of a page's links that lead to files here."""
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]


def test_the_readme_names_exactly_the_verbs_of_the_command_line() -> None:
    assert first_cells(ROOT / "README.md", "The verbs") == set(verbs(typer.main.get_command(app)))


def test_the_packages_that_the_readme_and_the_guide_name_are_the_ones_ci_installs() -> None:
    of_ci = set(re.findall(r"(?m)^    ([a-z0-9-]+) +# ", (ROOT / ".ci" / "run").read_text(encoding="utf-8")))
    named = re.findall(r"(?m)^apt install (.+)$", (ROOT / "README.md").read_text(encoding="utf-8"))
    guide = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    listed = re.findall(r"(?m)^\| [^|]+ \| `([^`]+)` \|$", guide.partition("\n## From")[0])
    assert set(" ".join(named).split()) == set(" ".join(listed).split()) == of_ci | {"git"}


def test_the_readme_stays_under_two_hundred_lines() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 200


def test_the_installation_guide_lists_every_setting_with_default_and_description() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert [row for row in setting_rows() if row not in page] == []


def test_the_installation_guide_lists_no_setting_that_is_gone() -> None:
    known = {f"STAFFWORK_{name.upper()}" for name in Settings.model_fields}
    assert first_cells(ROOT / "docs" / "install.md", "The settings") == known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    assert [target for target in links(page) if not (page.parent / target).exists()] == []
