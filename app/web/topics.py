"""Topics: what each gathered, how much by week, and changing them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response

from app.auth.deps import NowDep, SessionDep, WritingDep
from app.delivery import volume
from app.delivery.edition_names import edition_label
from app.store import stories, topics
from app.viewer import Role
from app.web.paths import TopicId, path_to
from app.web.visits import ReaderVisit, see, visit_of
from app.web.volume import BAR, HEIGHT, STEP, bars
from app.web.wording import said as words_said
from digest.errors import InvalidInputError
from digest.text import normalise, search_tokens

router = APIRouter()
PER_PAGE = 30  # stories; four phone screens
MAX_NAME = 120  # characters, as the database has it
MAX_DESCRIPTION = 1_000
MAX_KEYWORDS = 4_000
FOR_EDITORS = [Depends(visit_of(Role.EDITOR))]

_After = Annotated[str | None, Query(pattern=r"^-?[0-9]{1,17}-[A-Za-z0-9-]{1,64}$")]
_Said = Annotated[str, Query(max_length=20)]
_Name = Annotated[str, Form(max_length=MAX_NAME)]
_Description = Annotated[str, Form(max_length=MAX_DESCRIPTION)]
_Keywords = Annotated[str, Form(max_length=MAX_KEYWORDS)]


@router.get("/topics")
def topic_list(visit: ReaderVisit, session: SessionDep, said: _Said = "") -> Response:
    """All topics, with how much each has gathered."""
    lines = topics.every(session, visit.viewer)
    return visit.page(
        "topics",
        lines=[line for line in lines if line.retired_at is None],
        retired=[line for line in lines if line.retired_at is not None],
        staff=visit.viewer.may(Role.EDITOR),
        said=words_said(said, visit.t),
        limits=_limits(),
    )


@router.get("/topics/{topic_id}")
def topic(
    topic_id: TopicId, visit: ReaderVisit, session: SessionDep, after: _After = None, said: _Said = ""
) -> Response:
    """What one topic gathered, newest first, and how much by week."""
    line = topics.get(session, visit.viewer, topic_id)
    zone = visit.t.time_zone
    first, last = volume.last_weeks(visit.now, zone)
    moments = topics.moments(session, visit.viewer, topic_id, *volume.span(first, last, zone))
    drawn = bars(volume.by_week(moments, first, last, zone))
    return visit.page(
        "topic",
        line=line,
        page=topics.gathered(session, visit.viewer, topic_id, limit=PER_PAGE, after=after),
        drawn=[(bar, edition_label(bar.week, visit.t)) for bar in drawn],
        total=sum(bar.documents for bar in drawn),
        most=max(bar.documents for bar in drawn),
        drawing={"width": len(drawn) * STEP, "height": HEIGHT, "bar": BAR},
        staff=visit.viewer.may(Role.EDITOR),
        said=words_said(said, visit.t),
        limits=_limits(),
    )


@router.post("/topics", dependencies=FOR_EDITORS)
def add(session: WritingDep, name: _Name, description: _Description = "", keywords: _Keywords = "") -> Response:
    """A new topic."""
    made = stories.add_topic(session, *_read(name, description, keywords))
    return see(f"{path_to('topics', made.id)}?said=topic_added")


@router.post("/topics/{topic_id}", dependencies=FOR_EDITORS)
def change(
    topic_id: TopicId,
    session: WritingDep,
    name: _Name,
    description: _Description = "",
    keywords: _Keywords = "",
) -> Response:
    """Other words for a topic."""
    topics.change(session, topic_id, *_read(name, description, keywords))
    return see(f"{path_to('topics', topic_id)}?said=topic_changed")


@router.post("/topics/{topic_id}/retire", dependencies=FOR_EDITORS)
def retire(topic_id: TopicId, session: WritingDep, now: NowDep) -> Response:
    """Let a topic gather nothing more."""
    topics.retire(session, topic_id, now)
    return see(f"{path_to('topics', topic_id)}?said=topic_retired")


@router.post("/topics/{topic_id}/restore", dependencies=FOR_EDITORS)
def restore(topic_id: TopicId, session: WritingDep) -> Response:
    """Take a retired topic into use again."""
    topics.restore(session, topic_id)
    return see(f"{path_to('topics', topic_id)}?said=topic_restored")


def _read(name: str, description: str, keywords: str) -> tuple[str, str, tuple[str, ...]]:
    """What a form says of a topic.

    Raises:
        InvalidInputError: the name, or a keyword, holds no word.
    """
    title = " ".join(normalise(name).split())
    if not search_tokens(title):
        raise InvalidInputError("name", name, "give the topic a name of at least one word")
    lines = dict.fromkeys(" ".join(line.split()) for line in normalise(keywords).split("\n"))
    found = tuple(line for line in lines if line)
    for line in found:
        if not search_tokens(line):
            raise InvalidInputError("keywords", line, "write one word or phrase on each line")
    return title, normalise(description), found


def _limits() -> dict[str, int]:
    return {"name": MAX_NAME, "description": MAX_DESCRIPTION, "keywords": MAX_KEYWORDS}
