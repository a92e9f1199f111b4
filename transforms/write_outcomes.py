"""Writes what became of each entry, and gives a receipt for it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import MIN_TIMESTAMP
from apache_beam.utils.windowed_value import WindowedValue

from blockwire.schemas import DeadLetter, Fate, Outcome, Stage
from blockwire.transforms import progress
from blockwire.transforms.metrics import count, count_lag
from blockwire.transforms.outcomes import outcome_of_dead_letter
from blockwire.transforms.stores.contract import Receipt, StoreConfig, Written

BATCH = 50
"""Outcomes in a write: large enough for the store, small enough that a crash repeats little."""


class WriteOutcomes(beam.PTransform[PCollection[Outcome], PCollection[Receipt]]):
    """PCollection[Outcome] -> PCollection[Receipt], in batches, idempotently.

    Args:
        store: where to.
    """

    def __init__(self, store: StoreConfig) -> None:
        super().__init__()
        self._store = store

    def expand(self, outcomes: PCollection[Outcome]) -> PCollection[Receipt]:
        """Writes."""
        receipts: PCollection[Receipt] = outcomes | beam.ParDo(_Write(self._store)).with_output_types(Receipt)
        return receipts


class WriteDeadLetters(beam.PTransform[PCollection[DeadLetter], PCollection[Receipt]]):
    """PCollection[DeadLetter] -> PCollection[Receipt].

    Args:
        store: where to.
    """

    def __init__(self, store: StoreConfig) -> None:
        super().__init__()
        self._store = store

    def expand(self, letters: PCollection[DeadLetter]) -> PCollection[Receipt]:
        """Writes the dead letters and the fates of their entries."""
        outcomes = letters | "As outcomes" >> beam.Map(outcome_of_dead_letter).with_output_types(Outcome)
        receipts: PCollection[Receipt] = outcomes | "Write" >> WriteOutcomes(self._store)
        return receipts


class _Write(beam.DoFn):
    def __init__(self, config: StoreConfig) -> None:
        self._config = config

    def setup(self) -> None:
        self._store = self._config.open()

    def start_bundle(self) -> None:
        self._batch: list[Outcome] = []

    def process(self, element: Outcome) -> Iterator[Receipt]:
        self._batch.append(element)
        if len(self._batch) >= BATCH:
            yield from self._flush()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for receipt in self._flush():
            yield WindowedValue(receipt, MIN_TIMESTAMP, (GlobalWindow(),))

    def _flush(self) -> Iterator[Receipt]:
        batch, self._batch = self._batch, []
        if not batch:
            # A stream's bundles are many, and most bring nothing: a transaction each would make the others wait.
            return
        for outcome, written in zip(batch, self._store.write_outcomes(batch), strict=True):
            if written.written is Written.CREATED:
                _count(outcome, written.fate)
            progress.advance("ended")
            if written.fate is Fate.INDEXED:
                progress.advance("items")
            elif written.fate is Fate.DEAD_LETTER:
                progress.advance("dead_letters")
            yield written

    def teardown(self) -> None:
        self._store.close()


def _count(outcome: Outcome, fate: Fate) -> None:
    count("entries", fate.value)
    if fate is Fate.DEAD_LETTER:
        count("dead_letters", outcome.dead_letter.stage if outcome.dead_letter else Stage.INDEX)
    elif outcome.item is not None and outcome.item.published is not None:
        count_lag(outcome.item.published, datetime.now(UTC))
