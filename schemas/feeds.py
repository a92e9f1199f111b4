"""A feed of the catalogue, what is remembered of it between polls, and one entry of it."""

from typing import Annotated

from pydantic import Field

from blockwire.schemas.base import CountryCode, Id, LanguageTag, Record, Slug, UtcDatetime
from blockwire.schemas.taxonomy import FeedKind


class Feed(Record):
    """A source to poll."""

    id: Slug
    name: str
    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2048)]
    home: str | None = None
    """The site a person would visit."""
    owner: Slug
    """Who answers for it. Feeds of one owner do not corroborate each other."""
    kind: FeedKind
    languages: tuple[LanguageTag, ...]
    countries: tuple[CountryCode, ...] = ()
    """The countries it mainly reports on; empty for the world or a region."""
    full_text: bool | None = None
    """Whether its entries carry the whole article; None where nobody knows."""
    min_interval_minutes: Annotated[int, Field(ge=5, le=10_080)] | None = None
    """The shortest time between two polls, where it differs from the setting for its kind."""
    enabled: bool = True
    note: str | None = None


class FeedState(Record):
    """What is remembered of a feed between rounds. Committed last, after everything read from it is safe."""

    feed_id: Slug
    name: str | None = None
    """As the feed list had it at the last poll; None where that was before names were kept."""
    url: str
    """Where the next poll goes: the feed's URL, or where a permanent redirect led."""
    moved_since: UtcDatetime | None = None
    """Since when the feed has answered from another URL than the catalogue's."""
    moved_from: str | None = None
    """The catalogue's URL that led there. When the catalogue names another one, the state is of the past."""
    etag: str | None = None
    """The validator as it came, byte for byte (bytes as Latin-1)."""
    last_modified: str | None = None
    """The other validator, likewise opaque."""
    last_polled: UtcDatetime | None = None
    last_ok: UtcDatetime | None = None
    """The last complete answer: new, the same, or 304."""
    last_new: UtcDatetime | None = None
    """The last time that there was an unknown entry."""
    next_poll: UtcDatetime | None = None
    interval_s: Annotated[float, Field(ge=0)] | None = None
    """The pause chosen after the last poll, in seconds."""
    rhythm_s: Annotated[float, Field(ge=0)] | None = None
    """The usual time between two new entries, in seconds: an exponential mean."""
    http_status: int | None = None
    failures: Annotated[int, Field(ge=0)] = 0
    """Polls that failed since the last good one."""
    error: str | None = None
    entries: Annotated[int, Field(ge=0)] = 0
    """Entries in the last good answer."""
    gone: bool = False
    """It answered 410: it is not polled again."""


class FeedEntry(Record):
    """One entry of a feed, cleaned at the border."""

    id: Id
    feed_id: Slug
    url: str | None
    """Canonical and absolute; None where the entry has no link."""
    guid: str | None = None
    title: str
    summary: str = ""
    """Plain text."""
    content_html: str | None = None
    """The full content where the feed carries it. Never rendered."""
    authors: tuple[str, ...] = ()
    published: UtcDatetime | None = None
    updated: UtcDatetime | None = None
    language: LanguageTag | None = None
    """As the feed states it."""
    tags: tuple[str, ...] = ()
    image: str | None = None
