"""How well reprints are told from reports of their own: precision and recall on cases made from the example corpus.

``python -m benchmarks.duplicates`` takes each article of the example in a text of its own and edits it as others do: a
wire copy with another headline, a copy with tracking links and the outlet's closing line, a copy without its last
paragraph, a teaser. Each of these repeats the article. What repeats nothing: the articles among themselves but for the
reprints that the example names, and a corrected version of the same source, which is a new report. The labels are made,
not collected: they say what the method does to such edits, not how often the world makes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.example.articles import Article, load_articles
from app.example.gold import DocumentKey, load_gold
from app.example.office import HERE, load_office
from digest.duplicates import find
from digest.stories import features
from digest.types import Document, SourceKind

ANCHOR = datetime(2026, 11, 20, 9, tzinfo=UTC)
_FIGURE = re.compile(r"\d+")
Edit = Callable[[Document], Document]


def _tracked(document: Document) -> Document:
    link = f"Read more: https://news.example/{document.id}?utm_source=wire&utm_campaign=daily"
    return replace(document, title=f"{document.title} - Daily Wire", text=f"{document.text}\n{link}\nDaily Wire")


def _shorter(document: Document) -> Document:
    paragraphs = document.text.split("\n")
    return replace(document, text="\n".join(paragraphs[:-1] or paragraphs))


def _corrected(document: Document) -> Document:
    return replace(document, text=_FIGURE.sub(lambda figure: str(int(figure[0]) + 1), document.text))


REPRINTS: Mapping[str, Edit] = {
    "same text": lambda document: document,
    "another headline": lambda document: replace(document, title="Wire: what happened today, in full"),
    "tracking link and closing line": _tracked,
    "without its last paragraph": _shorter,
    "teaser of one paragraph": lambda document: replace(document, text=document.text.split("\n")[0]),
}
"""What another source makes of an article; each repeats it."""


def main() -> None:
    """Print recall for each kind of edit, precision over all, and what is made of corrected figures."""
    originals, known = _originals()
    print(f"articles={len(originals)} made from the example corpus; edits are generated")
    wrong = _false_pairs(originals, known)
    found: Counter[str] = Counter()
    for name, edit in REPRINTS.items():
        found[name], elsewhere = _recalled(originals, edit, "wire")
        wrong += elsewhere
        print(f"recall={found[name] / len(originals):.3f} {name}")
    repeated = sum(found.values())
    print(f"recall={repeated / (len(originals) * len(REPRINTS)):.3f} precision={repeated / (repeated + wrong):.3f} all")
    figures = [each for each in originals if _FIGURE.search(each.text)]
    taken, _ = _recalled(figures, _corrected, "")
    print(f"kept={1 - taken / len(figures):.3f} corrected figures of the same source, which are a new report")


def _originals() -> tuple[list[Document], Mapping[DocumentKey, DocumentKey]]:
    """The articles that repeat none, and which of the example do."""
    gold = load_gold().duplicates
    readable = (source for source in load_office().sources if source.kind is SourceKind.FEED)
    feeds = [source for source in readable if (HERE / "feeds" / f"{source.id}.json").exists()]  # one never answers
    every = [(source, article) for source in feeds for article in load_articles(source.id, ANCHOR)]
    return [
        _document(article, source.language or "en")
        for source, article in every
        if DocumentKey(source.id, article.key) not in gold
    ], gold


def _document(article: Article, language: str) -> Document:
    return Document(
        id=article.key,
        source_id=article.source_id,
        key=article.key,
        version=1,
        title=article.current.title,
        text="\n".join(article.current.paragraphs),
        language=language,
        collected_at=article.appears_at,
        changed_at=article.appears_at,
        published_at=article.published_at,
    )


def _false_pairs(originals: list[Document], known: Mapping[DocumentKey, DocumentKey]) -> int:
    """Articles taken for a repetition of another, though a careful reader says that they repeat none."""
    found = find(features(each) for each in originals)
    return sum(DocumentKey(each.source_id, each.key) not in known for each in originals if each.id in found)


def _recalled(originals: list[Document], edit: Edit, source_id: str) -> tuple[int, int]:
    """How many edits are linked to the article that they were made of, and how many to another."""
    edited = [
        replace(
            edit(each), id=f"edit {each.id}", source_id=source_id or each.source_id, published_at=each.when + _LATER
        )
        for each in originals
    ]
    found = find(features(each) for each in (*originals, *edited))
    first = {each.id: found.get(each.id, each.id) for each in originals}
    linked = [(each.id, found[f"edit {each.id}"]) for each in originals if f"edit {each.id}" in found]
    right = sum(first[one] == other for one, other in linked)
    return right, len(linked) - right


_LATER = timedelta(hours=3)

if __name__ == "__main__":
    main()
