"""Finding the feeds that an HTML page names (RSS Advisory Board, RSS autodiscovery)."""

import re
from html import unescape

from blockwire.transforms.text.urls import canonical_url

MAX_FOUND = 20
_HEAD_BYTES = 500_000

_LINK = re.compile(r"<(?:link|a)\s([^<>]{1,2000})>", re.IGNORECASE)
_BASE = re.compile(r"<base\s[^<>]{0,500}?href\s*=\s*[\"']?([^\"'\s<>]{1,2000})", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]{1,30})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_FEED_TYPE = re.compile(r"^(?:application|text)/(?:rss|atom|rdf)\+xml|^application/feed\+json", re.IGNORECASE)
_FEED_PATH = re.compile(r"(?:^|[/.?=_-])(?:rss|feed|feeds|atom)(?:$|[/.?&=_-])|\.(?:rss|rdf|atom)$", re.IGNORECASE)


def discover_feeds(page: bytes, url: str) -> tuple[str, ...]:
    """The absolute URLs of the feeds that a page names in its links; where it names none, of what it links to that looks like one."""
    html = page[:_HEAD_BYTES].decode("utf-8", "replace")
    stated = _BASE.search(html)
    base = (canonical_url(unescape(stated[1]), url) if stated else None) or url
    named: dict[str, None] = {}
    guessed: dict[str, None] = {}
    for tag in _LINK.finditer(html):
        attributes = {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(tag[1])}
        address = canonical_url(attributes.get("href", ""), base)
        if address is None or address == canonical_url(url):
            continue
        if "alternate" in attributes.get("rel", "").lower().split() and _FEED_TYPE.match(
            attributes.get("type", "").strip()
        ):
            named[address] = None
        elif tag[0][1:2].lower() == "a" and _FEED_PATH.search(address.partition("://")[2].partition("/")[2]):
            guessed[address] = None
    return tuple(named or guessed)[:MAX_FOUND]
