"""The verb that lists what is asked, as a table and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import terminal
from app.cli import app
from app.office import Office
from app.store import asks
from digest.asks import AskState
from tests.app_factory import NOW, made_office
from tests.ask_factory import wanted
from tests.store_factory import viewer


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    monkeypatch.setenv("STAFFWORK_HOME", str(made.settings.home))
    monkeypatch.setattr(terminal.out, "width", 200)
    yield made
    made.close()


def listed(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["ask", "list", *arguments, "--now", NOW.isoformat()])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_asks_are_listed_with_state_owner_and_due_date(office: Office) -> None:
    assert "Nothing is asked in this list." in listed()
    with office.writing.begin() as session:
        asks.add(session, viewer(), wanted("Release the reserve"), NOW)
        asks.add(session, viewer(), wanted("Survey the dam", due=date(2026, 11, 2)), NOW)
        done = asks.add(session, viewer(), wanted("Close the quay"), NOW)
        asks.close(session, viewer(), done.id, AskState.DONE, "It is closed.", NOW)
    table = listed()
    assert "Water Department" in table
    assert "2026-11-26" in table
    assert "Close the quay" not in table
    rows = json.loads(listed("--json"))
    assert [(each["state"], each["due"]) for each in rows] == [("overdue", "2026-11-02"), ("open", "2026-11-26")]
    assert [each["state"] for each in json.loads(listed("closed", "--json"))] == ["done"]


def test_a_list_that_there_is_not_is_named(office: Office) -> None:
    with pytest.raises(Exception, match="which 'all'"):
        CliRunner().invoke(app, ["ask", "list", "all"], catch_exceptions=False)
