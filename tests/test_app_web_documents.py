from datetime import timedelta
from itertools import groupby
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.store import documents, sources
from app.viewer import system
from app.web.documents import Change, changes, paragraphs
from app.web.lists import matching
from tests.app_factory import NOW, RISE, document_of, item, made_office, signed_in

TEXTS = st.text(st.sampled_from("ab “河\n🌊é"), min_size=1, max_size=60)


@given(TEXTS, st.data())
def test_marking_a_passage_neither_adds_nor_loses_a_character(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    pieces = list(paragraphs(text, start, end))
    assert "\n".join("".join(piece.text for piece in paragraph) for paragraph in pieces) == text
    cited = "".join(piece.text for paragraph in pieces for piece in paragraph if piece.cited)
    assert cited == text[start:end].replace("\n", "")
    assert sum(piece.first for paragraph in pieces for piece in paragraph) == (text[start] != "\n")


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_the_changes_lead_from_one_version_to_the_other(before: list[str], after: list[str]):
    found = changes(before, after)
    removed = [paragraph for change in found for paragraph in change.removed]
    added = [paragraph for change in found for paragraph in change.added]
    assert sorted(before + added) == sorted(after + removed)
    assert (found == ()) == (before == after)


def test_a_change_names_what_went_and_what_came():
    found = changes(["same", "six weeks"], ["same", "four weeks", "We regret the error."])
    assert found == (Change(removed=("six weeks",), added=("four weeks", "We regret the error.")),)


def test_an_earlier_version_stays_readable_and_says_that_it_was_changed(tmp_path: Path):
    office = made_office(tmp_path / "home")
    flood, later = document_of(office, "flood-courier"), NOW + timedelta(hours=1)
    corrected = RISE.replace("40", "35")
    with office.writing.begin() as session:
        source = next(each for each in sources.every(session, system()) if each.name == "The Courier")
        given_ = item("flood-courier", "River rises by 35 centimetres", corrected, NOW - timedelta(days=9))
        documents.store(session, source, [given_], later, lambda _text, _hint: "en")
    browser = signed_in(office, "Public", later)
    first = browser.get(f"/documents/{flood}?version=1&start=0&end={len(RISE)}").text
    assert f'<mark id="passage">{RISE}</mark>' in first
    assert "it was changed later" in first
    newest = browser.get(f"/documents/{flood}").text
    assert f"<del>{RISE}</del>" in newest
    assert f"<ins>{corrected}</ins>" in newest
    office.engine.dispose()


@given(st.lists(st.text(max_size=8), max_size=20), st.text(max_size=4))
def test_a_search_keeps_the_order_and_an_empty_one_keeps_everything(items: list[str], search: str):
    found = matching(items, search, str)
    assert matching(items, " ", str) == items
    remaining = iter(items)
    assert all(each in remaining for each in found)


def test_a_search_finds_words_in_any_order_case_and_width():
    items = ["River ＲＩＳＥＳ fast", "Rents rise"]
    assert matching(items, "rises river", str) == items[:1]
    assert [key for key, _ in groupby(matching(items, "ri", str))] == items
