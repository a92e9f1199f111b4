"""Drops the entries that have a fate already, before a page is fetched for them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import PCollection, TaggedOutput

from blockwire.schemas import DeadLetter, FeedEntry
from blockwire.transforms import progress
from blockwire.transforms.elements import FeedManifest, NewEntry, RetryTask
from blockwire.transforms.feeds.polling import Poll
from blockwire.transforms.feeds.schedule import with_news
from blockwire.transforms.metrics import count
from blockwire.transforms.poll_feeds import Polled
from blockwire.transforms.stores.contract import StoreConfig


class NewEntries(NamedTuple):
    """The outputs of ``SkipKnown``."""

    entries: PCollection[NewEntry]
    unreadable: PCollection[DeadLetter]
    """New entries that no reader can make sense of."""
    manifests: PCollection[FeedManifest]
    """What to wait for before a feed's state is committed."""


@dataclass(frozen=True)
class Selection:
    """Which new entries a round takes."""

    limit: int | None = None
    """At most so many in all; exact where one worker runs, else for each."""
    since: datetime | None = None
    """Only those published then or later, or without a date."""


class SkipKnown(beam.PTransform[PCollection[Polled], NewEntries]):
    """PCollection[Polled] -> NewEntries.

    Args:
        store: where the fates are.
        selection: which new entries to take now.
    """

    def __init__(self, store: StoreConfig, selection: Selection) -> None:
        super().__init__()
        self._store = store
        self._selection = selection

    def expand(self, polled: PCollection[Polled]) -> NewEntries:
        """Looks the entries up, a feed at a time."""
        outputs = polled | beam.ParDo(_SkipKnown(self._store, self._selection)).with_outputs(
            "unreadable", "manifests", main="entries"
        )
        outputs.entries.element_type = NewEntry
        outputs.unreadable.element_type = DeadLetter
        outputs.manifests.element_type = FeedManifest
        return NewEntries(outputs.entries, outputs.unreadable, outputs.manifests)


class _SkipKnown(beam.DoFn):
    def __init__(self, config: StoreConfig, selection: Selection) -> None:
        self._config = config
        self._selection = selection

    def setup(self) -> None:
        self._store = self._config.open()

    def start_bundle(self) -> None:
        self._taken: set[str] = set()

    def process(self, element: Polled) -> Iterator[Any]:
        if isinstance(element, RetryTask):
            progress.advance("entries")
            yield element.retry
            return
        poll = element.unpacked()
        read = [e.id for e in poll.entries] + [p.id for p in poll.problems]
        with_fate = self._store.known(read) if read else set()
        fresh = [e for e in poll.entries if e.id not in with_fate and e.id not in self._taken]
        broken = [p for p in poll.problems if p.id not in with_fate and p.id not in self._taken]
        chosen, over_limit = self._choose(fresh, len(broken))
        self._taken.update(e.id for e in chosen)
        self._taken.update(p.id for p in broken)
        manifest = _manifest(poll, fresh, broken, chosen, over_limit=over_limit)
        _count(manifest)
        yield TaggedOutput("manifests", manifest)
        progress.advance("entries", len(chosen) + len(broken))
        yield from (TaggedOutput("unreadable", letter) for letter in broken)
        yield from (NewEntry(entry, together=len(chosen)) for entry in chosen)

    def _choose(self, fresh: list[FeedEntry], broken: int) -> tuple[list[FeedEntry], bool]:
        since, limit = self._selection.since, self._selection.limit
        chosen = [e for e in fresh if since is None or e.published is None or e.published >= since]
        if limit is None:
            return chosen, False
        room = max(limit - len(self._taken) - broken, 0)
        return chosen[:room], len(chosen) > room

    def teardown(self) -> None:
        self._store.close()


def _manifest(
    poll: Poll, fresh: list[FeedEntry], broken: list[DeadLetter], chosen: list[FeedEntry], *, over_limit: bool
) -> FeedManifest:
    read = len(poll.entries) + len(poll.problems)
    return FeedManifest(
        poll=replace(poll, state=with_news(poll.state, poll.entries, len(fresh)), entries=(), problems=()),
        read=read,
        known=read - len(fresh) - len(broken),
        deferred=len(fresh) - len(chosen),
        awaited=tuple(e.id for e in chosen) + tuple(p.id for p in broken),
        reread=over_limit,
    )


def _count(manifest: FeedManifest) -> None:
    poll = manifest.poll
    count("polls", poll.feed.kind.value, poll.outcome.value)
    count("entries", "known", by=manifest.known)
    if not poll.answered:
        count("poll_errors", poll.reason or poll.outcome.value)
