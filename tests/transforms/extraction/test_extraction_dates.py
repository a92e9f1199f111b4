"""When an article was published: which of the things that a page says is believed."""

from datetime import UTC, date, datetime

import pytest
from extraction_pages import NOW, PARAGRAPHS, entry, page, paragraphs
from hypothesis import given
from hypothesis import strategies as st

from blockwire.schemas import Article
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.extraction.article import examine_page
from blockwire.transforms.extraction.dates import date_in_url, local_day, read_time
from blockwire.transforms.extraction.metadata import Stated
from blockwire.transforms.extraction.structured_data import day_in_data
from blockwire.transforms.extraction.visible_date import days_in

PLAIN_URL = "https://news.example.org/regulator-orders-block"


def published(html: str, url: str = PLAIN_URL) -> tuple[date | None, str | None]:
    """The day and where it was found."""
    found = examine_page(html, url=url, content_type=None, entry=entry(), fetched=NOW, policy=ExtractionPolicy())
    assert isinstance(found.made, Article), found.made
    return found.made.published.date() if found.made.published else None, found.sources.get("published")


def lines(before: str = "", after: str = "", head: str = "", language: str = "en") -> str:
    html = page(f"{before}{paragraphs(PARAGRAPHS)}{after}", head=head)
    return html.replace('lang="en"', f'lang="{language}"')


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("November 19, 2026", "en"),
        ("Nov. 19, 2026, 08:15", "en"),
        ("19th of November 2026", "en"),
        ("Thursday 19 November 2026", "en"),
        ("11/19/2026", "en-US"),
        ("19/11/2026 08:15", "en-GB"),
        ("19.11.2026, 08:15 Uhr", "de"),
        ("19. November 2026", "de"),
        ("19.11.26", "de"),
        ("Publié le 19 novembre 2026 à 8h15", "fr"),
        ("19 de noviembre de 2026", "es"),
        ("19 ноября 2026, 08:15", "ru"),
        ("19 листопада 2026", "uk"),
        ("2026年11月19日 08:15", "zh"),
        ("2026-11-19 08:15", "zh"),
        ("2026.11.19. 08:15", "ko"),
        ("19 نوفمبر 2026", "ar"),
        ("By Anna Novak | Published: 2026.11.19 | Politics", "en"),
    ],
)
def test_the_line_under_the_title_says_when(line: str, language: str) -> None:
    assert published(lines(f"<div>{line}</div>", language=language)) == (date(2026, 11, 19), "visible date")


@pytest.mark.parametrize(
    "line",
    [
        "Updated on November 19, 2026",
        "Aktualisiert: 19.11.2026",
        "© 2026 Ruritania Today, 19.11.2026",
        "03/04/2026",  # the third of April or the fourth of March, in English from nobody knows where
        "November 31, 2026",
        "November 19, 2031",
        "19.11.1899",
        "Call 19-11-2026000",
    ],
)
def test_in_doubt_there_is_no_date(line: str) -> None:
    assert published(lines(f"<div>{line}</div>")) == (None, None)


@pytest.mark.parametrize("dateline", ["19.11.2026 - ", "19.11.2026, 08:15 | ", "(19 November 2026) ", "2026-11-19: "])
def test_a_paragraph_may_begin_with_the_day(dateline: str) -> None:
    html = page(f"<p>{dateline}{PARAGRAPHS[0]}</p>{paragraphs(PARAGRAPHS[1:])}").replace('lang="en"', 'lang="en-GB"')
    assert published(html) == (date(2026, 11, 19), "visible date")


def test_a_clock_beside_a_date_is_not_other_text() -> None:
    html = lines("<p>19.11.2026 08:15 Uhr von der Redaktion in der Hauptstadt</p>", language="de")
    assert published(html) == (date(2026, 11, 19), "visible date")


def test_dates_in_sentences_and_of_other_articles_are_not_the_article_s() -> None:
    sentence = "<p>The law was passed on 3 March 2025 by the parliament, which had debated it in two readings over the winter.</p>"
    teasers = "".join(f'<div class="related-item"><span>{day} November 2026</span></div>' for day in (3, 4, 5))
    assert published(lines(sentence, teasers)) == (None, None)


def test_the_one_line_marked_as_a_date_counts_wherever_it_stands() -> None:
    filler = "".join(f"<div>Section {number}</div>" for number in range(20))
    assert published(lines(after=filler + '<p class="date">Feb 2, 2026</p>')) == (date(2026, 2, 2), "visible date")


def test_what_is_stated_for_machines_comes_first() -> None:
    head = '<meta property="article:published_time" content="2026-11-18T09:00:00Z">'
    assert published(lines("<div>November 19, 2026</div>", head=head)) == (
        date(2026, 11, 18),
        "meta article:published_time",
    )


def test_a_vague_statement_yields_to_the_visible_line() -> None:
    """``date`` and ``dc.date`` are the day of the edition or of a change as often as not."""
    head = '<meta name="date" content="2026-11-15">'
    assert published(lines("<div>November 12, 2026</div>", head=head)) == (date(2026, 11, 12), "visible date")
    assert published(lines(head=head)) == (date(2026, 11, 15), "meta date")


def test_the_hour_comes_from_a_vague_statement_of_the_same_day() -> None:
    head = '<meta name="date" content="2026-11-12T17:45:00Z">'
    html = lines("<div>November 12, 2026</div>", head=head)
    found = examine_page(html, url=PLAIN_URL, content_type=None, entry=entry(), fetched=NOW, policy=ExtractionPolicy())
    assert isinstance(found.made, Article)
    assert found.made.published == datetime(2026, 11, 12, 17, 45, tzinfo=UTC)


def test_time_elements_that_disagree_are_of_several_articles() -> None:
    times = "".join(f'<div><time datetime="2026-11-{day}">x</time></div>' for day in (17, 18))
    assert published(lines("<div>November 12, 2026</div>", times))[0] == date(2026, 11, 12)
    assert published(lines('<div><time datetime="2026-11-17">x</time></div>')) == (date(2026, 11, 17), "time element")


@pytest.mark.parametrize(
    "element",
    [
        '<div>Updated <time datetime="2026-11-17">x</time></div>',
        '<div class="comment-meta"><time datetime="2026-11-17">x</time></div>',
    ],
)
def test_the_time_of_a_change_or_a_comment_is_not_it(element: str) -> None:
    assert published(lines(element)) == (None, None)


def test_data_in_scripts_counts_where_it_agrees() -> None:
    script = '<script>window.state = {"publishedAt":"2026-11-12T08:00","createdAt":"2026-11-01"}</script>'
    assert published(lines(head=script)) == (date(2026, 11, 12), "data in the page")
    other = '<script>{"publishedAt":"2026-11-13"}</script>'
    assert published(lines(head=script + other)) == (None, None)
    assert day_in_data('{"publishedAt":"2026-13-45"}') is None


@pytest.mark.parametrize(
    "url",
    [
        "https://n.example.org/2026/11/19/story",
        "https://n.example.org/2026/11/19",
        "https://n.example.org/view/AEN20261119002300325",
        "https://n.example.org/story-20261119-abc",
        "https://n.example.org/19-11-2026-story",
        "https://n.example.org/news.php?day=2026-11-19",
    ],
)
def test_a_day_in_the_address(url: str) -> None:
    moment = date_in_url(url, NOW)
    assert moment is not None
    assert moment.date() == date(2026, 11, 19)


@pytest.mark.parametrize(
    "url",
    [
        "https://n.example.org/2026/11/2338761",
        "https://n.example.org/2026/13/41/story",
        "https://2026-11-19.example.org/story",
        "https://n.example.org/1202611190",
    ],
)
def test_numbers_in_an_address_that_are_no_day(url: str) -> None:
    assert date_in_url(url, NOW) is None


@pytest.mark.parametrize(
    ("value", "languages", "day"),
    [
        ("10/05/2026 05:22 pm", ("es",), date(2026, 5, 10)),
        ("10/05/2026 05:22 pm", ("en-US",), date(2026, 10, 5)),
        ("10/05/2026", (), date(2026, 10, 5)),
        ("10.05.2026", (), date(2026, 5, 10)),
        ("06 Dicembre 2025", ("it",), date(2025, 12, 6)),
        ("20260619T055000+0900", (), date(2026, 6, 18)),
        ("1780000000", (), date(2026, 5, 28)),
        ("5 May", (), None),
        ("PT7M2026", (), None),
    ],
)
def test_stated_times(value: str, languages: tuple[str, ...], day: date | None) -> None:
    moment = read_time(value, NOW, languages)
    assert (moment.date() if moment else None) == day


def test_the_publisher_s_day_is_that_of_its_clock() -> None:
    moment = datetime(2026, 11, 18, 20, 50, tzinfo=UTC)
    assert local_day(moment, [Stated("20261119T055000+0900", "")], PLAIN_URL) == date(2026, 11, 19)
    assert local_day(moment, [], "https://n.example.org/2026/11/19/story") == date(2026, 11, 19)
    # No publisher's clock is ten hours behind: the address names another day than that of publication.
    late = datetime(2026, 11, 19, 10, 4, tzinfo=UTC)
    assert local_day(late, [], "https://n.example.org/2026/11/18/story") == date(2026, 11, 19)


@given(st.text(max_size=200))
def test_any_text_is_read_or_not(text: str) -> None:
    list(days_in(text, ("de", "en")))
    read_time(text, NOW, ("xx", "en-US"))
    date_in_url(f"https://n.example.org/{text.replace('[', '').replace(']', '')}", NOW)
