"""A report as a page and as Markdown: what the news says stays text, and nobody is asked for anything."""

from datetime import UTC, datetime, timedelta
from typing import Any

from alerts_samples import CRITICAL, IN_FORCE, NOON, STATUS, development, event, evidence, hours
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from blockwire.schemas import BlockEvent
from blockwire.transforms.browse.names import Names
from blockwire.transforms.bulletin.charts import by_country, charts_of
from blockwire.transforms.bulletin.gathering import Bulletin, Entry, totals_of
from blockwire.transforms.bulletin.period import Period
from blockwire.transforms.bulletin.rendering import as_html, as_markdown

WEEK = Period(NOON, NOON + timedelta(days=7))


def bulletin(*events: BlockEvent, period: Period = WEEK, **fields: Any) -> Bulletin:
    entries = tuple(Entry(one, one.developments, "new event, ordered") for one in events)
    given: dict[str, Any] = {"new": entries, "moved": (), "ended": (), "late": (), "dead_letters": {}, **fields}
    return Bulletin(
        period=period,
        false=0,
        items=len(events),
        feeds=2,
        feeds_failing=1,
        totals=totals_of([]),
        rules_versions=("1",),
        **given,
    )


NAMES = Names(services={"telegram": "Telegram"})


def page(of: Bulletin) -> html.HtmlElement:
    return html.document_fromstring(as_html(of, hours(1), NAMES))


def headings(source: str) -> list[str]:
    tokens = MarkdownIt().parse(source)
    return [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]


def test_the_page_tells_each_event_with_quotes_and_sources() -> None:
    steps = (development(0, quote=""), development(1, STATUS, IN_FORCE, CRITICAL, quote=""))
    found = page(bulletin(event(*steps)))
    (article,) = found.xpath("//article[@class='critical']")
    text = article.text_content()
    for words in ("Ukraine (ordered by Russia): messaging block: Telegram", "in force", "unconfirmed", "2027-03-02"):
        assert words in text
    assert article.xpath(".//q[@dir='auto' and @lang='ru']/text()") == ["Звонки ограничены"]
    assert article.xpath(".//ul//a/@href") == ["https://news.example/0-opened"]
    assert article.xpath(".//p[@class='pages']//a/text()|.//p[@class='pages']//bdi/text()") == ["OONI Explorer"]


def test_the_page_asks_nobody_for_anything() -> None:
    source = as_html(bulletin(event()), hours(1), NAMES)
    found = html.document_fromstring(source)
    assert not found.xpath("//script|//link|//img|//iframe|//object|//*[@src]|//*[@srcset]")
    assert "url(" not in source
    assert "@import" not in source
    (policy,) = found.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_every_drawing_stands_beside_its_number() -> None:
    """The bars are for the eye alone: a screen reader reads the table they stand in."""
    found = page(bulletin(event()))
    charts = found.xpath("//table[@class='chart']")
    rows = [[cell.text_content().split() for cell in chart.xpath(".//tbody/tr/*")] for chart in charts]
    assert [[" ".join(row[0]), row[1][-1]] for row in rows] == [["Tue 02 Mar", "1"], ["Ukraine", "1"]]
    assert set(found.xpath("//svg/@aria-hidden")) == {"true"}
    assert found.xpath("//svg/rect/@width") == ["100.0", "100.0"]


def test_markdown_tells_the_same() -> None:
    source = as_markdown(bulletin(event()), hours(1), NAMES)
    assert "### Ukraine \\(ordered by Russia\\): messaging block: Telegram: ordered" in source
    assert "| Ukraine | 0 | 1 | 0 | 0 | 1 |" in source
    assert "](https://news.example/0-opened)" in source
    tables = [token for token in MarkdownIt("gfm-like", {"linkify": False}).parse(source) if token.type == "table_open"]
    assert len(tables) == 2


HOSTILE = st.text(st.sampled_from("<>&\"'`*_[]()#|!\\\n\r -+1.a\u202eя/:"), min_size=1, max_size=40) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</title><img src=x onerror=alert(1)>",
        "](javascript:alert(1))",
        "{{ 7*7 }}",
        "{% x %}",
    ]
)


@settings(max_examples=40, deadline=None)
@given(HOSTILE)
def test_no_news_becomes_markup(text: str) -> None:
    hostile = event(
        targets=(text,), censors=(), evidence=(evidence(title=text, quote=text, source_name=text),), regions=(text,)
    )
    given_ = bulletin(hostile, dead_letters={text: 1})
    plain = page(bulletin(event()))
    found = page(given_)
    assert {node.tag for node in found.iter(html.etree.Element)} <= {
        node.tag for node in plain.iter(html.etree.Element)
    }
    assert not found.xpath("//@*[starts-with(name(), 'on')]")
    assert all(link.startswith(("https://", "#")) for link in found.xpath("//@href"))
    source = as_markdown(given_, hours(1), NAMES)
    tokens = [inner for token in MarkdownIt().parse(source) for inner in (token, *(token.children or ()))]
    assert not [
        token for token in tokens if token.type in ("html_block", "html_inline", "image", "code_inline", "fence")
    ]
    assert all(str(token.attrs["href"]).startswith("https://") for token in tokens if token.type == "link_open")


def test_a_name_written_from_the_right_turns_nothing_behind_it() -> None:
    told = page(bulletin(event(evidence=(evidence(source_name="کاوشگر"),))))
    assert told.xpath("//ul[@class='sources']/li/bdi/text()") == ["کاوشگر", "2027-03-02 12:00 UTC", "independent"]


def test_quiet_times_are_told_too() -> None:
    for told in (page(bulletin()).text_content(), as_markdown(bulletin(), hours(1), NAMES)):
        assert "No new event." in told
        assert "Nothing was lifted." in told
        assert "noticed only now" not in told


def test_a_long_section_says_how_many_it_left_out() -> None:
    found = page(bulletin(*[event(id=f"{number:032x}") for number in range(302)]))
    assert len(found.xpath("//article")) == 300
    assert "And 2 more." in found.text_content()


def test_bars_fill_the_drawing_and_countries_are_in_order() -> None:
    many = [event(id=f"{number:032x}", countries=("IR",)) for number in range(3)]
    found = bulletin(event(countries=("IR", "UA")), *many)
    iran, ukraine = by_country(found)
    assert (iran.label, iran.total, ukraine.total) == ("Iran", 4, 1)
    assert [sum(piece.width for piece in bar.pieces) for bar in (iran, ukraine)] == [100, 25]


def test_a_long_period_is_drawn_by_weeks() -> None:
    months = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    in_time, _ = charts_of(bulletin(period=months))
    assert in_time.title == "New events by week"
    assert (in_time.bars[0].label, len(in_time.bars)) == ("week of 29 Dec", 9)
    assert {bar.total for bar in in_time.bars} == {0}
