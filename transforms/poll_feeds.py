"""Asks the due feeds what is new."""

from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas.policies import FetchPolicy, PollPolicy
from blockwire.transforms import progress
from blockwire.transforms.archive.spool import KeepingFetcher, Spool
from blockwire.transforms.elements import PollTask, RetryTask, Task
from blockwire.transforms.feeds.polling import Poll, poll
from blockwire.transforms.http.engine import FetchEngine
from blockwire.transforms.http.messages import Fetcher
from blockwire.transforms.overlap import OverlappingDoFn

Polled = Poll | RetryTask

FEEDS_AT_ONCE = 512
"""Feeds under way, most of them waiting for their turn at the client: the two threads need not wake each other for each."""


class PollFeeds(beam.PTransform[PCollection[Task], PCollection[Polled]]):
    """PCollection[Task] -> PCollection[Polled]: polls many feeds at once, each conditionally; retries go through as they are.

    Args:
        fetching: limits and politeness.
        polling: pauses.
        now: the time of the round.
        spool: where answers wait for the archive; None to keep none.
    """

    def __init__(self, fetching: FetchPolicy, polling: PollPolicy, now: datetime, spool: Spool | None = None) -> None:
        super().__init__()
        self._fetching = fetching
        self._polling = polling
        self._now = now
        self._spool = spool

    def expand(self, tasks: PCollection[Task]) -> PCollection[Polled]:
        """Polls."""
        poll_feeds = beam.ParDo(_Poll(self._fetching, self._polling, self._now, self._spool)).with_output_types(Polled)
        polled: PCollection[Polled] = tasks | poll_feeds
        return polled


class _Poll(OverlappingDoFn[Task, Polled]):
    def __init__(self, fetching: FetchPolicy, polling: PollPolicy, now: datetime, spool: Spool | None = None) -> None:
        super().__init__(in_flight=FEEDS_AT_ONCE)
        self._fetching = fetching
        self._polling = polling
        self._now = now
        self._spool = spool

    def setup(self) -> None:
        self._engine = FetchEngine.acquire(self._fetching)

    def start(self, work: Coroutine[Any, Any, list[Polled]]) -> "Future[list[Polled]]":
        return self._engine.start(work)

    async def work(self, element: Task) -> list[Polled]:
        if isinstance(element, RetryTask):
            return [element]
        return [await self._poll(element)]

    async def _poll(self, task: PollTask) -> Poll:
        client: Fetcher = self._engine.client
        fetcher = KeepingFetcher(client, self._spool, task.feed.id) if self._spool else client
        answer = await poll(task.feed, task.state, fetcher, self._polling, self._now)
        progress.advance("feeds")
        return answer

    def teardown(self) -> None:
        super().teardown()
        self._engine.release()
