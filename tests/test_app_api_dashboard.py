"""A small dashboard that knows an address, a key and the OpenAPI description, and nothing else of the API."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx2
import jsonschema
import pytest

from app.jobs.group import gather
from app.office import Office
from app.store import asks, people, statements
from app.viewer import Role, system
from digest.types import Mark, StatementKind
from tests.app_factory import NOW, failed_source, made_office
from tests.ask_factory import wanted
from tests.served import served

Json = Any


@dataclass
class Dashboard:
    """What a developer writes who read the description: operations are found by tag and by what they answer."""

    address: str
    key: str

    @cached_property
    def description(self) -> Json:
        return httpx2.get(f"{self.address}/api/openapi.json").json()

    @cached_property
    def headers(self) -> dict[str, str]:
        """As the description's security scheme wants it."""
        (scheme,) = self.description["components"]["securitySchemes"].values()
        assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
        return {"Authorization": f"Bearer {self.key}"}

    def operation(self, tag: str, answers: str) -> tuple[str, Json]:
        """The operation with a tag whose answer, or each item of it, has a field; of two the one without an id."""
        found = [
            (path, methods["get"])
            for path, methods in self.description["paths"].items()
            if tag in methods["get"]["tags"] and answers in self.fields(methods["get"])
        ]
        return min(found, key=lambda each: (each[0].count("{"), len(each[0])))

    def fields(self, operation: Json) -> Json:
        """Properties of an answer, and of its items."""
        answer = self.schema(operation["responses"]["200"]["content"]["application/json"]["schema"])["properties"]
        items = self.schema(answer["items"]["items"])["properties"] if "items" in answer else {}
        return {**answer, **items}

    def schema(self, schema: Json) -> Json:
        while "$ref" in schema:
            name = schema["$ref"].removeprefix("#/components/schemas/")
            schema = self.description["components"]["schemas"][name]
        return schema

    def ask(self, tag: str, answers: str, **values: str) -> Json:
        """An answer, as the description says it is."""
        path, operation = self.operation(tag, answers)
        response = httpx2.get(
            self.address + path.format(**values), headers=self.headers, params=self.query(operation, values)
        )
        assert response.status_code == 200, response.text
        content = operation["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(response.json(), {**content, "components": self.description["components"]})
        return response.json()

    def query(self, operation: Json, values: dict[str, str]) -> dict[str, str]:
        """The given query parameters; those that are required and were not given as in their example."""
        described = [each for each in operation["parameters"] if each["in"] == "query"]
        given = {each["name"]: values[each["name"]] for each in described if each["name"] in values}
        return given | {
            each["name"]: each["schema"]["examples"][0]
            for each in described
            if each["required"] and each["name"] not in given
        }

    def table(self, tag: str, answers: str) -> list[dict[str, str]]:
        """A list as CSV, by the parameter that offers it."""
        path, operation = self.operation(tag, answers)
        assert "text/csv" in operation["responses"]["200"]["content"]
        (choice,) = (each for each in operation["parameters"] if "csv" in each["schema"].get("enum", ()))
        response = httpx2.get(self.address + path, headers=self.headers, params={choice["name"]: "csv"})
        return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))

    def tiles(self) -> dict[str, Json]:
        """The numbers it shows."""
        overview = self.ask("overview", "asks_overdue")
        topics = self.ask("topics", "stories")["items"]
        return {
            "newest": (overview["newest"]["id"], overview["newest"]["state"]["code"]),
            "age": timedelta(seconds=overview["newest_age_seconds"]),
            "must know": overview["must_know_count"],
            "due": overview["asks_due"],
            "overdue": overview["asks_overdue"],
            "failed": [(each["name"], each["failing_since"]) for each in overview["failed_sources"]],
            "volume": {each["id"]: self.series(each["id"]) for each in topics},
            "entries": len(self.ask("entries", "entry")["items"]),
            "asks": [each["owner"] for each in self.ask("asks", "overdue")["items"]],
            "said": [each["title"] for each in self.ask("statements", "said_on")["items"]],
            "found": self.ask("search", "counts", q="river")["counts"]["documents"],
            "sources": len(self.ask("sources", "reliability")["items"]),
            "documents": len(self.ask("documents", "duplicate_of")["items"]),
            "owners in a table": [each["owner"] for each in self.table("asks", "overdue")],
        }

    def series(self, topic: str) -> dict[str, int]:
        items = self.ask("topics", "time_zone", topic_id=topic)["items"]
        return {each["week"]: each["documents"] for each in items if each["documents"]}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = made_office(tmp_path_factory.mktemp("dashboard") / "home")
    failed_source(made, "Quay Post", NOW)
    gather(made, NOW)
    with made.writing.begin() as session:
        for owner, days in (("Water", 3), ("Finance", -2), ("Port", 30)):
            asks.add(session, system(), wanted(f"For {owner}", owner=owner, due=NOW.date() + timedelta(days=days)), NOW)
        said = {"kind": StatementKind.NOTE, "said_on": NOW.date(), "title": "The quay", "text": "It holds."}
        statements.add(session, leader_id="cleared-leader", mark=Mark.PUBLIC, **said)
    yield made
    made.close()


def test_a_dashboard_built_from_the_description_alone_has_every_number(office: Office) -> None:
    with office.writing.begin() as session:
        _, key = people.add_key(session, name="d", role=Role.EDITOR, clearance=Mark.CONFIDENTIAL, now=NOW)
    with served(office) as address:
        tiles = Dashboard(address, key).tiles()
    assert tiles == {
        "newest": ("2026-W47", "draft"),
        "age": timedelta(minutes=1),
        "must know": tiles["must know"],
        "due": 1,
        "overdue": 1,
        "failed": [("Quay Post", "2026-11-20T09:00:00Z")],
        "volume": {"river": {"2026-W46": 4, "2026-W47": 1}},
        "entries": tiles["entries"],
        "asks": ["Finance", "Water", "Port"],
        "said": ["The quay"],
        "found": 4,
        "sources": 4,
        "documents": 9,
        "owners in a table": ["Finance", "Water", "Port"],
    }
    assert 0 < tiles["must know"] <= tiles["entries"]
