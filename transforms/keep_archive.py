"""Keeps what led to items, after all of it is in the store."""

from collections.abc import Iterator
from pathlib import Path

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.transforms.after_all import AfterAll
from blockwire.transforms.archive.keeping import keep_what_led_to_items
from blockwire.transforms.stores.contract import Receipt, StoreConfig


class KeepArchive(beam.PTransform[PCollection[Receipt], PCollection[int]]):
    """PCollection[Receipt] -> PCollection[int], one: how many entries the archive has more.

    It waits for all receipts and works from the spool and the store, once and in one place, for rounds that were interrupted too.

    Args:
        store: says what led to an item.
        folder: of the archive.
    """

    def __init__(self, store: StoreConfig, folder: Path) -> None:
        super().__init__()
        self._do_fn = _Keep(store, folder)

    def expand(self, receipts: PCollection[Receipt]) -> PCollection[int]:
        """Waits, and keeps."""
        kept: PCollection[int] = (
            receipts | "Wait for all" >> AfterAll() | "Keep" >> beam.ParDo(self._do_fn).with_output_types(int)
        )
        return kept


class _Keep(beam.DoFn):
    def __init__(self, config: StoreConfig, folder: Path) -> None:
        self._config = config
        self._folder = folder

    def process(self, element: bytes) -> Iterator[int]:
        with self._config.open() as store:
            yield keep_what_led_to_items(self._folder, store)
