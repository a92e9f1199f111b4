"""One HTTP client for each process and policy, so that politeness holds across the steps of a pipeline."""

import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from blockwire.schemas.policies import FetchPolicy
from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.overlap import EventLoopThread

T = TypeVar("T")


class FetchEngine:
    """An event loop with an HTTP client on it, shared by the DoFns of a process that fetch by the same policy.

    ``acquire`` in a DoFn's ``setup`` and ``release`` in its ``teardown``; the last to release closes it.
    """

    _shared: dict[FetchPolicy, "FetchEngine"] = {}  # noqa: RUF012 - one for the process, guarded by the lock
    _lock = threading.Lock()

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._users = 0
        self._thread = EventLoopThread("blockwire-fetch")
        self.client = self._thread.submit(_open(policy)).result()

    @classmethod
    def acquire(cls, policy: FetchPolicy) -> "FetchEngine":
        """The engine of this process for the policy, made where there is none."""
        with cls._lock:
            engine = cls._shared.get(policy)
            if engine is None:
                engine = cls._shared[policy] = cls(policy)
            engine._users += 1
            return engine

    def release(self) -> None:
        """Gives it back; closes it where nobody else has it."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            del self._shared[self._policy]
        self._thread.submit(self.client.__aexit__(None, None, None)).result()
        self._thread.close()

    def start(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Starts a coroutine on the engine's loop."""
        return self._thread.submit(work)


async def _open(policy: FetchPolicy) -> HttpClient:
    return await HttpClient(policy).__aenter__()
