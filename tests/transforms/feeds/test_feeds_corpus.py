"""The shared corpus: both readers, expectations of its sources, and bytes that nobody expects."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blockwire.transforms.feeds.documents import open_document
from blockwire.transforms.feeds.drafts import UnreadableFeed
from blockwire.transforms.feeds.entries import make_entries
from blockwire.transforms.feeds.evaluation import FeedsReport, evaluate
from blockwire.transforms.feeds.expectations import Claim, expectation_of
from blockwire.transforms.feeds.fast_reader import read_fast
from blockwire.transforms.feeds.reading import read_feed
from blockwire.transforms.feeds.tolerant_reader import read_tolerant

SHARED = Path(os.environ.get("BLOCKWIRE_SHARED", str(Path(__file__).resolve().parents[4] / "shared")))
CORPUS = SHARED / "feeds"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/feed"
SHARE_READ_FAST = 0.7
"""Of the live captures. The rest has something that only the tolerant reader sees."""
SAMPLE = 8
"""Of the test cases each eighth is read, of the live captures all."""
CHECKS_FLOOR = 0.96

needs_corpus = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (CORPUS / "feeds.jsonl").exists(), reason=f"no feed corpus under BLOCKWIRE_SHARED ({SHARED})"
    ),
]


def rows() -> list[dict[str, Any]]:
    with (CORPUS / "feeds.jsonl").open(encoding="utf-8") as lines:
        every = [json.loads(line) for line in lines]
    return [row for number, row in enumerate(every) if row["real_world"] or number % SAMPLE == 0]


class TestBothReaders:
    pytestmark = needs_corpus

    def test_the_two_readers_make_the_same_entries(self) -> None:
        both, differing, live, live_fast = 0, [], 0, 0
        for row in rows():
            try:
                document = open_document((CORPUS / row["path"]).read_bytes(), None)
            except UnreadableFeed:
                continue
            if document.is_json:
                continue
            live += row["real_world"]
            fast = read_fast(document)
            if fast is None:
                continue
            live_fast += row["real_world"]
            both += 1
            made = [make_entries(draft, url=URL, feed_id="x", now=NOW) for draft in (fast, read_tolerant(document))]
            if made[0] != made[1]:
                differing.append(row["id"])
        assert both > 200
        assert differing == []
        assert live_fast / live >= SHARE_READ_FAST


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> FeedsReport:
    part = tmp_path_factory.mktemp("corpus")
    lines = [json.dumps({**row, "path": str(CORPUS / row["path"])}) for row in rows()]
    (part / "feeds.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return evaluate(part)


class TestEvaluation:
    pytestmark = needs_corpus

    def test_live_feeds_give_entries_and_nothing_raises(self, report: FeedsReport) -> None:
        assert report.holds
        assert report.live_share == 1.0
        assert report.raised == ()

    def test_no_file_with_entries_is_refused(self, report: FeedsReport) -> None:
        assert [file.id for file in report.files if file.error and file.holds_feed] == []

    def test_what_the_sources_expect_of_the_fields_we_keep(self, report: FeedsReport) -> None:
        figures = report.as_dict()
        assert figures["checks"] > 100
        assert figures["checks_held"] / figures["checks"] >= CHECKS_FLOOR

    def test_predictions_are_json(self, report: FeedsReport) -> None:
        assert json.loads(json.dumps([file.as_dict() for file in report.files]))[0]["id"]


@pytest.mark.parametrize(
    ("stated", "claims", "passed_over"),
    [
        ("not bozo and entries[0]['title'] == 'x'", (Claim("title", 0, "x"),), ("well-formedness",)),
        ("len(entries) == 2", (Claim("count", 0, 2),), ()),
        ("entries[0].content[0]['value'] == 'x'", (Claim("text", 0, "x"),), ()),
        (
            "entries[1]['published_parsed'] == (2004, 1, 2, 3, 4, 5, 0, 1, 0)",
            (Claim("published", 1, "2004-01-02T03:04:05"),),
            (),
        ),
        ("feed['rights'] == 'x'", (), ("not kept: feed['rights']",)),
        ("ord(entries[0]['title']) == 8230", (), ("not kept: ord(entries[n]['title'])",)),
        ("not python at all", (), ("an expression that is no Python",)),
    ],
)
def test_expectations_of_feedparser(stated: str, claims: tuple[Claim, ...], passed_over: tuple[str, ...]) -> None:
    expectation = expectation_of({"expectation": stated, "expectation_kind": "python-expr", "source_repo": "x"})
    assert (expectation.claims, expectation.passed_over) == (claims, passed_over)


SEEDS = [
    b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    b"<title>T</title><link>http://a.example/</link><ttl>60</ttl><item><title>A &amp; &a; &nbsp; B</title><link>/x?utm_source=1</link><guid>1</guid>"
    b"<pubDate>Tue, 02 Sep 2025 10:00:00 GMT</pubDate><description><![CDATA[<p>x</p>]]></description><dc:creator>Ada</dc:creator>"
    b'<category>c</category><enclosure url="http://a.example/i.jpg" type="image/jpeg"/></item></channel></rss>',
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru" xml:base="http://a.example/"><title>T</title><entry><title type="xhtml">'
    b'<div xmlns="http://www.w3.org/1999/xhtml">A <b>B</b></div></title><id>tag:1</id><link href="x"/><updated>2025-09-02T10:00:00Z</updated>'
    b'<author><name>N</name><email>a@b.c</email></author><content type="html">&lt;p&gt;x&lt;/p&gt;</content></entry></feed>',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/a", "title": "t", "tags": ["x"], "authors": [{"name": "n"}],'
    b'"date_published": "2025-09-02T10:00:00Z", "content_html": "<p>x</p>", "image": "http://a.example/i"}]}',
]
SCRAPS = st.sampled_from(
    [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<item>", b"</item>", b"<entry>", b"\x00", b"\xff\xfe", b"&#xD800;", b"&#99999999999;",
     b'"', b"'", b"null", b"[", b"{", b"<?xml", b'encoding="utf-16"', b'encoding="hex"', b"<!DOCTYPE", b"xmlns:a='", b"\xed\xa0\x80", b"-1e999", b"<a:b"]
)  # fmt: skip
MUTATIONS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), SCRAPS | st.binary(max_size=8)), max_size=8)


def read_whatever_comes(body: bytes, content_type: str | None = None) -> None:
    try:
        feed = read_feed(body, url=URL, feed_id="x", now=NOW, content_type=content_type)
    except UnreadableFeed as error:
        assert re.fullmatch(r"[a-z_]+", error.reason)
        return
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        entry.model_dump_json()
        assert entry.url is None or entry.url.startswith(("http://", "https://"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), MUTATIONS)
def test_mutilated_feeds_are_read_or_refused(seed: bytes, mutations: list[tuple[float, int, bytes]]) -> None:
    body = seed
    for place, removed, scrap in mutations:
        at = int(place * len(body))
        body = body[:at] + scrap + body[at + removed :]
    read_whatever_comes(body)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.none() | st.text(max_size=30))
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str | None) -> None:
    read_whatever_comes(body, content_type)
