"""The bundled example: its content is whole, its calendar right, its site behaves like real ones."""

import http.client
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import feedparser
import pypdfium2
import pytest
import trafilatura
from hypothesis import given
from hypothesis import strategies as st

from app.example.acts import load_asks, load_corrections
from app.example.articles import load_articles
from app.example.gold import DocumentKey, load_gold
from app.example.make_reports import write_docx
from app.example.office import HERE, WEEKS, anchor_for, load_office, moment, report_files, weeks
from app.example.pages import FURNITURE
from app.example.site import ExampleSite
from app.example.statements import load_statements
from digest.types import Mark, Origin, SourceKind

ANCHOR = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FEEDS = (
    "courier",
    "post",
    "meridian",
    "huawen",
    "river",
    "ministry",
    "statistics",
    "university",
    "linlan",
    "capstan",
)


def articles():
    return {DocumentKey(a.source_id, a.key): a for feed in FEEDS for a in load_articles(feed, ANCHOR)}


def reports():
    return {DocumentKey("departments", r.name): r for week in WEEKS for r in report_files(week)}


def texts():
    """When each document appears, and what it says in the end."""
    feeds = {key: (a.appears_at, "\n".join(a.current.paragraphs)) for key, a in articles().items()}
    return feeds | {key: (ANCHOR + r.modified, text_of(r.path)) for key, r in reports().items()}


def week_of(moment):
    return next(number for number, (start, end) in zip(WEEKS, weeks(ANCHOR), strict=True) if start <= moment < end)


def feed_of(body):
    feed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not feed.bozo
    return feed


def get(site, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            pages = []
            for page in pdf:
                textpage = page.get_textpage()
                pages.append(textpage.get_text_bounded())
                textpage.close()
                page.close()
            return "\n".join(pages)
    if path.suffix == ".docx":
        document = docx.Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([p.text for p in document.paragraphs] + cells)
    return path.read_text(encoding="utf-8")


def words(text: str) -> set[str]:
    """Latin words, numbers, and pairs of Chinese characters: what survives another layout and the marks of Markdown."""
    latin = re.findall(r"[A-Za-z]+|\d+", text)
    joined = re.sub(r"[\s#|*-]|^\d+\. ", "", text, flags=re.MULTILINE)
    return set(latin) | {joined[i : i + 2] for i in range(len(joined)) if re.match(r"[一-鿿]{2}", joined[i : i + 2])}


@pytest.fixture
def site():
    with ExampleSite(ANCHOR) as site:
        yield site


# The office


def test_the_office_has_three_leaders_five_units_and_twelve_sources():
    office = load_office()
    assert (len(office.leaders), len(office.units), len(office.sources)) == (3, 5, 12)
    assert {person.role for person in office.people} == {"editor", "approver", "administrator"}
    assert {source.origin for source in office.sources} == {Origin.HIGHER, Origin.OWN, Origin.PEER, Origin.MEDIA}


def test_every_topic_has_keywords_in_both_languages():
    for topic in load_office().topics:
        assert any(keyword.isascii() for keyword in topic.keywords), topic.id
        assert any(not keyword.isascii() for keyword in topic.keywords), topic.id


def test_leaders_weigh_existing_topics_and_one_reads_chinese():
    office = load_office()
    topics = {topic.id for topic in office.topics}
    profiles = [leader.profile for leader in office.leaders]
    assert all(set(profile.topic_weights) <= topics for profile in profiles)
    assert [profile.id for profile in profiles if profile.language == "zh"] == ["zhou"]


def test_every_address_of_a_person_is_one_that_can_never_exist():
    office = load_office()
    people = [*office.people, *office.units, *(leader.profile for leader in office.leaders)]
    assert all(person.email.endswith(".example") for person in people)


# The documents


def test_about_120_documents_a_fifth_of_them_chinese():
    found = [text for _, text in texts().values()]
    chinese = [text for text in found if len(re.findall(r"[一-鿿]", text)) > 100]
    assert 115 <= len(found) <= 125
    assert 0.18 <= len(chinese) / len(found) <= 0.25


def test_the_four_weeks_hold_about_the_same_number_of_documents():
    numbers = Counter(week_of(moment) for moment, _ in texts().values())
    assert all(28 <= numbers[week] <= 32 for week in WEEKS)


def test_documents_are_as_long_as_real_ones():
    for key, (_, text) in texts().items():
        length = len(re.findall(r"[A-Za-z]+|\d[\d,.]*", text)) + len(re.findall(r"[一-鿿]", text)) / 2
        assert 60 <= length <= 350, key


def test_some_stories_go_on_through_all_four_weeks():
    moments = {key: moment for key, (moment, _) in texts().items()}
    weeks_of = {
        story: {week_of(moments[document]) for document in documents}
        for story, documents in load_gold().stories.items()
    }
    always = {story for story, found in weeks_of.items() if found == set(WEEKS)}
    assert always == {"st-annes-lock", "pier-7", "line-4", "flood-fund"}
    assert sum(len(found) > 1 for found in weeks_of.values()) >= 10


def test_gold_puts_every_document_into_exactly_one_story():
    told = [document for documents in load_gold().stories.values() for document in documents]
    assert sorted(told) == sorted([*articles(), *reports()])


def test_gold_names_stories_and_leaders_that_exist():
    gold = load_gold()
    assert set(gold.on_top) == {leader.profile.id for leader in load_office().leaders}
    named = {story for on_top in gold.on_top.values() for week in on_top for story in week}
    assert named | set(gold.noise) | set(gold.conflicts) <= set(gold.stories)
    assert not named & set(gold.noise)
    assert all(len(by_week) == len(WEEKS) for by_week in gold.on_top.values())


def test_gold_says_for_each_leader_and_week_what_is_seen_and_what_is_on_top_is_among_it():
    gold = load_gold()
    present = {key: week_of(when) for key, (when, _) in texts().items()}
    for leader_id, by_week in gold.sees.items():
        assert len(by_week) == len(WEEKS)
        for week, seen in zip(WEEKS, by_week, strict=True):
            assert set(gold.on_top[leader_id][week - 1]) <= set(seen)
            assert len(seen) == len(set(seen))
            assert not set(seen) & set(gold.noise)
            told = {story for story in seen if any(present[key] == week for key in gold.stories[story])}
            assert told == set(seen)


def test_a_reprint_shares_most_of_its_words_with_the_document_it_repeats():
    known = articles()
    for later, earlier in load_gold().duplicates.items():
        assert known[later].appears_at > known[earlier].appears_at
        body = [set(known[key].current.paragraphs) for key in (later, earlier)]
        assert len(body[0] & body[1]) >= len(body[1]) - 1


def test_sources_differ_in_the_figures_that_gold_says():
    known = {key: text for key, (_, text) in texts().items()}
    for figures in load_gold().conflicts.values():
        assert len(set(figures.values())) > 1
        for document, figure in figures.items():
            assert figure in re.sub(r"\s+", " ", known[document])


# What the people say and do


def test_statements_are_of_leaders_and_known_from_their_day_on():
    said = load_statements(ANCHOR, ANCHOR)
    assert {each.leader_id for each in said} == {leader.profile.id for leader in load_office().leaders}
    assert all(each.said_on.weekday() < 6 for each in said)  # nobody instructs on a Sunday
    start = weeks(ANCHOR)[0][0]
    assert [each for each in said if each.said_on <= start.date()] == list(load_statements(ANCHOR, start))


def test_what_is_asked_and_corrected_is_about_documents_of_earlier_weeks():
    appeared = {key: when for key, (when, _) in texts().items()}
    asked, corrected = load_asks(ANCHOR), load_corrections(ANCHOR)
    for on, when in [
        *((each.on, each.asked_at) for each in asked),
        *((each.on, each.written_at) for each in corrected),
    ]:
        assert week_of(appeared[on.document]) == on.week
        assert weeks(ANCHOR)[on.week - 1][1] < when <= ANCHOR
    assert [each.due < ANCHOR for each in asked] == [True, False]
    assert all(each.asked_at < each.due for each in asked)


# The reports


@pytest.mark.parametrize("report", reports().values(), ids=lambda report: report.name)
def test_a_report_can_be_read_and_says_what_its_text_says(report):
    kept = HERE / "reports" / "text" / report.path.parent.name / f"{report.path.name}.md"
    source = kept.read_text(encoding="utf-8") if kept.exists() else report.path.read_text(encoding="utf-8")
    text = text_of(report.path)
    assert words(source) == words(text)
    assert len(words(text)) > 100


def test_one_report_is_confidential_and_the_others_are_internal():
    marks = [report.mark for report in reports().values()]
    assert sorted(marks) == [Mark.INTERNAL] * (len(marks) - 1) + [Mark.CONFIDENTIAL]


def test_one_report_is_urgent_and_comes_last():
    last = max(reports().values(), key=lambda report: report.modified)
    urgent = [report for report in reports().values() if text_of(report.path).lstrip("# ").startswith("URGENT")]
    assert urgent == [last]


def test_every_bundled_report_and_every_kept_text_is_listed():
    listed = {report.path for report in reports().values()}
    present = set((HERE / "reports").glob("week*/*"))
    written = {HERE / "reports" / text.parent.name / text.stem for text in (HERE / "reports/text").glob("*/*.md")}
    assert listed == present
    assert written <= listed


def test_a_word_report_keeps_headings_lists_and_tables(tmp_path):
    target = tmp_path / "report.docx"
    write_docx("# Lock\n\n- brace\n- hinge\n\n| a | 费用 |\n| --- | --- |\n| 1 | 2 |\n", target)
    document = docx.Document(str(target))
    assert [(p.style.name, p.text) for p in document.paragraphs] == [
        ("Heading 1", "Lock"),
        ("List Bullet", "brace"),
        ("List Bullet", "hinge"),
    ]
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [["a", "费用"], ["1", "2"]]
    assert zipfile.is_zipfile(target)


# The calendar


def test_the_anchor_is_friday_ten_o_clock_in_the_offices_time_zone():
    assert anchor_for(datetime(2026, 11, 24, 12, tzinfo=UTC)) == ANCHOR
    assert anchor_for(ANCHOR) == ANCHOR
    assert anchor_for(ANCHOR - timedelta(seconds=1)) == ANCHOR - timedelta(weeks=1)


@given(st.integers(min_value=0, max_value=20 * 365 * 24 * 60))
def test_an_anchor_lies_within_the_week_before_now_and_is_its_own_anchor(minutes):
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    anchor = anchor_for(now)
    assert timedelta(0) <= now - anchor < timedelta(weeks=1, hours=2)
    assert anchor_for(anchor) == anchor
    local = anchor.astimezone(load_office().zone)
    assert (local.weekday(), local.hour, local.minute) == (4, 10, 0)


def test_cut_offs_keep_their_local_hour_when_the_clocks_change():
    after_the_change = datetime(2026, 10, 30, 9, 0, tzinfo=UTC)
    found = weeks(after_the_change)
    assert [start.hour for start, _ in found] == [8, 8, 8, 8]
    assert [end.hour for _, end in found] == [8, 8, 8, 9]
    assert [end for _, end in found] == [*(start for start, _ in found[1:]), after_the_change]


def test_a_friday_before_the_cut_off_time_is_the_last_day_of_its_week():
    start, end = weeks(ANCHOR)[2]
    assert moment(ANCHOR, 3, "Fri 10:00") == start
    assert moment(ANCHOR, 3, "Fri 09:59") == end - timedelta(minutes=1)
    assert moment(ANCHOR, 3, "Mon 07:30") == start + timedelta(days=3) - timedelta(hours=2, minutes=30)


def test_another_anchor_moves_everything_by_whole_weeks():
    later = ANCHOR + timedelta(weeks=5)
    moved = [a.appears_at - timedelta(weeks=5) for a in load_articles("courier", later)]
    assert moved == [a.appears_at for a in load_articles("courier", ANCHOR)]


# The site


@pytest.mark.parametrize("source_id", FEEDS)
def test_a_feed_lists_every_article_with_its_key_and_date(site, source_id):
    status, _, body = get(site, f"/feeds/{source_id}.xml")
    entries = {entry.id: entry for entry in feed_of(body).entries}
    expected = {article.key: article for article in load_articles(source_id, ANCHOR)}
    assert status == 200
    assert entries.keys() == expected.keys()
    for key, article in expected.items():
        assert entries[key].title == article.current.title
        date = entries[key].get("published_parsed") or entries[key].get("updated_parsed")
        assert (date[:6] if date else None) == (
            article.published_at.utctimetuple()[:6] if article.published_at else None
        )


def test_the_feeds_are_written_in_three_formats(site):
    versions = {feed: feed_of(get(site, f"/feeds/{feed}.xml")[2]).version for feed in FEEDS}
    assert set(versions.values()) == {"rss20", "rss10", "atom10"}


def test_exactly_one_document_is_undated_and_one_is_dated_two_weeks_before_its_own():
    _, (_, second), _, (fourth, end) = weeks(ANCHOR)
    known = articles().values()
    assert [a.id for a in known if a.published_at is None] == ["market-hall"]
    late = [a.id for a in known if a.published_at and a.appears_at >= fourth and a.published_at < second]
    assert late == ["roof-circular"]
    assert end == ANCHOR


@pytest.mark.parametrize("source_id", FEEDS)
def test_the_text_of_an_article_can_be_told_from_what_surrounds_it(site, source_id):
    source = next(source for source in load_office().sources if source.id == source_id)
    words = FURNITURE[source.language]
    for article in load_articles(source_id, ANCHOR):
        status, _, body = get(site, f"/{source_id}/{article.id}")
        text = trafilatura.extract(body.decode(), favor_recall=True)
        assert status == 200
        assert all(paragraph in text for paragraph in article.current.paragraphs)
        assert not any(piece in text for piece in (words.offer, words.cookies, words.imprint, words.related))


@pytest.mark.parametrize("source_id", ["courier", "meridian"])
def test_a_feed_of_teasers_withholds_the_text(site, source_id):
    body = get(site, f"/feeds/{source_id}.xml")[2].decode()
    assert all(a.current.paragraphs[-1] not in body for a in load_articles(source_id, ANCHOR))


def test_a_link_in_a_feed_leads_to_its_page(site):
    entry = feed_of(get(site, "/feeds/huawen.xml")[2]).entries[0]
    assert entry.link.startswith(site.base_url)
    assert entry.title in get(site, entry.link.removeprefix(site.base_url))[2].decode()


@pytest.mark.parametrize("path", ["/feeds/river.xml", "/river/high-water-outlook"])
def test_what_is_known_already_is_answered_not_modified(site, path):
    _, headers, _ = get(site, path)
    assert get(site, path, **{"If-None-Match": headers["ETag"]})[0] == 304
    assert get(site, path, **{"If-Modified-Since": headers["Last-Modified"]})[0] == 304
    assert get(site, path, **{"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]})[0] == 200
    assert get(site, path, **{"If-Modified-Since": "yesterday"})[0] == 200


def test_the_failing_source_answers_an_error_page(site):
    status, headers, body = get(site, "/feeds/port.xml")
    assert (status, headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert b"<html" in body


def test_what_lies_in_the_sites_future_is_not_served(site):
    _, headers, _ = get(site, "/feeds/river.xml")
    _, site.until = weeks(ANCHOR)[2]
    assert get(site, "/river/high-water-outlook")[0] == 404
    status, earlier, body = get(site, "/feeds/river.xml", **{"If-None-Match": headers["ETag"]})
    assert status == 200
    assert earlier["ETag"] != headers["ETag"]
    earlier_ones = ["notice-lock-restriction", "gate-test", "dredging"]
    assert [entry.id for entry in feed_of(body).entries] == [f"urn:river:{name}" for name in earlier_ones]


def test_a_corrected_article_changes_in_feed_and_page_from_its_time_on(site):
    correction = moment(ANCHOR, 4, "Mon 09:15")
    seen = []
    for until in (correction - timedelta(seconds=1), correction):
        site.until = until
        entries = {e.id: e for e in feed_of(get(site, "/feeds/courier.xml")[2]).entries}
        page = get(site, "/courier/line-4-closure")[2].decode()
        seen.append((entries["urn:courier:line-4-closure"].title, "for six weeks from next Monday" in page))
    assert "six weeks" in seen[0][0]
    assert "four weeks" in seen[1][0]
    assert [said_six for _, said_six in seen] == [True, False]


def test_articles_are_corrected_in_the_week_after_and_say_so():
    corrected = [article for article in articles().values() if len(article.wordings) > 1]
    assert {article.id for article in corrected} == {"labour-market", "line-4-closure"}
    for article in corrected:
        first, last = article.wordings
        assert week_of(last.since) == week_of(first.since) + 1
        assert last.paragraphs[-1].startswith("Correction: ")


def test_a_page_that_does_not_exist_is_not_found(site):
    for path in ("/feeds/none.xml", "/courier/none", "/courier", "/departments/transport-week.md", "/a/b/c"):
        assert get(site, path)[0] == 404


def test_the_front_page_leads_to_every_feed(site):
    body = get(site, "/")[2].decode()
    assert all(f'href="/feeds/{feed}.xml"' in body for feed in (*FEEDS, "port"))


def test_the_site_comes_back_on_its_port_and_gives_way_when_it_is_busy():
    with ExampleSite(ANCHOR) as first:
        port = first.port
        with ExampleSite(ANCHOR, port=port) as second:
            assert second.port != port
            assert get(second, "/")[0] == 200
    with ExampleSite(ANCHOR, port=port) as again:
        assert again.port == port
        assert again.feed_address("river") == f"http://127.0.0.1:{port}/feeds/river.xml"


def test_every_feed_belongs_to_a_source_of_the_office():
    feeds = {source.id for source in load_office().sources if source.kind is SourceKind.FEED}
    assert feeds == {*FEEDS, "port"}
    assert {path.stem for path in (HERE / "feeds").glob("*.json")} == set(FEEDS)
