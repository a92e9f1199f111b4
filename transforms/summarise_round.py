"""Adds a round up."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas import BlockEvent, Fate, FeedProblem, RoundSummary
from blockwire.schemas.ids import digest
from blockwire.schemas.policies import blockwire_version
from blockwire.transforms.alerts.outbox import AlertTally
from blockwire.transforms.elements import FeedManifest
from blockwire.transforms.feeds.polling import PollOutcome
from blockwire.transforms.stores.contract import Receipt, StoreConfig

Trigger = Literal["ingest", "replay", "demo", "backfill", "archive"]
Tally = tuple[dict[str, int], tuple[FeedProblem, ...]]
"""Counts by field of the summary, and the feeds that failed. A plain dict: Beam's coder makes one of a Counter."""


@dataclass(frozen=True)
class RoundStart:
    """What is known of a round before it runs."""

    at: datetime
    retries: int
    trigger: Trigger = "ingest"
    given: int = 0
    """Entries that no feed led to."""

    @property
    def id(self) -> str:
        """The id of the round's summary."""
        return digest("round", self.trigger, self.at.isoformat())


Done = tuple[PCollection[FeedManifest], PCollection[Receipt], PCollection[BlockEvent], PCollection[AlertTally]]


class SummariseRound(beam.PTransform[Done, PCollection[RoundSummary]]):
    """Done -> PCollection[RoundSummary], one, which the store keeps.

    Args:
        store: where to.
        start: when and with what the round began.
    """

    def __init__(self, store: StoreConfig, start: RoundStart) -> None:
        super().__init__()
        self._store = store
        self._start = start

    def expand(self, inputs: Done) -> PCollection[RoundSummary]:
        """Counts and keeps."""
        manifests, receipts, events, alerts = inputs
        tallies = (
            manifests | "Count feeds" >> beam.Map(_of_manifest).with_output_types(Tally),
            receipts | "Count entries" >> beam.Map(_of_receipt).with_output_types(Tally),
            events | "Count events" >> beam.Map(_of_event).with_output_types(Tally),
            alerts | "Count alerts" >> beam.Map(_of_alerts).with_output_types(Tally),
        )
        summary: PCollection[RoundSummary] = (
            tallies
            | "Together" >> beam.Flatten()
            | "Add up" >> beam.CombineGlobally(_add).without_defaults()  # There is always a tally: of alerts.
            | "Keep" >> beam.ParDo(_Keep(self._store, self._start)).with_output_types(RoundSummary)
        )
        return summary


def _of_manifest(manifest: FeedManifest) -> Tally:
    poll = manifest.poll
    counts = {
        "feeds_due": 1,
        "entries_read": manifest.read,
        "entries_known": manifest.known,
        "entries_deferred": manifest.deferred,
    }
    if poll.outcome is PollOutcome.OK:
        counts["feeds_ok"] = 1
    elif poll.outcome is PollOutcome.UNCHANGED:
        counts["feeds_unchanged"] = 1
    else:
        counts["feeds_failed"] = 1
        problem = FeedProblem(
            feed_id=poll.feed.id,
            url=poll.state.url,
            reason=poll.reason or poll.outcome.value,
            message=poll.message or "",
        )
        return counts, (problem,)
    return counts, ()


_COUNTED_AS = {Fate.INDEXED: "items", Fate.NOT_RELEVANT: "not_relevant", Fate.DEAD_LETTER: "dead_letters"}


def _of_event(_event: BlockEvent) -> Tally:
    return {"events": 1}, ()


def _of_alerts(tally: AlertTally) -> Tally:
    return {"alerts_sent": tally.sent, "alerts_failed": tally.failed, "alerts_given_up": tally.given_up}, ()


def _of_receipt(receipt: Receipt) -> Tally:
    return {_COUNTED_AS[receipt.fate]: 1}, ()


def _add(tallies: Iterable[Tally]) -> Tally:
    counts: Counter[str] = Counter()
    problems: list[FeedProblem] = []
    for more, troubled in tallies:
        counts.update(more)
        problems.extend(troubled)
    return dict(counts), tuple(sorted(problems, key=lambda problem: problem.feed_id))


class _Keep(beam.DoFn):
    def __init__(self, config: StoreConfig, start: RoundStart) -> None:
        self._config = config
        self._start = start

    def setup(self) -> None:
        self._store = self._config.open()

    def process(self, element: Tally) -> Iterator[RoundSummary]:
        summary = summarise(element, self._start, finished=datetime.now(UTC))
        self._store.put_round(summary)
        yield summary

    def teardown(self) -> None:
        self._store.close()


def summarise(tally: Tally, start: RoundStart, *, finished: datetime) -> RoundSummary:
    """The summary of a round. That it adds up is checked by the record itself."""
    counts, problems = tally
    read = counts.get("entries_read", 0) + start.retries + start.given
    counts = {**counts, "entries_read": read, "entries_retried": start.retries}
    return RoundSummary(
        id=start.id,
        started=start.at,
        finished=finished,
        trigger=start.trigger,
        problems=problems,
        blockwire_version=blockwire_version(),
        **counts,
    )
