"""The published schema is that of the served briefing, and can tell a wrong one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.api.edition_schema import edition_schema
from app.viewer import Role
from digest.types import Mark
from tests.api_office import client, seeded

PUBLISHED = Path(__file__).parents[1] / "docs" / "edition.schema.json"


@pytest.fixture(scope="module")
def briefing(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[dict[str, Any]]:
    with seeded(tmp_path_factory.mktemp("api") / "home", sqlite_template) as desk:
        key = desk.keys[Role.ADMINISTRATOR, Mark.CONFIDENTIAL]
        yield client(desk.office, key).get("/api/v1/briefings/2026-W47?leader=mayor").json()


def accepts(value: Any) -> bool:
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


def test_the_published_schema_is_that_of_the_program() -> None:
    published = PUBLISHED.read_text(encoding="utf-8")
    assert published == edition_schema(), "python -m app.api.edition_schema > docs/edition.schema.json"


def test_a_served_briefing_fits_the_published_schema(briefing: dict[str, Any]) -> None:
    assert accepts(briefing)


def test_a_briefing_of_another_shape_does_not_fit(briefing: dict[str, Any]) -> None:
    without = {name: value for name, value in briefing.items() if name != "ledger"}
    wrong_class = copy.deepcopy(briefing)
    told = [entry for section in wrong_class["sections"] for entry in section["entries"] if entry["gist"]]
    told[0]["gist"]["class"] = "guessed"
    assert [accepts(without), accepts(wrong_class), accepts({**briefing, "cut_off": 5})] == [False, False, False]
