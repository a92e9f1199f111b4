"""What a store has to say about a period: its events by what happened to them, and how the wire ran."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from blockwire.schemas import BlockEvent, Development, DevelopmentKind, RoundSummary, Status, Verdict
from blockwire.transforms.alerts.wording import reason_of
from blockwire.transforms.bulletin.period import Period
from blockwire.transforms.events.severity import LEVELS
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery, Store
from blockwire.transforms.stores.event_contract import EventQuery

LATE: Final = timedelta(days=30)
"""What was published longer before the period is no news of it, though the wire read it only now."""

_ROUNDS: Final = 10_000
"""As many as Elasticsearch gives in one answer: more than three months of rounds every quarter of an hour."""

_ENDED: Final = (Status.LIFTED, Status.PARTLY_LIFTED)


@dataclass(frozen=True)
class Entry:
    """An event with its news of the period."""

    event: BlockEvent
    news: tuple[Development, ...]
    """In the order in which the wire noticed them; at least one."""
    reason: str
    """What is new, in words."""

    @property
    def at(self) -> datetime:
        """When the last of the news was published."""
        return max(one.at for one in self.news)

    @property
    def opened(self) -> Development | None:
        """What made it an event, if that is among the news."""
        return next((one for one in self.news if one.kind is DevelopmentKind.OPENED), None)

    @property
    def ended(self) -> bool:
        """Whether the news is that it was lifted, or partly."""
        return any(one.status in _ENDED and one.kind is not DevelopmentKind.TARGET for one in self.news)


@dataclass(frozen=True)
class RoundTotals:
    """What the rounds of the period came to, added up."""

    rounds: int
    last: datetime | None
    """When the last one finished."""
    feeds_polled: int
    feeds_failed: int
    entries_read: int
    entries_known: int
    items: int
    not_relevant: int
    dead_letters: int
    alerts_sent: int
    alerts_given_up: int


@dataclass(frozen=True)
class Bulletin:
    """Everything that a report on a period says. The severest entries come first, of these the latest."""

    period: Period
    new: tuple[Entry, ...]
    moved: tuple[Entry, ...]
    """Events of before whose status, severity or targets changed."""
    ended: tuple[Entry, ...]
    """Lifted or partly lifted; new ones among them are in ``new`` too."""
    late: tuple[Entry, ...]
    """Noticed in the period, and published within the 30 days before it."""
    false: int
    """Events that a person marked as false: left out."""
    items: int
    """Articles on censorship that were published in the period."""
    feeds: int
    """Feeds that the wire ever polled."""
    feeds_failing: int
    """Those whose last poll failed."""
    totals: RoundTotals
    dead_letters: Mapping[str, int]
    """Those of the period that are left, by reason, the most frequent first."""
    rules_versions: tuple[str, ...]


def gather(store: Store, period: Period) -> Bulletin:
    """Reads all that a report needs, through the contract of the stores.

    Raises:
        StoreError: where the store cannot be read.
    """
    found = list(store.events.find(EventQuery(since=period.since - LATE, until=period.until, limit=None)))
    events = [event for event in found if event.verdict is not Verdict.FALSE_POSITIVE]
    news = _entries(events, lambda one: period.covers(one.at))
    late = _entries(events, partial(_is_late, period))
    letters = [one for one in store.dead_letters(DeadLetterQuery()) if period.covers(one.last_failed)]
    states = store.feed_states().values()
    return Bulletin(
        period=period,
        new=tuple(entry for entry in news if entry.opened),
        moved=tuple(entry for entry in news if not entry.opened and not entry.ended),
        ended=tuple(entry for entry in news if entry.ended),
        late=tuple(entry for entry in late if entry.event.id not in {one.event.id for one in news}),
        false=len(found) - len(events),
        items=store.count_items(ItemQuery(since=period.since, until=period.until)),
        feeds=len(states),
        feeds_failing=sum(state.failures > 0 for state in states),
        totals=totals_of(one for one in store.rounds(_ROUNDS) if period.covers(one.finished)),
        dead_letters=dict(Counter(letter.reason for letter in letters).most_common()),
        rules_versions=tuple(sorted({event.rules_version for event in events})),
    )


def totals_of(rounds: Iterable[RoundSummary]) -> RoundTotals:
    """Rounds, added up."""
    given = list(rounds)

    def total(name: str) -> int:
        return sum(getattr(one, name) for one in given)

    return RoundTotals(
        rounds=len(given),
        last=max((one.finished for one in given), default=None),
        feeds_polled=total("feeds_due"),
        feeds_failed=total("feeds_failed"),
        entries_read=total("entries_read"),
        entries_known=total("entries_known") + total("entries_deferred"),
        items=total("items"),
        not_relevant=total("not_relevant"),
        dead_letters=total("dead_letters"),
        alerts_sent=total("alerts_sent"),
        alerts_given_up=total("alerts_given_up"),
    )


def _is_late(period: Period, one: Development) -> bool:
    return period.covers(one.recorded) and period.since - LATE <= one.at < period.since


def _entries(events: Iterable[BlockEvent], is_news: Callable[[Development], bool]) -> tuple[Entry, ...]:
    found = []
    for event in events:
        news = tuple(one for one in event.developments if is_news(one))
        if news:
            first = event.developments.index(news[0])
            before = event.developments[first - 1] if first else None
            found.append(Entry(event, news, reason_of(event.measure, before, news)))
    return tuple(sorted(found, key=lambda entry: (LEVELS.index(entry.event.severity), entry.at), reverse=True))
