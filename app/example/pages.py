"""The pages of the example's sites: articles among navigation, advertising and links, as on any news site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from app.example.articles import Article
from app.example.office import ExampleSource, load_office


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """The words around an article in one language."""

    sections: tuple[str, ...]
    related: str
    advertisement: str
    offer: str
    cookies: str
    imprint: str


FURNITURE: Mapping[str, Furniture] = {
    "en": Furniture(
        sections=("Home", "City", "Region", "Business", "Sport", "Culture"),
        related="More from us",
        advertisement="Advertisement",
        offer="Sofas to sink into. Free delivery within the ring road.",
        cookies="We use cookies to remember your settings. Accept all",
        imprint="Contact · Imprint · Privacy · Terms of use",
    ),
    "zh": Furniture(
        sections=("首页", "本地", "经济", "教育", "社区", "生活"),
        related="相关新闻",
        advertisement="广告",
        offer="春晖旅行社：返乡机票早订早优惠。",
        cookies="本站使用Cookie保存您的设置。全部接受",
        imprint="联系我们 · 版权声明 · 隐私政策",
    ),
}


def article_page(source: ExampleSource, article: Article, related: Iterable[Article]) -> str:
    """The page of an article; ``related`` are other articles of the same source to link to."""
    words = FURNITURE[source.language or "en"]
    wording = article.current
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in wording.paragraphs)
    return _page(
        source,
        wording.title,
        f"""<main><article>
<h1>{escape(wording.title)}</h1>
{_byline(article)}
<p class="standfirst">{escape(wording.summary)}</p>
<div class="article-body">
{text}
</div>
</article></main>
<aside class="advertisement"><h4>{words.advertisement}</h4><p>{words.offer}</p></aside>
<aside class="related"><h3>{words.related}</h3><ul>{_links(source, related)}</ul></aside>""",
    )


def front_page(sources: Iterable[ExampleSource]) -> str:
    """A page that leads to the feeds, for a person who follows the site's address."""
    links = "".join(
        f'<li><a href="/feeds/{source.id}.xml">{escape(source.name)}</a></li>' for source in sources if source.format
    )
    return f'<!DOCTYPE html>\n<html lang="en"><title>Varnhaven</title><h1>Varnhaven</h1><ul>{links}</ul></html>\n'


def unavailable_page(source: ExampleSource) -> str:
    """What a broken site answers instead of its feed."""
    return _page(
        source,
        "Service unavailable",
        "<main><h1>Service unavailable</h1><p>Our notices move to a new system. Please try again later.</p></main>",
    )


def _page(source: ExampleSource, title: str, body: str) -> str:
    language = source.language or "en"
    words = FURNITURE[language]
    sections = "".join(f'<li><a href="/">{section}</a></li>' for section in words.sections)
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{escape(title)} | {escape(source.name)}</title></head>
<body>
<header><a href="/">{escape(source.name)}</a><nav><ul>{sections}</ul></nav></header>
{body}
<div class="cookie-banner" role="dialog">{words.cookies}</div>
<footer>{words.imprint}</footer>
</body>
</html>
"""


def _byline(article: Article) -> str:
    parts = []
    if article.author:
        parts.append(f'<span class="author">{escape(article.author)}</span>')
    if article.published_at:
        local = article.published_at.astimezone(load_office().zone)
        parts.append(f'<time datetime="{local.isoformat()}">{local:%H:%M}</time>')
    return f'<div class="byline">{" ".join(parts)}</div>'


def _links(source: ExampleSource, articles: Iterable[Article]) -> str:
    return "".join(
        f'<li><a href="/{source.id}/{article.id}">{escape(article.current.title)}</a></li>' for article in articles
    )
