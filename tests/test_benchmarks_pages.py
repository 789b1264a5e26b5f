"""The benchmark of the pages asks every page and every route, and each answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import settings
from app.jobs.setup import make_office
from app.office import open_office
from app.viewer import Role
from benchmarks import pages
from benchmarks.invented_office import BEGUN, a_reader, fill

STAFF_ONLY = {"/asks/new", "/outbox", "/sources", "/sources.opml"}


def test_every_page_and_route_is_asked_and_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_office(tmp_path / "office", {"office_name": "Benchmark"}, "Ada", "ada@office.example", BEGUN)
    office = open_office(settings.load(tmp_path / "office"))
    fill(office, 60, weeks=2)
    asked = list(pages.addresses(office))
    with pages.served(office.settings.home) as port:
        found = {
            role: pages.timings(port, *a_reader(office, role), asked, 1) for role in (Role.ADMINISTRATOR, Role.LEADER)
        }
    office.close()
    assert len(asked) > 55
    staff, leader = ({address: each.status for address, each in found[role].items()} for role in found)
    moved = {address for address, status in staff.items() if status != 200}
    # The sign-in page and the draft of an approved edition lead on; the approval of a sent one cannot be taken back.
    assert {staff[address] for address in moved} <= {303, 409}
    assert len(moved) <= 3, moved
    assert {address for address, status in leader.items() if status == 403} >= STAFF_ONLY
    assert {status for address, status in leader.items() if address.startswith("/api/")} == {200}
    pages.print_table(asked, found)
    out = capsys.readouterr().out
    assert f"| `{asked[0]}` |" in out
    assert "median of the medians" in out
