"""What goes wrong has one shape, whoever notices it, and repeats nothing of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from app.api import problems
from app.api.problems import answer, concerns, documented
from app.office import Office
from app.store import people
from app.viewer import Role
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.types import Mark
from tests.api_office import NOW, application, client, opened

ROUTES = [
    "/briefings",
    "/briefings/latest",
    "/briefings/{id}",
    "/briefings/{id}/ledger",
    "/stories",
    "/stories/{id}",
    "/documents",
    "/documents/{id}",
    "/documents/{id}/versions",
    "/documents/{id}/versions/1",
    "/sources",
    "/topics",
    "/topics/{id}/series",
    "/statements",
    "/entries",
    "/overview",
]
LABELLED = [route for route in ROUTES if route not in ("/stories", "/documents/{id}/versions")]
WITH_ID = [route for route in ROUTES if "{id}" in route]
HOSTILE_IDS = ["%00", "a%00b", "x" * 65, "x" * 5000, "日报", "%F0%9F%8F%9B", "a%20b", "'--", "%ff", "..%5c", "s-dam%0A"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Office]:
    with opened(tmp_path_factory.mktemp("api") / "home", sqlite_template) as empty:
        yield empty


@pytest.fixture(scope="module")
def program(office: Office) -> TestClient:
    with office.writing() as session, session.begin():
        _, key = people.add_key(session, name="p", role=Role.ADMINISTRATOR, clearance=Mark.CONFIDENTIAL, now=NOW)
    return client(office, key)


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem that a response is, held against the documented schema."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == problems.MEDIA_TYPE
    found: dict[str, Any] = response.json()
    jsonschema.validate(found, documented(422)[422]["content"][problems.MEDIA_TYPE]["schema"])
    assert (found["type"], found["status"]) == ("about:blank", status)
    return found


@pytest.mark.parametrize("route", WITH_ID)
@pytest.mark.parametrize("hostile", HOSTILE_IDS)
def test_no_id_is_a_fault_of_the_program(program: TestClient, route: str, hostile: str) -> None:
    response = program.get("/api/v1" + route.replace("{id}", hostile))
    found = problem(response, response.status_code)
    assert found["status"] in (404, 422)
    assert "xxx" not in response.text


@pytest.mark.parametrize("route", WITH_ID)
def test_an_unknown_id_is_told_as_such(program: TestClient, route: str) -> None:
    found = problem(program.get("/api/v1" + route.replace("{id}", "nobody-knows")), 404)
    assert found["code"].startswith("no_such_")


@pytest.mark.parametrize("route", LABELLED)
def test_a_language_without_labels_is_refused(program: TestClient, route: str) -> None:
    found = problem(program.get(f"/api/v1{route.replace('{id}', 'x')}?language=tlh"), 422)
    assert [(error["place"], error["name"], error["code"]) for error in found["errors"]] == [
        ("query", "language", "literal_error")
    ]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_only_read(program: TestClient, route: str) -> None:
    response = program.post("/api/v1" + route.replace("{id}", "x"))
    assert problem(response, 405)["code"] == "only_get"
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize("route", ["/briefings", "/briefings/x/ledger", "/stories", "/documents"])
@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=%00", "after=日", f"after={'x' * 101}"])
def test_no_page_is_made_of_what_cannot_be_used(program: TestClient, route: str, query: str) -> None:
    found = problem(program.get(f"/api/v1{route}?{query}"), 422)
    assert [error["name"] for error in found["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("route", ROUTES)
def test_a_misspelt_parameter_is_refused_rather_than_ignored(program: TestClient, route: str) -> None:
    found = problem(program.get(f"/api/v1{route.replace('{id}', 'x')}?leeder=hush&%00=hush"), 422)
    assert [(error["name"], error["code"]) for error in found["errors"]] == [("\x00", "unknown"), ("leeder", "unknown")]
    assert "hush" not in str(found)


@pytest.mark.parametrize("after", ["x", "d0123456789abcdef", "999999999999999999-d1", "--1-d1", "1-", "1-d\x00"])
def test_a_place_that_no_page_named_is_refused(program: TestClient, after: str) -> None:
    found = problem(program.get("/api/v1/documents", params={"after": after}), 422)
    assert [error["name"] for error in found["errors"]] == ["after"]


def test_pages_begin_after_places_that_exist(program: TestClient) -> None:
    assert problem(program.get("/api/v1/briefings?after=nobody"), 404)["code"] == "no_such_briefing"
    assert program.get("/api/v1/documents?after=99999999999999999-d1").json()["items"] == []


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "x", "99999999999999999999", "%00"])
def test_a_version_has_a_small_whole_number(program: TestClient, number: str) -> None:
    found = problem(program.get(f"/api/v1/documents/d1/versions/{number}"), 422)
    assert [error["name"] for error in found["errors"]] == ["number"]


def test_an_office_that_approved_nothing_says_so(program: TestClient) -> None:
    found = problem(program.get("/api/v1/briefings/latest"), 404)
    assert found["code"] == "nothing_approved"
    assert "approved" in found["detail"]


def test_an_address_that_nobody_made_is_a_problem_too(program: TestClient) -> None:
    assert problem(program.get("/api/v2/briefings"), 404)["code"] == "no_such_address"


def test_a_fault_of_the_program_shows_nothing_of_itself(office: Office) -> None:
    app = application(office)

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("a secret")

    asker = TestClient(app, raise_server_exceptions=False)
    response = asker.get("/api/v1/broken")
    assert problem(response, 500)["code"] == "internal_error"
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (HTTPException(429, headers={"Retry-After": "7"}), 429, "too_many_requests"),
        (HTTPException(418), 418, "bad_request"),
        (HTTPException(503), 503, "internal_error"),
        (ConflictError("already_approved"), 409, "already_approved"),
        (InvalidInputError("after", "hush", "remedy"), 422, "invalid_parameters"),
        (NotFoundError("API key", "hush"), 404, "no_such_api_key"),
    ],
)
def test_each_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    app = FastAPI()

    @app.get("/api/fails")
    def fails(request: Request) -> object:
        assert concerns(request)
        return answer(request, error, reference="r1")

    response = TestClient(app).get("/api/fails")
    assert problem(response, status)["code"] == code
    assert "hush" not in response.text
    assert response.headers.get("retry-after") == ("7" if status == 429 else None)


def test_the_reference_of_a_fault_is_told(office: Office) -> None:
    request = Request({"type": "http", "method": "GET", "path": "/briefings", "headers": [], "query_string": b""})
    assert not concerns(request)
    assert b'"reference":"r1"' in bytes(answer(request, RuntimeError(), reference="r1").body)


@pytest.mark.parametrize("query", ["language=en&language=zh", "fields=items&fields=id"])
def test_a_parameter_that_is_given_twice_is_refused_rather_than_half_ignored(program: TestClient, query: str) -> None:
    found = problem(program.get(f"/api/v1/sources?{query}"), 422)
    assert [each["code"] for each in found["errors"]] == ["repeated"]
