"""Invented documents: made-up English words and Chinese ones, as frequent as words are in texts (Zipf)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from collectors.types import Item

VOCABULARY = 20_000
CHINESE = [
    *(
        "市长",
        "住房",
        "租金",
        "上涨",
        "水位",
        "河流",
        "洪水",
        "预警",
        "学校",
        "招生",
        "预算",
        "审计",
        "港口",
        "码头",
        "公司",
    ),
    *(
        "投资",
        "政府",
        "会议",
        "决定",
        "报告",
        "调查",
        "居民",
        "交通",
        "电车",
        "医院",
        "医生",
        "药品",
        "世界卫生组织",
        "经济",
    ),
    *(
        "增长",
        "下降",
        "百分之",
        "今年",
        "去年",
        "表示",
        "认为",
        "计划",
        "项目",
        "建设",
        "工程",
        "安全",
        "检查",
        "问题",
        "解决",
    ),
]
SENTENCE = 20  # words


def items(count: int, now: datetime, *, days: int = 365) -> Iterator[Item]:
    """Documents of 50 to 550 words, spread over the days before a time; one in five is Chinese."""
    chance = random.Random(20261120)
    words = [f"w{number}" for number in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 1) for rank in range(VOCABULARY)))
    for number in range(count):
        length = chance.randint(50, 550)
        chinese = number % 5 == 0
        said = chance.choices(CHINESE, k=length) if chinese else chance.choices(words, cum_weights=weights, k=length)
        text = _text(said, chinese=chinese)
        yield Item(
            key=str(number),
            fingerprint=str(number),
            title=_text(said[:8], chinese=chinese)[:-1].strip(),
            text=text,
            language="zh" if chinese else "en",
            published_at=now - timedelta(minutes=chance.randrange(days * 24 * 60)),
        )


def _text(words: Sequence[str], *, chinese: bool) -> str:
    """Words as sentences, three in a paragraph."""
    gap, stop = ("", "。") if chinese else (" ", ". ")
    sentences = [gap.join(words[start : start + SENTENCE]) + stop for start in range(0, len(words), SENTENCE)]
    paragraphs = ("".join(sentences[start : start + 3]).strip() for start in range(0, len(sentences), 3))
    return "\n".join(paragraphs)
