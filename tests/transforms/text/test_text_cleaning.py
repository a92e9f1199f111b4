import time
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.text.cleaning import clean_line, clean_text, clean_time, html_to_text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)
MARKUP = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "<a ",
            "</a>",
            '"',
            "'",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "&amp;",
            "&#x",
            "&#55357;",
            "<p>",
            "x y",
            "\u202e",
            "<br/>",
        ]
    ),
    max_size=60,
).map("".join)


def is_clean(text: str) -> bool:
    bad = {"Cc", "Cs"}
    return (
        all(unicodedata.category(c) not in bad or c == "\n" for c in text)
        and not any(c in text for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\xad")
        and unicodedata.is_normalized("NFC", text)
    )


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\x00b\x08c\x7f", "abc"),
        ("gpj\u202eexe\u202c", "gpjexe"),
        ("Tele\u200bgram Te\xadlegram", "Telegram Telegram"),
        ("lone \ud83d half", "lone half"),
        ("  two\n lines\t here ", "two lines here"),
        ("cafe\u0301", "café"),
        ("it\x92s", "it’s"),
        ("\u2028line\x85end", "line…end"),
    ],
)
def test_what_deceives_or_is_invisible_is_removed(dirty: str, clean: str) -> None:
    assert clean_line(dirty, 100) == clean


@pytest.mark.parametrize("text", ["می\u200cخواهم", "क्\u200dष", "👩\u200d💻"])
def test_joiners_stay_where_scripts_need_them(text: str) -> None:
    assert clean_line(text, 100) == text


def test_joiners_go_where_they_only_hide_words() -> None:
    assert clean_line("Tele\u200cgram \u200d", 100) == "Telegram"


def test_a_line_is_bounded() -> None:
    assert clean_line("Z" * 2_000_000, 500) == "Z" * 500


def test_a_cut_does_not_leave_a_letter_without_its_mark() -> None:
    assert clean_line("abx\u0323\u0323", 3) in ("ab", "abx\u0323"[:3])


def test_paragraphs_stay() -> None:
    assert clean_text(" one \r\n two\n\n\n \n three ", 100) == "one\ntwo\n\nthree"


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("<p>Hello <b>wor</b>ld &amp; co</p><p>next<br>line</p>", "Hello world & co\n\nnext\nline"),
        ("a<script>alert('<p>')</script>b<style>p{}</style>c", "a b c"),
        ("<!-- hidden <p> -->shown", "shown"),
        ("safe<embed src='x'> description", "safe description"),
        ("before<iframe src=x>after", "before after"),
        ("x < y and 1<2 <3", "x < y and 1<2 <3"),
        ("&lt;b&gt;twice&lt;/b&gt;", "twice"),
        ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
        ('<a title="a > b" href=x>link</a>', "link"),
        ('cut off <a href="http://exam', "cut off"),
        ("&#xD800;&#99999999999;&#146;", "\ufffd\ufffd’"),
        ("<td>a</td><td>b</td>", "a b"),
        ("<svg:script xmlns:svg='x'>alert(1)</svg:script>ok", "ok"),
    ],
)
def test_html_becomes_plain_text(fragment: str, text: str) -> None:
    assert html_to_text(fragment, 1000).split() == text.split()


@given(ANY_TEXT | MARKUP)
def test_whatever_comes_is_clean_afterwards(text: str) -> None:
    for cleaned in (clean_line(text, 50), clean_text(text, 50), html_to_text(text, 50)):
        assert len(cleaned) <= 50
        assert is_clean(cleaned)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_line(text, 100)
    assert clean_line(once, 100) == once
    paragraphs = clean_text(text, 100)
    assert clean_text(paragraphs, 100) == paragraphs


@pytest.mark.parametrize(
    "flood",
    [
        "<a ",
        "<",
        "<!--",
        "<a \"<a '",
        "&",
        "&#9",
        "e\u0301\u0323",
        "<script>",
        "</p ",
        "<a x='",
        "\u200c\u200d",
        " \n",
        "<![CDATA[",
        "\U0001e000",
    ],
)
def test_floods_take_linear_time(flood: str) -> None:
    start = time.process_time()
    html_to_text(flood * (400_000 // len(flood)), 20_000)
    clean_text(flood * (400_000 // len(flood)), 20_000)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (datetime(1989, 12, 31, tzinfo=UTC), None),
        (datetime(1990, 1, 1, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC)),
        (NOW + timedelta(hours=24), NOW + timedelta(hours=24)),
        (NOW + timedelta(hours=25), None),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), None),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))), None),
        (datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),  # noqa: DTZ001 - that is the point
    ],
)
def test_only_times_that_an_article_can_bear_pass(value: datetime | None, expected: datetime | None) -> None:
    assert clean_time(value, NOW) == expected
