"""The rules of the house that no linter knows: each is a function from a file to its offences, proven able to fail."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "benchmarks", "collectors", "digest")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MEDIAN_FUNCTION_LINES = 10

CLOCK_READERS = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime"}
)
VAGUE_NAMES = re.compile(r"(.*_)?(utils?|helpers?|common|managers?|misc)$")
READING_NAMES = re.compile(r"(get|list|find|search|count|read|load|latest|page|show)(_|$)")
ROW_CLASS = re.compile(r"[A-Z]\w*Row$")
REACHED_ROW_CLASS = re.compile(r"(.*\.)?models(\.\w+)*\.[A-Z]\w*Row$")
ADDRESS = re.compile(r"https?://(?!127\.0\.0\.1|localhost)\S+", re.IGNORECASE)

Rule = Callable[[str, str], list[str]]
"""(path from the root, text of the file) -> what is wrong in it."""


def python_files() -> list[str]:
    return sorted(
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations/versions" not in str(path)  # written by a program
    )


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first to the last, without the docstring: a long explanation is no fault."""
    docstring = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
    explained = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
    return function.end_lineno - function.lineno + 1 - explained


def clock_files() -> list[str]:
    """The files that may read the clock: those the linter is told of, so that there is one list."""
    ignores = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]["per-file-ignores"]
    return [pattern for pattern, rules in ignores.items() if "TID251" in rules]


def short_files(_path: str, text: str) -> list[str]:
    count = len(text.splitlines())
    return [f"{count} lines"] if count > MAX_FILE_LINES else []


def short_functions(_path: str, text: str) -> list[str]:
    return [f"{f.name} has {lines_of(f)} lines" for f in functions(text) if lines_of(f) > MAX_FUNCTION_LINES]


def telling_names(path: str, _text: str) -> list[str]:
    return [part for part in Path(path).with_suffix("").parts if VAGUE_NAMES.match(part)]


def handled_errors(_path: str, text: str) -> list[str]:
    handlers = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ExceptHandler))
    return [f"line {h.lineno}: an error passes unseen" for h in handlers if all(map(does_nothing, h.body))]


def does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def no_clock(path: str, text: str) -> list[str]:
    if path in clock_files():
        return []
    tree = ast.parse(text)
    read = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    imported = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    return [name for name in read + imported if ".".join(name.split(".")[-2:]) in CLOCK_READERS]


def rows_stay_in_the_store(path: str, text: str) -> list[str]:
    if path.startswith(("app/store/", "app/models/", "app/migrations/")):
        return []
    tree = ast.parse(text)
    imported = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("app.models", "app.store"))
        for alias in node.names
        if ROW_CLASS.match(alias.name)
    ]
    reached = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return imported + [name for name in reached if REACHED_ROW_CLASS.match(name)]


def store_never_commits(path: str, text: str) -> list[str]:
    if not path.startswith("app/store/"):
        return []
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return [
        f"line {c.lineno}: .commit(" for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "commit"
    ]


def reading_takes_a_viewer(path: str, text: str) -> list[str]:
    if not path.startswith("app/store/"):
        return []
    public = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return [f"{f.name} takes no viewer" for f in public if READING_NAMES.match(f.name) and "viewer" not in names_of(f)]


def names_of(function: ast.FunctionDef) -> set[str]:
    arguments = function.args
    return {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def escaped_templates(path: str, text: str) -> list[str]:
    wrong_name = [] if path.endswith((".html", ".txt", ".css")) else [f"{Path(path).suffix}: would not be escaped"]
    return wrong_name + re.findall(r"\|\s*safe\b|autoescape\s+false", text)


def hashed_lock(_path: str, text: str) -> list[str]:
    requirements = [block for block in re.split(r"(?m)^(?=\S)", text) if block.strip() and not block.startswith("#")]
    return [block.split()[0] for block in requirements if "==" not in block or "--hash=sha256:" not in block]


def no_address(_path: str, text: str) -> list[str]:
    return ADDRESS.findall(text) + re.findall(r"--(?:extra-)?index-url|--find-links|--trusted-host", text)


PYTHON_RULES: dict[Rule, tuple[str, str]] = {
    short_files: ("app/x.py", "x = 1\n" * 401),
    short_functions: ("app/x.py", "def f():\n" + "    x = 1\n" * 51),
    telling_names: ("app/utils/x.py", ""),
    handled_errors: ("app/x.py", "try:\n    f()\nexcept (OSError, ValueError):\n    pass\n"),
    no_clock: ("app/x.py", "import datetime as dt\nnow = dt.datetime.now(dt.UTC)\n"),
    rows_stay_in_the_store: ("app/web/x.py", "from app.models.story import StoryRow\n"),
    store_never_commits: ("app/store/x.py", "def add(session):\n    session.commit()\n"),
    reading_takes_a_viewer: ("app/store/x.py", "def list_stories(session, limit):\n    return []\n"),
}
"""Each rule for Python files with the path and text of a file that breaks it."""

TEXT_RULES: dict[Rule, tuple[str, list[str], str]] = {
    escaped_templates: (
        "page.html",
        [str(p.relative_to(ROOT)) for p in (ROOT / "templates").rglob("*.*")],
        "{{ a|safe }}",
    ),
    hashed_lock: ("x.lock", ["requirements.lock", "requirements-dev.lock"], "a==1 \\\n    --hash=sha256:0\nb==2\n"),
    no_address: (
        "x.lock",
        ["requirements.lock", "requirements-dev.lock", "Makefile", "Dockerfile", "docker-compose.yml", ".ci/run"],
        "--index-url https://packages.example/simple\n",
    ),
}
"""Each rule for other files with the name, the files it holds for, and a text that breaks it."""


@pytest.mark.parametrize("rule", PYTHON_RULES, ids=lambda rule: rule.__name__)
def test_every_python_file_keeps_the_rule(rule: Rule) -> None:
    offences = {path: found for path in python_files() if (found := rule(path, (ROOT / path).read_text()))}
    assert offences == {}


@pytest.mark.parametrize("rule", TEXT_RULES, ids=lambda rule: rule.__name__)
def test_every_file_it_holds_for_keeps_the_rule(rule: Rule) -> None:
    _, paths, _ = TEXT_RULES[rule]
    offences = {path: found for path in paths if (found := rule(path, (ROOT / path).read_text()))}
    assert offences == {}


@pytest.mark.parametrize("rule", PYTHON_RULES, ids=lambda rule: rule.__name__)
def test_a_python_file_that_breaks_the_rule_is_noticed(rule: Rule) -> None:
    assert len(rule(*PYTHON_RULES[rule])) == 1


@pytest.mark.parametrize("rule", TEXT_RULES, ids=lambda rule: rule.__name__)
def test_a_file_that_breaks_the_rule_is_noticed(rule: Rule) -> None:
    name, _, broken = TEXT_RULES[rule]
    assert rule(name, broken)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (handled_errors, "app/x.py", "try:\n    f()\nexcept OSError:\n    '''ignored'''\n"),
        (no_clock, "app/x.py", "from time import time\n"),
        (no_clock, "app/x.py", "import datetime\nd = datetime.date.today()\n"),
        (rows_stay_in_the_store, "app/jobs/x.py", "from app import models\nx = models.StoryRow\n"),
        (escaped_templates, "page.html.j2", ""),
        (escaped_templates, "page.html", "{% autoescape false %}"),
        (hashed_lock, "x.lock", "a\n"),
    ],
)
def test_other_ways_to_break_a_rule_are_noticed(rule: Rule, path: str, text: str) -> None:
    assert rule(path, text)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (no_clock, "app/x.py", "import time\nstarted = time.perf_counter()\n"),
        (rows_stay_in_the_store, "app/store/x.py", "from app.models.story import StoryRow\n"),
        (store_never_commits, "app/jobs/x.py", "def run(session):\n    session.commit()\n"),
        (reading_takes_a_viewer, "app/store/x.py", "def list_stories(session, *, viewer):\n    return []\n"),
        (no_address, "Dockerfile", "CMD fetch http://127.0.0.1:8000/health"),
    ],
)
def test_what_is_allowed_is_let_pass(rule: Rule, path: str, text: str) -> None:
    assert rule(path, text) == []


def test_half_of_all_functions_are_shorter_than_ten_lines() -> None:
    lengths = [lines_of(function) for path in python_files() for function in functions((ROOT / path).read_text())]
    assert median(lengths) < MEDIAN_FUNCTION_LINES


def test_a_docstring_does_not_count_as_length() -> None:
    (function,) = functions('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n')
    assert lines_of(function) == 2


def test_the_clock_is_read_in_few_files() -> None:
    assert 0 < len(clock_files()) <= 4
