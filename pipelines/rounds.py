"""Prepares a round from the settings and the store, runs it, and tells how it went."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from blockwire.config.settings import Settings
from blockwire.config.severity import load_severity
from blockwire.pipelines.extractors import brings_news, extractors_ready
from blockwire.pipelines.ingest import Round, ingest
from blockwire.pipelines.options import has_one_worker, runs_here
from blockwire.pipelines.round_metrics import keep_metrics
from blockwire.schemas import DeadLetter, Feed, FeedState, RoundSummary, Stage
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms import progress
from blockwire.transforms.elements import GivenTask, PollTask, RetryTask, Task, host_of_task
from blockwire.transforms.feeds.schedule import is_wanted
from blockwire.transforms.find_due import due_retries, retries_of
from blockwire.transforms.freed_memory import give_back_freed_memory
from blockwire.transforms.metrics import Counts, counted
from blockwire.transforms.over_workers import OverWorkers
from blockwire.transforms.overlap import in_a_bundle
from blockwire.transforms.packed import Packed, staying
from blockwire.transforms.skip_known import Selection
from blockwire.transforms.stores.contract import Store, StoreConfig, StoreError, StoreUnavailable
from blockwire.transforms.summarise_round import RoundStart, Trigger

_OF_FEEDS = (Stage.POLL, Stage.PARSE)


@dataclass(frozen=True)
class Choice:
    """What a person asked a round to do."""

    feeds: Sequence[Feed]
    """The feeds to consider."""
    all_feeds: bool = False
    """Poll them whether they are due or not."""


def tasks_of(choice: Choice, store: Store, now: datetime) -> list[Task]:
    """The feeds that are due, and the dead letters of theirs that are due to be tried again."""
    states = store.feed_states()
    polls = [
        PollTask(feed, states.get(feed.id))
        for feed in choice.feeds
        if is_wanted(feed, states.get(feed.id), now, all_feeds=choice.all_feeds)
    ]
    return [*polls, *due_retries(choice.feeds, store, now)]


def replay_tasks(
    letters: Sequence[DeadLetter], feeds: Mapping[str, Feed], states: Mapping[str, FeedState]
) -> list[Task]:
    """What to do for dead letters: entries are tried again; feeds that are still in the catalogue are polled in full."""
    failed_feeds = {
        letter.feed_id
        for letter in letters
        if letter.entry is None and letter.stage in _OF_FEEDS and letter.feed_id in feeds
    }
    polls = [PollTask(feeds[feed_id], _from_scratch(states.get(feed_id))) for feed_id in sorted(failed_feeds)]
    return [*polls, *retries_of(letters)]


def _from_scratch(state: FeedState | None) -> FeedState | None:
    """Without validators, so that the feed is sent even if it has not changed."""
    return state and state.model_copy(update={"etag": None, "last_modified": None, "gone": False})


@dataclass(frozen=True)
class Wire:
    """What every round of a process runs with."""

    settings: Settings
    feeds: Sequence[Feed]
    """The whole catalogue."""
    rules: RuleSet
    store: StoreConfig
    options: PipelineOptions

    @cached_property
    def packed_rules(self) -> Packed[RuleSet]:
        """The rules as they are sent."""
        return Packed.of(self.rules)

    def work(self) -> dict[str, Any]:
        """The fields of a ``Work``."""
        return {
            "feeds": {feed.id: feed for feed in self.feeds},
            "store": self.store,
            "rules": self.packed_rules,
            "fetching": self.settings.fetch,
            "polling": self.settings.polling,
            "extraction": self._extraction,
            "retry": self.settings.retry,
            "severity": load_severity(self.rules),
            "alerts": self.settings.alerts,
            "second_opinion": self.settings.second_opinion,
        }

    @property
    def _extraction(self) -> ExtractionPolicy:
        """What somebody is to be asked about is not set aside before."""
        policy, asked = self.settings.extraction, self.settings.second_opinion
        if asked.url is None or (policy.aside_below is not None and policy.aside_below <= asked.low):
            return policy
        return policy.model_copy(update={"aside_below": asked.low})


Watch = Callable[[int, int], AbstractContextManager[None]]
"""Shows how far a round is, given the feeds to poll and the entries to try again."""


def run_round(
    wire: Wire,
    choose: Callable[[Store], Sequence[Task]],
    *,
    trigger: Trigger,
    now: datetime,
    selection: Selection = Selection(),  # noqa: B008 - frozen
    watch: Watch | None = None,
) -> RoundSummary:
    """Runs a round to its end, holding the store's lock.

    Args:
        wire: what it runs with.
        choose: says what to do, once the lock is held.
        trigger: what the round was started for.
        now: its time.
        selection: which new entries it takes.
        watch: shows its progress.

    Returns:
        The summary that the round left in the store.

    Raises:
        RoundRunning: where another process holds the lock.
        StoreError: where the store failed in the middle; what was written stays, the feeds do not move on.
    """
    give_back_freed_memory()
    with wire.store.open() as store, store.lock():
        tasks = choose(store)
        entries = sum(isinstance(task, RetryTask) for task in tasks)
        given = sum(isinstance(task, GivenTask) for task in tasks)
        start = RoundStart(at=now, retries=entries - given, trigger=trigger, given=given)
        job = Round(
            start=start,
            tasks=tasks,
            selection=selection,
            archive=wire.settings.archive,
            sharing=in_a_bundle if has_one_worker(wire.options) else OverWorkers(host_of_task),
            **wire.work(),
        )
        wanted = runs_here(wire.options) and (entries or (tasks and brings_news(store)))
        ready = extractors_ready(wire.settings, wire.packed_rules) if wanted else nullcontext()
        with ready, watch(len(tasks) - entries, entries) if watch else nullcontext():
            counts = _run(job, wire.options)
        summary = store.round(job.start.id)
        if summary is None:
            raise StoreError(f"the round of {now.isoformat()} left no summary in the store")
        keep_metrics(wire.settings, wire.feeds, store, counts, summary.finished, summary.started)
    return summary


def _run(job: Round, options: PipelineOptions) -> Counts:
    progress.reset()
    pipeline = beam.Pipeline(options=options)
    ingest(pipeline, job)
    try:
        with staying(job.rules) if has_one_worker(options) else nullcontext():
            result = pipeline.run()
            result.wait_until_finish()
    except StoreError as error:
        # The in-process runner raises what a step raised, with the step's name behind the text.
        raise type(error)(_WHILE_RUNNING.sub("", str(error))) from error
    except RuntimeError as error:
        raise store_error_in(str(error)) or error from error
    return counted(result)


_STORE_ERROR = re.compile(r"^(?:\S+\.)?(StoreUnavailable|StoreError): (.+?)(?: \[while running .*)?$", re.MULTILINE)
_WHILE_RUNNING = re.compile(r" \[while running .*\]$", re.DOTALL)


def store_error_in(text: str) -> StoreError | None:
    """The store's failure inside the traceback that other runners wrap around it, if it was one."""
    found = _STORE_ERROR.findall(text)
    if not found:
        return None
    kind, message = found[-1]
    return StoreUnavailable(message) if kind == "StoreUnavailable" else StoreError(message)


def nothing_done(summary: RoundSummary) -> bool:
    """Every feed failed, and nothing else came of the round either."""
    return 0 < summary.feeds_due == summary.feeds_failed and not (summary.items or summary.not_relevant)
