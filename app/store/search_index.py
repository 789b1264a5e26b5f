"""The full-text index: kept in the transaction that stores a text, FTS5 on SQLite and a GIN index on PostgreSQL.

Both get the words of :func:`digest.search.index_words` and nothing else. Only named columns are read and written here,
since a migration fills the index of tables that later ones may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    TableClause,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.models import (
    DocumentRow,
    EditionRow,
    PassageRow,
    SearchedDocumentRow,
    SearchedEditionRow,
    ShowingRow,
    VersionRow,
)
from digest.edition import Edition, EditKind, Entry
from digest.office_texts import text_of
from digest.reading import ReadEntry, visible
from digest.search import ALGORITHM, Query, encoded, index_words
from digest.types import Mark

DOCUMENT_WORDS = "document_words"
PASSAGE_WORDS = "passage_words"
EDITION_ALGORITHM = 100 + ALGORITHM
"""Of what is kept of editions; to be raised by 100 when a passage is made of other texts: it is then made anew."""
BATCH = 200  # documents indexed in one transaction: about a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What is searched of a document's newest version."""

    document_id: str
    version: int
    title: str
    text: str
    language: str
    at: datetime
    source_id: str


def keep(session: Session, searched: Searched) -> None:
    """Let a document be found by its newest version, and by no earlier one any more."""
    values = {
        "version": searched.version,
        "algorithm": ALGORITHM,
        "at": searched.at,
        "language": searched.language,
        "source_id": searched.source_id,
    }
    identifier = session.scalar(
        select(SearchedDocumentRow.id).where(SearchedDocumentRow.document_id == searched.document_id)
    )
    if identifier is None:
        made = insert(SearchedDocumentRow).values(document_id=searched.document_id, **values)
        identifier = session.execute(made.returning(SearchedDocumentRow.id)).scalar_one()
    else:
        session.execute(update(SearchedDocumentRow).where(SearchedDocumentRow.id == identifier).values(values))
        _forget_words(session, DOCUMENT_WORDS, [identifier])
    _keep_words(session, DOCUMENT_WORDS, identifier, index_words((searched.title, searched.text)))


def lacking(session: Session, *, limit: int = BATCH) -> tuple[Searched, ...]:
    """Documents that are not found by their newest version yet, or by words of an older algorithm, by id."""
    done = and_(
        SearchedDocumentRow.document_id == DocumentRow.id,
        SearchedDocumentRow.version == DocumentRow.version,
        SearchedDocumentRow.algorithm == ALGORITHM,
    )
    query = (
        select(
            DocumentRow.id,
            VersionRow.number,
            VersionRow.title,
            VersionRow.text,
            VersionRow.language,
            func.coalesce(VersionRow.published_at, DocumentRow.collected_at),
            DocumentRow.source_id,
        )
        .join(VersionRow, and_(VersionRow.document_id == DocumentRow.id, VersionRow.number == DocumentRow.version))
        .where(~select(SearchedDocumentRow.id).where(done).exists())
        .order_by(DocumentRow.id)
        .limit(limit)
        .with_for_update(of=DocumentRow)  # whoever stores a newer version meanwhile comes after us, and wins
    )
    return tuple(
        Searched(document_id=a, version=b, title=c, text=d, language=e, at=f, source_id=g)
        for a, b, c, d, e, f, g in session.execute(query)
    )


def waiting(session: Session) -> int:
    """How many documents :func:`lacking` would give in all."""
    done = and_(SearchedDocumentRow.version == DocumentRow.version, SearchedDocumentRow.algorithm == ALGORITHM)
    query = (
        select(func.count(DocumentRow.id))
        .outerjoin(SearchedDocumentRow, and_(SearchedDocumentRow.document_id == DocumentRow.id, done))
        .where(SearchedDocumentRow.id.is_(None), DocumentRow.version > 0)
    )
    return session.scalar(query) or 0


def outdate(session: Session) -> None:
    """Let everything be indexed anew, as if an older algorithm had done it; until then it is found as before."""
    session.execute(update(SearchedDocumentRow).values(algorithm=0))
    session.execute(update(SearchedEditionRow).values(algorithm=0))


def lacking_editions(session: Session) -> tuple[tuple[str, str], ...]:
    """Frozen editions whose passages are not searched yet, as id and stored value, at most one: they are large."""
    done = and_(SearchedEditionRow.edition_id == EditionRow.id, SearchedEditionRow.algorithm == EDITION_ALGORITHM)
    query = (
        select(EditionRow.id, EditionRow.frozen)
        .where(EditionRow.frozen.is_not(None), ~select(SearchedEditionRow.edition_id).where(done).exists())
        .order_by(EditionRow.cut_off)
        .limit(1)
    )
    return tuple((identifier, frozen) for identifier, frozen in session.execute(query) if frozen)


def waiting_editions(session: Session) -> int:
    """How many frozen editions :func:`lacking_editions` would give in all."""
    done = and_(SearchedEditionRow.edition_id == EditionRow.id, SearchedEditionRow.algorithm == EDITION_ALGORITHM)
    lacking_one = ~select(SearchedEditionRow.edition_id).where(done).exists()
    return session.scalar(select(func.count(EditionRow.id)).where(EditionRow.frozen.is_not(None), lacking_one)) or 0


def keep_edition(session: Session, edition: Edition) -> None:
    """Let a frozen edition be found by what each of its readings shows."""
    _forget_passages(session, edition.id)
    leaders = [view.leader_id for view in edition.views if view.leader_id]
    made = SearchedEditionRow(edition_id=edition.id, algorithm=EDITION_ALGORITHM, leaders=spaced(leaders))
    session.merge(made)
    known: dict[_Passage, int] = {}
    for leader_id, clearance, number, passage in _showings(edition):
        if passage not in known:
            known[passage] = _keep_passage(session, edition, passage)
        values = {"leader_id": leader_id, "clearance": clearance, "number": number}
        session.execute(insert(ShowingRow).values(passage_id=known[passage], **values))
    session.flush()


@dataclass(frozen=True, slots=True)
class _Passage:
    """A text that a reading shows, with what it can be narrowed by."""

    story_id: str | None
    language: str | None
    headline: str
    text: str
    sources: str
    topics: str


def _showings(edition: Edition) -> Iterator[tuple[str, Mark, int, _Passage]]:
    """Each reader's passages: leader (empty for the base view), clearance, number and text, in reading order."""
    for view in edition.views:
        for clearance in Mark:
            reading = visible(edition, view.leader_id, min(clearance, view.clearance))
            if reading.bottom_line:
                line = _Passage(None, None, "", reading.bottom_line.text, "", "")
                yield view.leader_id or "", clearance, 0, line
            for section in reading.sections:
                for read in section.entries:
                    yield view.leader_id or "", clearance, read.number, _passage(read)


def _passage(read: ReadEntry) -> _Passage:
    """What a reading shows of an entry: the office's texts as far as it may read them, and what they stand for."""
    entry = read.entry
    headline = text_of(entry, EditKind.HEADLINE)
    quoted = [entry.gist, *entry.sentences] if entry.gist else entry.sentences
    original = [entry.headline] if entry.headline != headline else []
    texts = [*_written(entry), *original, *(sentence.text for sentence in quoted)]
    return _Passage(
        entry.story_id,
        entry.language,
        headline,
        "\n".join(dict.fromkeys(texts)),
        spaced(sorted({document.source_id for document in entry.documents})),
        spaced([topic.id for topic in entry.topics]),
    )


def _written(entry: Entry) -> list[str]:
    """The office's texts beside the headline; a page has each translation, for its reader may choose the language."""
    translations = [entry.translations[code] for code in sorted(entry.translations)]
    texts = (entry.office_gist, *translations, entry.why_here, entry.recommendation, entry.remark, entry.source)
    return [each.text for each in texts if each]


def spaced(identifiers: Sequence[str]) -> str:
    """Ids in one column, each between two spaces, so that one is found by its text."""
    return f" {' '.join(identifiers)} "


def _keep_passage(session: Session, edition: Edition, passage: _Passage) -> int:
    made = insert(PassageRow).values(
        edition_id=edition.id,
        at=edition.cut_off,
        story_id=passage.story_id,
        language=passage.language,
        headline=passage.headline,
        text=passage.text,
        sources=passage.sources,
        topics=passage.topics,
    )
    identifier = session.execute(made.returning(PassageRow.id)).scalar_one()
    _keep_words(session, PASSAGE_WORDS, identifier, index_words((passage.headline, passage.text)))
    return identifier


def forget_edition(session: Session, edition_id: str) -> None:
    """Let an edition be found no more: it is a draft again."""
    _forget_passages(session, edition_id)
    session.execute(delete(SearchedEditionRow).where(SearchedEditionRow.edition_id == edition_id))


def _forget_passages(session: Session, edition_id: str) -> None:
    passages = list(session.scalars(select(PassageRow.id).where(PassageRow.edition_id == edition_id)))
    _forget_words(session, PASSAGE_WORDS, passages)
    for identifier in passages:
        session.execute(delete(ShowingRow).where(ShowingRow.passage_id == identifier))
    session.execute(delete(PassageRow).where(PassageRow.edition_id == edition_id))


def words_table(session: Session, name: str) -> TableClause:
    """One of the two tables of words, with the column ``words`` as the session's engine has it."""
    return _words_table(name, sqlite=_sqlite(session))


@cache  # one object for each: two of them in a query would be two tables
def _words_table(name: str, *, sqlite: bool) -> TableClause:
    return table(name, column("rowid"), column("words", Text() if sqlite else ARRAY(Text())))


def matching(session: Session, name: str, query: Query) -> ColumnElement[bool]:
    """The condition on a row of words that it holds those of a query and none that is excluded."""
    excluded = [encoded(tokens) for tokens in query.excluded]
    if _sqlite(session):
        return literal_column(name).bool_op("MATCH")(bindparam(None, _fts5(encoded(query.words), excluded)))
    words = words_table(session, name).c.words
    holds = [words.bool_op("@>")(cast(bindparam(None, each, ARRAY(Text())), ARRAY(Text()))) for each in excluded]
    wanted = cast(bindparam(None, encoded(query.words), ARRAY(Text())), ARRAY(Text()))
    return and_(words.bool_op("@>")(wanted), ~or_(*holds)) if holds else words.bool_op("@>")(wanted)


def _fts5(words: Sequence[str], excluded: Sequence[Sequence[str]]) -> str:
    """A query in FTS5's language: each word, letters and digits alone, in quotation marks."""
    wanted = _all(words)
    return f"{wanted} NOT ({' OR '.join(map(_all, excluded))})" if excluded else wanted


def _all(words: Sequence[str]) -> str:
    return "(" + " AND ".join(f'"{word}"' for word in words) + ")"


def _keep_words(session: Session, name: str, identifier: int, words: Sequence[str]) -> None:
    value = " ".join(words) if _sqlite(session) else list(words)
    session.execute(insert(words_table(session, name)).values(rowid=identifier, words=value))


def _forget_words(session: Session, name: str, identifiers: Sequence[int]) -> None:
    words = words_table(session, name)
    for identifier in identifiers:
        session.execute(delete(words).where(words.c.rowid == identifier))


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
