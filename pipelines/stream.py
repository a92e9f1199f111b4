"""The main job without an end: the steps of ``ingest``, each feed by its own schedule.

    pulse -> Task -> Poll -> NewEntry -> Article -> Classification -> Outcome -> Receipt
                       └─> feed state, once the store has all that was new in the feed
    pulse -> BlockEvent, Alert, of what the store has by then

Nothing waits for a watermark, nor in a bundle for a server: what is slow holds up only itself. What is where is said by the store, so a
stream that is killed and started again goes on.
"""

from dataclasses import dataclass

import apache_beam as beam
from apache_beam.transforms.periodicsequence import PeriodicImpulse, RebaseMode

from blockwire.pipelines.ingest import Work
from blockwire.transforms.classify_articles import ClassifyArticles
from blockwire.transforms.clock import utc_now
from blockwire.transforms.commit_feed_states import CommitAsCompleted
from blockwire.transforms.continuous import AcrossBundles, OneAtATime
from blockwire.transforms.elements import NewEntry, host_of_entry, host_of_task, id_of_entry, name_of_task, on_its_own
from blockwire.transforms.fetch_articles import FetchArticles
from blockwire.transforms.find_due import FindDue
from blockwire.transforms.group_events import GroupWhatIsNew
from blockwire.transforms.poll_feeds import PollFeeds
from blockwire.transforms.send_alerts import SendWhatIsDue
from blockwire.transforms.skip_known import Selection, SkipKnown
from blockwire.transforms.write_outcomes import WriteDeadLetters, WriteOutcomes


@dataclass(frozen=True, kw_only=True)
class Stream(Work):
    """Everything a stream needs."""

    holder: str | None
    """Who holds the store's lock for it: see ``Store.lock_holder``."""
    pulse_s: float
    """Seconds between two looks at what is due, and at what is to be grouped and told."""


def stream(pipeline: beam.Pipeline, job: Stream) -> None:
    """Lays the stream out on a pipeline."""
    pulses = pipeline | "Look at the clock" >> PeriodicImpulse(
        fire_interval=job.pulse_s, rebase=RebaseMode.REBASE_START
    )  # a time
    polled = (
        pulses
        | "Find what is due" >> FindDue(job.store, job.holder, job.feeds.values())  # Task
        | "Poll feeds"
        >> PollFeeds(job.fetching, job.polling, utc_now, overlap=AcrossBundles(host_of_task, name_of_task))
    )  # Polled
    new = polled | "Skip known entries" >> SkipKnown(job.store, Selection())  # NewEntry
    alone = new.entries | "Each on its own" >> beam.Map(on_its_own).with_output_types(NewEntry)  # NewEntry
    articles = alone | "Fetch and extract articles" >> FetchArticles(
        job.feeds,
        job.rules,
        job.fetching,
        job.extraction,
        job.retry,
        utc_now,
        overlap=AcrossBundles(host_of_entry, id_of_entry),
    )  # Extracted
    outcomes = articles.good | "Classify articles" >> ClassifyArticles(
        job.rules, job.feeds, utc_now, job.second_opinion
    )  # Outcome
    outcomes.good | "Index" >> WriteOutcomes(job.store)
    articles.aside | "Note what is about something else" >> WriteOutcomes(job.store)
    new.unreadable | "Bury unreadable entries" >> WriteDeadLetters(job.store)
    articles.dead | "Bury what is no article" >> WriteDeadLetters(job.store)
    outcomes.dead | "Bury what cannot be judged" >> WriteDeadLetters(job.store)
    new.manifests | "Commit feed states" >> CommitAsCompleted(job.store)  # FeedManifest

    now = pulses | "One look at a time" >> OneAtATime()
    now | "Group into events" >> GroupWhatIsNew(job.store, job.rules, job.severity, utc_now)  # BlockEvent
    now | "Alert" >> SendWhatIsDue(job.store, job.alerts, utc_now)  # AlertTally
