"""The main job: one round, from the due feeds to censorship items in the store.

    Feed -> Poll -> NewEntry -> Article -> Classification -> Outcome -> Receipt -> BlockEvent -> Alert -> feed state, summary

Each entry ends once: as an item, as not relevant, as known, or as a dead letter. Items first, then events, then alerts; the feeds
move on last, so that a crash repeats work and loses none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas import Feed, RoundSummary
from blockwire.schemas.alerting import AlertPolicy
from blockwire.schemas.policies import ExtractionPolicy, FetchPolicy, PollPolicy, RetryPolicy, SecondOpinionPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.schemas.severity import SeverityRules
from blockwire.transforms.archive.spool import Spool
from blockwire.transforms.classify_articles import ClassifyArticles
from blockwire.transforms.clock import stopped_at
from blockwire.transforms.commit_feed_states import CommitFeedStates
from blockwire.transforms.elements import Task
from blockwire.transforms.fetch_articles import FetchArticles
from blockwire.transforms.group_events import GroupBlockEvents
from blockwire.transforms.keep_archive import KeepArchive
from blockwire.transforms.overlap import Overlap, in_a_bundle
from blockwire.transforms.packed import Packed
from blockwire.transforms.poll_feeds import PollFeeds
from blockwire.transforms.send_alerts import SendAlerts
from blockwire.transforms.skip_known import Selection, SkipKnown
from blockwire.transforms.stores.contract import StoreConfig
from blockwire.transforms.summarise_round import RoundStart, SummariseRound
from blockwire.transforms.write_outcomes import WriteDeadLetters, WriteOutcomes


@dataclass(frozen=True, kw_only=True)
class Work:
    """What the wire works with: plain values, picklable."""

    feeds: Mapping[str, Feed]
    """The catalogue by id."""
    store: StoreConfig
    rules: Packed[RuleSet]
    fetching: FetchPolicy
    polling: PollPolicy
    extraction: ExtractionPolicy
    retry: RetryPolicy
    severity: SeverityRules
    alerts: AlertPolicy
    second_opinion: SecondOpinionPolicy


@dataclass(frozen=True, kw_only=True)
class Round(Work):
    """Everything a round needs."""

    start: RoundStart
    tasks: Sequence[Task]
    """Feeds to poll, and entries to try again."""
    selection: Selection = field(default_factory=Selection)
    archive: Path | None = None
    """Where what led to items is kept."""
    sharing: Overlap[Task] = in_a_bundle
    """How what is due is shared out to the engine's workers."""

    @property
    def spool(self) -> Spool | None:
        """Where pages wait until it is known what they led to."""
        return Spool(self.archive, self.start.at, self.fetching.user_agent) if self.archive else None


def ingest(pipeline: beam.Pipeline, job: Round) -> PCollection[RoundSummary]:
    """Lays the round out on a pipeline. It ends in one summary."""
    clock = stopped_at(job.start.at)
    polled = (
        pipeline
        | "Take what is due" >> beam.Create([Packed.of(job.tasks)])
        | "One by one" >> beam.FlatMap(Packed.unpacked).with_output_types(Task)  # Task
        | "Poll feeds" >> PollFeeds(job.fetching, job.polling, clock, job.spool, job.sharing)  # Polled
    )
    new = polled | "Skip known entries" >> SkipKnown(job.store, job.selection)  # NewEntry
    articles = new.entries | "Fetch and extract articles" >> FetchArticles(
        job.feeds, job.rules, job.fetching, job.extraction, job.retry, clock, job.spool
    )  # Extracted
    outcomes = articles.good | "Classify articles" >> ClassifyArticles(
        job.rules, job.feeds, clock, job.second_opinion
    )  # Outcome
    receipts = (
        outcomes.good | "Index" >> WriteOutcomes(job.store),
        articles.aside | "Note what is about something else" >> WriteOutcomes(job.store),
        new.unreadable | "Bury unreadable entries" >> WriteDeadLetters(job.store),
        articles.dead | "Bury what is no article" >> WriteDeadLetters(job.store),
        outcomes.dead | "Bury what cannot be judged" >> WriteDeadLetters(job.store),
    ) | "Collect receipts" >> beam.Flatten()  # Receipt
    if job.archive:
        receipts | "Keep what led to items" >> KeepArchive(job.store, job.archive)
    events = receipts | "Group into events" >> GroupBlockEvents(job.store, job.rules, job.severity, clock)  # BlockEvent
    alerts = events | "Alert" >> SendAlerts(job.store, job.alerts, clock)  # AlertTally
    moved_on = (new.manifests, receipts, alerts) | "Commit feed states" >> CommitFeedStates(job.store)  # FeedManifest
    summary: PCollection[RoundSummary] = (
        moved_on,
        receipts,
        events,
        alerts,
    ) | "Summarise the round" >> SummariseRound(job.store, job.start)
    return summary
