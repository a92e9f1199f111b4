import contextlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blockwire.schemas import FeedEntry
from blockwire.transforms.feeds.reading import ReadFeed, UnreadableFeed, read_feed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://news.example/rss/feed.xml"
DATE = "Tue, 02 Sep 2025 10:00:00 GMT"


def read(body: str | bytes, content_type: str | None = None) -> ReadFeed:
    return read_feed(
        body.encode() if isinstance(body, str) else body, url=URL, feed_id="news", now=NOW, content_type=content_type
    )


def rss(*items: str, head: str = "", declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    channel = f"<channel><title>News</title><link>https://news.example/</link>{head}{''.join(items)}</channel>"
    return (
        f'{declaration}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">{channel}</rss>'
    )


def item(n: int = 1, **fields: str) -> str:
    elements = {
        "title": f"Item {n}",
        "link": f"https://news.example/{n}",
        "guid": f"g{n}",
        "pubDate": DATE,
        "description": f"Text {n}",
    }
    return "<item>" + "".join(f"<{k}>{v}</{k}>" for k, v in (elements | fields).items() if v) + "</item>"


def only(feed: ReadFeed) -> FeedEntry:
    assert len(feed.entries) == 1
    return feed.entries[0]


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru-RU"><title>Новости</title>
<entry><title type="html">A &amp;amp; B</title><id>tag:x,1</id><link rel="self" href="https://a.example/1.atom"/>
<link href="https://a.example/1"/><published>2025-09-02T10:00:00Z</published><updated>2025-09-03T10:00:00Z</updated>
<author><name>Ada</name></author><category term="net"/><summary>Short.</summary><content type="html">{content}</content></entry></feed>"""


def test_an_rss_feed() -> None:
    feed = read(rss(item(), head="<language>ru-RU</language><ttl>90</ttl>"))
    entry = only(feed)
    assert (feed.title, feed.format, feed.language, feed.ttl_s, feed.reader) == (
        "News",
        "rss 2.0",
        "ru",
        5400,
        "fastfeedparser",
    )
    assert (entry.title, entry.url, entry.guid, entry.summary) == ("Item 1", "https://news.example/1", "g1", "Text 1")
    assert entry.published == datetime(2025, 9, 2, 10, tzinfo=UTC)
    assert entry.language == "ru"


def test_an_atom_feed() -> None:
    entry = only(read(ATOM.format(content="&lt;p&gt;" + "All of it. " * 200 + "&lt;/p&gt;")))
    assert (entry.title, entry.url, entry.guid, entry.summary) == ("A & B", "https://a.example/1", "tag:x,1", "Short.")
    assert entry.content_html is not None
    assert entry.content_html.startswith("<p>All of it.")
    assert (entry.authors, entry.tags, entry.language) == (("Ada",), ("net",), "ru")
    assert entry.published == datetime(2025, 9, 2, 10, tzinfo=UTC)
    assert entry.updated == datetime(2025, 9, 3, 10, tzinfo=UTC)


def test_an_rdf_feed() -> None:
    feed = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
        "<channel><title>t</title><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel>"
        '<item rdf:about="https://r.example/1"><title>R</title><link>https://r.example/1</link><dc:date>2025-09-02</dc:date></item></rdf:RDF>'
    )
    assert only(feed).published == datetime(2025, 9, 2, tzinfo=UTC)
    assert (feed.format, feed.ttl_s) == ("rdf", 6 * 3600)


def test_a_json_feed() -> None:
    feed = read(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "fa", "items": [{"id": 7, "url": "/a", "title": "T\\ud800",'
        '"content_html": "<p>x\\u0000</p>", "date_published": "2025-09-02T10:00:00Z", "authors": [{"name": "Ada"}], "tags": ["b", 1, "a"]},'
        ' "no item", {"id": ' + "1" * 5000 + "}]}"
    )
    first, second = feed.entries
    assert (first.url, first.title, first.guid, first.tags) == (
        "https://news.example/a",
        "T\ufffd",
        "7",
        ("1", "a", "b"),
    )
    assert second.guid == "1" * 500
    assert (feed.reader, feed.format, feed.language) == ("json", "json 1.1", "fa")


def test_a_bare_atom_entry_and_a_cdf_channel() -> None:
    assert (
        only(
            read(
                '<entry xmlns="http://www.w3.org/2005/Atom"><title>E</title><link href="https://a.example/1"/></entry>'
            )
        ).title
        == "E"
    )
    cdf = '<channel href="https://c.example/"><item href="https://c.example/1"><title>C</title></item></channel>'
    assert only(read(cdf)).url == "https://c.example/1"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\x00", "empty"),
        (b"<!doctype html><html><body>Database error</body></html>", "html_page"),
        (b"plain words", "not_a_feed"),
        (b"<urlset><url/></urlset>", "not_a_feed"),
        (b"{broken", "bad_json"),
        (b'{"a": 1}', "not_a_feed"),
        (b"[" * 100_000, "not_a_feed"),
        (b'{"items":' + b"[" * 100_000, "bad_json"),
        (b'<?xml version="1.0" encoding="utf-7"?><rss/>', "bad_encoding"),
        (b"<rss " + b" ".join(b'a%d="x"' % n for n in range(5000)) + b"><channel/></rss>", "too_complex"),
        (
            b'<!DOCTYPE rss [<!ENTITY a "' + b"A" * 2000 + b'">]><rss><title>' + b"&a;" * 20_000 + b"</title></rss>",
            "entity_expansion",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_feed_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFeed) as error:
        read(body)
    assert error.value.reason == reason


def test_what_would_cost_the_tolerant_reader_too_much_is_left_to_the_fast_one() -> None:
    body = rss(item(title="a<b>c</b>"), head="<category>x</category>" * 20_000)
    assert read(body).reader == "fastfeedparser"


def test_a_page_where_a_feed_was_names_the_feeds() -> None:
    page = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/new.xml">'
        '<link rel="alternate" hreflang="de" href="/de"></head><body>Moved</body></html>'
    )
    with pytest.raises(UnreadableFeed) as error:
        read(page)
    assert error.value.alternatives == ("https://news.example/new.xml",)


RU = "Роскомнадзор заблокировал мессенджер"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type", "bom"),
    [
        ("cp1251", "windows-1251", None, b""),
        ("koi8-r", "koi8-r", "application/xml", b""),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1", b""),
        ("utf-8", "iso-8859-1", None, b""),
        ("cp1251", None, "text/xml; charset=windows-1251", b""),
        ("utf-16", "utf-16", None, b""),
        ("utf-16-le", "utf-16", None, b""),
        ("utf-8", "utf-8", None, b"\n\n \xef\xbb\xbf"),
        ("utf-8", "no-such-thing", "nonsense", b""),
    ],
)
def test_text_is_decoded_whatever_is_said_of_it(
    encoding: str, declared: str | None, content_type: str | None, bom: bytes
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = bom + rss(item(title=RU), declaration=declaration).encode(encoding)
    assert only(read(body, content_type)).title == RU


def test_external_entities_are_never_resolved(tmp_path: object) -> None:
    body = rss(item(title="x &secret; y"))
    feed = read(body.replace("<rss", '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/hostname">]><rss', 1))
    assert only(feed).title == "x &secret; y"


def test_named_and_broken_references() -> None:
    assert (
        only(read(rss(item(title="caf&eacute; AT&T &#xD800;&#99999999999; &#146; R&amp;D")))).title
        == "café AT&T \ufffd\ufffd ’ R&D"
    )


def test_one_bad_entry_never_loses_the_feed() -> None:
    feed = read(
        rss(
            item(1),
            "<item/>",
            item(2, pubDate="<b>"),
            item(3, title="a < b & c <", link="https://news.example/3"),
            item(4),
        )
    )
    assert {"https://news.example/1", "https://news.example/4"} <= {entry.url for entry in feed.entries}


def test_an_entry_that_says_nothing_is_told() -> None:
    feed = read(rss(item(1), "<item></item>"))
    assert [problem.reason for problem in feed.problems] == ["empty_entry"]
    assert len(feed.entries) == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=900))
def test_a_feed_that_is_cut_off_gives_whole_entries_and_says_so(cut: int) -> None:
    """Half an entry would be another entry; the rest is to be asked for again."""
    whole = rss(*(item(n) for n in range(4)), declaration="")
    body = whole[: min(cut, len(whole) - 1)]
    try:
        found = read(body)
    except UnreadableFeed as error:
        assert error.reason in {"empty", "incomplete", "not_a_feed"}
        assert "</item>" not in body
        return
    # A missing bracket at the very end loses nothing.
    assert found.complete is body.endswith("</rss")
    assert [entry.title for entry in found.entries] == [f"Item {n}" for n in range(body.count("</item"))]


def test_entries_are_bounded_and_both_ends_are_read() -> None:
    feed = read(rss(*(item(n) for n in range(5000))))
    assert len(feed.entries) == 2000
    assert {feed.entries[0].guid, feed.entries[-1].guid} == {"g0", "g4999"}
    assert feed.warnings == ("of 5000 entries the first and the last 1000 were read",)


def test_a_feed_may_be_empty() -> None:
    feed = read(rss())
    assert (feed.entries, feed.warnings) == ((), ("the feed has no entries",))


def ids(feed: ReadFeed) -> list[str]:
    return [entry.id for entry in feed.entries]


@pytest.mark.parametrize(
    "change",
    [
        {"guid": "another"},
        {"guid": ""},
        {"title": "Edited"},
        {"link": "https://news.example/1?utm_source=rss&amp;utm_medium=x"},
        {"description": "Longer text"},
        {"pubDate": ""},
    ],
)
def test_an_entry_keeps_its_id(change: dict[str, str]) -> None:
    assert ids(read(rss(item(1)))) == ids(read(rss(item(1, **change))))


def test_without_a_link_the_guid_counts_and_without_it_the_text() -> None:
    feed = read(rss(item(1, link=""), item(2, link="", guid=""), item(3, link="", guid="")))
    assert len(set(ids(feed))) == 3
    assert ids(feed) == ids(
        read(rss(item(1, link="", title="Edited"), item(2, link="", guid=""), item(3, link="", guid="")))
    )


def test_what_several_entries_share_is_no_identity() -> None:
    home = "https://news.example/"
    assert len(set(ids(read(rss(item(1, link=home), item(2, link=home), item(3, link=home)))))) == 3
    assert len(set(ids(read(rss(item(1, link="", guid="0"), item(2, link="", guid="0")))))) == 2


def test_an_entry_that_is_repeated_is_one() -> None:
    assert len(read(rss(item(1), item(1), item(1, guid="g9"))).entries) == 1


def test_enormous_guids_differ_though_they_are_cut() -> None:
    feed = read(rss(item(1, link="", guid="G" * 100_000 + "1"), item(2, link="", guid="G" * 100_000 + "2")))
    assert len(set(ids(feed))) == 2
    assert all(len(entry.guid or "") == 500 for entry in feed.entries)


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"link": "/x/1"}, "https://news.example/x/1"),
        ({"link": "x2.html"}, "https://news.example/rss/x2.html"),
        ({"link": "", "guid": "https://news.example/?p=1"}, "https://news.example/?p=1"),
        ({"link": "", "guid": "12345"}, None),
        ({"link": "javascript:alert(1)", "guid": "1"}, None),
        (
            {"link": "https://feedproxy.google.com/~r/x/1", "guid": "https://news.example/real"},
            "https://news.example/real",
        ),
        ({"link": "https://other.example/story", "guid": "https://news.example/mine"}, "https://other.example/story"),
    ],
)
def test_the_link_that_counts(fields: dict[str, str], url: str | None) -> None:
    assert only(read(rss(item(1, **fields)))).url == url


def test_feedburner_tells_the_original_link() -> None:
    burnt = item().replace("</item>", "<feedburner:origLink>https://orig.example/1</feedburner:origLink></item>")
    body = rss(burnt).replace("<rss ", '<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" ')
    assert only(read(body)).url == "https://orig.example/1"


def test_xml_base_counts_for_relative_links() -> None:
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/a/"><title>t</title>'
        '<entry xml:base="b/"><title>E</title><link href="c.html"/></entry></feed>'
    )
    assert only(feed).url == "https://base.example/a/b/c.html"


def test_a_feed_hosted_elsewhere_has_links_relative_to_its_site() -> None:
    body = rss(item(link="/x/1")).replace("https://news.example/<", "https://site.example/<")
    assert only(read(body)).url == "https://site.example/x/1"


def test_text_is_plain_and_pictures_are_no_titles() -> None:
    entry = only(
        read(
            rss(
                item(
                    title="&lt;script&gt;alert(1)&lt;/script&gt;Court &lt;b&gt;blocks&lt;/b&gt; it\u202e",
                    description="<![CDATA[<p>One</p><p>Two</p>]]>",
                ).replace(
                    "<item>",
                    '<item><media:content url="https://news.example/i.jpg" medium="image"><media:title>Photo</media:title>'
                    "<media:description>Someone</media:description></media:content>",
                )
            )
        )
    )
    assert (entry.title, entry.summary, entry.image) == ("Court blocks it", "One\n\nTwo", "https://news.example/i.jpg")


def test_long_descriptions_are_the_content() -> None:
    long, short = read(rss(item(1, description="word " * 1000), item(2))).entries
    assert long.content_html is not None
    assert len(long.summary) <= 2000
    assert short.content_html is None
    assert len(read(rss(item(1, description="x" * 1_000_000))).entries[0].content_html or "") == 200_000


@pytest.mark.parametrize(
    ("author", "names"),
    [("desk@news.example (Ada Byron)", ("Ada Byron",)), ("desk@news.example", ()), ("Ada &amp; Bob", ("Ada & Bob",))],
)
def test_authors_are_names_without_addresses(author: str, names: tuple[str, ...]) -> None:
    assert only(read(rss(item().replace("</item>", f"<author>{author}</author></item>")))).authors == names


@pytest.mark.parametrize(
    "date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 31 Feb 2025 10:00:00 GMT", "3025-01-01", "1066-10-14", "soon"]
)
def test_impossible_dates_are_none(date: str) -> None:
    assert only(read(rss(item(pubDate=date)))).published is None


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("en-us", "en"),
        ("zh_TW", "zh-Hant"),
        ("zh-cn", "zh-Hans"),
        ("sr-Latn", "sr-Latn"),
        ("english", None),
        ("und", None),
    ],
)
def test_languages(stated: str, tag: str | None) -> None:
    assert read(rss(item(), head=f"<language>{stated}</language>")).language == tag


def test_mojibake_of_a_whole_feed_is_mended() -> None:
    assert only(read(rss(item(title="Ãrsaga â€™")))).title in ("Ãrsaga â€™", "Ãrsaga ’")
    assert only(read(rss(item(title="caf\u00c3\u00a9")))).title == "café"


@pytest.mark.parametrize(
    "flood",
    ["<media:title ", "<title ", "<pubDate ", "<rss ", "<!ENTITY a 'x'>", "<![CDATA[", "<!--", "&", "<", "<item>"],
)
def test_floods_of_markup_take_linear_time(flood: str) -> None:
    start = time.process_time()
    with contextlib.suppress(UnreadableFeed):
        read(rss(item(description=flood * (100_000 // len(flood)))))
    assert time.process_time() - start < 5
