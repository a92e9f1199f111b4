"""What a backfill goes through, entry by entry, with the share of it that is behind."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from blockwire.schemas import Feed
from blockwire.transforms.backfill.feed_pages import walk_feed
from blockwire.transforms.backfill.found import Found, Sites
from blockwire.transforms.backfill.sitemaps import walk_sitemap
from blockwire.transforms.elements import NewEntry
from blockwire.transforms.http.engine import FetchEngine
from blockwire.transforms.warc_pages import pages_in

T = TypeVar("T")


class Supply:
    """Entries one after the other. ``share`` says what part of them was drawn, from 0 to 1.

    Args:
        entries: each with where it ends, in the unit of ``total``; None where there is nothing to take up.
        total: where the last one ends.
    """

    def __init__(self, entries: Iterable[tuple[NewEntry | None, float]], total: float) -> None:
        self._entries = entries
        self._total = total
        self.share = 0.0

    def __iter__(self) -> Iterator[NewEntry]:
        for entry, end in self._entries:
            self.share = min(1.0, end / self._total)
            if entry is not None:
                yield entry
        self.share = 1.0


def listed(found: Sequence[Found | NewEntry], sites: Sites) -> Supply:
    """What is known in full before it begins."""
    entries = (one if isinstance(one, NewEntry) else sites.entry(one) for one in found)
    return Supply(((entry, number) for number, entry in enumerate(entries, start=1)), len(found))


def archived(files: Sequence[Path], sites: Sites) -> Supply:
    """The pages of WARC files, counted by bytes.

    Raises:
        WarcError: when the first one is drawn that cannot be read.
    """

    def entries() -> Iterator[tuple[NewEntry | None, float]]:
        behind = 0
        for file in files:
            for page in pages_in(file):
                found = Found(page.url, page.title, seen=page.fetched, kept=page.place)
                yield sites.entry(found), behind + page.place.offset
            behind += file.stat().st_size

    return Supply(entries(), sum(file.stat().st_size for file in files) or 1)


def addresses(lines: Iterable[str]) -> list[Found]:
    """The addresses of a list, one a line; empty lines and those that begin with ``#`` are left out."""
    stripped = (line.strip() for line in lines)
    return [Found(line) for line in stripped if line and not line.startswith("#")]


def from_sitemaps(urls: Iterable[str], engine: FetchEngine, since: datetime | None) -> list[Found]:
    """The pages of sitemaps.

    Raises:
        FetchError, SitemapError: see ``walk_sitemap``.
    """
    return [page for url in urls for page in _all(engine, walk_sitemap(url, engine.client, since))]


def from_feeds(feeds: Iterable[Feed], engine: FetchEngine, now: datetime, since: datetime | None) -> list[NewEntry]:
    """The entries of feeds and of their older pages.

    Raises:
        FetchError, UnreadableFeed: see ``walk_feed``.
    """
    entries = (entry for feed in feeds for entry in _all(engine, walk_feed(feed, engine.client, now)))
    return [NewEntry(one) for one in entries if since is None or one.published is None or one.published >= since]


def _all(engine: FetchEngine, source: AsyncIterator[T]) -> list[T]:
    async def gather() -> list[T]:
        return [one async for one in source]

    return engine.start(gather()).result()
