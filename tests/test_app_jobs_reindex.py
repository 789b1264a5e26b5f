"""Reindexing: what is lacking is made, whatever was interrupted, and twice is once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from app.cli import app
from app.jobs import reindex as job
from app.jobs.reindex import Reindexed, reindex
from app.jobs.status import status
from app.office import Office
from app.store import search_index
from app.store.search import Filters, Search
from app.viewer import system
from digest.search import parse
from tests.app_factory import NOW, made_office

DOCUMENTS = 9  # in the office of the factory, which has one frozen edition


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.close()


def counts(office: Office, query: str) -> tuple[int, int]:
    with office.reading() as session:
        found = Search(session, system(), parse(query), Filters()).counts()
        return found.documents, found.passages


def age(office: Office) -> None:
    """Let an older algorithm have indexed everything."""
    with office.writing.begin() as session:
        session.execute(text("UPDATE searched_document SET algorithm = 0"))
        session.execute(text("UPDATE searched_edition SET algorithm = 0"))


def test_what_is_up_to_date_is_left_alone(office: Office) -> None:
    assert reindex(office) == Reindexed(documents=0, editions=0)


def test_what_an_older_program_indexed_is_made_anew_once(office: Office) -> None:
    before = counts(office, "river")
    assert all(before)
    age(office)
    assert any("staffwork reindex" in str(line.remedy) for line in status(office, NOW))
    assert reindex(office) == Reindexed(documents=DOCUMENTS, editions=1)
    assert reindex(office) == Reindexed(documents=0, editions=0)
    assert counts(office, "river") == before
    assert not any("staffwork reindex" in str(line.remedy) for line in status(office, NOW))


def test_an_index_that_is_gone_is_made_from_the_texts(office: Office) -> None:
    before = counts(office, "river")
    with office.writing.begin() as session:
        for name in ("document_words", "passage_words", "searched_document", "searched_edition", "showing", "passage"):
            session.execute(text(f"DELETE FROM {name}"))
    assert counts(office, "river") == (0, 0)
    reindex(office)
    assert counts(office, "river") == before


def test_an_interrupted_run_keeps_its_finished_batches(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts(office, "river")
    age(office)
    lacking = search_index.lacking
    monkeypatch.setattr(search_index, "lacking", lambda session: lacking(session, limit=2))

    def stop(done: int, total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(office, progress=stop)
    assert job.reindex(office).documents == DOCUMENTS - 4
    assert counts(office, "river") == before


def test_the_verb_says_what_it_did(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFFWORK_HOME", str(office.settings.home))
    result = CliRunner().invoke(app, ["reindex"])
    assert result.exit_code == 0
    assert "0 documents, 0 editions indexed." in result.output
    whole = CliRunner().invoke(app, ["reindex", "--all"])
    assert f"{DOCUMENTS} documents, 1 edition indexed." in whole.output
