"""What the pipelines need of a store. SQLite and Elasticsearch hold to the same contract and pass the same tests."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from blockwire.schemas import CensorshipItem, DeadLetter, EntryFate, Fate, FeedState, Outcome, RoundSummary, Stage
from blockwire.transforms.stores.alert_contract import AlertStore
from blockwire.transforms.stores.event_contract import EventStore


class StoreError(Exception):
    """The store cannot do what was asked. The message is one line for a person, with the next step."""


class StoreUnavailable(StoreError):
    """It cannot be reached, opened or written: unreachable, read-only, full, wrong credentials."""


class RoundRunning(StoreError):
    """Another round holds the lock."""


class Written(StrEnum):
    """What a write came to."""

    CREATED = "created"
    KNOWN = "known"
    """It was there already; nothing was changed."""


@dataclass(frozen=True)
class Receipt:
    """The store has what belongs to this entry."""

    feed_id: str
    entry_id: str
    fate: Fate
    """What it came to in the end: where the store refused the document, ``DEAD_LETTER``."""
    written: Written


@dataclass(frozen=True)
class ItemQuery:
    """What to look for; all conditions together. Times are inclusive."""

    words: str | None = None
    countries: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50


@dataclass(frozen=True)
class DeadLetterQuery:
    """Which dead letters."""

    ids: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    reasons: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    due_before: datetime | None = None
    """Only those that a round should try again by itself by then."""
    limit: int | None = None


class Store(Protocol):
    """A place for items, fates, dead letters, feed states and rounds. Use it as a context manager."""

    def __enter__(self) -> Self:
        """Opens it, and creates what it needs to hold.

        Raises:
            StoreUnavailable: with the reason and the next step.
        """
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """What leaving the context does."""
        ...

    @property
    def events(self) -> EventStore:
        """Events, and what they are made of."""
        ...

    @property
    def alerts(self) -> AlertStore:
        """The outbox of alerts, and those that were sent."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Holds the right to run a round; a killed process gives it up.

        Raises:
            RoundRunning: where another process holds it.
        """
        ...

    def lock_holder(self) -> str | None:
        """Who holds it, in words that name this one hold of it; None where nobody does."""
        ...

    def known(self, entry_ids: Sequence[str]) -> set[str]:
        """Those of the ids that have a fate."""
        ...

    def write_outcomes(self, outcomes: Sequence[Outcome]) -> list[Receipt]:
        """Writes item, fate and dead letter of each, the fate last; removes the dead letter of an entry that succeeded.

        Idempotent: what is there stays as it is, except that a new outcome replaces a dead letter's. A dead letter written
        again keeps ``first_failed`` and counts one attempt more. Where a document is refused (not the store's failure), its
        outcome becomes a dead letter of stage ``index`` with the store's reason. One receipt for each, in order.
        """
        ...

    def rewrite(self, outcomes: Sequence[Outcome]) -> None:
        """Puts outcomes in the place of what is there: item, dead letter and fate of each, the fate last.

        Where there is no item any more, the one of its article is removed. A changed item waits to be grouped again. For
        reprocessing alone: a round changes nothing that is there.

        Raises:
            StoreError: where a document is refused.
        """
        ...

    def feed_states(self) -> dict[str, FeedState]:
        """All feed states, by feed id."""
        ...

    def put_feed_states(self, states: Iterable[FeedState]) -> None:
        """Replaces feed states."""
        ...

    def put_feed_dead_letters(self, letters: Iterable[DeadLetter], recovered: Iterable[str]) -> None:
        """Writes dead letters of feeds, and removes those of the feeds (by id) that answered well."""
        ...

    def item(self, item_id: str) -> CensorshipItem | None:
        """One item; an unambiguous beginning of its id will do.

        Raises:
            StoreError: where several ids begin so.
        """
        ...

    def items(self, query: ItemQuery) -> Iterator[CensorshipItem]:
        """Items, best match first where there are words, else newest first."""
        ...

    def count_items(self, query: ItemQuery) -> int:
        """How many there are, without the limit."""
        ...

    def fates(self, feed: str | None = None) -> Iterator[EntryFate]:
        """The fate of every entry, by id."""
        ...

    def dead_letters(self, query: DeadLetterQuery) -> Iterator[DeadLetter]:
        """Dead letters, newest first."""
        ...

    def drop_dead_letters(self, ids: Sequence[str]) -> int:
        """Removes them for good; their entries count as known. Returns how many there were."""
        ...

    def put_round(self, summary: RoundSummary) -> None:
        """Keeps the summary of a round."""
        ...

    def rounds(self, limit: int = 10) -> list[RoundSummary]:
        """The last rounds, newest first."""
        ...

    def round(self, round_id: str) -> RoundSummary | None:
        """One round's summary."""
        ...


class StoreConfig(Protocol):
    """What a DoFn is given to open a store of its own: plain values, picklable."""

    def open(self) -> Store:
        """An open store (as entering it does).

        Raises:
            StoreUnavailable: with the reason and the next step.
        """
        ...
