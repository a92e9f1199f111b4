"""When to poll again, and what to remember: courtesy towards those who publish.

Pure functions from a state and what happened to the next state. A pause is as long as the feed's own rhythm suggests, at least as
long as the server and the feed ask, and longer with every failure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from blockwire.schemas.feeds import Feed, FeedEntry, FeedState
from blockwire.schemas.policies import PollPolicy
from blockwire.schemas.taxonomy import FeedKind
from blockwire.transforms.http.messages import FetchError, Response
from blockwire.transforms.text.cleaning import clean_line

RHYTHM_ENTRIES = 20
"""The rhythm is taken from so many of the newest entries."""
RHYTHM_MEMORY = 0.5
"""Weight of what was known in the exponential mean."""
POLLS_PER_ENTRY = 6.0
"""Polls in the usual time between two entries: news is seen when a twelfth of it has passed."""
SILENCE_SHARE = 1 / 24
"""The longer a feed is silent, the longer its pauses: by this share of the silence."""
UNDATED_GROWTH = 1.5
"""The pause of a feed without dates grows by this with each 304."""
MOVED_FAILURES = 3
"""After so many failures at the address that a redirect led to, the catalogue's is tried again."""
SILENT_RHYTHMS = 5.0
"""Silent for so many times its rhythm, and for so many days at least, a feed is reported."""
SILENT_DAYS = 3.0
SILENT_DAYS_WITHOUT_RHYTHM = 60.0
FAILING_POLLS = 3
ASKED_TO_WAIT = (429, 503)
"""After these even ``--all`` keeps to the pause: the server named it."""
MAX_BACKOFF_DOUBLINGS = 16
MAX_ERROR = 500

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[\s,])no-(?:cache|store)(?:$|[\s,])", re.IGNORECASE)


class FeedCondition(StrEnum):
    """How a feed fares."""

    OK = "ok"
    NEW = "new"
    """Never polled."""
    SILENT = "silent"
    """Nothing new for several times its rhythm."""
    EMPTY = "empty"
    """It answers, without entries."""
    FAILING = "failing"
    GONE = "gone"
    MOVED = "moved"
    """Elsewhere for so long that the catalogue should follow."""


@dataclass(frozen=True)
class FeedHealth:
    """How a feed fares, and why we think so."""

    condition: FeedCondition
    message: str = ""
    """In a sentence, with what to do; empty where all is well."""


@dataclass(frozen=True)
class Answer:
    """A good answer, as far as the schedule needs it."""

    response: Response
    now: datetime
    entries: tuple[FeedEntry, ...] | None = None
    """None where the server said that nothing changed."""
    ttl_s: float | None = None


def is_due(feed: Feed, state: FeedState | None, now: datetime) -> bool:
    """Whether to poll the feed now. A feed that is gone is never due, unless the catalogue has a new address for it."""
    if not feed.enabled:
        return False
    current = current_state(feed, state)
    if current.gone or current.next_poll is None:
        return not current.gone
    # Further off than the pause that was chosen: the clock was ahead then.
    was_ahead = current.interval_s is not None and current.next_poll - now > timedelta(seconds=current.interval_s)
    return was_ahead or current.next_poll <= now


def is_wanted(feed: Feed, state: FeedState | None, now: datetime, *, all_feeds: bool) -> bool:
    """Whether a round polls a feed: one that is due, or of all feeds every one that is on and not gone, unless it asked to wait."""
    if not all_feeds or state is None:
        return is_due(feed, state, now)
    return feed.enabled and not state.gone and (state.http_status not in ASKED_TO_WAIT or is_due(feed, state, now))


def current_state(feed: Feed, state: FeedState | None) -> FeedState:
    """What is remembered of the feed at the address that the catalogue names now; of another address nothing holds."""
    fresh = FeedState(feed_id=feed.id, name=feed.name, url=feed.url)
    if state is None:
        return fresh
    if state.url == feed.url:
        return state.model_copy(update={"name": feed.name, "moved_since": None, "moved_from": None})
    return state.model_copy(update={"name": feed.name}) if state.moved_from == feed.url else fresh


def after_answer(feed: Feed, state: FeedState, answer: Answer, policy: PollPolicy) -> FeedState:
    """The state after a complete answer that could be read, or a 304.

    Validators are those of this answer: what the server no longer gives is forgotten. A permanent redirect holds at once.
    """
    response, now = answer.response, answer.now
    published = sorted((e.published for e in answer.entries or () if e.published and e.published <= now), reverse=True)
    last_new = max(filter(None, (state.last_new, published[0] if published else None)), default=None)
    rhythm = _rhythm(state.rhythm_s, published)
    interval = _interval(feed, state, answer, policy, rhythm, last_new)
    return state.model_copy(
        update={
            **_place(feed, state, response, now),
            "etag": response.validators.etag,
            "last_modified": response.validators.last_modified,
            "last_polled": now,
            "last_ok": now,
            "last_new": last_new,
            "next_poll": now + timedelta(seconds=interval),
            "interval_s": interval,
            "rhythm_s": rhythm,
            "http_status": response.status,
            "failures": 0,
            "error": None,
            "entries": state.entries if answer.entries is None else len(answer.entries),
            "gone": False,
        }
    )


def with_news(state: FeedState, entries: Sequence[FeedEntry], fresh: int) -> FeedState:
    """The state of a feed that states no dates: what is new, and how often, is then what our polls saw of it.

    Args:
        state: after the answer.
        entries: of the answer.
        fresh: how many of them were not known.
    """
    if not fresh or state.last_polled is None or any(entry.published for entry in entries):
        return state
    rhythm = state.rhythm_s
    if state.last_new is not None:
        rhythm = _mixed(rhythm, (state.last_polled - state.last_new).total_seconds() / fresh)
    return state.model_copy(update={"last_new": state.last_polled, "rhythm_s": rhythm})


def after_failure(
    feed: Feed,
    state: FeedState,
    *,
    now: datetime,
    policy: PollPolicy,
    jitter: float,
    message: str,
    status: int | None = None,
    retry_after_s: float | None = None,
) -> FeedState:
    """The state after a failed poll. Validators stay: they are of the last good answer.

    Args:
        feed: the feed.
        state: the state before.
        now: when it failed.
        policy: the pauses.
        jitter: from 0 up to 1, so that not all feeds of a failed host come back at once.
        message: what happened.
        status: of the answer, if there was one.
        retry_after_s: what the server asks for.
    """
    failures = state.failures + 1
    pause = min(policy.ceiling_s, policy.backoff_base_s * 2 ** min(failures - 1, MAX_BACKOFF_DOUBLINGS))
    pause = max(pause * (1 + jitter / 2), _asked(retry_after_s, policy))
    back = state.url != feed.url and failures % MOVED_FAILURES == 0
    return state.model_copy(
        update={
            **({"url": feed.url, "moved_since": None, "moved_from": None} if back else {}),
            "last_polled": now,
            "next_poll": now + timedelta(seconds=pause),
            "interval_s": pause,
            "http_status": status,
            "failures": failures,
            "error": clean_line(message, MAX_ERROR),
        }
    )


def after_gone(state: FeedState, *, now: datetime, message: str) -> FeedState:
    """The state after 410: it is not polled again."""
    return state.model_copy(
        update={
            "last_polled": now,
            "next_poll": None,
            "http_status": 410,
            "failures": state.failures + 1,
            "error": clean_line(message, MAX_ERROR),
            "gone": True,
        }
    )


def pause_asked_for(response: Response, now: datetime) -> float:
    """For how many seconds the server wants its answer to be used: ``max-age`` less ``Age``, else ``Expires`` (RFC 9111, 4.2)."""
    control = response.headers.get("cache-control", "")
    if max_age := _MAX_AGE.search(control):
        age = response.headers.get("age", "").strip()
        return max(0.0, float(max_age[1]) - (float(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0.0))
    if _UNCACHED.search(control):
        return 0.0
    expires = _http_date(response.headers.get("expires"))
    if expires is None:
        return 0.0
    sent = _http_date(response.headers.get("date")) or now
    return max(0.0, (expires - sent).total_seconds())


def is_throttled(error: FetchError) -> bool:
    """Whether the server asked us to slow down."""
    return error.status == 429 or (error.status == 503 and error.retry_after_s is not None)


def health(feed: Feed, state: FeedState | None, now: datetime, policy: PollPolicy | None = None) -> FeedHealth:
    """How a feed fares, the worst first."""
    state = current_state(feed, state)
    if state.gone:
        return FeedHealth(
            FeedCondition.GONE, "The server says that it is gone for good: give another URL, or remove it."
        )
    if state.last_polled is None:
        return FeedHealth(FeedCondition.NEW)
    if state.failures >= FAILING_POLLS or (state.failures and state.last_ok is None):
        return FeedHealth(FeedCondition.FAILING, f"{state.failures} polls failed one after the other: {state.error}")
    if state.last_ok is not None and state.entries == 0:
        return FeedHealth(FeedCondition.EMPTY, "It answers, but has no entries.")
    holds = timedelta(days=(policy or PollPolicy()).move_holds_days)
    if state.moved_since is not None and now - state.moved_since >= holds:
        days = (now - state.moved_since).days
        return FeedHealth(
            FeedCondition.MOVED, f"It has been at {state.url} for {days} days: put that URL into the catalogue."
        )
    return _silence(state, now)


def _silence(state: FeedState, now: datetime) -> FeedHealth:
    if state.last_new is None:
        return FeedHealth(FeedCondition.OK)
    silent_days = (now - state.last_new).total_seconds() / 86_400
    if state.rhythm_s is None:
        bound = SILENT_DAYS_WITHOUT_RHYTHM
    else:
        bound = max(SILENT_DAYS, SILENT_RHYTHMS * state.rhythm_s / 86_400)
    if silent_days <= bound:
        return FeedHealth(FeedCondition.OK)
    usual = "" if state.rhythm_s is None else f"; usually there is something every {state.rhythm_s / 3600:.1f} h"
    return FeedHealth(FeedCondition.SILENT, f"Nothing new for {silent_days:.0f} days{usual}.")


def _place(feed: Feed, state: FeedState, response: Response, now: datetime) -> Mapping[str, object]:
    url = response.permanent_url or state.url
    if url == feed.url:
        return {"url": url, "moved_since": None, "moved_from": None}
    return {"url": url, "moved_since": state.moved_since or now, "moved_from": feed.url}


def _interval(
    feed: Feed, state: FeedState, answer: Answer, policy: PollPolicy, rhythm: float | None, last_new: datetime | None
) -> float:
    floor, ceiling = _bounds(feed, answer, policy)
    before = state.interval_s if state.interval_s is not None and state.failures == 0 else floor
    unchanged = answer.entries is None
    if rhythm is not None and last_new is not None:
        silent = (answer.now - last_new).total_seconds()
        wanted = max(rhythm / POLLS_PER_ENTRY, silent * SILENCE_SHARE)
        # A 304 does not repeat the ttl that made the pause as long as it is.
        wanted = max(wanted, before) if unchanged else wanted
    else:
        wanted = before * UNDATED_GROWTH if unchanged else floor
    own = min(max(wanted, floor, min(answer.ttl_s or 0.0, ceiling)), ceiling)
    return max(own, _asked(pause_asked_for(answer.response, answer.now), policy))


def _bounds(feed: Feed, answer: Answer, policy: PollPolicy) -> tuple[float, float]:
    if feed.min_interval_minutes is not None:
        floor = feed.min_interval_minutes * 60.0
    else:
        validators = answer.response.validators
        conditional = answer.response.not_modified or bool(validators.etag or validators.last_modified)
        floor = policy.newswire_floor_s if feed.kind is FeedKind.NEWSWIRE and conditional else policy.floor_s
    return floor, max(floor, policy.ceiling_s)


def _asked(seconds: float | None, policy: PollPolicy) -> float:
    return min(max(seconds or 0.0, 0.0), policy.retry_after_max_s)


def _rhythm(known: float | None, published: Iterable[datetime]) -> float | None:
    """The usual time between two entries: of the newest ones, and of what was known."""
    newest = list(dict.fromkeys(published))[:RHYTHM_ENTRIES]
    if len(newest) < 2:
        return known
    return _mixed(known, (newest[0] - newest[-1]).total_seconds() / (len(newest) - 1))


def _mixed(known: float | None, seen: float) -> float:
    return seen if known is None else RHYTHM_MEMORY * known + (1 - RHYTHM_MEMORY) * seen


def _http_date(text: str | None) -> datetime | None:
    if not text or len(text) > 60:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else None
