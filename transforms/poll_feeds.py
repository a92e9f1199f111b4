"""Asks the due feeds what is new."""

from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas.policies import FetchPolicy, PollPolicy
from blockwire.transforms import progress
from blockwire.transforms.archive.spool import KeepingFetcher, Spool
from blockwire.transforms.clock import Clock
from blockwire.transforms.elements import PollTask, RetryTask, Task
from blockwire.transforms.feeds.polling import Poll, poll
from blockwire.transforms.http.engine import FetchEngine
from blockwire.transforms.http.messages import Fetcher
from blockwire.transforms.overlap import Overlap, OverlappingDoFn, in_a_bundle
from blockwire.transforms.packed import Packed

Polled = Packed[Poll] | RetryTask
"""Packed, for hundreds of polls wait to be taken, each with all the entries of its feed: twenty thousand took fifty megabytes."""

FEEDS_AT_ONCE = 512
"""Feeds under way, most of them waiting for their turn at the client: the two threads need not wake each other for each."""


class PollFeeds(beam.PTransform[PCollection[Task], PCollection[Polled]]):
    """PCollection[Task] -> PCollection[Polled]: polls many feeds at once, each conditionally; retries go through as they are.

    Args:
        fetching: limits and politeness.
        polling: pauses.
        clock: tells the time of a poll.
        spool: where answers wait for the archive; None to keep none.
        overlap: how polls go on at the same time.
    """

    def __init__(
        self,
        fetching: FetchPolicy,
        polling: PollPolicy,
        clock: Clock,
        spool: Spool | None = None,
        overlap: Overlap[Task] = in_a_bundle,
    ) -> None:
        super().__init__()
        self._do_fn = _Poll(fetching, polling, clock, spool)
        self._overlap = overlap

    def expand(self, tasks: PCollection[Task]) -> PCollection[Polled]:
        """Polls."""
        polled: PCollection[Polled] = tasks | self._overlap(self._do_fn)
        polled.element_type = Polled
        return polled


class _Poll(OverlappingDoFn[Task, Polled]):
    def __init__(self, fetching: FetchPolicy, polling: PollPolicy, clock: Clock, spool: Spool | None) -> None:
        super().__init__(in_flight=FEEDS_AT_ONCE)
        self._fetching = fetching
        self._polling = polling
        self._clock = clock
        self._spool = spool

    def setup(self) -> None:
        self._engine = FetchEngine.acquire(self._fetching)

    def start(self, work: Coroutine[Any, Any, list[Polled]]) -> "Future[list[Polled]]":
        return self._engine.start(work)

    async def work(self, element: Task) -> list[Polled]:
        if isinstance(element, RetryTask):
            return [element]
        return [Packed.of(await self._poll(element))]

    async def _poll(self, task: PollTask) -> Poll:
        client: Fetcher = self._engine.client
        fetcher = KeepingFetcher(client, self._spool, task.feed.id) if self._spool else client
        answer = await poll(task.feed, task.state, fetcher, self._polling, self._clock())
        progress.advance("feeds")
        return answer

    def teardown(self) -> None:
        super().teardown()
        self._engine.release()
