"""Asks the due feeds what is new."""

from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas.policies import FetchPolicy, PollPolicy
from blockwire.transforms import progress
from blockwire.transforms.elements import PollTask, RetryTask, Task
from blockwire.transforms.feeds.polling import Poll, poll
from blockwire.transforms.http.engine import FetchEngine
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
    """

    def __init__(self, fetching: FetchPolicy, polling: PollPolicy, now: datetime) -> None:
        super().__init__()
        self._fetching = fetching
        self._polling = polling
        self._now = now

    def expand(self, tasks: PCollection[Task]) -> PCollection[Polled]:
        """Polls."""
        poll_feeds = beam.ParDo(_Poll(self._fetching, self._polling, self._now)).with_output_types(Polled)
        polled: PCollection[Polled] = tasks | poll_feeds
        return polled


class _Poll(OverlappingDoFn[Task, Polled]):
    def __init__(self, fetching: FetchPolicy, polling: PollPolicy, now: datetime) -> None:
        super().__init__(in_flight=FEEDS_AT_ONCE)
        self._fetching = fetching
        self._polling = polling
        self._now = now

    def setup(self) -> None:
        self._engine = FetchEngine.acquire(self._fetching)

    def start(self, work: Coroutine[Any, Any, list[Polled]]) -> "Future[list[Polled]]":
        return self._engine.start(work)

    async def work(self, element: Task) -> list[Polled]:
        if isinstance(element, RetryTask):
            return [element]
        return [await self._poll(element)]

    async def _poll(self, task: PollTask) -> Poll:
        answer = await poll(task.feed, task.state, self._engine.client, self._polling, self._now)
        progress.advance("feeds")
        return answer

    def teardown(self) -> None:
        super().teardown()
        self._engine.release()
