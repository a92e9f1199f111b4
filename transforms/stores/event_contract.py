"""What grouping, alerts and the command line need of a store's events. Both stores hold to it and pass the same tests."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from blockwire.schemas import BlockEvent, CensorshipItem, Correction, Report


@dataclass(frozen=True)
class EventQuery:
    """Which events; all conditions together, several values of one mean any of them. Times are inclusive.

    Events that became part of another one are never among them.
    """

    countries: tuple[str, ...] = ()
    """Where people are affected, or who orders."""
    measures: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    since: datetime | None = None
    """The last report was published then or later."""
    until: datetime | None = None
    """The first report was published then or earlier."""
    limit: int | None = 50
    """None: all."""


@dataclass(frozen=True)
class Regrouping:
    """What one grouping found out, to be written together."""

    events: Sequence[BlockEvent] = ()
    """New revisions. One that is not newer than what is there is left out."""
    reports: Sequence[Report] = ()
    """Of the items looked at; with these, their items count as grouped."""


class EventStore(Protocol):
    """Events, and what they are made of."""

    def get(self, event_id: str) -> BlockEvent | None:
        """One event; an unambiguous beginning of its id will do.

        Raises:
            StoreError: where several ids begin so.
        """
        ...

    def find(self, query: EventQuery) -> Iterator[BlockEvent]:
        """Events, the one reported on last first."""
        ...

    def of_articles(self, article_ids: Collection[str]) -> list[BlockEvent]:
        """The events that have any of these articles as evidence, by id."""
        ...

    def undecided(self) -> Iterator[BlockEvent]:
        """Events whose revision is higher than the one up to which alerts were decided, by id; merged ones too."""
        ...

    def decided(self, revisions: Mapping[str, int]) -> None:
        """Alerts were decided for these revisions of events, by id, and all before them. A lower one than is known changes nothing."""
        ...

    def ungrouped(self, limit: int) -> list[CensorshipItem]:
        """Items that no grouping looked at yet, the earliest first."""
        ...

    def reports(self, keys: Collection[str], since: datetime, until: datetime) -> list[Report]:
        """Reports with any of the grouping keys, published (or else seen) in between, by id."""
        ...

    def reports_of(self, article_ids: Collection[str]) -> list[Report]:
        """The reports of these articles, by id."""
        ...

    def look_alikes(self, bands: Collection[str]) -> list[Report]:
        """Reports that share any of the bands of a text, by id."""
        ...

    def regroup(self, found: Regrouping) -> None:
        """Writes reports, then events, and last that their items are grouped (with ``duplicate_of``). Idempotent."""
        ...

    def correct(self, correction: Correction) -> None:
        """Keeps what a person decided. Idempotent."""
        ...

    def corrections(self) -> list[Correction]:
        """All of them, in the order in which they were made."""
        ...
