"""An article that somebody's list names, as an entry of the feed whose site it is on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from blockwire.schemas import Feed, FeedEntry
from blockwire.schemas.ids import article_id
from blockwire.transforms.elements import KeptPage, NewEntry
from blockwire.transforms.text.urls import canonical_url, registered_domain

_NO_SLUG = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True)
class Found:
    """An address, and what its list says of it."""

    url: str
    title: str = ""
    published: datetime | None = None
    """When it was published, where the list knows."""
    seen: datetime | None = None
    """When it was there at the latest."""
    language: str | None = None
    kept: KeptPage | None = None
    """The page, where it need not be fetched."""


class Sites:
    """Which feed of the catalogue speaks for which site.

    Args:
        feeds: the catalogue; of several feeds of a site the first one does.
    """

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self._by_site: dict[str, str] = {}
        for feed in feeds:
            site = registered_domain(feed.home or feed.url)
            if site:
                self._by_site.setdefault(site, feed.id)

    def entry(self, found: Found) -> NewEntry | None:
        """The entry that stands for what was found; None where the address is none that can be fetched.

        A site without a feed is a source of its own, under its domain.
        """
        url = canonical_url(found.url)
        site = registered_domain(url) if url else None
        if url is None or site is None:
            return None
        entry = FeedEntry(
            id=article_id(url),
            feed_id=self._by_site.get(site) or _slug(site),
            url=url,
            title=found.title,
            published=found.published,
            language=found.language,
        )
        return NewEntry(entry, kept=found.kept, seen=found.seen)


def _slug(site: str) -> str:
    return _NO_SLUG.sub("-", site.lower()).strip("-._")[:80] or "unlisted"
