"""Moves the feeds on, last of all: a feed's new state is kept only when everything read from it is."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.pvalue import AsList, PCollection
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import BagStateSpec, TimerSpec, on_timer
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from blockwire.schemas import FeedState
from blockwire.transforms.alerts.outbox import AlertTally
from blockwire.transforms.continuous import ByShard, next_look
from blockwire.transforms.elements import FeedManifest
from blockwire.transforms.metrics import count
from blockwire.transforms.stores.contract import Receipt, Store, StoreConfig

LOOK_EVERY_S: Final = 1.0
"""How often a stream looks which feeds are complete."""
Ended = tuple[PCollection[FeedManifest], PCollection[Receipt], PCollection[AlertTally]]


class CommitFeedStates(beam.PTransform[Ended, PCollection[FeedManifest]]):
    """Ended -> PCollection[FeedManifest], those of the feeds moved on.

    It waits for all receipts, and until the alerts are out. A feed whose receipts are not complete stays where it was: the
    next round reads it again, and nothing is lost.

    Args:
        store: where the states are.
    """

    def __init__(self, store: StoreConfig) -> None:
        super().__init__()
        self._store = store

    def expand(self, inputs: Ended) -> PCollection[FeedManifest]:
        """Joins by feed and commits."""
        manifests, receipts, alerts = inputs
        keyed = {
            "manifests": manifests | "By feed" >> beam.WithKeys(lambda manifest: manifest.poll.feed.id),
            "written": receipts | "Receipts by feed" >> beam.Map(lambda receipt: (receipt.feed_id, receipt.entry_id)),
        }
        moved_on: PCollection[FeedManifest] = (
            keyed
            | "Wait for receipts" >> beam.CoGroupByKey()
            | "Commit" >> beam.ParDo(_Commit(self._store), AsList(alerts)).with_output_types(FeedManifest)
        )
        return moved_on


class _Commit(beam.DoFn):
    def __init__(self, config: StoreConfig) -> None:
        self._config = config

    def setup(self) -> None:
        self._store = self._config.open()

    def start_bundle(self) -> None:
        self._complete: list[FeedManifest] = []

    def process(self, element: tuple[str, dict[str, Iterable[Any]]], _alerts: Sequence[AlertTally]) -> None:
        _feed_id, group = element
        written = set(group["written"])
        self._complete.extend(m for m in group["manifests"] if written.issuperset(m.awaited))

    def finish_bundle(self) -> Iterator[WindowedValue]:
        _move_on(self._store, self._complete)
        for manifest in self._complete:
            yield WindowedValue(manifest, MIN_TIMESTAMP, (GlobalWindow(),))

    def teardown(self) -> None:
        self._store.close()


class CommitAsCompleted(beam.PTransform[PCollection[FeedManifest], PCollection[FeedManifest]]):
    """PCollection[FeedManifest] -> PCollection[FeedManifest], each when its feed is moved on: what a stream does.

    A feed moves on when the store has a fate for every entry that was new in it, whichever feed brought it first. Until then it stays
    where it was, in the store too: whatever dies meanwhile, the feed is polled again.

    Args:
        store: where the states and the fates are.
    """

    def __init__(self, store: StoreConfig) -> None:
        super().__init__()
        self._store = store

    def expand(self, manifests: PCollection[FeedManifest]) -> PCollection[FeedManifest]:
        """Looks for completed feeds, shard by shard."""
        moved_on: PCollection[FeedManifest] = (
            manifests
            | "To its shard" >> ByShard(_feed_of)
            | "Commit" >> beam.ParDo(_CommitAsCompleted(self._store)).with_output_types(FeedManifest)
        )
        return moved_on


def _feed_of(manifest: FeedManifest) -> str:
    return manifest.poll.feed.id


class _CommitAsCompleted(beam.DoFn):
    AWAITED = BagStateSpec("awaited", PickleCoder())
    LOOK = TimerSpec("look", TimeDomain.REAL_TIME)

    def __init__(self, config: StoreConfig) -> None:
        self._config = config

    def setup(self) -> None:
        self._store = self._config.open()

    def process(
        self,
        element: tuple[int, FeedManifest],
        awaited: Any = beam.DoFn.StateParam(AWAITED),
        look: Any = beam.DoFn.TimerParam(LOOK),
    ) -> None:
        _shard, manifest = element
        awaited.add(manifest)
        look.set(next_look(LOOK_EVERY_S))

    @on_timer(LOOK)
    def commit(
        self, awaited: Any = beam.DoFn.StateParam(AWAITED), look: Any = beam.DoFn.TimerParam(LOOK)
    ) -> Iterator[FeedManifest]:
        # Of a feed that was polled twice the later poll holds.
        latest = {_feed_of(m): m for m in sorted(awaited.read(), key=_polled)}.values()
        fated = self._store.known(sorted({entry for m in latest for entry in m.awaited}))
        complete = [m for m in latest if fated.issuperset(m.awaited)]
        _move_on(self._store, complete)
        yield from complete
        awaited.clear()
        for manifest in latest:
            if not fated.issuperset(manifest.awaited):
                awaited.add(manifest)
        if len(complete) < len(latest):
            look.set(next_look(LOOK_EVERY_S))

    def teardown(self) -> None:
        self._store.close()


def _polled(manifest: FeedManifest) -> datetime:
    return manifest.poll.state.last_polled or datetime.min.replace(tzinfo=UTC)


def _move_on(store: Store, manifests: Sequence[FeedManifest]) -> None:
    if not manifests:
        return
    letters = [m.poll.dead_letter for m in manifests if m.poll.dead_letter]
    for letter in letters:
        count("dead_letters", letter.stage.value)
    recovered = [m.poll.feed.id for m in manifests if m.poll.answered]
    store.put_feed_dead_letters(letters, recovered)
    store.put_feed_states(_next_state(m) for m in manifests)


def _next_state(manifest: FeedManifest) -> FeedState:
    """The feed's new state; without validators and due at once where entries were left for a later round."""
    if not manifest.reread:
        return manifest.poll.state
    return manifest.poll.state.model_copy(update={"etag": None, "last_modified": None, "next_poll": None})
