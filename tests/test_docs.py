"""The documents say what the program does: every verb, setting, kind of source and page, and no link into the void.

What the program has is asked of the program itself, so nothing can be added to it, or taken away, without a word here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer
import typer.main
from pydantic_core import PydanticUndefined

from app import web
from app.cli import app
from app.settings import Settings
from collectors import COLLECTORS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md")])
PICTURES = sorted((DOCS / "pictures").iterdir())
USAGE_ERROR: Any = typer.BadParameter.__base__  # what the parser raises for whatever it does not understand
MOST_BYTES_OF_A_PICTURE, MOST_BYTES_OF_ALL = 150_000, 1_500_000


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """``"collect"``, ``"source add"``, …: every verb below a command with its parser, hidden ones left out."""
    for name, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield from commands(child, (*path, name))
    if path and not hasattr(command, "commands"):
        yield " ".join(path), command


VERBS = dict(commands(typer.main.get_command(app)))


def parameter(value: Any) -> str:
    """An argument or option with its help, as the table of verbs shows it."""
    name = value.name.upper() if value.param_type_name == "argument" else ", ".join(value.opts)
    return f"`{name}` {value.help}" if value.help else f"`{name}`"


def verb_rows() -> list[str]:
    """The table of verbs and their options as it has to stand in the documents."""
    return [f"| `{name}` | {' '.join(map(parameter, verb.params)) or '–'} |" for name, verb in VERBS.items()]


def web_pages(router: Any) -> Iterator[str]:
    """The address of each page that can be opened: routes that answer GET."""
    for route in router.routes:
        if hasattr(route, "original_router"):
            yield from web_pages(route.original_router)
        elif "GET" in route.methods:
            yield route.path


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
    """Targets of a page's links that lead to files here, with the part after ``#``; pictures as well."""
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """What links may name after ``#``: the headings of a page, as GitHub derives their names."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def shell_lines(page: Path) -> list[str]:
    """Lines of the shell on a page that call the program or make: in blocks of code, and between backquotes."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```", text) + re.findall(r"(?m)^    (\S.*)$", text)
    whole = (block.replace("\\\n", " ") for block in blocks)
    ours = (part.strip() for block in whole for line in block.splitlines() for part in line.split("&&"))
    without_setting = (
        re.sub(r"^(?:sudo -u \w+ )?(?:[A-Z_]+=\S* )*(?:/\S+/)?(?=staffwork |make )", "", each) for each in ours
    )
    return [each for each in without_setting if re.match(r"(?:staffwork|make) ", each)]


def named_verbs(page: Path) -> set[str]:
    """What stands between backquotes after ``staffwork``, up to the first word that is no verb's."""
    spans = re.findall(r"`staffwork ([a-z][a-z -]*)", page.read_text(encoding="utf-8"))
    return {re.sub(r" -.*", "", span).strip() for span in spans}


def objection(line: str) -> str | None:
    """What the real parser, or the list of make's targets, has against a line; None when it would run."""
    program, *words = shlex.split(line, comments=True)
    if program == "make":
        known = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
        targets = words[2:] if words[0] == "-C" else words
        gone = [each for each in targets if "=" not in each and not each.startswith(".venv/") and each not in known]
        return f"no target {gone}" if gone else None
    name = next((each for each in (" ".join(words[:2]), words[0]) if each in VERBS), None)
    if name is None:
        return "no such verb"
    try:
        VERBS[name].make_context(name, words[len(name.split()) :])
    except typer.Exit:  # --help
        return None
    except USAGE_ERROR as error:
        told = str(error.message)
        return None if "does not exist" in told else told  # the files that documents speak of are somebody else's
    return None


def test_the_readme_names_exactly_the_verbs_of_the_command_line() -> None:
    assert first_cells(ROOT / "README.md", "The verbs") == VERBS.keys()


def test_the_operators_page_lists_every_verb_with_each_of_its_options() -> None:
    page = (DOCS / "operate.md").read_text(encoding="utf-8")
    assert [row for row in verb_rows() if row not in page] == []


def test_the_operators_page_lists_no_verb_that_is_gone() -> None:
    assert first_cells(DOCS / "operate.md", "Every verb and option") == VERBS.keys()


def test_the_operators_page_lists_exactly_the_kinds_of_source_that_can_be_collected() -> None:
    assert first_cells(DOCS / "operate.md", "The kinds of source") == {kind.value for kind in COLLECTORS}


def test_the_users_page_lists_exactly_the_pages_there_are() -> None:
    assert first_cells(DOCS / "use.md", "Every page") == set(web_pages(web.router))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_line_for_the_shell_is_one_that_the_program_understands(page: Path) -> None:
    lines = shell_lines(page)
    assert lines or page.name not in ("README.md", "install.md", "operate.md")
    assert {line: objection(line) for line in lines if objection(line)} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_verb_that_is_spoken_of_is_there(page: Path) -> None:
    groups = {name.split()[0] for name in VERBS}
    assert {name for name in named_verbs(page) if name not in VERBS and name not in groups} == set()


def test_every_picture_is_shown_and_every_shown_one_is_small() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    assert [picture.name for picture in PICTURES if picture not in shown] == []
    assert [picture.name for picture in PICTURES if picture.stat().st_size > MOST_BYTES_OF_A_PICTURE] == []
    assert sum(picture.stat().st_size for picture in PICTURES) <= MOST_BYTES_OF_ALL


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_picture_is_described_for_those_who_do_not_see_it(page: Path) -> None:
    assert re.findall(r"!\[\s*\]\([^)]*\)", page.read_text(encoding="utf-8")) == []


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
    assert [target for target in links(page) if not (page.parent / target.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_heading_leads_to_one(page: Path) -> None:
    named = [(target, *target.partition("#")[::2]) for target in links(page) if "#" in target]
    found = [(target, (page.parent / name).resolve() if name else page, unquote(part)) for target, name, part in named]
    assert [target for target, other, part in found if part not in anchors(other)] == []
