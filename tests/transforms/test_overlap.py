"""The overlapping DoFn: much at once, nothing lost, nothing too much, and errors end the bundle."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.transforms.window import FixedWindows, TimestampedValue
from eager import eagerly, outputs_of

from blockwire.transforms.overlap import EventLoopThread, OverlappingDoFn


class _Naps(OverlappingDoFn[int, tuple[int, int]]):
    """Yields each number, with how many were under way when its work ended."""

    def setup(self) -> None:
        self._thread = EventLoopThread("naps")
        self._now = 0

    def start(self, work: Coroutine[Any, Any, Any]) -> "Future[Any]":
        return self._thread.submit(work)

    async def work(self, element: int) -> list[tuple[int, int]]:
        if element < 0:
            raise ValueError(f"{element} is below nothing")
        self._now += 1
        await asyncio.sleep(0.01)
        together, self._now = self._now, self._now - 1
        return [(element, together)]

    def teardown(self) -> None:
        self._thread.close()


def test_every_element_comes_out_once_and_the_bound_holds() -> None:
    """40 elements, at most 8 under way, more than one at once."""
    results = eagerly(beam.ParDo(_Naps(in_flight=8)), range(40))
    assert sorted(number for number, _ in results) == list(range(40))
    together = [count for _, count in results]
    assert 1 < max(together) <= 8


def test_results_keep_the_window_of_their_own_element() -> None:
    """A result is often yielded while another element is processed; its window must not be the other's."""

    def window_of(element: tuple[int, int], window: Any = beam.DoFn.WindowParam) -> tuple[int, float]:
        return element[0], float(window.start)

    def build(pipeline: beam.Pipeline) -> dict[str, Any]:
        stamped = pipeline | beam.Create(range(20)) | beam.Map(lambda number: TimestampedValue(number, number * 10))
        naps = stamped | beam.WindowInto(FixedWindows(10)) | beam.ParDo(_Naps(in_flight=5))
        return {"out": naps | beam.Map(window_of)}

    assert sorted(outputs_of(build)["out"]) == [(number, number * 10.0) for number in range(20)]


def test_what_work_raises_ends_the_bundle() -> None:
    """A bug does not hide."""
    with pytest.raises(ValueError, match="-1 is below nothing"):
        eagerly(beam.ParDo(_Naps(in_flight=8)), [1, -1, 2])
