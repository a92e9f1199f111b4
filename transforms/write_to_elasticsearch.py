"""A sink for Elasticsearch: bounded bulks, patience with a busy server, and a word on what became of each document."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

import apache_beam as beam
from apache_beam.metrics.metric import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.window import BoundedWindow
from apache_beam.typehints.decorators import no_annotations
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.bulk import (
    MAX_ACTIONS,
    MAX_BYTES,
    Action,
    Ended,
    Ending,
    Operation,
    Sealed,
    seal,
    write_batch,
)
from blockwire.transforms.elasticsearch.connection import Connection, Meter, connect
from blockwire.transforms.elasticsearch.recipe import Document, Recipe

T = TypeVar("T")

PATIENCE_S: Final = 300.0
SHARDS: Final = 4
"""Of gathering: so many batches grow side by side."""

_DEAD: Final = "dead"
_UNSERIALISABLE: Final = (TypeError, ValueError, RecursionError)
"""What a document can provoke that is no JSON: values of other types, loops, endless depth."""


@dataclass(frozen=True)
class Acknowledgement:
    """The server has it: what depends on a document being there can go on."""

    key: Any
    """What ``key`` made of the element; else its id."""
    index: str
    id: str
    operation: Operation
    ended: Ended
    """``known``: it was there, or something newer is. ``missing``: there was nothing to delete."""


@dataclass(frozen=True)
class Refusal:
    """The server does not take this document, however often it is sent."""

    key: Any
    index: str
    id: str
    operation: Operation
    routing: str | None
    document: Document | None
    status: int
    """Of HTTP; 0 where the document is no JSON and was not sent."""
    error_type: str
    reason: str


class Written(NamedTuple):
    """Every element is in one of the two."""

    acknowledged: PCollection[Acknowledgement]
    dead: PCollection[Refusal]


class WriteToElasticsearch(beam.PTransform[PCollection[T], Written]):
    """PCollection[T] -> Written(PCollection[Acknowledgement], PCollection[Refusal]).

    Writes are repeated after connection loss, timeouts and the statuses 429, 502, 503 and 504, with growing, jittered pauses, in
    smaller requests where a smaller one may be taken. Each document has an id, so that repeating it is safe. Each request
    is sent while the next is being filled; at the end of a bundle all have been answered.

    Args:
        access: the servers, and how both sides prove who they are.
        recipe: what to write of an element, where, and how.
        key: what acknowledgements and refusals are to say about the element; None for the document's id.
        max_actions: documents of a request, at most.
        max_bytes: bytes of a request, at most; a longer document goes alone.
        patience_s: seconds from the first failure until the bundle fails, with one line that says why.
        gather_s: where a runner makes small bundles: fill requests across them for at most so many seconds, in the runner's state.

    Raises:
        ValueError: where ``access`` contradicts itself.
    """

    def __init__(
        self,
        access: Access,
        recipe: Recipe[T],
        *,
        key: Callable[[T], Any] | None = None,
        max_actions: int = MAX_ACTIONS,
        max_bytes: int = MAX_BYTES,
        patience_s: float = PATIENCE_S,
        gather_s: float | None = None,
    ) -> None:
        super().__init__()
        access.check()
        self._recipe = recipe
        self._max_actions = max_actions
        self._gather_s = gather_s
        self._do_fn = _Write(access, recipe, key, max_actions, max_bytes, patience_s)

    @no_annotations  # type: ignore[untyped-decorator]
    def expand(self, elements: PCollection[T]) -> Written:
        """Gathers where that is wanted, and writes."""
        if self._gather_s is not None:
            elements = elements | "Gather" >> _Gather(self._recipe, self._max_actions, self._gather_s)
        outputs = elements | "Write" >> beam.ParDo(self._do_fn).with_output_types(
            Acknowledgement, **{_DEAD: Refusal}
        ).with_outputs(_DEAD, main="acknowledged")
        return Written(outputs.acknowledged, outputs.dead)


class _Gather(beam.PTransform[PCollection[T], PCollection[T]]):
    """Brings elements together across bundles; those of one id stay in order of their batches."""

    def __init__(self, recipe: Recipe[T], max_actions: int, gather_s: float) -> None:
        super().__init__()
        self._recipe = recipe
        self._max_actions = max_actions
        self._gather_s = gather_s

    def expand(self, elements: PCollection[T]) -> PCollection[T]:
        kind, recipe = elements.element_type, self._recipe
        gathered: PCollection[T] = (
            elements
            | "By shard"
            >> beam.Map(lambda one: (_shard(recipe.action(one).id), one)).with_output_types(tuple[int, kind])  # type: ignore[valid-type]
            | "Into batches" >> beam.GroupIntoBatches(self._max_actions, self._gather_s)
            | "Apart" >> beam.FlatMap(_values).with_output_types(kind)
        )
        return gathered


def _shard(document_id: str) -> int:
    return zlib.crc32(document_id.encode("utf-8", "replace")) % SHARDS


def _values(batch: tuple[int, Iterable[Any]]) -> Iterable[Any]:
    return batch[1]


class _Waiting(NamedTuple):
    """An element whose document is not acknowledged yet."""

    key: Any
    action: Action
    timestamp: Timestamp
    window: BoundedWindow


class _Write(beam.DoFn):
    def __init__(
        self,
        access: Access,
        recipe: Recipe[Any],
        key: Callable[[Any], Any] | None,
        max_actions: int,
        max_bytes: int,
        patience_s: float,
    ) -> None:
        self._access = access
        self._recipe = recipe
        self._key = key
        self._max_actions = max_actions
        self._max_bytes = max_bytes
        self._patience_s = patience_s

    def setup(self) -> None:
        self._meter = _BeamMeter()
        self._connection: Connection = connect(self._access, patience_s=self._patience_s, meter=self._meter)
        # One: requests are answered in the order in which they were filled.
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="elasticsearch")

    def start_bundle(self) -> None:
        self._waiting: list[_Waiting] = []
        self._sealed: list[Sealed] = []
        self._length = 0
        self._sent: tuple[list[_Waiting], Future[dict[int, Ending]]] | None = None

    def process(
        self,
        element: Any,
        timestamp: Any = beam.DoFn.TimestampParam,
        window: Any = beam.DoFn.WindowParam,
    ) -> Iterator[Any]:
        action = self._recipe.action(element)
        waiting = _Waiting(action.id if self._key is None else self._key(element), action, timestamp, window)
        try:
            sealed = seal(len(self._sealed), action)
        except _UNSERIALISABLE as error:
            self._meter.documents[Ended.REFUSED].inc()
            yield _told(waiting, Ending(Ended.REFUSED, reason="not_json", message=str(error)))
            return
        if self._sealed and self._length + len(sealed.lines) > self._max_bytes:
            yield from self._send()
            sealed = sealed._replace(place=0)
        self._waiting.append(waiting)
        self._sealed.append(sealed)
        self._length += len(sealed.lines)
        if len(self._sealed) >= self._max_actions:
            yield from self._send()

    def finish_bundle(self) -> Iterator[Any]:
        yield from self._send()
        yield from self._answered()

    def _send(self) -> Iterator[Any]:
        """Sends what is gathered, once the request before is answered, and tells what became of that one."""
        yield from self._answered()
        if self._sealed:
            self._sent = self._waiting, self._sender.submit(write_batch, self._connection, self._sealed)
            self._waiting, self._sealed, self._length = [], [], 0

    def _answered(self) -> Iterator[Any]:
        if self._sent is None:
            return
        (waiting, future), self._sent = self._sent, None
        endings = future.result()
        self._meter.report(endings.values())
        for place, one in enumerate(waiting):
            yield _told(one, endings[place])

    def teardown(self) -> None:
        self._sender.shutdown()
        self._connection.close()


def _told(one: _Waiting, ending: Ending) -> Any:
    """What came of an element, at its time and in its window."""
    action = one.action
    if ending.ended is not Ended.REFUSED:
        good = Acknowledgement(one.key, action.index, action.id, action.operation, ending.ended)
        return WindowedValue(good, one.timestamp, (one.window,))
    dead = Refusal(
        key=one.key,
        index=action.index,
        id=action.id,
        operation=action.operation,
        routing=action.routing,
        document=action.document,
        status=ending.status,
        error_type=ending.reason,
        reason=ending.message,
    )
    return TaggedOutput(_DEAD, WindowedValue(dead, one.timestamp, (one.window,)))


class _BeamMeter(Meter):
    """Keeps what the sending thread tells: Beam's metrics belong to the thread that processes elements."""

    def __init__(self) -> None:
        namespace = "WriteToElasticsearch"
        self.documents = {ended: Metrics.counter(namespace, f"documents_{ended.value}") for ended in Ended}
        self._bytes = Metrics.counter(namespace, "bytes")
        self._retries = Metrics.counter(namespace, "retries")
        self._milliseconds = Metrics.distribution(namespace, "bulk_ms")
        self._batch_documents = Metrics.distribution(namespace, "batch_documents")
        self._batch_bytes = Metrics.distribution(namespace, "batch_bytes")
        self._retried = 0
        self._requests: list[tuple[int, int, float]] = []

    def retried(self) -> None:
        self._retried += 1

    def sent(self, documents: int, length: int, seconds: float) -> None:
        self._requests.append((documents, length, seconds))

    def report(self, endings: Iterable[Ending]) -> None:
        """Passes on what came together and how a batch ended; the sending thread rests meanwhile."""
        for ended, documents in Counter(ending.ended for ending in endings).items():
            self.documents[ended].inc(documents)
        self._retries.inc(self._retried)
        for documents, length, seconds in self._requests:
            self._bytes.inc(length)
            self._milliseconds.update(round(seconds * 1000))
            self._batch_documents.update(documents)
            self._batch_bytes.update(length)
        self._retried = 0
        self._requests = []
