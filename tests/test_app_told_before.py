"""Where a story was told before: over three editions, on the page, in the mail and as JSON, leading to the entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from fastapi.testclient import TestClient

from app.jobs.approve import approve
from app.jobs.compose import compose
from app.jobs.send import send
from app.main import create_app
from app.office import Office
from app.store import deliveries, documents, people, sources, stories
from app.store.identity import document_id
from app.viewer import Role, system
from digest.types import Mark
from tests.app_factory import NOW, item, made_office, signed_in

THIRD = NOW + timedelta(days=7)
NEWS = "The river stood at 4.05 metres on Friday, and the harbour master closed the flood gate for the night."


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two editions were sent; a third one waits as a draft, with the flood in each."""
    made = made_office(tmp_path_factory.mktemp("told") / "home")
    with made.reading() as session:
        approver = people.holders(session, Role.APPROVER)[0].viewer
    approve(made, "2026-W47", approver, NOW)
    send(made, NOW + timedelta(days=4))
    with made.writing.begin() as session:
        source = next(each for each in sources.every(session, system()) if each.name == "The Courier")
        news = item("gate", "River closes the flood gate", NEWS, THIRD - timedelta(days=2))
        documents.store(session, source, [news], THIRD - timedelta(days=1), lambda _text, hint: hint or "en")
        stories.regroup(session, {document_id(source.id, "gate"): "s-flood"}, {}, {}, THIRD)
    assert compose(made, THIRD)
    approve(made, "2026-W48", approver, THIRD)
    send(made, THIRD + timedelta(days=4))
    yield made
    made.engine.dispose()


def links(html: str) -> list[tuple[str, str]]:
    (line,) = re.findall(r"Told before:(.*?)</p>", html, re.DOTALL)
    return re.findall(r'href="([^"]+)">([^<]+)</a>', line)


def test_the_page_names_each_place_and_leads_to_its_entry(office: Office) -> None:
    browser = signed_in(office, "Public", THIRD)
    found = links(browser.get("/briefings/2026-W48?language=en").text)
    assert [label.split(" #")[0] for _, label in found] == ["W46", "W47"]
    for path, label in found:
        page, anchor = path.split("#")
        assert anchor == f"entry-{label.split('#')[1]}"
        article = re.search(rf'<article id="{anchor}".*?</article>', browser.get(page).text, re.DOTALL)
        assert article is not None
        assert "/stories/s-flood" in article[0]


def test_the_mail_names_the_same_places(office: Office) -> None:
    with office.reading() as session:
        sent = deliveries.every(session, system(), "2026-W48")
        mails = {each.leader_id: deliveries.message(session, system(), each.id) for each in sent}
    message = message_from_bytes(mails["public-leader"], policy=policy.default)
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        shown = " ".join(re.sub(r"<[^>]+>", " ", body.get_content()).split())
        assert re.search(r"DEVELOPING since W47 #\d+", shown), shown
        assert re.search(r"Told before: W46 #\d+ ?\.", shown), shown  # the latest stands beside the status


def test_the_json_names_the_same_places(office: Office) -> None:
    with office.writing.begin() as session:
        _, key = people.add_key(session, name="screen", role=Role.LEADER, clearance=Mark.PUBLIC, now=NOW)
    api = TestClient(create_app(office, clock=lambda: THIRD), headers={"Authorization": f"Bearer {key}"})
    read = api.get("/api/v1/briefings/2026-W48?leader=public-leader").json()
    (entry,) = [e for s in read["sections"] for e in s["entries"] if e["story_id"] == "s-flood"]
    assert [told["edition_id"] for told in entry["told_before"]] == ["2026-W46", "2026-W47"]
    assert [told["label"].split(" #")[0] for told in entry["told_before"]] == ["W46", "W47"]
