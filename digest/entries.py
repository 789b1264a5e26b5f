"""What each clearance may know of a story, and the entry made from just that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest import interests, relevance, summary, topics
from digest.commentary import is_commentary
from digest.edition import Entry, EntryDocument, TopicRef
from digest.errors import InvalidInputError
from digest.inputs import ComposeInputs, PeriodStory
from digest.relevance import Candidate
from digest.types import Document, Mark, TopicMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What one clearance may know of a story in a period; nothing in it rests on a higher-marked document."""

    entry_id: str
    mark: Mark
    """The highest mark of its documents."""
    documents: tuple[Document, ...]
    """By time, then id."""
    candidate: Candidate
    duplicates: Mapping[str, str]
    """Document id -> id of the document it repeats, which readers of this mark may know as well."""

    @property
    def fresh(self) -> tuple[Document, ...]:
        """The documents that repeat no other; without any, the story has nothing to tell."""
        return tuple(document for document in self.documents if document.id not in self.duplicates)


def materials(inputs: ComposeInputs) -> Mapping[Mark, Mapping[str, Material]]:
    """What each clearance may know of each story.

    Returns:
        Clearance -> story id -> material, for the stories of which the clearance may read a document. Clearances that
        may read the same documents share one value.
    """
    known = {document.id: document for story in inputs.stories for document in (*story.earlier, *story.documents)}
    found: dict[Mark, dict[str, Material]] = {clearance: {} for clearance in Mark}
    for story in inputs.stories:
        for clearance, material in _by_clearance(story, known, inputs).items():
            found[clearance][story.story_id] = material
    return found


def _by_clearance(story: PeriodStory, known: Mapping[str, Document], inputs: ComposeInputs) -> Mapping[Mark, Material]:
    made: dict[Mark, Material] = {}
    found: dict[Mark, Material] = {}
    for clearance in Mark:
        documents = sorted((d for d in story.documents if d.mark <= clearance), key=_by_time)
        if documents:
            mark = max(document.mark for document in documents)
            if mark not in made:
                made[mark] = _material(story, documents, mark, known, inputs)
            found[clearance] = made[mark]
    return found


def _material(
    story: PeriodStory, documents: Sequence[Document], mark: Mark, known: Mapping[str, Document], inputs: ComposeInputs
) -> Material:
    duplicates = _readable_duplicates(story, documents, mark, known)
    fresh = [document for document in documents if document.id not in duplicates]
    whole = len(documents) == len(story.documents)
    return Material(
        entry_id=story.story_id if whole else f"{story.story_id}.{mark.code}",
        mark=mark,
        documents=tuple(documents),
        duplicates=duplicates,
        candidate=Candidate(
            story_id=story.story_id,
            documents=tuple(documents),
            duplicates=frozenset(duplicates),
            matches=topics.match(inputs.topics, fresh, inputs.params.topics) if fresh else (),
            commentary=bool(fresh) and all(map(is_commentary, fresh)),
            terms=interests.story_terms(fresh, inputs.params.interests) if inputs.statements else {},
        ),
    )


def _readable_duplicates(
    story: PeriodStory, documents: Iterable[Document], mark: Mark, known: Mapping[str, Document]
) -> dict[str, str]:
    """The duplicates among the documents as readers of a mark may know them.

    Where the repeated document is marked higher, the first of those that repeat it takes its place.
    """
    duplicates: dict[str, str] = {}
    stands_for: dict[str, str] = {}
    for document in documents:
        original = story.duplicates.get(document.id)
        if original is None:
            continue
        if original not in known:
            raise InvalidInputError("duplicates", original, "hand over the document from before the period as well")
        if known[original].mark > mark:
            original = stands_for.setdefault(original, document.id)
        if original != document.id:
            duplicates[document.id] = original
    return duplicates


def _by_time(document: Document) -> tuple[object, ...]:
    return (document.when, document.id)


def entry(material: Material, inputs: ComposeInputs) -> Entry:
    """The entry of a story made from what one clearance may know of it, without place, status or reasons.

    Args:
        material: what may be known; at least one of its documents repeats no other.
        inputs: the sources' and topics' names, the period and the tunables.
    """
    told = summary.summarise(material.documents, duplicates=material.duplicates, params=inputs.params.summary)
    return Entry(
        id=material.entry_id,
        story_id=material.candidate.story_id,
        headline=told.headline,
        gist=told.gist,
        sentences=told.sentences,
        documents=tuple(_document(document, material, inputs) for document in material.documents),
        independent_sources=relevance.independent_sources(material.candidate, inputs.sources),
        reprints=relevance.reprints(material.candidate),
        topics=_topics(material.candidate.matches, inputs),
        language=_language(told.headline, material.fresh),
        mark=material.mark,
    )


def _document(document: Document, material: Material, inputs: ComposeInputs) -> EntryDocument:
    source = inputs.sources[document.source_id]
    return EntryDocument(
        id=document.id,
        version=document.version,
        title=document.title,
        source_id=source.id,
        source=source.name,
        origin=source.origin,
        language=document.language,
        mark=document.mark,
        collected_at=document.collected_at,
        url=document.url,
        published_at=document.published_at,
        duplicate_of=material.duplicates.get(document.id),
        late=_late(document, inputs),
        changed_at=document.changed_at if document.version > 1 else None,
    )


def _late(document: Document, inputs: ComposeInputs) -> bool:
    if document.published_at is None:
        return True
    return inputs.period_start is not None and (document.published_at < inputs.period_start - inputs.params.late_after)


def _topics(matches: Iterable[TopicMatch], inputs: ComposeInputs) -> tuple[TopicRef, ...]:
    names = {topic.id: topic.name for topic in inputs.topics}
    return tuple(TopicRef(id=match.topic_id, name=names[match.topic_id]) for match in matches)


def _language(headline: str, documents: Sequence[Document]) -> str:
    """The language of the document whose title the headline is."""
    return next((d.language for d in documents if headline in d.title), documents[0].language)
