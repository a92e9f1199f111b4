"""Preparing a round, and reading a store's failure out of what a runner raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import store_of
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.rounds import Choice, Wire, nothing_done, replay_tasks, run_round, store_error_in, tasks_of
from blockwire.schemas import DeadLetter, Feed, FeedEntry, FeedKind, FeedState, RoundSummary, Stage
from blockwire.schemas.ids import dead_letter_id, digest
from blockwire.schemas.policies import ExtractionPolicy, FetchPolicy, SecondOpinionPolicy
from blockwire.transforms.elements import PollTask, RetryTask
from blockwire.transforms.extraction import pool
from blockwire.transforms.outcomes import outcome_of_dead_letter
from blockwire.transforms.result import bury
from blockwire.transforms.stores.contract import StoreError, StoreUnavailable
from blockwire.transforms.stores.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_feed(name: str, *, enabled: bool = True) -> Feed:
    url = f"https://{name}.example/feed"
    return Feed(id=name, name=name, url=url, owner=name, kind=FeedKind.NEWSWIRE, languages=("en",), enabled=enabled)


def an_entry(feed: str) -> FeedEntry:
    return FeedEntry(id=digest("test", feed), feed_id=feed, url=f"https://{feed}.example/1", title="One")


def test_a_round_takes_the_due_feeds_and_the_due_retries(tmp_path: Path) -> None:
    """Not those that come later, are switched off, or whose retry waits."""
    feeds = [a_feed("due"), a_feed("later"), a_feed("off", enabled=False), a_feed("new")]
    hour = timedelta(hours=1)
    due, waits = an_entry("due"), an_entry("later")
    with SqliteStore(tmp_path / "s.sqlite") as store:
        store.put_feed_states(
            [
                FeedState(feed_id="due", url=feeds[0].url, next_poll=NOW - hour, last_polled=NOW - hour),
                FeedState(feed_id="later", url=feeds[1].url, next_poll=NOW + hour, last_polled=NOW),
            ]
        )
        letters = [
            bury(due, Stage.FETCH, "timeout", "slow", now=NOW - hour, retry_at=NOW - hour),
            bury(waits, Stage.FETCH, "timeout", "slow", now=NOW - hour, retry_at=NOW + hour),
        ]
        store.write_outcomes([outcome_of_dead_letter(letter) for letter in letters])
        tasks = tasks_of(Choice(feeds), store, NOW)
        everything = tasks_of(Choice(feeds, all_feeds=True), store, NOW)
    assert [task.feed.id for task in tasks if isinstance(task, PollTask)] == ["due", "new"]
    assert [task.retry.entry for task in tasks if isinstance(task, RetryTask)] == [due]
    assert [task.feed.id for task in everything if isinstance(task, PollTask)] == ["due", "later", "new"]


def test_a_gone_feed_is_never_polled(tmp_path: Path) -> None:
    """Not even by --all: the server said so for good."""
    feed = a_feed("gone")
    with SqliteStore(tmp_path / "s.sqlite") as store:
        store.put_feed_states([FeedState(feed_id="gone", url=feed.url, last_polled=NOW, gone=True)])
        assert tasks_of(Choice([feed], all_feeds=True), store, NOW) == []


def test_replaying_a_feeds_dead_letter_polls_it_from_scratch() -> None:
    """Without validators: an unchanged answer would not show what failed."""
    feed = a_feed("broken")
    letter = DeadLetter(
        id=dead_letter_id("broken"),
        stage=Stage.PARSE,
        reason="bad_xml",
        message="cut off",
        feed_id="broken",
        first_failed=NOW,
        last_failed=NOW,
        blockwire_version="0",
    )
    state = FeedState(feed_id="broken", url=feed.url, etag='"1"', last_modified="yesterday")
    (task,) = replay_tasks([letter], {"broken": feed}, {"broken": state})
    assert isinstance(task, PollTask) and task.state is not None
    assert (task.state.etag, task.state.last_modified) == (None, None)
    assert replay_tasks([letter], {}, {}) == []


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (
            "Traceback (most recent call last):\n  File x\nblockwire.transforms.stores.contract.StoreUnavailable: "
            "disk is full [while running 'Index/Write']\n",
            StoreUnavailable,
            "disk is full",
        ),
        ("StoreError: several items", StoreError, "several items"),
    ],
)
def test_a_stores_failure_is_found_in_a_traceback(text: str, error: type[StoreError], message: str) -> None:
    """Runners other than the in-process one hand errors on as text."""
    found = store_error_in(text)
    assert type(found) is error and str(found) == message


def test_other_errors_stay_what_they_are() -> None:
    """A bug must not look like a full disk."""
    assert store_error_in("Traceback ...\nKeyError: 'x' [while running 'Index']") is None


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"feeds_due": 2, "feeds_failed": 2}, True),
        ({"feeds_due": 2, "feeds_failed": 1, "feeds_ok": 1}, False),
        ({}, False),
        ({"feeds_due": 1, "feeds_failed": 1, "entries_read": 1, "entries_retried": 1, "items": 1}, False),
    ],
)
def test_when_nothing_could_be_done(counts: dict[str, int], expected: bool) -> None:
    """A round without due feeds is a good one; so is one whose retries came to something."""
    base = {"id": digest("round"), "started": NOW, "finished": NOW, "blockwire_version": "0"}
    assert nothing_done(RoundSummary.model_validate({**base, **counts})) is expected


@pytest.mark.parametrize(
    ("url", "aside_below", "expected"),
    [
        (None, None, None),
        (None, 0.3, 0.3),
        ("http://127.0.0.1:9/v1", None, 0.15),
        ("http://127.0.0.1:9/v1", 0.05, 0.05),
    ],
)
def test_what_a_second_opinion_is_asked_about_is_not_set_aside_before(
    tmp_path: Path, url: str | None, aside_below: float | None, expected: float | None
) -> None:
    settings = Settings(
        store=f"sqlite:///{tmp_path}/wire.sqlite",
        second_opinion=SecondOpinionPolicy(url=url, low=0.15),
        extraction=ExtractionPolicy(aside_below=aside_below),
    )
    wire = Wire(settings, [], load_rules(), store_of(settings), beam_options([]))
    assert wire.work()["extraction"].aside_below == expected


def test_a_round_finds_its_summary_among_many_that_are_dated_later(tmp_path: Path) -> None:
    """They are of a clock that was wrong."""
    settings = Settings(store=f"sqlite:///{tmp_path}/wire.sqlite")
    wire = Wire(settings, [], load_rules(), store_of(settings), beam_options([]))
    with wire.store.open() as store:
        for number in range(101):
            later = NOW + timedelta(days=number + 1)
            store.put_round(
                RoundSummary(id=digest("round", str(number)), started=later, finished=later, blockwire_version="0")
            )
    assert run_round(wire, lambda _store: [], trigger="ingest", now=NOW).started == NOW


@pytest.mark.parametrize(
    ("last", "at_once"),
    [
        (None, True),
        ({"entries_read": 2, "entries_known": 1, "not_relevant": 1}, True),
        ({"entries_read": 2, "entries_known": 2}, False),
    ],
)
def test_extractors_are_loaded_at_once_where_news_are_likely(
    tmp_path: Path, last: dict[str, int] | None, at_once: bool
) -> None:
    """As after a round that brought some; a round without news needs none."""
    settings = Settings(store=f"sqlite:///{tmp_path}/wire.sqlite", fetch=FetchPolicy(allow_addresses=("127.0.0.0/8",)))
    feed = a_feed("refused").model_copy(update={"url": "http://127.0.0.1:9/feed"})
    wire = Wire(settings, [feed], load_rules(), store_of(settings), beam_options([]))
    if last:
        before = {"id": digest("round"), "started": NOW, "finished": NOW, "blockwire_version": "0", **last}
        with wire.store.open() as store:
            store.put_round(RoundSummary.model_validate(before))
    loaded = []

    @contextmanager
    def watch(_polls: int, _entries: int) -> Iterator[None]:
        loaded.append(pool._Nursery.kept is not None)
        yield

    now = NOW + timedelta(hours=1)
    run_round(wire, lambda store: tasks_of(Choice([feed]), store, now), trigger="ingest", now=now, watch=watch)
    assert (loaded, pool._Nursery.kept) == ([at_once], None)
