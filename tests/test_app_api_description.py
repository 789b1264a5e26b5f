"""The OpenAPI document: v1 only ever adds, and each example is what its schema says.

``data/openapi-v1.json`` is the description as it was published, without its words for people; after something was
added, ``python -m tests.test_app_api_description`` writes it anew.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.api import description, problems
from app.api.shapes import shape_of
from tests.api_description import demanded, missing, without_words
from tests.api_office import application

PUBLISHED = Path(__file__).parent / "data" / "openapi-v1.json"
PRESENT: dict[str, Any] = application().openapi()
OPERATIONS: dict[str, Any] = {path: methods["get"] for path, methods in PRESENT["paths"].items()}


def checked(value: Any, schema: dict[str, Any]) -> None:
    """Compare a value with a schema of the document."""
    whole = {**schema, "components": PRESENT["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(whole, format_checker=checker).validate(value)


def answers() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Path, status, media type and content of each answer that has a body."""
    for path, operation in OPERATIONS.items():
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                yield path, status, media, content


def test_everything_that_was_published_of_v1_is_still_there() -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    assert list(missing(published["paths"], PRESENT["paths"], "/paths")) == []
    assert list(missing(published["components"], PRESENT["components"], "/components")) == []
    assert list(demanded(published, PRESENT)) == []


def test_the_published_description_is_of_the_whole_api() -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    assert list(missing(PRESENT["paths"], published["paths"], "new, so write the file anew: /paths")) == []


def spoiled(change: str) -> dict[str, Any]:
    """The present description after somebody broke it."""
    changed = copy.deepcopy(PRESENT)
    item = changed["components"]["schemas"]["AskItem"]
    asked = changed["paths"]["/api/v1/asks"]["get"]
    match change:
        case "field renamed":
            item["properties"]["deadline"] = item["properties"].pop("due")
        case "type changed":
            item["properties"]["owner"] = {"type": "integer"}
        case "null allowed no more":
            item["properties"]["story_id"]["anyOf"].pop()
        case "no longer always there":
            item["required"].remove("owner")
        case "route gone":
            del changed["paths"]["/api/v1/asks"]
        case "parameter gone":
            asked["parameters"] = [each for each in asked["parameters"] if each["name"] != "show"]
        case "parameter demanded":
            asked["parameters"].append({"name": "unit", "in": "query", "required": True})
        case "choice gone":
            changed["components"]["schemas"]["Which"]["enum"].remove("overdue")
    return changed


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("field renamed", "/schemas/AskItem/properties/due: gone"),
        ("type changed", "/schemas/AskItem/properties/owner/type: was 'string', is 'integer'"),
        ("null allowed no more", "/schemas/AskItem/properties/story_id/anyOf/null: gone"),
        ("no longer always there", "/schemas/AskItem/required/owner: gone"),
        ("route gone", "/paths//api/v1/asks: gone"),
        ("parameter gone", "/query:show: gone"),
        ("parameter demanded", "/unit: demanded"),
        ("choice gone", "/schemas/Which/enum/overdue: gone"),
    ],
)
def test_whatever_vanishes_or_changes_type_is_named_by_its_path(change: str, named: str) -> None:
    changed = spoiled(change)
    found = [*missing(PRESENT, changed), *demanded(PRESENT, changed)]
    assert [each for each in found if each.endswith(named)], found


def test_a_field_a_route_and_a_parameter_may_be_added() -> None:
    changed = copy.deepcopy(PRESENT)
    changed["components"]["schemas"]["AskItem"]["properties"]["unit"] = {"type": "string"}
    changed["components"]["schemas"]["AskItem"]["required"].append("unit")
    changed["paths"]["/api/v1/units"] = changed["paths"]["/api/v1/asks"]
    changed["paths"]["/api/v1/asks"]["get"]["parameters"].append({"name": "unit", "in": "query", "required": False})
    assert [*missing(PRESENT, changed), *demanded(PRESENT, changed)] == []


@pytest.mark.parametrize(("path", "status", "media"), [each[:3] for each in answers()])
def test_each_answer_has_an_example_that_its_schema_allows(path: str, status: str, media: str) -> None:
    content = OPERATIONS[path]["responses"][status]["content"][media]
    checked(content["example"], content["schema"])


@pytest.mark.parametrize("path", OPERATIONS)
def test_each_parameter_has_an_example_that_its_schema_allows(path: str) -> None:
    for parameter in OPERATIONS[path]["parameters"]:
        assert parameter["schema"]["examples"], parameter["name"]
        for example in parameter["schema"]["examples"]:
            checked(example, parameter["schema"])


def test_an_example_that_its_schema_forbids_is_noticed() -> None:
    content = OPERATIONS["/api/v1/asks"]["responses"]["200"]["content"]["application/json"]
    broken = copy.deepcopy(content["example"])
    broken["items"][0]["due"] = "soon"
    with pytest.raises(jsonschema.ValidationError, match="soon"):
        checked(broken, content["schema"])


def test_there_is_an_example_for_each_route_and_no_other() -> None:
    named = {operation["operationId"].partition("_api_v1")[0] for operation in OPERATIONS.values()}
    assert set(description.examples()) == named


def test_examples_say_nothing_of_the_machine_they_were_made_on() -> None:
    text = json.dumps(description.examples())
    assert re.findall(r"/tmp|/work|127\.0\.0\.1|localhost|sw_[0-9A-Za-z]", text) == []


def test_every_list_can_be_had_as_a_table_and_nothing_else_can() -> None:
    for path, operation in OPERATIONS.items():
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        listed = "items" in PRESENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
        assert ("text/csv" in operation["responses"]["200"]["content"]) == listed, path
        assert ("format" in {each["name"] for each in operation["parameters"]}) == listed, path


def test_the_fields_that_are_described_are_those_that_can_be_chosen() -> None:
    for path, operation in OPERATIONS.items():
        (fields,) = (each for each in operation["parameters"] if each["name"] == "fields")
        assert len(fields["schema"]["items"]["enum"]) == len(set(fields["schema"]["items"]["enum"])) > 2, path
    assert shape_of(problems.Problem).listed is False


if __name__ == "__main__":
    told = {name: without_words(PRESENT[name]) for name in ("openapi", "paths", "components")}
    PUBLISHED.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
