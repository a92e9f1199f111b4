"""OPML, in and out."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from blockwire.config.catalogue import add_feeds, load_feeds, remove_feed, write_feeds
from blockwire.config.errors import ConfigurationError
from blockwire.config.feed_checks import checked_feed
from blockwire.config.naming import free_id, language_of, owner_for, registrable_domain, slug
from blockwire.config.opml import opml_entries
from blockwire.schemas import Feed, FeedKind

READER = """\
<?xml version="1.0" encoding="windows-1251"?>
<opml version="1.0"><head><title>Подписки</title></head><body>
<outline text="Digital Rights">
  <outline text="Свободная сеть" type="rss" xmlUrl="https://www.svoboda-net.co.uk/feed" htmlUrl="https://www.svoboda-net.co.uk/" language="en-us"/>
</outline>
<outline title="News &amp; views" text="x" xmlURL="http://feeds.bbci.co.uk/kyrgyz/rss.xml" htmlUrl="https://www.bbc.com/kyrgyz" language="unknown"/>
<outline text="News &amp; views" type="rss" xmlUrl="http://127.0.0.1:8080/rss" description="on this machine"/>
<outline text="twice" type="rss" xmlUrl="http://127.0.0.1:8080/rss"/>
<outline text="a link" type="link" url="https://example.org/"/>
</body></opml>
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "reader.xml"
    path.write_text(READER, encoding="windows-1251")
    return path


def test_a_readers_list_becomes_feeds(file: Path) -> None:
    """Whatever the file is called, in whatever encoding; what OPML does not tell is made up."""
    svoboda, bbc, local = load_feeds(file)
    assert (svoboda.id, svoboda.owner, svoboda.kind) == (
        "www-svoboda-net-co-uk",
        "svoboda-net.co.uk",
        FeedKind.DIGITAL_RIGHTS,
    )
    assert svoboda.languages == ("en",)
    assert (bbc.id, bbc.owner, bbc.languages, bbc.kind) == ("news-views", "bbc", (), FeedKind.NATIONAL_MEDIA)
    assert (local.id, local.owner, local.note) == ("news-views-2", "127.0.0.1", "on this machine")


def test_the_catalogue_survives_the_way_through_opml(tmp_path: Path) -> None:
    path = tmp_path / "all.opml"
    write_feeds(path, load_feeds())
    assert load_feeds(path) == load_feeds()


def test_rare_fields_survive_too(tmp_path: Path) -> None:
    feed = Feed(
        id="a", name='<A> & "B"', url="https://a.example/?a=1&b=2", owner="a", kind=FeedKind.SEARCH, languages=("en", "zh-Hant"),
        full_text=False, min_interval_minutes=30, enabled=False, note="x",
    )  # fmt: skip
    path = tmp_path / "one.opml"
    write_feeds(path, (feed,))
    assert load_feeds(path) == (feed,)
    assert 'xmlUrl="https://a.example/?a=1&amp;b=2"' in path.read_text()


def test_feeds_are_added_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "x.opml"
    feeds = load_feeds()[:3]
    write_feeds(path, feeds[:2])
    add_feeds(path, [feeds[2]])
    remove_feed(path, feeds[0].id)
    assert load_feeds(path) == feeds[1:]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<opml><body>\n<outline></body></opml>", ":2: content '': expected OPML ("),
        ("<rss/>", ":1: element 'rss': expected <opml>"),
        ('<opml><body>\n\n<outline text="a" xmlUrl="feed:x"/></body></opml>', ":3: url 'feed:x': expected an address that starts with"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_line(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "x.opml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_feeds(path)
    assert str(caught.value).startswith(f"{path}{line}")


def test_entities_do_not_grow(tmp_path: Path) -> None:
    """A list may come from a stranger: nothing is expanded, nothing is read from the disk."""
    path = tmp_path / "x.opml"
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    path.write_text(
        f'<!DOCTYPE opml [<!ENTITY e0 "https://">{levels}<!ENTITY f SYSTEM "/etc/passwd">]>'
        '<opml><body><outline text="&e11;" xmlUrl="https://a.example"/>&f;</body></opml>'
    )
    with pytest.raises(ConfigurationError, match="expected OPML"):
        load_feeds(path)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("https://news.example/", "news.example"),
        ("https://localhost/", "localhost"),
    ],
)
def test_the_domain_that_somebody_registered(address: str, domain: str) -> None:
    assert registrable_domain(address) == domain


@given(st.text(max_size=30))
def test_any_outline_is_a_feed_or_a_mistake_with_its_line(address: str) -> None:
    """A stranger's list: whatever stands in it, no traceback."""
    for attribute, other in (("xmlUrl", "htmlUrl"), ("htmlUrl", "xmlUrl")):
        root = etree.Element("opml")
        try:
            etree.SubElement(root, "outline", {attribute: address, other: "https://a.example/", "text": address})
        except ValueError:
            return  # No XML can hold it.
        for each in opml_entries(etree.tostring(root), "x", {}):
            with suppress(ConfigurationError):
                checked_feed(each, "x")


@given(st.text(max_size=30))
def test_any_address_has_an_owner(address: str) -> None:
    owner = owner_for(f"https://{address}", {})
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,79}", owner)


def test_languages_of_tags() -> None:
    assert [language_of(tag) for tag in ("en-US", "pt_BR", "unknown", "xx", "", None, "RU")] == [
        "en",
        "pt",
        None,
        None,
        None,
        None,
        "ru",
    ]


def test_ids_from_titles() -> None:
    assert slug("Открытые данные / Café №5") == "cafe-no5"
    assert slug("新闻") == ""
    assert free_id("a", ["a", "a-2"]) == "a-3"
    assert len(free_id("a" * 80, ["a" * 80])) <= 80
