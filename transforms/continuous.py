"""Work that goes on across bundles: how a stream waits for servers.

An engine hands on what a bundle made only when the bundle ends, and runs few at once: Prism eight in all, Flink one a slot. A
DoFn that waited in its bundle for a slow page would hold back everything else. Here a bundle only starts the work; a
timer collects what is done. What is under way is in the engine's state too: it is checkpointed there, and begun again
where the worker that was at it is lost.
"""

import math
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, ClassVar, Generic, TypeVar

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import BagStateSpec, TimerSpec, on_timer
from apache_beam.utils.timestamp import Timestamp

from blockwire.transforms.overlap import OverlappingDoFn

In = TypeVar("In")
Out = TypeVar("Out")

SHARDS = 64
"""Keys that the elements are spread over. An engine gives a key to one worker, and so a host to one: politeness holds across workers."""
LOOK_EVERY_S = 0.25
"""How often a shard with work under way looks for what is done."""


def shard_of(name: str) -> int:
    """The shard of a host, a feed or whatever must stay together; the same on every machine."""
    return zlib.crc32(name.encode()) % SHARDS


class AcrossBundles(Generic[In]):
    """How a stream overlaps the work of a step: given its DoFn, what to apply instead of it.

    Args:
        owner: names what one worker must own, such as the host that an element leads to.
        identity: names an element; one that is under way is not begun a second time.
    """

    def __init__(self, owner: Callable[[In], str], identity: Callable[[In], str]) -> None:
        self._owner = owner
        self._identity = identity

    def __call__(self, do_fn: OverlappingDoFn[In, Any], *tags: str) -> beam.PTransform[Any, Any]:
        """The step, with an output for each of the tags besides the main one."""
        work = beam.ParDo(_AcrossBundles(do_fn, self._identity))
        return _Sharded(self._owner, work.with_outputs(*tags, main="good") if tags else work)


class _Sharded(beam.PTransform[Any, Any]):
    def __init__(self, owner: Callable[[Any], str], work: beam.PTransform[Any, Any]) -> None:
        super().__init__()
        self._owner = owner
        self._work = work

    def expand(self, elements: Any) -> Any:
        return elements | "To its owner" >> ByShard(self._owner) | "Work" >> self._work


class ByShard(beam.PTransform[Any, Any]):
    """PCollection[T] -> PCollection[tuple[int, T]]: keyed by the shard of what ``owner`` names."""

    def __init__(self, owner: Callable[[Any], str]) -> None:
        super().__init__()
        self._owner = owner

    def expand(self, elements: Any) -> Any:
        """Keys."""
        return elements | beam.Map(_keyed, self._owner).with_output_types(tuple[int, Any])


def _keyed(element: Any, owner: Callable[[Any], str]) -> tuple[int, Any]:
    return shard_of(owner(element)), element


class _AcrossBundles(beam.DoFn, Generic[In, Out]):
    UNDER_WAY = BagStateSpec("under_way", PickleCoder())
    LOOK = TimerSpec("look", TimeDomain.REAL_TIME)

    def __init__(self, do_fn: OverlappingDoFn[In, Out], identity: Callable[[In], str]) -> None:
        self._step = uuid.uuid4().hex
        self._do_fn = do_fn
        self._identity = identity

    def setup(self) -> None:
        self._work = _Work.acquire(self._step, self._do_fn)

    def process(
        self,
        element: tuple[int, In],
        under_way: Any = beam.DoFn.StateParam(UNDER_WAY),
        look: Any = beam.DoFn.TimerParam(LOOK),
    ) -> None:
        _shard, one = element
        self._work.begin(self._identity(one), one)
        under_way.add(one)
        look.set(next_look(LOOK_EVERY_S))

    @on_timer(LOOK)
    def collect(
        self, under_way: Any = beam.DoFn.StateParam(UNDER_WAY), look: Any = beam.DoFn.TimerParam(LOOK)
    ) -> Iterator[Any]:
        left = []
        for name, one in {self._identity(one): one for one in under_way.read()}.items():
            results = self._work.take(name)
            if results is not None:
                yield from results
                continue
            # Already under way; or it was, on a worker that is lost.
            self._work.begin(name, one)
            left.append(one)
        under_way.clear()
        for one in left:
            under_way.add(one)
        if left:
            look.set(next_look(LOOK_EVERY_S))

    def teardown(self) -> None:
        self._work.release()


class OneAtATime(beam.PTransform[Any, Any]):
    """PCollection[T] -> PCollection[T]: what is applied to it directly works on one element at a time, on all machines together."""

    def expand(self, elements: Any) -> Any:
        """Sends all to one place."""
        return elements | "In one place" >> beam.WithKeys("").with_output_types(tuple[str, Any]) | beam.ParDo(_Alone())  # type: ignore[no-untyped-call]


class _Alone(beam.DoFn):
    # An engine works on one bundle of a key at a time where a step has state.
    NOTHING = BagStateSpec("nothing", PickleCoder())

    def process(self, element: tuple[str, Any], nothing: Any = beam.DoFn.StateParam(NOTHING)) -> Iterator[Any]:
        yield element[1]


def next_look(every_s: float) -> Timestamp:
    """When to look again. On a grid: to set the timer anew, as each element does, must not put the look off."""
    return Timestamp.of(math.ceil(time.time() / every_s) * every_s)


class _Work(Generic[In, Out]):
    """What a step has under way in this process, for all of its DoFn's copies."""

    _of_step: ClassVar[dict[str, "_Work[Any, Any]"]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, step: str, do_fn: OverlappingDoFn[In, Out]) -> None:
        self._step = step
        self._users = 0
        self._do_fn = do_fn
        self._futures: dict[str, Future[list[Out]]] = {}
        do_fn.setup()
        do_fn.start_bundle()

    @classmethod
    def acquire(cls, step: str, do_fn: OverlappingDoFn[In, Out]) -> "_Work[In, Out]":
        with cls._lock:
            work = cls._of_step.get(step)
            if work is None:
                work = cls._of_step[step] = cls(step, do_fn)
            work._users += 1
            return work

    def release(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users:
                return
            del self._of_step[self._step]
            for future in self._futures.values():
                future.cancel()
            self._do_fn.teardown()

    def begin(self, name: str, element: In) -> None:
        with self._lock:
            if name not in self._futures:
                self._futures[name] = self._do_fn.start(self._do_fn.work(element))

    def take(self, name: str) -> list[Out] | None:
        """The results, once; None while there are none. Raises what the work raised."""
        with self._lock:
            future = self._futures.get(name)
            if future is None or not future.done():
                return None
            return self._futures.pop(name).result()
