"""The demo's news web: what a newcomer's first round meets."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from urllib.parse import urlsplit

import feedparser
import pytest

from blockwire.config.demo.outlets import DemoArticle, DemoOutlet, load_demo
from blockwire.config.networks import is_network
from blockwire.pipelines.demo.server import DemoWeb
from blockwire.schemas import Feed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WORDS_OF_CHINESE = 1.6
"""Characters of Chinese to a word of English, roughly."""


@pytest.fixture
def web() -> Iterator[DemoWeb]:
    with DemoWeb(NOW) as web:
        yield web


def get(url: str, etag: str | None = None) -> tuple[int, str, str | None]:
    """Status, text and ETag."""
    request = urllib.request.Request(url, headers={"If-None-Match": etag} if etag else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        answer: HTTPResponse = opener.open(request, timeout=5)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers["ETag"]
    with answer:
        return answer.status, answer.read().decode(), answer.headers["ETag"]


def links(feed: Feed, document: str) -> list[str]:
    """The links of a feed's entries."""
    if feed.url.endswith(".json"):
        return [item["url"] for item in json.loads(document)["items"]]
    return [entry.link for entry in feedparser.parse(document).entries]


def served(web: DemoWeb) -> list[tuple[DemoOutlet, Feed]]:
    return list(zip(web.outlets, web.feeds, strict=True))


def test_there_is_enough_of_everything() -> None:
    """Six outlets or more, 24 articles or more, about half of them relevant, nine languages, every format, every fault."""
    outlets = load_demo()
    articles = [article for outlet in outlets for article in outlet.articles]
    readable = [article for article in articles if article.page == "article" and article.round == 1]
    relevant = sum(article.relevant is True for article in readable)
    assert len(outlets) >= 6
    assert len(readable) >= 24
    assert 0.4 <= relevant / len(readable) <= 0.65
    assert {outlet.language for outlet in outlets} == {"en", "ru", "uk", "fa", "ar", "tr", "zh", "es", "de"}
    assert {outlet.feed for outlet in outlets} == {"rss", "atom", "rdf", "json"}
    assert {outlet.fault for outlet in outlets} == {None, "ampersand", "truncated", "gone"}
    assert {article.page for article in articles} == {"article", "not_found", "challenge", "block_page", "no_text"}
    assert sum(article.round == 2 for article in articles) == 4
    assert len({outlet.template for outlet in outlets}) == 5


@pytest.mark.parametrize("article", [a for o in load_demo() for a in o.articles], ids=lambda article: article.path)
def test_articles_are_whole(article: DemoArticle) -> None:
    """Texts of 120 to 300 words in several paragraphs, judged; the others say nothing."""
    if article.page != "article":
        assert (article.text, article.relevant) == ("", None)
        return
    chinese = len(re.findall(r"[\u4e00-\u9fff]", article.text))
    assert 120 <= max(len(article.text.split()), chinese / WORDS_OF_CHINESE) <= 300
    assert len(article.paragraphs) >= 4
    assert article.relevant is not None
    assert article.summary


def test_hosts_are_reserved_names() -> None:
    """No real outlet is meant."""
    assert all(outlet.host.endswith(".example") for outlet in load_demo())


def test_feeds_lead_to_the_pages_with_their_texts(web: DemoWeb) -> None:
    """Every entry has a page on its outlet's own address, with the whole text in it."""
    for outlet, feed in served(web):
        if outlet.fault in ("truncated", "gone"):
            continue
        status, document, _ = get(feed.url)
        found = links(feed, document)
        assert status == 200
        assert [urlsplit(link).path for link in found] == [each.article.path for each in web.published(outlet)]
        for link, each in zip(found, web.published(outlet), strict=True):
            status, page, _ = get(link)
            assert status == (404 if each.article.page == "not_found" else 200), link
            assert "$" not in page.replace("US$", ""), link
            assert all(
                part[:40].replace("'", "&#x27;") in page.replace("&quot;", '"') for part in each.article.paragraphs
            )


def test_the_broken_feeds_are_broken(web: DemoWeb) -> None:
    """One is gone, one ends in the middle, one has a stray & and can still be read by a tolerant reader."""
    faults = {outlet.fault: feed.url for outlet, feed in served(web)}
    assert get(faults["gone"])[0] == 410
    truncated = feedparser.parse(get(faults["truncated"])[1])
    assert truncated.bozo
    assert not truncated.entries
    stray = feedparser.parse(get(faults["ampersand"])[1])
    assert stray.bozo
    assert len(stray.entries) == 4


def test_dates_count_back_from_the_start(web: DemoWeb) -> None:
    """The demo looks fresh whenever it runs."""
    for outlet in web.outlets:
        for each in web.published(outlet):
            assert timedelta(0) < NOW - each.at < timedelta(days=3)


def test_unchanged_feeds_answer_304_until_something_is_published(web: DemoWeb) -> None:
    """Four feeds change, by one article each."""
    etags = {feed.id: get(feed.url)[2] for feed in web.feeds}
    assert {get(feed.url, etags[feed.id])[0] for feed in web.feeds} == {304, 410}
    assert web.publish_more() == 4
    changed = [feed for feed in web.feeds if get(feed.url, etags[feed.id])[0] == 200]
    assert len(changed) == 4
    for outlet, feed in served(web):
        if feed in changed:
            newest = web.published(outlet)[0]
            assert newest.article.round == 2
            assert newest.article.title in get(f"{(feed.home or '').rstrip('/')}{newest.article.path}")[1].replace(
                "&#x27;", "'"
            )


def test_what_is_not_published_yet_is_not_there(web: DemoWeb) -> None:
    for outlet, feed in served(web):
        for article in outlet.articles:
            if article.round == 2:
                assert get(f"{(feed.home or '').rstrip('/')}{article.path}")[0] == 404
                assert article.path not in get(feed.home or "")[1]


def test_home_pages_tell_where_the_feed_is(web: DemoWeb) -> None:
    for _, feed in served(web):
        status, page, _ = get(feed.home or "")
        assert status == 200
        assert f'href="{urlsplit(feed.url).path}"' in page
        assert get(f"{feed.home}robots.txt")[1].startswith("User-agent: *")


def test_the_networks_are_these_addresses_alone(web: DemoWeb) -> None:
    """A demo that is allowed to fetch from itself is not allowed to fetch from the rest of the machine."""
    assert all(is_network(network) for network in web.networks)
    assert all(re.fullmatch(r"127\.0\.0\.\d+/32:\d+", network) for network in web.networks)
    assert len(set(web.networks)) == len(web.outlets)


def test_requests_are_recorded(web: DemoWeb) -> None:
    get(web.feeds[0].url)
    assert [(each.outlet, each.path, each.status) for each in web.requests] == [("harbour-wire", "/rss.xml", 200)]


def test_it_stops_when_it_is_left() -> None:
    with DemoWeb() as web:
        url = web.feeds[0].url
        assert get(url)[0] == 200
    with pytest.raises(urllib.error.URLError):
        get(url)


def test_a_client_that_hangs_up_is_not_told_and_a_bug_is(web: DemoWeb, capsys: pytest.CaptureFixture[str]) -> None:
    """A newcomer's first round showed a traceback: it drops its connections when it ends."""
    server = web._servers[0]
    for error in (ConnectionResetError("gone"), ValueError("a bug")):
        try:
            raise error
        except (ConnectionError, ValueError):
            server.handle_error(None, ("127.0.0.1", 1))
    told = capsys.readouterr().err
    assert ["ConnectionResetError" in told, "ValueError: a bug" in told] == [False, True]
