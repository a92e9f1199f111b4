"""Older pages of a feed: archives by RFC 5005, pages of WordPress where the feed says that it is one."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from html import unescape
from urllib.parse import urlsplit

from blockwire.schemas import Feed, FeedEntry
from blockwire.transforms.feeds.reading import read_feed
from blockwire.transforms.http.messages import Fetcher, FetchError
from blockwire.transforms.text.urls import canonical_url, same_site

MAX_PAGES = 200
"""Pages of one feed."""
_HEAD_BYTES = 65_536
_LINK = re.compile(r"<(?:[\w-]+:)?link\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]{1,30})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_OLDER = ("prev-archive", "next")
"""RFC 5005, 3 and 4: archived feeds first, then paged ones."""
_WORDPRESS = re.compile(r"<generator>\s*https?://wordpress\.(?:org|com)/", re.IGNORECASE)


async def walk_feed(feed: Feed, fetcher: Fetcher, now: datetime, pages: int = MAX_PAGES) -> AsyncIterator[FeedEntry]:
    """The entries of a feed and of its older pages, page after page, until a page brings nothing that was not there.

    Args:
        feed: whose pages.
        fetcher: the HTTP client.
        now: times more than a day later are taken for wrong.
        pages: at most so many.

    Raises:
        FetchError: where the first page cannot be fetched; a later one that cannot be is the end.
        UnreadableFeed: where a page cannot be read.
    """
    url: str | None = feed.url
    visited: set[str] = set()
    known: set[str] = set()
    while url is not None and url not in visited and len(visited) < pages:
        visited.add(url)
        try:
            response = await fetcher.get_feed(url)
        except FetchError:
            if len(visited) == 1:
                raise
            return
        read = read_feed(
            response.body,
            url=response.url,
            feed_id=feed.id,
            now=now,
            content_type=response.headers.get("content-type"),
        )
        fresh = [entry for entry in read.entries if entry.id not in known]
        if not fresh:
            return
        for entry in fresh:
            yield entry
        known.update(entry.id for entry in fresh)
        url = older_page(response.body, response.url, len(visited) + 1)


def older_page(body: bytes, url: str, number: int) -> str | None:
    """Where the next older page of a feed is, on the same site; None where the feed names none.

    Args:
        body: the page that is at hand.
        url: where it came from.
        number: of the next page, from 1.
    """
    head = body[:_HEAD_BYTES].decode("utf-8", "replace")
    named: dict[str, str] = {}
    for link in _LINK.finditer(head):
        attributes = {m[1].lower(): unescape(m[2] or m[3] or "") for m in _ATTRIBUTE.finditer(link[1])}
        for relation in attributes.get("rel", "").lower().split():
            named.setdefault(relation, attributes.get("href", ""))
    for relation in _OLDER:
        address = canonical_url(named.get(relation, ""), url)
        if address is not None and same_site(address, url):
            return address
    if _WORDPRESS.search(head):
        parts = urlsplit(url)
        query = [field for field in parts.query.split("&") if field and not field.startswith("paged=")]
        return parts._replace(query="&".join([*query, f"paged={number}"])).geturl()
    return None
