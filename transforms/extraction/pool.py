"""Extraction in processes that can be killed: a page that hangs, crashes or eats memory costs itself, not the round.

Own, over a socket pair for each worker: pebble and ``multiprocessing`` import the parent's main module again in each worker and
leave a busy worker behind when their parent is killed. What runs in the processes is in ``worker``.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import ClassVar, Final

from blockwire.schemas import FeedEntry
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.extraction.messages import Answer, EntryTask, ExtractionFailed, PageTask, SetAside, Task
from blockwire.transforms.packed import Packed

RECYCLE_AFTER = 500
"""Pages that were taken apart: libxml2 and its callers never give all memory back."""
LOOK: Final = 0.25
"""What a page counts that was only looked at: a new worker is slow on its first hundred."""
START_TIMEOUT_S = 60.0
"""The first worker waits until the nursery has imported the extractors: 2 s on a quiet machine."""
_NURSERY = "import sys; from blockwire.transforms.extraction.worker import main; main(*map(int, sys.argv[1:]))"


@dataclass
class _Worker:
    pipe: Connection
    pid_fd: int
    pages: float = 0

    def kill(self) -> None:
        self.pipe.close()
        try:
            signal.pidfd_send_signal(self.pid_fd, signal.SIGKILL)
        except ProcessLookupError:
            pass  # It has ended by itself.
        finally:
            os.close(self.pid_fd)


class ExtractionPool:
    """A number of workers, each with one page at a time. Use one from one event loop only, and ``close`` it.

    Args:
        policy: how many workers, and what a page may cost.
        rules: what a first look sets pages aside by; None to extract every page in full.
    """

    def __init__(self, policy: ExtractionPolicy, rules: Packed[RuleSet] | None = None) -> None:
        self._policy = policy
        self._rules = rules
        self._slots = asyncio.Semaphore(policy.workers or len(os.sched_getaffinity(0)))
        self._idle: deque[_Worker] = deque()
        self._nursery: _Nursery | None = None
        self._closed = False

    def prepare(self) -> None:
        """Starts loading the extractors, where that is not done: two seconds, in which the first pages can be fetched."""
        if not self._closed:
            self._ready_nursery()

    async def extract(
        self, body: bytes, *, url: str, content_type: str | None, entry: FeedEntry, fetched: datetime
    ) -> Answer:
        """Extracts one page; see ``first_look`` and ``extract_article``. Waits while all workers are busy.

        Raises:
            ExtractionFailed: where the page took too long or too much memory, or crashed its worker.
            RuntimeError: where the pool is closed.
        """
        return await self._answered(PageTask(url, content_type, entry, fetched), body)

    async def extract_entry(self, entry: FeedEntry, fetched: datetime) -> Answer:
        """Makes the article that an entry is by itself; see ``article_from_entry``. What feeds carry is hostile at times, as pages are.

        Raises: as ``extract``.
        """
        return await self._answered(EntryTask(entry, fetched), b"")

    async def _answered(self, task: Task, body: bytes) -> Answer:
        async with self._slots:
            if self._closed:
                raise RuntimeError("the extraction pool is closed")
            worker = self._idle.pop() if self._idle else await self._start()
            try:
                answer = await self._ask(worker, task, body)
            except BaseException:
                # Also when cancelled: nobody waits for what the worker is doing now.
                worker.kill()
                raise
            worker.pages += LOOK if isinstance(answer, SetAside) else 1
            if self._closed or worker.pages >= RECYCLE_AFTER:
                worker.kill()
            else:
                self._idle.append(worker)
            return answer

    async def _ask(self, worker: _Worker, task: Task, body: bytes) -> Answer:
        limit = self._policy.page_timeout_s
        try:
            # The worker waits for these two messages: sending them takes no longer than copying.
            worker.pipe.send(task)
            worker.pipe.send_bytes(body)
            async with asyncio.timeout(limit):
                await _readable(worker.pipe.fileno())
            answer = worker.pipe.recv()
        except TimeoutError:
            raise ExtractionFailed("timeout", f"extraction took more than {limit:g} s: {task.url!r}") from None
        except (EOFError, ConnectionError):
            raise ExtractionFailed("crash", f"the extraction process died: {task.url!r}") from None
        if isinstance(answer, Answer):
            return answer
        raise answer

    async def _start(self) -> _Worker:
        try:
            pipe = self._ready_nursery().fork_worker(self._policy)
            try:
                async with asyncio.timeout(START_TIMEOUT_S):
                    await _readable(pipe.fileno())
                return _Worker(pipe, os.pidfd_open(pipe.recv()))
            except BaseException:
                pipe.close()
                raise
        except (TimeoutError, EOFError, ConnectionError, ProcessLookupError):
            raise ExtractionFailed("crash", "an extraction process did not start; see standard error") from None

    def _ready_nursery(self) -> "_Nursery":
        if self._nursery is None or not self._nursery.alive:
            kept = _Nursery.kept
            if kept is None or not kept.alive or kept.looks != (self._rules is not None):
                kept = _Nursery(self._rules)
            self._nursery = kept
        return self._nursery

    def close(self) -> None:
        """Ends all processes; pages under way fail. It can be called twice."""
        self._closed = True
        while self._idle:
            self._idle.pop().kill()
        if self._nursery is not None and self._nursery is not _Nursery.kept:
            self._nursery.close()
        self._nursery = None


@contextmanager
def kept_ready(rules: Packed[RuleSet] | None) -> Iterator[None]:
    """Keeps what starts the workers, from entering to leaving: pools with the same rules share it, and whoever keeps it within.

    For one thread at a time.
    """
    if _Nursery.kept is not None:
        yield
        return
    _Nursery.kept = nursery = _Nursery(rules)
    try:
        yield
    finally:
        _Nursery.kept = None
        nursery.close()


class _Nursery:
    kept: ClassVar["_Nursery | None"] = None
    """One that outlives the pools; see ``kept_ready``."""

    def __init__(self, rules: Packed[RuleSet] | None) -> None:
        self.looks = rules is not None
        """Whether its workers look at a page before they take it apart."""
        self._control, theirs = socket.socketpair()
        with theirs, _in_memory(rules) as sent:
            environment = os.environ | {
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                # Threads of numerical libraries do not outlive a fork.
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
            }
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and a constant)
                [sys.executable, "-c", _NURSERY, *map(str, (theirs.fileno(), *sent))],
                pass_fds=(theirs.fileno(), *sent),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def fork_worker(self, policy: ExtractionPolicy) -> Connection:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            socket.send_fds(self._control, [policy.model_dump_json().encode()], [theirs.fileno()])
            return Connection(ours.detach())

    def close(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()


@contextmanager
def _in_memory(rules: Packed[RuleSet] | None) -> Iterator[tuple[int, ...]]:
    """A file of no file system with the rules in it, if there are any."""
    if rules is None:
        yield ()
        return
    descriptor = os.memfd_create("blockwire-rules")
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(rules.content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield (descriptor,)
    finally:
        os.close(descriptor)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def tell() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(descriptor, tell)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)
