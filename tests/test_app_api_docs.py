"""The page for developers names what there is, and the OpenAPI document says enough of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from app.api import problems
from tests.api_office import application, client, opened

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
CODES = (401, 404, 405, 422, 429, 500)
VIEWED = ("/api/v1/briefings", "/api/v1/entries", "/api/v1/overview")
OPERATIONS: dict[str, Any] = {path: methods["get"] for path, methods in application().openapi()["paths"].items()}


def test_the_page_has_each_route_and_no_other() -> None:
    assert sorted(re.findall(r"(?m)^### `GET (\S+)`$", PAGE)) == sorted(OPERATIONS)


def test_the_page_lists_the_code_of_each_problem() -> None:
    usual = {problems.documented(status)[status]["content"][problems.MEDIA_TYPE]["example"]["code"] for status in CODES}
    listed = set(re.findall(r"`([a-z_]+)`", PAGE.partition("## Errors")[2].partition("## Briefings")[0]))
    assert usual | {"nothing_approved", "no_such_briefing", "no_such_view", "no_such_version"} <= listed


@pytest.mark.parametrize("path", OPERATIONS)
def test_each_operation_is_described_with_its_errors(path: str) -> None:
    operation = OPERATIONS[path]
    assert operation["summary"]
    assert operation["description"]
    assert operation["security"] == [{"API key": []}]
    assert {"200", "401", "422", "429", "500"} <= set(operation["responses"])
    assert ("404" in operation["responses"]) == ("{" in path or path.startswith(VIEWED))
    assert all(parameter["description"] for parameter in operation.get("parameters", ()))
    for status in set(operation["responses"]) - {"200", "308"}:
        content = operation["responses"][status]["content"]
        assert list(content) == [problems.MEDIA_TYPE]
        assert content[problems.MEDIA_TYPE]["example"]["status"] == int(status)


@pytest.mark.parametrize("path", [path for path in OPERATIONS if "{" in path])
def test_each_id_has_an_example_of_its_form(path: str) -> None:
    for parameter in OPERATIONS[path]["parameters"]:
        if parameter["in"] == "path" and "pattern" in parameter["schema"]:
            assert all(re.fullmatch(parameter["schema"]["pattern"], each) for each in parameter["schema"]["examples"])


def test_the_page_in_the_program_describes_each_operation_and_loads_nothing_from_elsewhere(
    tmp_path: Path, sqlite_template: Path
) -> None:
    with opened(tmp_path / "home", sqlite_template) as office:
        response = client(office, None).get("/api/docs")
    assert response.status_code == 200
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    page = html.fromstring(response.text)
    assert page.xpath("//h2/code/text()") == [f"GET {path}" for path in OPERATIONS]
    assert page.xpath("//a[text()='OpenAPI']/@href") == ["/openapi.json"]
    assert [each for each in page.xpath("//@src | //link/@href") if not each.startswith(("/static/", "data:"))] == []
