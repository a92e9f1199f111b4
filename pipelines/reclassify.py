"""Judges what is stored by the rules of today, and brings items and events up to date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from blockwire.config.severity import load_severity
from blockwire.pipelines.rounds import Wire
from blockwire.schemas import Outcome
from blockwire.transforms.alerts.outbox import send_alerts
from blockwire.transforms.classification.shared import classifier_of
from blockwire.transforms.group_events import regrouper_of
from blockwire.transforms.reclassification import Change, Reconsideration, apply, settle
from blockwire.transforms.stores.contract import ItemQuery, Store

_ALL = 10_000_000


@dataclass(frozen=True)
class Reclassified:
    """What other rules make of what is stored."""

    items: int
    """Items judged again."""
    changes: tuple[Change, ...]
    reopened: tuple[Outcome, ...]
    """Entries that were not relevant, and are fetched again by the next round."""
    events: int = 0
    """Events that changed because of it."""
    alerts: int = 0


def reclassify(
    wire: Wire, now: datetime, *, dry_run: bool, alerts: bool, tell: Callable[[int, int], None] | None = None
) -> Reclassified:
    """Judges all items and all entries that were set aside again; changes what the rules say otherwise of, and nothing else.

    Args:
        wire: settings, rules and store.
        now: when this is.
        dry_run: only say what would change.
        alerts: send alerts for events that change, by the rules of the settings.
        tell: is told how many items were judged, and of how many.

    Raises:
        RoundRunning: where a round holds the lock.
        StoreError: where the store failed.
    """
    with wire.store.open() as store, store.lock():
        found = _judge(store, Reconsideration(classifier_of(wire.rules), now), tell)
        if dry_run:
            return found
        waiting = [event.id for event in store.events.undecided()]
        regrouper = regrouper_of(store, wire.rules, load_severity(wire.rules), now)
        events = apply(found.changes, found.reopened, store, regrouper)
        sent = 0
        if alerts:
            sent = send_alerts(store, wire.settings.alerts, now).sent
        else:
            settle(store, waiting)
        return Reclassified(found.items, found.changes, found.reopened, events, sent)


def _judge(store: Store, judge: Reconsideration, tell: Callable[[int, int], None] | None) -> Reclassified:
    total, number = store.count_items(ItemQuery()), 0
    changes = []
    for number, item in enumerate(store.items(ItemQuery(limit=_ALL)), start=1):
        if (change := judge.item(item)) is not None:
            changes.append(change)
        if tell is not None:
            tell(number, total)
    reopened = [outcome for fate in store.fates() if (outcome := judge.set_aside(fate)) is not None]
    return Reclassified(number, tuple(changes), tuple(reopened))
