"""The steps that decide what is new, what is written, and when a feed moves on; on a real store."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from eager import eagerly, outputs_of
from events_samples import claim, event_of, report

from blockwire.schemas import (
    DeadLetter,
    EntryFate,
    Fate,
    Feed,
    FeedEntry,
    FeedKind,
    FeedState,
    Outcome,
    RoundSummary,
    Stage,
)
from blockwire.schemas.ids import dead_letter_id, digest
from blockwire.transforms.alerts.outbox import AlertTally
from blockwire.transforms.commit_feed_states import CommitFeedStates
from blockwire.transforms.elements import FeedManifest, NewEntry, RetryTask
from blockwire.transforms.feeds.polling import Poll, PollOutcome
from blockwire.transforms.packed import Packed
from blockwire.transforms.poll_feeds import Polled
from blockwire.transforms.skip_known import Selection, SkipKnown
from blockwire.transforms.stores.contract import DeadLetterQuery, Receipt, Written
from blockwire.transforms.stores.opening import store_config
from blockwire.transforms.stores.sqlite import SqliteStore
from blockwire.transforms.summarise_round import RoundStart, SummariseRound
from blockwire.transforms.write_outcomes import WriteDeadLetters

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed(id="f", name="F", url="https://f.example/feed", owner="f", kind=FeedKind.NEWSWIRE, languages=("en",))


@dataclass(frozen=True)
class Place:
    """A store that exists."""

    path: Path

    @property
    def config(self) -> Any:
        return store_config(f"sqlite:///{self.path}", {})


@pytest.fixture
def place(tmp_path: Path) -> Place:
    with SqliteStore(tmp_path / "s.sqlite"):
        return Place(tmp_path / "s.sqlite")


def entry(number: int, feed: str = "f", published: datetime | None = None) -> FeedEntry:
    name = digest("test", str(number))
    return FeedEntry(id=name, feed_id=feed, url=f"https://f.example/{number}", title=f"{number}", published=published)


def polled(*entries: FeedEntry, problems: tuple[DeadLetter, ...] = (), feed: Feed = FEED) -> Poll:
    state = FeedState(feed_id=feed.id, url=feed.url, etag='"new"', next_poll=NOW + timedelta(hours=1))
    return Poll(feed, state, PollOutcome.OK, entries=entries, problems=problems)


def letter(source: str) -> DeadLetter:
    return DeadLetter(
        id=dead_letter_id(source),
        stage=Stage.PARSE,
        reason="bad",
        message="bad",
        feed_id="f",
        first_failed=NOW,
        last_failed=NOW,
        blockwire_version="0",
    )


def _packed(element: Poll | RetryTask) -> Polled:
    return element if isinstance(element, RetryTask) else Packed.of(element)


def skip(place: Place, selection: Selection, *elements: Any) -> dict[str, list[Any]]:
    def build(pipeline: beam.Pipeline) -> dict[str, Any]:
        made = (
            pipeline
            | beam.Create([_packed(each) for each in elements]).with_output_types(Polled)
            | SkipKnown(place.config, selection)
        )
        return made._asdict()

    return outputs_of(build)


def test_known_entries_are_skipped_and_counted(place: Place) -> None:
    """By the store, and within the round: two feeds with one article take it once."""
    with SqliteStore(place.path) as store:
        fate = EntryFate(id=entry(1).id, feed_id="f", fate=Fate.NOT_RELEVANT, first_seen=NOW)
        store.write_outcomes([Outcome(fate=fate)])
    other = FEED.model_copy(update={"id": "g"})
    found = skip(place, Selection(), polled(entry(1), entry(2)), polled(entry(2), entry(3), feed=other))
    assert {new.entry.title for new in found["entries"]} == {"2", "3"}
    assert [(m.read, m.known, m.deferred, len(m.awaited)) for m in found["manifests"]] == [(2, 1, 0, 1), (2, 1, 0, 1)]


def test_unreadable_entries_are_new_once(place: Place) -> None:
    """Their dead letter is their fate; the next round knows it."""
    first = skip(place, Selection(), polled(entry(1), problems=(letter("f#0"),)))
    assert first["unreadable"] == [letter("f#0")]
    assert set(first["manifests"][0].awaited) == {entry(1).id, letter("f#0").id}
    receipts = eagerly(WriteDeadLetters(place.config), first["unreadable"])
    assert receipts == [Receipt("f", letter("f#0").id, Fate.DEAD_LETTER, Written.CREATED)]
    again = skip(place, Selection(), polled(entry(1), problems=(letter("f#0"),)))
    assert again["unreadable"] == [] and again["manifests"][0].known == 1


def test_limit_and_since_leave_entries_for_later(place: Place) -> None:
    """What --limit leaves makes the feed be read again in full; what --since leaves is left on purpose."""
    entries = [entry(n, published=NOW - timedelta(days=n)) for n in range(5)]
    limited = skip(place, Selection(limit=2), polled(*entries))
    (manifest,) = limited["manifests"]
    assert len(limited["entries"]) == 2 and (manifest.deferred, manifest.reread) == (3, True)
    recent = skip(place, Selection(since=NOW - timedelta(days=1)), polled(*entries))
    (manifest,) = recent["manifests"]
    assert len(recent["entries"]) == 2 and (manifest.deferred, manifest.reread) == (3, False)


def test_retries_go_through(place: Place) -> None:
    """They have a fate, that of a dead letter, and are tried all the same."""
    retry = NewEntry(entry(1), failed_before=2)
    assert skip(place, Selection(), RetryTask(retry))["entries"] == [retry]


def manifest(*awaited: str, reread: bool = False) -> FeedManifest:
    return FeedManifest(replace(polled(), entries=()), read=2, known=0, deferred=0, awaited=awaited, reread=reread)


def commit(place: Place, manifests: list[FeedManifest], receipts: list[Receipt]) -> list[Any]:
    def build(pipeline: beam.Pipeline) -> dict[str, Any]:
        parts = [pipeline | name >> beam.Create(rows) for name, rows in (("m", manifests), ("r", receipts), ("a", []))]
        return {"out": tuple(parts) | CommitFeedStates(place.config)}

    return outputs_of(build)["out"]


def test_a_feed_moves_on_when_everything_read_from_it_is_written(place: Place) -> None:
    """Not before: a missing receipt keeps the old state."""
    a, b = entry(1).id, entry(2).id
    receipts = [Receipt("f", name, Fate.INDEXED, Written.CREATED) for name in (a, b)]
    assert commit(place, [manifest(a, b)], receipts[:1]) == []
    with SqliteStore(place.path) as store:
        assert store.feed_states() == {}
    assert len(commit(place, [manifest(a, b)], receipts)) == 1
    with SqliteStore(place.path) as store:
        assert store.feed_states()["f"].etag == '"new"'


def test_a_feed_with_entries_left_is_read_again_in_full(place: Place) -> None:
    """Without validators and due at once."""
    commit(place, [manifest(reread=True)], [])
    with SqliteStore(place.path) as store:
        state = store.feed_states()["f"]
    assert (state.etag, state.next_poll) == (None, None)


def test_a_feed_that_answers_again_loses_its_dead_letter(place: Place) -> None:
    """The letter comes with the failure and goes with the recovery."""
    failed = Poll(FEED, polled().state, PollOutcome.FAILED, reason="http_404", message="gone", dead_letter=letter("f"))
    commit(place, [FeedManifest(failed, 0, 0, 0, ())], [])
    with SqliteStore(place.path) as store:
        assert [found.id for found in store.dead_letters(DeadLetterQuery())] == [letter("f").id]
    commit(place, [manifest()], [])
    with SqliteStore(place.path) as store:
        assert list(store.dead_letters(DeadLetterQuery())) == []


def summary_of(place: Place, manifests: list[FeedManifest], receipts: list[Receipt], retries: int = 0) -> RoundSummary:
    def build(pipeline: beam.Pipeline) -> dict[str, Any]:
        rows = {
            "m": manifests,
            "r": receipts,
            "e": [event_of(report("one", 0, claim("IR")))],
            "a": [AlertTally(2, sent=3, failed=1)],
        }
        parts = tuple(pipeline | name >> beam.Create(values) for name, values in rows.items())
        return {"out": parts | SummariseRound(place.config, RoundStart(NOW, retries))}

    (summary,) = outputs_of(build)["out"]
    assert isinstance(summary, RoundSummary)
    with SqliteStore(place.path) as store:
        assert store.rounds(1) == [summary]
    return summary


def test_the_summary_adds_up(place: Place) -> None:
    """Feeds by outcome, entries by fate, retries among them; failed feeds with their reason."""
    fates = (Fate.INDEXED, Fate.NOT_RELEVANT, Fate.DEAD_LETTER)
    receipts = [Receipt("f", entry(n).id, fate, Written.CREATED) for n, fate in enumerate(fates)]
    failed = Poll(FEED, polled().state, PollOutcome.THROTTLED, reason="http_429", message="slow down")
    made = summary_of(
        place, [manifest(entry(0).id, entry(1).id), FeedManifest(failed, 0, 0, 0, ())], receipts, retries=1
    )
    assert (made.feeds_due, made.feeds_ok, made.feeds_failed) == (2, 1, 1)
    assert (made.entries_read, made.entries_retried, made.entries_new) == (3, 1, 3)
    assert (made.items, made.not_relevant, made.dead_letters) == (1, 1, 1)
    assert made.problems[0].reason == "http_429"
    assert (made.events, made.alerts_sent, made.alerts_failed, made.alerts_given_up) == (1, 3, 1, 0)


def test_a_round_with_nothing_to_do_has_a_summary_too(place: Place) -> None:
    """Nothing was due: all is nought."""
    made = summary_of(place, [], [])
    assert (made.feeds_due, made.entries_read) == (0, 0)
