"""What goes from step to step of a round, between the records of ``schemas``."""

from dataclasses import dataclass
from datetime import datetime

from blockwire.schemas import Article, Classification, Feed, FeedEntry, FeedState
from blockwire.transforms.feeds.polling import Poll


@dataclass(frozen=True)
class KeptPage:
    """Where a page is that need not be fetched: a record of a WARC file."""

    file: str
    offset: int
    """Of the record's compressed member, in bytes."""


@dataclass(frozen=True)
class NewEntry:
    """An entry without a fate, or one whose dead letter is tried again."""

    entry: FeedEntry
    failed_before: int = 0
    together: int = 1
    """How many entries of its feed come with it: their articles are cleaned together."""
    kept: KeptPage | None = None
    """Its page, where it is to be had without fetching."""
    seen: datetime | None = None
    """When the page was there at the latest: the date of an article that states none."""


@dataclass(frozen=True)
class PollTask:
    """A feed to poll."""

    feed: Feed
    state: FeedState | None


@dataclass(frozen=True)
class RetryTask:
    """An entry to try again."""

    retry: NewEntry


class GivenTask(RetryTask):
    """An entry that no feed of this round led to: an old page, or one of an archive."""


Task = PollTask | RetryTask


@dataclass(frozen=True)
class Extracted:
    """An entry and the article it led to."""

    origin: NewEntry
    article: Article


@dataclass(frozen=True)
class Judged:
    """An article and the decision about it."""

    origin: NewEntry
    article: Article
    decision: Classification


@dataclass(frozen=True)
class FeedManifest:
    """What must be written before a feed's new state may be."""

    poll: Poll
    """Without its entries."""
    read: int
    """Entries in the feed."""
    known: int
    deferred: int
    awaited: tuple[str, ...]
    """Ids of the entries that need a receipt."""
    reread: bool = False
    """Entries were left for a later round: the feed must be read again in full."""
