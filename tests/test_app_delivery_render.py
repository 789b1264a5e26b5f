import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from lxml import html
from pydantic import TypeAdapter

from app.delivery.context import Briefing
from app.delivery.failures import problem
from app.delivery.notices import Deadlines, unapproved
from app.delivery.plain import WIDTH, columns
from app.delivery.present import present
from app.delivery.render import STATIC, TEMPLATES, Frame, Mail, Notice, environment, mail, notice, page, static_path
from app.i18n import translations
from digest.edition import Edition
from digest.types import Mark

GOLDEN = Path(__file__).parent / "data" / "editions" / "v1.json"
EN = translations("en", "Europe/Berlin")
ZH = translations("zh", "Europe/Berlin")
FRAME = Frame(
    office="Harbour & <Sons>",
    example=True,
    path="/briefings/2026-W47",
    query={"leader": "mayor"},
    viewer="A. Weber",
    csrf_token="token",
    pages=("briefings", "sources", "outbox"),
)
DEADLINES = Deadlines(
    edition="W47", deadline=datetime(2026, 11, 20, 15, tzinfo=UTC), sending=datetime(2026, 11, 23, 6, tzinfo=UTC)
)
HELD = Notice(
    office="Harbour & <Sons>",
    example=False,
    words=unapproved(DEADLINES, EN),
    path="/briefings/2026-W47/draft",
    public_url="https://office.example",
)


def briefing(language: str = "en", public_url: str | None = "https://office.example") -> Briefing:
    edition = TypeAdapter(Edition).validate_json(GOLDEN.read_bytes())
    return present(edition, leader_id="mayor", clearance=Mark.CONFIDENTIAL, language=language, public_url=public_url)


def pages() -> list[str]:
    ways = (("/", "The latest briefing"),)
    rendered = [
        page("web/error.html", t, frame=FRAME, problem=problem(500, t, reference="a1"), ways=ways) for t in (EN, ZH)
    ]
    return rendered + [page("web/briefing.html", t, frame=FRAME, briefing=briefing(t.language)) for t in (EN, ZH)]


def mails() -> list[Mail]:
    briefings = [mail(briefing(language, url)) for language in ("en", "zh") for url in (None, "https://office.example")]
    return briefings + [notice(replace(HELD, example=example), t) for example in (True, False) for t in (EN, ZH)]


def test_every_template_compiles_and_none_switches_escaping_off():
    templates = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())
    assert "web/briefing.html" in templates
    for name in templates:
        assert name.endswith((".html", ".txt"))
        environment().get_template(name)
        source = (TEMPLATES / name).read_text()
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), name


def test_a_value_that_a_page_names_and_nobody_gave_is_an_error():
    with pytest.raises(UndefinedError):
        page("web/error.html", EN, frame=FRAME)


def test_pages_hold_no_script_or_style_of_their_own():
    for text in pages():
        tree = html.fromstring(text)
        assert tree.xpath("//style | //*[@style] | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []
        fetched = tree.xpath("//script/@src | //link/@href | //img/@src")
        assert len(fetched) >= 4
        assert all(address.startswith(("/static/", "data:,")) for address in fetched)


def test_pages_have_one_main_landmark_a_heading_and_a_way_past_the_navigation():
    for text in pages():
        tree = html.fromstring(text)
        assert len(tree.xpath("//main[@id='main']")) == len(tree.xpath("//h1")) == 1
        assert tree.xpath("//a[1]/@href")[0] == "#main"
        assert tree.xpath("/html/@lang")[0] in ("en", "zh")
        identifiers = tree.xpath("//@id")
        assert len(identifiers) == len(set(identifiers))


def test_the_language_of_a_page_is_switched_without_losing_its_query():
    text = page("web/briefing.html", EN, frame=FRAME, briefing=briefing())
    assert html.fromstring(text).xpath("//a[@hreflang='zh']/@href") == ["/briefings/2026-W47?leader=mayor&language=zh"]


def test_what_comes_from_outside_is_escaped_once():
    text = page("web/briefing.html", EN, frame=FRAME, briefing=briefing())
    sent = mail(briefing())
    for rendering in (text, sent.html):
        assert "Book fair &lt;draws&gt; 4,000 visitors &amp; “many” children" in rendering
        assert "&amp;amp;" not in rendering
        assert "&amp;lt;" not in rendering
    assert "Book fair <draws> 4,000 visitors & “many” children" in sent.text


def test_a_topic_named_with_special_characters_is_escaped_once_among_the_reasons():
    value = briefing()
    told = value.sections[0].entries[0]
    reason = "Chosen because: standing topic R&D <b>."
    named = replace(told, because_brief=reason, because_line=reason)
    section = replace(value.sections[0], entries=(named,))
    changed = replace(value, sections=(section,))
    for rendering in (page("web/briefing.html", EN, frame=FRAME, briefing=changed), mail(changed).html):
        assert "Chosen because: standing topic R&amp;D &lt;b&gt;. Three sources (" in rendering
    assert "standing topic R&D <b>. Three sources (" in re.sub(r"\s+", " ", mail(changed).text)


def test_mails_fetch_nothing_and_run_nothing():
    for value in mails():
        tree = html.fromstring(value.html)
        assert tree.xpath("//script | //link | //img | //iframe | //form | //@src | //@background") == []
        assert not re.search(r"url\(|@import|javascript:", value.html)


def test_mails_carry_links_only_when_the_office_has_a_public_address():
    assert html.fromstring(mail(briefing(public_url=None)).html).xpath("//@href") == []
    assert "://" not in mail(briefing(public_url=None)).text
    links = html.fromstring(mail(briefing()).html).xpath("//@href")
    assert len(links) > 20
    assert all(link.startswith("https://office.example/") for link in links)


def test_subjects_are_one_line():
    for value in mails():
        assert value.subject == value.subject.strip()
        assert len(value.subject.splitlines()) == 1


def test_the_style_of_a_mail_is_in_its_elements_and_only_media_queries_in_its_head():
    tree = html.fromstring(mail(briefing()).html)
    assert "prefers-color-scheme: dark" in tree.xpath("string(//style)")
    assert ".status" not in tree.xpath("string(//style)")
    assert all(heading.get("style") for heading in tree.xpath("//h1 | //h2 | //h3"))


def test_plain_text_keeps_to_the_width_and_leaves_no_gaps():
    for value in mails():
        lines = value.text.splitlines()
        assert [line for line in lines if columns(line) > WIDTH and "://" not in line] == []
        assert "\n\n\n\n" not in value.text
        assert not any(line != line.rstrip() for line in lines)


def test_an_example_says_so_in_every_rendering():
    value = briefing()
    sent = mail(value)
    assert sent.subject.startswith("EXAMPLE ")
    for rendering in (page("web/briefing.html", EN, frame=FRAME, briefing=value), sent.html, sent.text):
        assert "An invented office." in rendering
    real = mail(replace(value, example=False))
    assert "An invented office." not in real.html + real.text


def test_a_notice_tells_what_happened_by_when_and_what_to_do():
    sent = notice(HELD, EN)
    assert sent.subject == "Briefing W47 is held: not approved in time"
    assert "by Fri 20 Nov 2026, 16:00" in sent.text.replace("\n", " ")
    assert "https://office.example/briefings/2026-W47/draft" in sent.text
    assert "Harbour &amp; &lt;Sons&gt;" in sent.html
    assert html.fromstring(notice(replace(HELD, public_url=None), ZH).html).xpath("//@href") == []


def test_the_address_of_a_static_file_changes_with_its_content():
    assert re.fullmatch(r"/static/style\.css\?v=[0-9a-f]{12}", static_path("style.css"))
    assert static_path("style.css") != static_path("app.js")


def test_static_files_fetch_nothing_from_elsewhere():
    for name in ("style.css", "app.js"):
        assert "//" not in re.sub(r"^//.*$", "", (STATIC / name).read_text(), flags=re.MULTILINE)
