from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.duplicates import DuplicateIndex, find, resemblance, signature
from digest.stories import features
from digest.types import Document, Features

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
REPORT = (
    "Seepage at gauge 4 of the Eastgate dam rose from 12 to 19 litres a minute between 3 and 17 November, "
    "the Water Department told the council on Wednesday. The reserve of EUR 2.1 million would pay for the grouting. "
    "Divers found no crack in the upstream face. The department will measure every six hours until the survey is done, "
    "and warns that rain forecast for Saturday may raise the reservoir by forty centimetres. "
    "Residents below the dam were told in letters that nobody has to leave, and that the sirens are tested on Friday."
)
CHINESE = (
    "东门水库四号测点的渗流量由每分钟十二升升至十九升，水务局周三向市议会报告。维修费用约二百一十万欧元，"
    "可由防汛储备金支付。潜水员在上游坝面没有发现裂缝。水务局将每六小时测量一次，直到勘测结束。"
)


def document(
    name: str, text: str = REPORT, *, title: str = "Dam leaks", source: str = "a", hours: int = 0, language: str = "en"
):
    when = MONDAY + timedelta(hours=hours)
    return features(
        Document(
            id=name, source_id=source, key=name, version=1, title=title, text=text, language=language,
            collected_at=when, changed_at=when, published_at=when,
        )
    )  # fmt: skip


def test_a_reprint_with_another_beginning_and_end_is_found():
    reprint = "EASTGATE (Reuters) - " + REPORT + " Read more on our site."
    assert find([document("b", reprint, source="b", hours=1), document("a")]) == {"b": "a"}


def test_another_report_on_the_same_event_is_no_duplicate():
    other = (
        "The Eastgate dam lets through nineteen litres of water a minute, officials say. Councillor Lind asked why the "
        "public learned of it only now. The reserve fund can pay for repairs of about two million euros, the treasurer "
        "answered, once a survey shows where the water comes from. A decision is due on Thursday in the council."
    )
    assert find([document("a"), document("b", other, source="b", hours=1)]) == {}


def test_the_earliest_is_the_original_and_chains_point_at_it():
    first, second, third = document("z"), document("m", hours=1, source="b"), document("a", hours=2, source="c")
    assert find([third, second, first]) == {"m": "z", "a": "z"}


def test_of_one_moment_the_smaller_id_is_the_original():
    assert find([document("b"), document("a")]) == {"b": "a"}


def test_the_same_source_reporting_new_figures_is_no_duplicate():
    update = REPORT.replace("19 litres", "24 litres")
    assert find([document("a"), document("b", update, hours=24)]) == {}
    assert find([document("a"), document("b", update, source="b", hours=24)]) == {"b": "a"}


def test_chinese_reprints_are_found():
    reprint = "据市报讯 " + CHINESE
    pair = [document("a", CHINESE, language="zh"), document("b", reprint, source="b", hours=1, language="zh")]
    assert find(pair) == {"b": "a"}


def test_short_texts_repeat_each_other_only_when_equal():
    same = [document("a", "Bridge closed."), document("b", "Bridge closed.", source="b", hours=1)]
    other = document("c", "Bridge closed today.", source="c", hours=2)
    assert find([*same, other]) == {"b": "a"}
    assert signature(["bridge", "closed"]).shape == (0,)


def test_documents_without_words_are_not_each_others_duplicates():
    assert find([document("a", "", title=""), document("b", "", title="")]) == {}


def test_signatures_are_the_same_in_every_process():
    made = signature([str(number) for number in range(100)])
    assert (made.shape, made.dtype, made[:3].tolist()) == ((128,), np.uint32, [10684723, 5211303, 7260207])


@given(st.integers(0, 200))
@settings(max_examples=30)
def test_the_estimated_resemblance_is_near_the_true_one(shared):
    first = [f"w{number}" for number in range(400)]
    second = first[:shared] + [f"v{number}" for number in range(400 - shared)]
    shingles = [{tuple(words[i : i + 4]) for i in range(397)} for words in (first, second)]
    true = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
    assert abs(resemblance(signature(first), signature(second)) - true) < 0.16


def near(number: int, base: Features, rng: random.Random) -> Features:
    hashes = base.signature.copy()
    for place in rng.sample(range(128), rng.choice([0, 10, 36, 40, 120])):
        hashes[place] = rng.getrandbits(31)
    return replace(
        base,
        document_id=f"d{number}",
        source_id=f"s{number}",
        when=MONDAY + timedelta(hours=rng.randrange(5)),
        signature=hashes,
    )


@given(st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_the_input_does_not_matter_and_originals_repeat_nothing(rng):
    base = document("base")
    made = [near(number, base, rng) for number in range(12)]
    found = find(made)
    rng.shuffle(made)
    assert find(made) == found
    assert not set(found.values()) & set(found)


def test_asking_the_index_changes_nothing():
    index = DuplicateIndex()
    assert index.original(document("a")) is None
    assert index.original(document("b")) is None
    assert index.add(document("a")) is None
    assert index.add(document("b", source="b")) == "a"
