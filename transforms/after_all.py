"""Waits until something is done, without looking at it."""

from collections.abc import Iterable
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import AsIter, PCollection


class AfterAll(beam.PTransform[PCollection[Any], PCollection[bytes]]):
    """PCollection[T] -> PCollection[bytes], one empty element, when the last of the given ones is there; also where there are none.

    A count would do too, at four times the steps, each of which a round pays for when it starts. What is waited for is a
    side input that stays empty, so that its size does not matter. Bounded input only.
    """

    def expand(self, elements: PCollection[Any]) -> PCollection[bytes]:
        """Forgets the elements, and waits for the end of that."""
        forgotten = elements | "Forget" >> beam.FlatMap(_forget).with_output_types(bytes)
        waited: PCollection[bytes] = (
            elements.pipeline
            | "Once" >> beam.Impulse()
            | "Wait" >> beam.Map(_after, AsIter(forgotten)).with_output_types(bytes)
        )
        return waited


def _forget(_element: Any) -> Iterable[bytes]:
    return ()


def _after(once: bytes, _forgotten: Iterable[bytes]) -> bytes:
    return once
