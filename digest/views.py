"""What each reader gets: which stories, in which section and order, with which status, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from digest import asks, continuation, novelty, relevance
from digest.asks import Ask
from digest.continuation import Continuation
from digest.edition import Reason, ReasonCode, Section, Status, View, ViewEntry
from digest.entries import Material
from digest.inputs import ComposeInputs
from digest.interests import Interests
from digest.novelty import ToldStory
from digest.relevance import Candidate, Ranked
from digest.types import Leader, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whom a view is made for: a leader, or the office as a whole."""

    leader_id: str | None
    name: str
    language: str
    clearance: Mark
    weights: Mapping[str, float] | None
    """Topic id -> weight; None means every topic counts 1."""
    told: Mapping[str, ToldStory] = field(default_factory=dict)
    """Story id -> what this reader was told of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one reader's ranking puts a story, and why."""

    story_id: str
    section: Section
    on_topic: bool
    rank: int | None
    """From 1 among the stories that compete for room; None for those of own units and higher authorities."""
    of: int
    """How many stories compete for room."""
    merits: tuple[Reason, ...]
    """What speaks for it, the strongest first; never empty, nor statements of leaders alone."""

    @property
    def open_merit(self) -> Reason:
        """The strongest reason that everybody may know who may read the story: no leader's statement."""
        return next(reason for reason in self.merits if reason.code is not ReasonCode.STATEMENT)

    def left_out(self, limit: int) -> Reason:
        """Why there was no room for it; ``limit`` is the number of competing stories there was room for."""
        if self.rank is None:
            return self.open_merit
        if self.on_topic:
            return Reason(code=ReasonCode.BELOW_LIMIT, params={"rank": self.rank, "of": self.of, "limit": limit})
        return Reason(code=ReasonCode.OUTSIDE_TOPICS, params={"rank": self.rank, "of": self.of})


def readers(inputs: ComposeInputs) -> tuple[Reader, ...]:
    """The office first, then its leaders by name."""
    base = Reader(
        leader_id=None,
        name=inputs.office,
        language=inputs.language,
        clearance=inputs.reader_clearance_of_base,
        weights=base_weights(inputs),
        told=inputs.base_told,
    )
    leaders = sorted(inputs.leaders, key=lambda leader: (leader.name, leader.id))
    return (base, *(_reader(leader, inputs) for leader in leaders))


def _reader(leader: Leader, inputs: ComposeInputs) -> Reader:
    return Reader(
        leader_id=leader.id,
        name=leader.name,
        language=leader.language,
        clearance=leader.clearance,
        weights=leader.topic_weights,
        told=inputs.told.get(leader.id, {}),
    )


def base_weights(inputs: ComposeInputs) -> Mapping[str, float] | None:
    """The mean of the leaders' topic weights; None, every topic counting 1, when no leader states any."""
    if all(leader.topic_weights is None for leader in inputs.leaders):
        return None
    return {
        topic.id: sum(_weight(each, topic.id) for each in inputs.leaders) / len(inputs.leaders)
        for topic in inputs.topics
    }


def _weight(leader: Leader, topic_id: str) -> float:
    return 1.0 if leader.topic_weights is None else leader.topic_weights.get(topic_id, 0.0)


def standings(
    materials: Mapping[str, Material],
    weights: Mapping[str, float] | None,
    inputs: ComposeInputs,
    leader_id: str | None = None,
    apart: Collection[str] = (),
) -> tuple[Standing, ...]:
    """Rank what may be told and give each story its section.

    Args:
        materials: story id -> what the reader may know of it; those without anything fresh are passed over.
        weights: topic id -> weight; None means every topic counts 1.
        inputs: sources, topics, statements, the time of the cut-off and the tunables.
        leader_id: whose statements count; None: those of every leader, the closest one.
        apart: ids of the stories that wait for a decision: they share the room of what must be known.

    Returns:
        A standing for every story that has something to tell: section by section, best first.
    """
    candidates = [material.candidate for material in materials.values() if material.fresh]
    ranked = relevance.rank(
        candidates,
        weights=weights,
        sources=inputs.sources,
        topics={topic.id: topic for topic in inputs.topics},
        now=inputs.cut_off,
        interests=_interests(candidates, inputs, leader_id),
        authors={leader.id: leader.name for leader in inputs.leaders} if leader_id is None else None,
        params=inputs.params.relevance,
    )
    voices = {
        story_id: relevance.independent_sources(material.candidate, inputs.sources)
        for story_id, material in materials.items()
    }
    competing = [story.story_id for story in ranked if not story.by_office]
    waiting = tuple(story for story in ranked if story.story_id in apart)
    others = [story for story in ranked if story.story_id not in apart]
    sections = _sections(others, voices, inputs, first=max(0, inputs.params.lengths.must_know - len(waiting)))
    return _standings(competing, {Section.FOR_DECISION: waiting, **sections})


def _interests(candidates: Sequence[Candidate], inputs: ComposeInputs, leader_id: str | None) -> Interests:
    return Interests(
        [each for each in inputs.statements if leader_id in (None, each.leader_id)],
        [candidate.terms for candidate in candidates],
        today=inputs.cut_off.astimezone(ZoneInfo(inputs.time_zone)).date(),
        params=inputs.params.interests,
    )


def _sections(
    ranked: Sequence[Ranked], voices: Mapping[str, int], inputs: ComposeInputs, *, first: int
) -> Mapping[Section, Sequence[Ranked]]:
    """Share the stories out: own units and higher authorities never compete for room, all others do.

    ``first`` is how many must be known.

    Outside the topics, what only one source tells is left out for that reason, so that a quiet week is not filled up
    with sport; an office without topics has nothing outside them.
    """
    params, lengths = inputs.params, inputs.params.lengths
    must = [story for story in ranked if story.on_topic or voices[story.story_id] >= params.important_sources][:first]
    taken = {story.story_id for story in must}
    rest = [story for story in ranked if story.story_id not in taken]
    office = [story for story in rest if story.by_office]
    others = [story for story in rest if not story.by_office]
    outside = [
        story
        for story in others
        if inputs.topics and not story.on_topic and voices[story.story_id] < params.notable_sources
    ]
    others = [story for story in others if story not in outside]
    last = lengths.worth_knowing + lengths.also_noted
    noted = {story.story_id for story in office[lengths.from_units :] + others[lengths.worth_knowing : last]}
    return {
        Section.MUST_KNOW: must,
        Section.FROM_UNITS: office[: lengths.from_units],
        Section.WORTH_KNOWING: others[: lengths.worth_knowing],
        Section.ALSO_NOTED: [story for story in rest if story.story_id in noted],
        Section.LEFT_OUT: others[last:] + outside,
    }


def _standings(competing: Sequence[str], sections: Mapping[Section, Sequence[Ranked]]) -> tuple[Standing, ...]:
    ranks = {story_id: rank for rank, story_id in enumerate(competing, start=1)}
    return tuple(
        Standing(
            story_id=story.story_id,
            section=section,
            on_topic=story.on_topic,
            rank=ranks.get(story.story_id),
            of=len(competing),
            merits=story.reasons,
        )
        for section, stories in sections.items()
        for story in stories
    )


def view(reader: Reader, materials: Mapping[str, Material], inputs: ComposeInputs, earlier: Continuation) -> View:
    """One reader's view of the period, with what it leaves out as its last section.

    Args:
        reader: for whom.
        materials: story id -> what this reader may know of it.
        inputs: everything the edition is made from.
        earlier: finds what stories carry on.
    """
    placed = standings(materials, reader.weights, inputs, reader.leader_id)
    followed = _followed(reader, materials, earlier)
    told = continuation.with_followed(reader.told, followed)
    carried = {
        story_id: tuple(each for each in continuation.matter(reader.told, earlier) if each != story_id)
        for story_id, earlier in followed.items()
    }
    if waiting := _waiting(placed, reader, inputs, carried):
        placed = _with_decisions(
            standings(materials, reader.weights, inputs, reader.leader_id, apart=waiting.keys()), waiting
        )
    limit = sum(standing.rank is not None and standing.section is not Section.LEFT_OUT for standing in placed)
    return View(
        leader_id=reader.leader_id,
        name=reader.name,
        language=reader.language,
        clearance=reader.clearance,
        entries=tuple(
            ViewEntry(
                entry_id=materials[standing.story_id].entry_id,
                story_id=standing.story_id,
                section=standing.section,
                status=_status(materials[standing.story_id], told.get(standing.story_id), inputs),
                reasons=_reasons(standing, limit),
                told_before=told[standing.story_id].told if standing.story_id in told else (),
                carries_on=carried.get(standing.story_id, ()),
            )
            for standing in placed
        ),
    )


def _followed(reader: Reader, materials: Mapping[str, Material], earlier: Continuation) -> dict[str, str]:
    """The told story that each story carries on, as far as this reader may know both."""
    fresh = {key: [document.id for document in material.fresh] for key, material in materials.items() if material.fresh}
    return earlier.followed(fresh, reader.told)


def _waiting(
    placed: Sequence[Standing], reader: Reader, inputs: ComposeInputs, carried: Mapping[str, Sequence[str]]
) -> dict[str, Ask]:
    """Story id -> the decision it waits for that the reader may know of, by due date.

    An ask of a story that another carries on waits with that one, the foremost when several do.
    """
    here = {standing.story_id for standing in placed}
    heirs = {earlier: each.story_id for each in reversed(placed) for earlier in carried.get(each.story_id, ())}
    found: dict[str, Ask] = {}
    for story_id, ask in asks.decisions(asks.permitted(inputs.asks, reader.clearance)).items():
        waiting = story_id if story_id in here else heirs.get(story_id)
        if waiting is not None:
            found.setdefault(waiting, ask)
    return found


def _with_decisions(placed: Sequence[Standing], waiting: Mapping[str, Ask]) -> tuple[Standing, ...]:
    """The standings with those first, by due date, that wait for a decision."""
    by_story = {standing.story_id: standing for standing in placed}
    first = (_for_decision(by_story[story_id], ask) for story_id, ask in waiting.items())
    return (*first, *(standing for standing in placed if standing.story_id not in waiting))


def _for_decision(standing: Standing, ask: Ask) -> Standing:
    reason = Reason(code=ReasonCode.OPEN_DECISION, params={"owner": ask.owner, "due": ask.due.isoformat()})
    return replace(standing, section=Section.FOR_DECISION, merits=(reason, *standing.merits))


def _reasons(standing: Standing, limit: int) -> tuple[Reason, ...]:
    if standing.section is Section.LEFT_OUT:
        return (standing.left_out(limit), *standing.merits)
    return standing.merits


def _status(material: Material, before: ToldStory | None, inputs: ComposeInputs) -> Status:
    if before is None or not before.told:
        return Status.NEW
    status = novelty.status(material.fresh, before.sentences, inputs.params.novelty)
    return Status.DEVELOPING if status is Status.NEW else status  # told by its place alone: all its words are new
