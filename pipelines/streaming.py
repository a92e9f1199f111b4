"""Prepares a stream, keeps it running, and brings it to its end."""

import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import apache_beam as beam
import grpc
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions, PrismRunnerOptions, StandardOptions

from blockwire.pipelines.engines import RUNS, NoEngine, find_prism, prism
from blockwire.pipelines.extractors import extractors_ready
from blockwire.pipelines.options import PRISM, runs_here
from blockwire.pipelines.round_metrics import keep_metrics
from blockwire.pipelines.rounds import Wire, store_error_in
from blockwire.pipelines.stream import Stream, stream
from blockwire.transforms import draining
from blockwire.transforms.clock import utc_now
from blockwire.transforms.freed_memory import give_back_freed_memory
from blockwire.transforms.metrics import Counts, counted
from blockwire.transforms.stores.contract import Store

log = logging.getLogger(__name__)

PULSES = 5
"""The wire looks so many times within the latency that was asked for: the steps behind the look need the rest of it."""
LOOK_S = 0.5
METRICS_S = 60.0


@dataclass(frozen=True)
class Patience:
    """How long a stream may take for what. All in seconds."""

    latency_s: float = 10.0
    """What the wire may add to a feed's own interval, from publication to the index."""
    duration_s: float | None = None
    """For how long it runs; None for until it is told to stop."""
    drain_s: float = 30.0
    """For what is under way when it is told to stop. What is not finished by then is done again by the next stream."""


def run_stream(wire: Wire, patience: Patience) -> None:
    """Runs a stream until it is told to stop by SIGTERM or SIGINT, or its time is over. It holds the store's lock as a round does.

    Raises:
        RoundRunning: where another process holds the lock.
        StoreError: where the store failed; what was written stays.
        NoEngine: where Prism was asked for and is not here, and where the engine is gone in the middle.
    """
    give_back_freed_memory()
    with (
        wire.store.open() as store,
        store.lock(),
        extractors_ready(wire.settings, wire.packed_rules) if runs_here(wire.options) else nullcontext(),
        _engine(wire.options) as is_ours,
        _told_to_stop() as stop,
    ):
        job = Stream(pulse_s=patience.latency_s / PULSES, holder=store.lock_holder(), **wire.work())
        draining.reset()
        pipeline = beam.Pipeline(options=wire.options)
        stream(pipeline, job)
        running = _Running(pipeline.run())
        log.info("the stream of %d %s", len(job.feeds), RUNS)
        meter = _Meter(wire, store, running)
        running.wait(stop, patience.duration_s, meter)
        if running.alive and runs_here(wire.options):
            _drain(store, running, patience.drain_s)
        meter.keep()
        running.end(goes_with_engine=is_ours)


@contextmanager
def _engine(options: PipelineOptions) -> Iterator[bool]:
    """Starts Prism where it is asked for and no running one is named; says whether it did."""
    portable, chosen = options.view_as(PortableOptions), options.view_as(PrismRunnerOptions)
    if options.view_as(StandardOptions).runner != PRISM or portable.job_endpoint:
        yield False
        return
    program = Path(chosen.prism_location) if chosen.prism_location else find_prism()
    with prism(program) as endpoint:
        portable.job_endpoint = endpoint
        yield True


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    stop = threading.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Running:
    """A pipeline that runs, watched by a thread."""

    def __init__(self, result: Any) -> None:
        self._result = result
        self._failure: RuntimeError | grpc.RpcError | None = None
        # Threads of Beam's that listen to the engine tell of its end in tracebacks.
        threading.excepthook = _without_closed_streams
        self._watch = threading.Thread(target=self._wait, name="blockwire-stream", daemon=True)
        self._watch.start()

    def _wait(self) -> None:
        try:
            self._result.wait_until_finish()
        except (RuntimeError, grpc.RpcError) as error:
            self._failure = error

    @property
    def alive(self) -> bool:
        return self._watch.is_alive()

    def counts(self) -> Counts:
        """What it has counted so far; nothing more once it has ended."""
        return counted(self._result) if self.alive else Counter()

    def wait(self, stop: threading.Event, duration_s: float | None, meter: "_Meter") -> None:
        """Returns when the event is set, the time is over, or the pipeline has ended by itself."""
        deadline = None if duration_s is None else time.monotonic() + duration_s
        while self.alive and not stop.wait(LOOK_S):
            meter.keep_now_and_then()
            if deadline is not None and time.monotonic() >= deadline:
                return

    def end(self, *, goes_with_engine: bool) -> None:
        """Ends it, unless the end of its engine does, which tells of no cancelled bundles; or says what it died of."""
        if self.alive:
            if not goes_with_engine:
                self._result.cancel()
                self._watch.join(LOOK_S * 10)
            return
        if isinstance(self._failure, grpc.RpcError):
            raise NoEngine(
                "the engine is gone, and the stream with it: start it again, and it goes on"
            ) from self._failure
        if self._failure is not None:
            raise store_error_in(str(self._failure)) or self._failure from self._failure


def _without_closed_streams(told: threading.ExceptHookArgs) -> None:
    if not issubclass(told.exc_type, grpc.RpcError):
        threading.__excepthook__(told)


class _Meter:
    """Adds to the metrics file what the pipeline counted since the last time."""

    def __init__(self, wire: Wire, store: Store, running: _Running) -> None:
        self._wire = wire
        self._store = store
        self._running = running
        self._kept = time.monotonic()
        self._before: Counts = Counter()

    def keep_now_and_then(self) -> None:
        """Once a minute."""
        if time.monotonic() - self._kept >= METRICS_S:
            self.keep()

    def keep(self) -> None:
        """Now."""
        self._kept = time.monotonic()
        if self._wire.settings.metrics_file is None:
            return
        counts = self._running.counts()
        keep_metrics(self._wire.settings, self._wire.feeds, self._store, counts - self._before, utc_now())
        self._before = counts or self._before


def _drain(store: Store, running: _Running, bound_s: float) -> None:
    """Lets what is under way come to its end, until it is all in the store, grouped and told, or the time is over."""
    log.info("no more feeds are polled; waiting for what is under way, %.0f s at most", bound_s)
    deadline = time.monotonic() + bound_s
    draining.ask()
    while running.alive and time.monotonic() < deadline:
        if draining.under_way() == 0 and not store.events.ungrouped(1) and not any(store.events.undecided()):
            return
        time.sleep(LOOK_S)
    log.warning("what is still under way is left for the next stream")
