"""One poll of one feed: ask, read, and say what is to be remembered once everything read is safe."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from blockwire.schemas.dead_letters import DeadLetter
from blockwire.schemas.feeds import Feed, FeedEntry, FeedState
from blockwire.schemas.ids import dead_letter_id, digest
from blockwire.schemas.policies import PollPolicy, blockwire_version
from blockwire.schemas.taxonomy import Stage
from blockwire.transforms.feeds.reading import EntryProblem, ReadFeed, UnreadableFeed, read_feed
from blockwire.transforms.feeds.schedule import (
    Answer,
    after_answer,
    after_failure,
    after_gone,
    current_state,
    is_throttled,
)
from blockwire.transforms.http.messages import Fetcher, FetchError, Response, Validators
from blockwire.transforms.text.cleaning import clean_line

LASTING_FAILURES = 8
"""Failures that pass by themselves become a person's matter after so many: with the pauses between them, two days."""
_THREAD_BYTES = 100_000
"""A larger body is read in a thread, so that the other fetches go on."""
_MAX_MESSAGE = 2000


class PollOutcome(StrEnum):
    """What came of a poll."""

    OK = "ok"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    THROTTLED = "throttled"
    """The server asked us to slow down."""
    GONE = "gone"
    """It answered 410."""


@dataclass(frozen=True)
class Poll:
    """A poll, with all that is to be stored because of it."""

    feed: Feed
    state: FeedState
    """The new state, to be committed after everything read is safe."""
    outcome: PollOutcome
    entries: tuple[FeedEntry, ...] = ()
    """All of the answer, known ones too."""
    problems: tuple[DeadLetter, ...] = ()
    """Of stage ``parse``: single entries that had to be left out."""
    reason: str | None = None
    """A short name for the failure."""
    message: str | None = None
    dead_letter: DeadLetter | None = None
    """Of the feed, where a person is needed or what it said would be lost."""
    warnings: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether there was a good answer, changed or not."""
        return self.outcome in (PollOutcome.OK, PollOutcome.UNCHANGED)


async def poll(feed: Feed, state: FeedState | None, fetcher: Fetcher, policy: PollPolicy, now: datetime) -> Poll:
    """Polls a feed, whether it is due or not. Never raises for what servers and feeds do.

    Args:
        feed: what to poll.
        state: what was remembered of it, None the first time.
        fetcher: the HTTP client.
        policy: the pauses.
        now: the time of the round.
    """
    before = current_state(feed, state)
    validators = Validators(before.etag, before.last_modified)
    try:
        response = await fetcher.get_feed(before.url, validators)
    except FetchError as error:
        return _not_fetched(feed, before, error, policy, now)
    if response.not_modified:
        if validators == Validators():
            return _unreadable(feed, before, response, _unasked_304(), policy, now)
        return Poll(feed, after_answer(feed, before, Answer(response, now), policy), PollOutcome.UNCHANGED)
    try:
        read = await _read(feed, response, now)
    except UnreadableFeed as error:
        return _unreadable(feed, before, response, error, policy, now)
    kept = response if read.complete else replace(response, validators=Validators())
    answer = Answer(kept, now, entries=read.entries, ttl_s=read.ttl_s)
    return Poll(
        feed,
        after_answer(feed, before, answer, policy),
        PollOutcome.OK,
        entries=read.entries,
        problems=tuple(_entry_letters(feed, read.problems, now)),
        warnings=read.warnings,
    )


async def _read(feed: Feed, response: Response, now: datetime) -> ReadFeed:
    def read() -> ReadFeed:
        return read_feed(
            response.body,
            url=response.url,
            feed_id=feed.id,
            now=now,
            content_type=response.headers.get("content-type"),
        )

    return await asyncio.to_thread(read) if len(response.body) > _THREAD_BYTES else read()


def _not_fetched(feed: Feed, before: FeedState, error: FetchError, policy: PollPolicy, now: datetime) -> Poll:
    if error.status == 410:
        state, outcome = after_gone(before, now=now, message=error.message), PollOutcome.GONE
    else:
        state = after_failure(
            feed,
            before,
            now=now,
            policy=policy,
            jitter=_jitter(feed, before),
            message=error.message,
            status=error.status,
            retry_after_s=error.retry_after_s,
        )
        outcome = PollOutcome.THROTTLED if is_throttled(error) else PollOutcome.FAILED
    lasting = state.failures >= LASTING_FAILURES or not error.transient
    letter = _letter(feed, Stage.POLL, error.reason, error.message, now, url=error.url) if lasting else None
    return Poll(feed, state, outcome, reason=error.reason, message=error.message, dead_letter=letter)


def _unreadable(
    feed: Feed, before: FeedState, response: Response, error: UnreadableFeed, policy: PollPolicy, now: datetime
) -> Poll:
    message = f"{response.url}: {error.message}"
    if error.alternatives:
        message += f"; the page names {', '.join(error.alternatives)}"
    state = after_failure(
        feed,
        before,
        now=now,
        policy=policy,
        jitter=_jitter(feed, before),
        message=message,
        status=response.status,
    )
    letter = _letter(feed, Stage.PARSE, error.reason, message, now, url=response.url, sample=error.sample)
    return Poll(feed, state, PollOutcome.FAILED, reason=error.reason, message=message, dead_letter=letter)


def _unasked_304() -> UnreadableFeed:
    return UnreadableFeed("unasked_304", "304 Not Modified, though nothing was said of what we have")


def _jitter(feed: Feed, state: FeedState) -> float:
    """The same in every run, and different for every feed and failure."""
    return int(digest("jitter", feed.id, str(state.failures))[:8], 16) / 2**32


def _entry_letters(feed: Feed, problems: Iterable[EntryProblem], now: datetime) -> Iterable[DeadLetter]:
    for problem in problems:
        yield _letter(
            feed,
            Stage.PARSE,
            problem.reason,
            problem.message,
            now,
            url=problem.url,
            sample=problem.sample,
            # By what it is, not by its place: tomorrow another one may stand there.
            source=digest("unreadable", feed.id, problem.sample or str(problem.position)),
        )


def _letter(
    feed: Feed,
    stage: Stage,
    reason: str,
    message: str,
    now: datetime,
    *,
    url: str | None,
    sample: str = "",
    source: str | None = None,
) -> DeadLetter:
    return DeadLetter(
        id=dead_letter_id(source or feed.id),
        stage=stage,
        reason=reason,
        message=clean_line(message, _MAX_MESSAGE),
        feed_id=feed.id,
        url=url,
        sample=sample,
        first_failed=now,
        last_failed=now,
        blockwire_version=blockwire_version(),
    )
