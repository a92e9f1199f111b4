"""What goes from step to step of a round, between the records of ``schemas``."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

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


def name_of_task(task: Task) -> str:
    """What tells a task from others. A feed's next poll is another task, and so is the next attempt at an entry."""
    if isinstance(task, PollTask):
        return f"feed {task.feed.id} after {task.state and task.state.last_polled}"
    return f"entry {task.retry.entry.id} after {task.retry.failed_before}"


def host_of_task(task: Task) -> str:
    """Who is asked: the host of the feed, or of the entry's page."""
    return urlsplit(task.feed.url).netloc if isinstance(task, PollTask) else host_of_entry(task.retry)


def host_of_entry(new: NewEntry) -> str:
    """Who is asked for the page; the feed's id where there is none."""
    return urlsplit(new.entry.url).netloc if new.entry.url else new.entry.feed_id


def id_of_entry(new: NewEntry) -> str:
    """What tells an entry from others: an article that several feeds bring has one."""
    return new.entry.id


def on_its_own(new: NewEntry) -> NewEntry:
    """The entry, waiting for no other of its feed."""
    return replace(new, together=1)


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
