"""Bodies say what the fields say, in three forms, and nothing in the news can be more than text in them."""

import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser

import pytest
from alerts_samples import CRITICAL, IN_FORCE, ORDERED, STATUS, alert, development, event, evidence
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from blockwire.schemas import MeasurementLink
from blockwire.transforms.alerts.contents import Content, content_of, digest_title
from blockwire.transforms.alerts.rendering import as_html, as_markdown, as_text, safe_url

Form = Callable[[Sequence[Content], str], str]

KEY = "fbd414df8951a3ed36c230bde1a66b27"

FORMS: tuple[Form, ...] = (as_text, as_html, as_markdown)
EVIL = "</title>]]><script>alert(1)</script> [x](javascript:a) **b** `c` @everyone <!channel> \u202egnp.exe\r\nBcc: x@y \x00"


class Tags(HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("form", FORMS)
def test_all_that_a_reader_needs_is_there(form: Form) -> None:
    whole = event(development(0), development(1, STATUS, IN_FORCE, CRITICAL), independent_sources=2)
    body = form([content_of(alert(whole))], KEY)
    for part in (
        "Ukraine (ordered by Russia)",
        "messaging block",
        "telegram",
        "in force",
        "critical",
        "status from ordered to in force",
        "occupied territory",
        "Звонки ограничены",
        "Регулятор ограничил звонки",
        "Volga-Inform",
        "https://news.example/0-opened",
        "independent",
        "OONI Explorer",
        "explorer.ooni.org",
        "2027-03-02 13:00 UTC",
        f"Reference: {KEY}",
    ):
        assert part.replace("(", "\\(").replace(")", "\\)") in body if form is as_markdown else part in body, part


def test_quotes_keep_their_direction_to_themselves() -> None:
    persian = event(evidence=(evidence(quote="تلگرام مسدود شد", language="fa", source_name="خبر"),))
    content = [content_of(alert(persian))]
    assert "“\u2068تلگرام مسدود شد\u2069” (\u2068خبر\u2069, \u2068fa\u2069)" in as_text(content, KEY)
    assert "\u2068تلگرام مسدود شد\u2069" in as_markdown(content, KEY)
    assert '<q lang="fa" dir="auto">تلگرام مسدود شد</q>' in as_html(content, KEY)


def test_what_moved_the_event_is_quoted_first_and_nothing_twice() -> None:
    moved = event(
        development(0, quote="Первое"),
        development(1, STATUS, IN_FORCE, quote="Второе"),
        evidence=(evidence("1-status", quote="Третье"), evidence("2", quote="Второе"), evidence("3", quote="")),
    )
    body = as_text([content_of(alert(moved))], KEY)
    assert re.findall("“\u2068(.+?)\u2069”", body) == ["Второе", "Третье"]


def test_nothing_is_said_of_what_is_not_known() -> None:
    bare = event(development(0, quote=""), evidence=(), severity_reasons=(), links=())
    body = as_text([content_of(alert(bare))], KEY)
    for heading in ("In their words", "Sources", "Where measurements", "Regions", "Began", "None"):
        assert heading not in body


def test_a_quote_of_an_unknown_source_has_no_credit() -> None:
    content = [content_of(alert(event(evidence=())))]
    for form in FORMS:
        assert not re.search(r"\(\W*\)", form(content, KEY))


def test_several_alerts_make_one_body() -> None:
    contents = [content_of(alert()), content_of(alert(event(id="0" * 32)))]
    for form in FORMS:
        body = form(contents, KEY)
        assert body.count("What is known") == 2
        assert body.count("Reference:") == 1
    assert digest_title([alert(), alert()]) == "2 alerts: Ukraine"


hostile = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [EVIL, "\u202e\u2067a", "![](http://x/)", "&lt;b&gt;", "-- \n.\n", "* * *", "<img src=x onerror=y>"]
    ),
)


def evil_content(text: str) -> Content:
    return content_of(
        alert(
            event(
                targets=(text,),
                regions=(text,),
                severity_reasons=(text,),
                evidence=(evidence(title=text, quote=text, source_name=text),),
                links=(MeasurementLink(provider="ioda", url=f"https://ioda.example/{text}"),),
            )
        )
    )


@given(hostile)
def test_no_text_becomes_markup(text: str) -> None:
    """The same elements come out whatever the news says."""
    plain = Tags(as_html([evil_content("a")], KEY))
    content = evil_content(text)
    html = Tags(as_html([content], KEY))
    assert set(html.tags) <= set(plain.tags)
    assert {name for name, _ in html.attributes} <= {"lang", "dir", "href", "rel"}
    assert all(value and value.startswith("https://") for name, value in html.attributes if name == "href")
    markdown = Tags(MarkdownIt("commonmark").render(as_markdown([content], KEY)))
    assert set(markdown.tags) <= {"h2", "h3", "ul", "li", "strong", "p", "a"}
    assert {name for name, _ in markdown.attributes} <= {"href"}
    assert all(value and value.startswith("https://") for name, value in markdown.attributes)


@given(hostile)
def test_no_text_leaves_its_line_or_turns_it_round(text: str) -> None:
    content = evil_content(text)
    plain = as_text([content], KEY)
    assert plain.count("\n") <= as_text([evil_content("a")], KEY).count("\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066\u2067\u2028\u2029]", plain)
    assert plain.count("\u2068") == plain.count("\u2069")
    assert not re.search("@everyone|<!channel>", plain)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1&z=2#f", "https://a.example/x?y=1&z=2#f"),
        ("https://a.example/з)<b>\"'", "https://a.example/%D0%B7%29%3Cb%3E%22'"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example/", None),
        ("", None),
    ],
)
def test_links_lead_to_the_web_only(url: str, safe: str | None) -> None:
    assert safe_url(url) == safe


def test_a_long_title_fits_a_subject() -> None:
    long = alert(event(targets=tuple(f"{number}.example.org" for number in range(200))))
    assert len(content_of(long).title) <= 200
    assert long.status is ORDERED
