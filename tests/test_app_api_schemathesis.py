"""Generated requests to every operation: answered as documented, never with a fault, and each reachable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import APIOperation, Case
from schemathesis.specs.openapi.checks import response_schema_conformance

from app.viewer import Role
from digest.search import parse
from digest.types import Mark
from tests.api_office import SeededOffice, application, seeded

EXAMPLES = 30  # for each operation, beside the fixed cases; a run takes half a minute
APP = application()
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SeededOffice]:
    with seeded(tmp_path_factory.mktemp("api") / "home", sqlite_template) as office:
        APP.state.office = office.office
        yield office


def bearer(desk: SeededOffice) -> dict[str, str]:
    return {"Authorization": f"Bearer {desk.keys[Role.ADMINISTRATOR, Mark.CONFIDENTIAL]}"}


def known(desk: SeededOffice, names: Iterable[str]) -> dict[str, str | int]:
    """Values of path parameters that name something."""
    values = {"briefing_id": "2026-W47", "story_id": "s-rents", "document_id": desk.ids["d-seep"], "number": 2}
    values["topic_id"] = "flood-safety"
    values["ask_id"] = desk.ids["a-quay"]
    return {name: values[name] for name in names}


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_the_answer_is_as_documented(case: Case, desk: SeededOffice) -> None:
    query = case.query or {}
    asked, path = query.get("q"), case.operation.path
    if path == "/api/v1/search" and isinstance(asked, str) and not parse(asked).searchable:
        assert case.call(headers=bearer(desk)).status_code in (401, 422)  # no schema says what holds a word
    elif path == "/api/v1/topics/{topic_id}/series" and {"from", "to"} & set(query):
        answer = case.call(headers=bearer(desk))  # nor which of two days is the first
        assert answer.status_code in (200, 401, 404, 405, 422)
    elif "fields" in query:  # a choice of fields is less than the schema of the whole answer
        case.call_and_validate(headers=bearer(desk), excluded_checks=[response_schema_conformance])
    else:
        case.call_and_validate(headers=bearer(desk))


@pytest.mark.parametrize(
    "operation", [found.ok() for found in SCHEMA.get_all_operations()], ids=lambda each: each.label
)
def test_what_there_is_is_shown_as_documented(operation: APIOperation[Any], desk: SeededOffice) -> None:
    names = [parameter.name for parameter in operation.path_parameters]
    query = {"q": "dam"} if operation.path == "/api/v1/search" else {}
    case = operation.Case(path_parameters=known(desk, names), query=query)
    assert case.call_and_validate(headers=bearer(desk)).status_code == 200
