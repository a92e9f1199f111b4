"""A DoFn that works on many elements at once and hands each result on as soon as it is there.

Waiting for servers is most of what the wire does, and a DoFn sees one element at a time. Beam's own AsyncWrapper needs
state and timers, and emitted nothing on a bounded DirectRunner job (docs/decisions.md).
"""

import asyncio
import sys
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, Generic, Protocol, TypeVar

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.window import BoundedWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

In = TypeVar("In")
Out = TypeVar("Out")
TURN_S: Final = 0.0005
"""Another thread has its turn after so long. With Python's own 5 ms a round over two thousand articles took longer: extraction waited while articles were judged."""


class EventLoopThread:
    """An asyncio event loop in a thread of its own, which seldom waits for its turn: what it serves would stand idle."""

    def __init__(self, name: str) -> None:
        sys.setswitchinterval(TURN_S)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, Out]) -> "Future[Out]":
        """Starts a coroutine on the loop; its future can be waited for from any other thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """Cancels what is still under way, stops the loop and ends the thread."""
        self.submit(_cancel_others()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class OverlappingDoFn(beam.DoFn, Generic[In, Out]):
    """Runs ``work`` for up to ``in_flight`` elements at once.

    ``process`` starts the work on its element and yields the results that are ready, those of earlier elements, each
    with its own timestamp and windows; ``finish_bundle`` yields the rest. So a bundle still ends only when all of its
    elements are done, and a bundle tried again starts all of them again. What ``work`` raises ends the bundle.
    """

    def __init__(self, in_flight: int) -> None:
        self._in_flight = in_flight

    def setup(self) -> None:
        """Opens what the work uses."""

    async def work(self, element: In) -> list[Out]:
        """Turns an element into its results."""
        raise NotImplementedError

    def start(self, work: Coroutine[Any, Any, list[Out]]) -> "Future[list[Out]]":
        """Starts the work on the loop that the subclass chose in ``setup``."""
        raise NotImplementedError

    def start_bundle(self) -> None:
        """Forgets what a failed bundle left."""
        self._under_way: dict[Future[list[Out]], tuple[Timestamp, BoundedWindow]] = {}
        self._done: SimpleQueue[Future[list[Out]]] = SimpleQueue()

    def process(
        self, element: In, timestamp: Any = beam.DoFn.TimestampParam, window: Any = beam.DoFn.WindowParam
    ) -> Iterator[Any]:
        """Starts on the element; waits only where too many are under way."""
        future = self.start(self.work(element))
        self._under_way[future] = (timestamp, window)
        future.add_done_callback(self._done.put)
        while not self._done.empty():
            yield from self._results(self._done.get())
        if len(self._under_way) >= self._in_flight:
            yield from self._results(self._done.get())

    def finish_bundle(self) -> Iterator[Any]:
        """Waits for the rest."""
        while self._under_way:
            yield from self._results(self._done.get())

    def teardown(self) -> None:
        """Gives up what a failed bundle left under way. Subclasses call it before they close what the work uses."""
        for future in getattr(self, "_under_way", ()):
            future.cancel()

    def _results(self, future: "Future[list[Out]]") -> Iterator[Any]:
        timestamp, window = self._under_way.pop(future)
        for result in future.result():
            if isinstance(result, TaggedOutput):
                yield TaggedOutput(result.tag, WindowedValue(result.value, timestamp, (window,)))
            else:
                yield WindowedValue(result, timestamp, (window,))


class Overlap(Protocol[In]):
    """How the work of a step on its elements goes on at the same time."""

    def __call__(self, do_fn: OverlappingDoFn[In, Any], *tags: str) -> beam.PTransform[Any, Any]:
        """What to apply: the step, with an output for each of the tags besides the main one, ``good``."""
        ...


def in_a_bundle(do_fn: OverlappingDoFn[Any, Any], *tags: str) -> beam.PTransform[Any, Any]:
    """What a round does, whose bundles are as long as they like: the elements of a bundle go on together, and it waits for all."""
    return beam.ParDo(do_fn).with_outputs(*tags, main="good") if tags else beam.ParDo(do_fn)
