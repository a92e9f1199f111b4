"""Moves the feeds on, last of all: a feed's new state is kept only when everything read from it is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import AsList, PCollection
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from blockwire.schemas import FeedState
from blockwire.transforms.alerts.outbox import AlertTally
from blockwire.transforms.elements import FeedManifest
from blockwire.transforms.metrics import count
from blockwire.transforms.stores.contract import Receipt, StoreConfig

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
        letters = [m.poll.dead_letter for m in self._complete if m.poll.dead_letter]
        for letter in letters:
            count("dead_letters", letter.stage.value)
        recovered = [m.poll.feed.id for m in self._complete if m.poll.answered]
        self._store.put_feed_dead_letters(letters, recovered)
        self._store.put_feed_states(_next_state(m) for m in self._complete)
        for manifest in self._complete:
            yield WindowedValue(manifest, MIN_TIMESTAMP, (GlobalWindow(),))

    def teardown(self) -> None:
        self._store.close()


def _next_state(manifest: FeedManifest) -> FeedState:
    """The feed's new state; without validators and due at once where entries were left for a later round."""
    if not manifest.reread:
        return manifest.poll.state
    return manifest.poll.state.model_copy(update={"etag": None, "last_modified": None, "next_poll": None})
