from __future__ import annotations

from dataclasses import replace

import pytest

from digest.citations import broken
from digest.edition import Citation, Edition, Entry, EntryDocument, OfficeText, Sentence, TextClass
from digest.types import Mark, Origin
from tests.digest_factory import CUT_OFF

TEXT = "The gate at Millgate was shut. 水位周二回落至三米。 Nobody was hurt."
TEXTS = {("d1", 2): TEXT}
GATE = Citation(document_id="d1", version=2, start=0, end=30, text="The gate at Millgate was shut.")
LEVEL = Citation(document_id="d1", version=2, start=31, end=41, text="水位周二回落至三米。")


def quoted(citation: Citation, text: str | None = None) -> Sentence:
    return Sentence(kind=TextClass.QUOTED, text=citation.text if text is None else text, citations=(citation,))


def edition(*sentences: Sentence, gist: Sentence | None = None) -> Edition:
    told = EntryDocument(
        id="d1",
        version=2,
        title="Gate shut",
        source_id="courier",
        source="Courier",
        origin=Origin.MEDIA,
        language="en",
        mark=Mark.PUBLIC,
        collected_at=CUT_OFF,
    )
    entry = Entry(
        id="s1",
        story_id="s1",
        headline="Gate shut",
        gist=gist,
        sentences=sentences,
        documents=(told,),
        independent_sources=1,
        reprints=0,
        topics=(),
        language="en",
        mark=Mark.PUBLIC,
    )
    return Edition(
        id="2026-W47",
        office="Office",
        time_zone="UTC",
        period_start=None,
        cut_off=CUT_OFF,
        made_at=CUT_OFF,
        entries=(entry,),
        views=(),
        ledger=(),
        sources=(),
    )


def test_sentences_that_stand_where_they_say_are_not_broken() -> None:
    assert broken(edition(quoted(LEVEL), gist=quoted(GATE)), TEXTS) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GATE, start=1),
        replace(GATE, end=29),
        replace(GATE, version=1),
        replace(GATE, document_id="d2"),
        replace(GATE, text="The gate at Millgate is shut."),
        replace(GATE, start=-len(TEXT), end=30 - len(TEXT)),
        replace(GATE, start=0, end=0, text=""),
        replace(LEVEL, end=10_000, text=TEXT[31:]),
    ],
)
def test_a_citation_that_is_not_where_it_says_is_broken(wrong: Citation) -> None:
    assert broken(edition(quoted(wrong)), TEXTS) == (wrong,)


def test_a_broken_gist_is_found() -> None:
    wrong = replace(GATE, start=3, end=33)
    assert broken(edition(quoted(LEVEL), gist=quoted(wrong)), TEXTS) == (wrong,)


def test_a_quotation_that_differs_from_what_it_cites_is_broken() -> None:
    assert broken(edition(quoted(GATE, text="The gate at Millgate was opened.")), TEXTS) == (GATE,)


def test_a_machine_written_sentence_may_word_what_it_cites_otherwise() -> None:
    written = Sentence(kind=TextClass.MACHINE, text="Millgate shut its gate.", citations=(GATE,))
    assert broken(edition(written), TEXTS) == ()


def test_a_machine_written_sentence_must_cite_what_exists() -> None:
    wrong = replace(GATE, start=2)
    written = Sentence(kind=TextClass.MACHINE, text="Millgate shut its gate.", citations=(GATE, wrong))
    assert broken(edition(written), TEXTS) == (wrong,)


@pytest.mark.parametrize("kind", [TextClass.QUOTED, TextClass.MACHINE])
def test_a_sentence_that_cites_nothing_is_named_by_its_entry(kind: TextClass) -> None:
    (named,) = broken(edition(Sentence(kind=kind, text="It rained.", citations=())), TEXTS)
    assert (named.document_id, named.version, named.text) == ("s1", 0, "It rained.")


def test_what_a_person_wrote_needs_no_citation() -> None:
    own = Sentence(kind=TextClass.OFFICE, text="The gate is shut, says the duty officer.", citations=())
    remark = OfficeText(text="See the plan.", author="Ada", written_at=CUT_OFF, mark=Mark.PUBLIC)
    given = edition(own)
    assert broken(replace(given, entries=(replace(given.entries[0], remark=remark),)), TEXTS) == ()


def test_a_text_of_a_document_that_is_not_in_the_entry_may_not_be_cited() -> None:
    other = replace(GATE, document_id="d9")
    assert broken(edition(quoted(other)), TEXTS | {("d9", 2): TEXT}) == (other,)


def test_a_citation_used_twice_is_reported_once() -> None:
    wrong = replace(GATE, start=1)
    assert broken(edition(quoted(wrong), quoted(wrong)), TEXTS) == (wrong,)
