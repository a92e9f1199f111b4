"""Takes up older articles, chunk by chunk: each is a round of its own, so what was done stays, and the next run goes on behind it."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from blockwire.pipelines.rounds import Wire, run_round
from blockwire.schemas import RoundSummary
from blockwire.schemas.alerting import AlertPolicy
from blockwire.transforms.backfill.supply import Supply
from blockwire.transforms.elements import GivenTask, NewEntry, Task
from blockwire.transforms.stores.contract import RoundRunning, Store

PATIENCE_S = 3600.0
"""How long to wait for a round that holds the lock."""
PAUSE_S = 2.0
COUNTED = ("items", "not_relevant", "dead_letters", "events")


@dataclass(frozen=True)
class Headway:
    """How far a backfill is."""

    looked_at: int = 0
    known: int = 0
    """Of these, taken up earlier."""
    counts: Counter[str] = field(default_factory=Counter)
    """Items, not relevant, dead letters, events."""
    share: float = 0.0
    """Of all there is to look at, from 0 to 1."""
    seconds: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """By the pace so far; None before there is one."""
        return self.seconds / self.share * (1 - self.share) if self.share > 0 else None


def backfill(
    wire: Wire, supply: Supply, chunk: int, tell: Callable[[Headway], None], limit: int | None = None
) -> Headway:
    """Takes up what a supply has and the store does not know.

    Args:
        wire: what rounds run with; its settings say who is told.
        supply: the entries.
        chunk: entries in a round.
        tell: is told after each round how far it is.
        limit: at most so many entries, known ones too.

    Raises:
        RoundRunning: where another round holds the lock for longer than an hour.
        StoreError: where the store failed.
    """
    began = time.monotonic()
    headway = Headway()
    for entries in _chunks(supply, chunk, limit):
        fresh, summary = _take_up(wire, entries)
        counts = Counter({name: getattr(summary, name) for name in COUNTED}) if summary else Counter[str]()
        headway = Headway(
            looked_at=headway.looked_at + len(entries),
            known=headway.known + len(entries) - fresh,
            counts=headway.counts + counts,
            share=supply.share,
            seconds=time.monotonic() - began,
        )
        tell(headway)
    return headway


def _take_up(wire: Wire, entries: Sequence[NewEntry]) -> tuple[int, RoundSummary | None]:
    """Runs a round over those that are not known; none where all are. Returns how many they were, and the summary."""
    tasks: list[Task] = []

    def choose(store: Store) -> list[Task]:
        known = store.known([each.entry.id for each in entries])
        # Again if the lock was not to be had the first time.
        tasks[:] = [GivenTask(each) for each in entries if each.entry.id not in known]
        return tasks

    with wire.store.open() as store:
        if not choose(store):
            return 0, None
    summary = patiently(lambda: run_round(wire, choose, trigger="backfill", now=datetime.now(UTC)))
    return len(tasks), summary


def patiently(run: Callable[[], RoundSummary]) -> RoundSummary:
    """Waits for a round that holds the lock: a timer may have started one.

    Raises:
        RoundRunning: where it takes longer than an hour.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return run()
        except RoundRunning:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)


def finish_interrupted(wire: Wire) -> None:
    """Does what an interrupted round left to do, with its alerts: a quiet backfill must not swallow them."""
    with wire.store.open() as store:
        left = bool(store.events.ungrouped(1)) or any(True for _ in store.events.undecided())
    if left:
        patiently(lambda: run_round(wire, lambda _store: [], trigger="ingest", now=datetime.now(UTC)))


def quiet(wire: Wire) -> Wire:
    """The same, with nobody to be told, and nothing counted as news."""
    settings = wire.settings.model_copy(update={"alerts": AlertPolicy(), "metrics_file": None})
    return replace(wire, settings=settings)


def _chunks(entries: Iterable[NewEntry], size: int, limit: int | None) -> Iterator[list[NewEntry]]:
    drawn = islice(entries, limit)
    while some := {each.entry.id: each for each in islice(drawn, size)}:
        yield list(some.values())
