from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.schemas import Feed, FeedEntry, FeedKind, FeedState
from blockwire.schemas.ids import digest
from blockwire.schemas.policies import PollPolicy
from blockwire.transforms.feeds.schedule import (
    Answer,
    FeedCondition,
    after_answer,
    after_failure,
    after_gone,
    current_state,
    health,
    is_due,
    pause_asked_for,
    with_news,
)
from blockwire.transforms.http.messages import Response, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://news.example/feed"
POLICY = PollPolicy()
STATE = FeedState(feed_id="news", url=URL)
HOUR = 3600.0


def feed(kind: FeedKind = FeedKind.NEWSWIRE, **fields: object) -> Feed:
    return Feed(
        **{"id": "news", "name": "News", "url": URL, "owner": "news", "kind": kind, "languages": ("en",), **fields}  # type: ignore[arg-type]
    )


def entries_every(seconds: float, count: int = 20, newest: datetime = NOW) -> tuple[FeedEntry, ...]:
    return tuple(
        FeedEntry(
            id=digest("test", str(n)),
            feed_id="news",
            url=None,
            title=str(n),
            published=newest - timedelta(seconds=n * seconds),
        )
        for n in range(count)
    )


def response(status: int = 200, *, etag: str | None = '"1"', permanent: str | None = None, **headers: str) -> Response:
    by_name = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(URL, URL, status, by_name, b"", Validators(etag), permanent)


def pause(
    *,
    of: Feed | None = None,
    state: FeedState = STATE,
    answer: Response | None = None,
    entries: tuple[FeedEntry, ...] | None = entries_every(60),
    ttl_s: float | None = None,
) -> float:
    after = after_answer(of or feed(), state, Answer(answer or response(), NOW, entries, ttl_s), POLICY)
    assert after.next_poll is not None
    assert after.interval_s == (after.next_poll - NOW).total_seconds()
    return after.interval_s


def test_a_busy_newswire_that_answers_conditionally_is_polled_at_its_floor() -> None:
    assert pause() == POLICY.newswire_floor_s


def test_without_validators_a_newswire_waits_as_long_as_all_others() -> None:
    assert pause(answer=response(etag=None)) == POLICY.floor_s
    assert pause(of=feed(FeedKind.RESEARCH)) == POLICY.floor_s


def test_the_feed_list_may_name_another_floor() -> None:
    assert pause(of=feed(FeedKind.RESEARCH, min_interval_minutes=5)) == 300
    assert pause(of=feed(min_interval_minutes=180)) == 3 * HOUR


def test_a_slow_feed_is_polled_in_its_own_rhythm_up_to_the_ceiling() -> None:
    assert pause(entries=entries_every(24 * HOUR)) == pytest.approx(4 * HOUR)
    assert pause(entries=entries_every(60 * 24 * HOUR)) == POLICY.ceiling_s


def test_a_silent_feed_is_polled_less_and_less() -> None:
    weeks = entries_every(60, newest=NOW - timedelta(days=5))
    assert pause(entries=weeks) == pytest.approx(5 * HOUR)


def test_the_servers_word_counts_beyond_the_ceiling_but_not_for_ever() -> None:
    assert pause(answer=response(cache_control="public, max-age=7200")) == 7200
    assert pause(answer=response(cache_control="max-age=172800")) == 172_800
    assert pause(answer=response(cache_control="max-age=31536000")) == POLICY.retry_after_max_s


def test_the_feeds_own_ttl_counts_up_to_the_ceiling() -> None:
    assert pause(ttl_s=2 * HOUR) == 2 * HOUR
    assert pause(ttl_s=30 * 24 * HOUR) == POLICY.ceiling_s


def test_a_304_does_not_shorten_the_pause_that_a_ttl_made() -> None:
    before = after_answer(feed(), STATE, Answer(response(), NOW, entries_every(60), 2 * HOUR), POLICY)
    assert pause(state=before, answer=response(304), entries=None) == 2 * HOUR


def test_without_dates_the_pause_grows_while_nothing_changes() -> None:
    undated = tuple(e.model_copy(update={"published": None}) for e in entries_every(60))
    first = after_answer(feed(), STATE, Answer(response(), NOW, undated), POLICY)
    assert first.interval_s == POLICY.newswire_floor_s
    second = after_answer(feed(), first, Answer(response(304), NOW), POLICY)
    assert second.interval_s == 1.5 * POLICY.newswire_floor_s
    assert after_answer(feed(), second, Answer(response(), NOW, undated), POLICY).interval_s == POLICY.newswire_floor_s


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache_control": "max-age=600", "age": "100"}, 500),
        ({"cache_control": "no-cache", "expires": format_datetime(NOW + timedelta(hours=1), usegmt=True)}, 0),
        (
            {
                "date": format_datetime(NOW, usegmt=True),
                "expires": format_datetime(NOW + timedelta(hours=1), usegmt=True),
            },
            3600,
        ),
        ({"expires": "0"}, 0),
        ({"expires": "Thu, 01 Dec 1994 16:00:00 GMT"}, 0),
        ({"cache_control": "max-age=abc"}, 0),
    ],
)
def test_what_caching_headers_ask_for(headers: dict[str, str], seconds: float) -> None:
    assert pause_asked_for(response(**headers), NOW) == seconds


def test_validators_are_those_of_the_last_answer() -> None:
    first = after_answer(feed(), STATE, Answer(response(etag='"a"'), NOW, ()), POLICY)
    assert first.etag == '"a"'
    assert after_answer(feed(), first, Answer(response(etag=None), NOW, ()), POLICY).etag is None


def test_a_permanent_redirect_holds_at_once() -> None:
    moved = after_answer(feed(), STATE, Answer(response(permanent="https://new.example/f"), NOW, ()), POLICY)
    assert (moved.url, moved.moved_since, moved.moved_from) == ("https://new.example/f", NOW, URL)
    later = after_answer(feed(), moved, Answer(response(), NOW + timedelta(days=1), ()), POLICY)
    assert (later.url, later.moved_since) == ("https://new.example/f", NOW)


def test_another_url_in_the_feed_list_ends_what_was_remembered() -> None:
    known = STATE.model_copy(update={"etag": '"1"', "gone": True})
    changed = feed(url="https://other.example/feed")
    assert current_state(changed, known) == FeedState(feed_id="news", name="News", url="https://other.example/feed")
    assert is_due(changed, known, NOW)
    moved = known.model_copy(update={"url": "https://new.example/f", "moved_since": NOW, "moved_from": URL})
    assert current_state(changed, moved).url == "https://other.example/feed"
    assert current_state(feed(), moved) == moved.model_copy(update={"name": "News"})


def test_the_name_of_the_list_is_remembered_for_readers_who_have_another_list() -> None:
    moved = STATE.model_copy(update={"name": "Old name", "url": "https://new.example/", "moved_from": URL})
    assert [current_state(feed(), one).name for one in (None, STATE, moved)] == ["News"] * 3


def test_a_feed_list_that_follows_the_move_keeps_the_state() -> None:
    moved = STATE.model_copy(
        update={"url": "https://new.example/f", "moved_since": NOW, "moved_from": URL, "etag": '"1"'}
    )
    followed = current_state(feed(url="https://new.example/f"), moved)
    assert (followed.etag, followed.moved_since) == ('"1"', None)


def failed(state: FeedState = STATE, **fields: object) -> FeedState:
    arguments = {"now": NOW, "policy": POLICY, "jitter": 0.0, "message": "no answer", **fields}
    return after_failure(feed(), state, **arguments)  # type: ignore[arg-type]


def test_the_pause_doubles_with_each_failure_up_to_the_ceiling() -> None:
    state, pauses = STATE, []
    for _ in range(20):
        state = failed(state)
        pauses.append(state.interval_s)
    assert pauses[:4] == [900, 1800, 3600, 7200]
    assert pauses[-1] == POLICY.ceiling_s
    assert state.failures == 20


def test_failures_do_not_come_back_all_at_once() -> None:
    assert failed(jitter=0.5).interval_s == 900 * 1.25


@given(st.floats(0, 1e12), st.floats(0, 0.999))
def test_nobody_comes_back_before_retry_after(seconds: float, jitter: float) -> None:
    state = failed(retry_after_s=seconds, jitter=jitter, status=429)
    assert state.interval_s is not None
    assert state.interval_s >= min(seconds, POLICY.retry_after_max_s)
    assert state.interval_s <= max(POLICY.retry_after_max_s, POLICY.ceiling_s)


def test_a_failure_keeps_the_validators_of_the_last_good_answer() -> None:
    assert failed(STATE.model_copy(update={"etag": '"1"'})).etag == '"1"'


def test_after_three_failures_elsewhere_the_feed_lists_address_is_tried_again() -> None:
    state = STATE.model_copy(update={"url": "https://new.example/f", "moved_since": NOW, "moved_from": URL})
    assert failed(failed(state)).url == "https://new.example/f"
    assert failed(failed(failed(state))).url == URL


def test_410_ends_it() -> None:
    gone = after_gone(STATE, now=NOW, message="gone")
    assert not is_due(feed(), gone, NOW + timedelta(days=1000))


def test_when_a_feed_is_due() -> None:
    later = STATE.model_copy(update={"next_poll": NOW + timedelta(seconds=1)})
    assert is_due(feed(), None, NOW)
    assert not is_due(feed(), later, NOW)
    assert is_due(feed(), later, NOW + timedelta(seconds=1))
    assert not is_due(feed(enabled=False), None, NOW)


def test_a_poll_that_a_wrong_clock_put_off_is_due() -> None:
    """Once the clock is right again, no pause is longer than the one that was chosen."""
    ahead = NOW + timedelta(days=365)
    state = after_answer(feed(), STATE, Answer(response(), ahead, entries_every(60, newest=ahead)), POLICY)
    assert is_due(feed(), state, NOW)
    assert not is_due(feed(), state, ahead)
    asked = after_failure(feed(), STATE, now=NOW, policy=POLICY, jitter=0.7, message="wait", retry_after_s=1e9)
    assert not is_due(feed(), asked, NOW)
    assert not is_due(feed(), asked, NOW + timedelta(seconds=POLICY.retry_after_max_s - 1))


GOOD = {"last_polled": NOW, "last_ok": NOW, "last_new": NOW, "entries": 20, "rhythm_s": HOUR}


@pytest.mark.parametrize(
    ("fields", "condition"),
    [
        ({}, FeedCondition.NEW),
        (GOOD, FeedCondition.OK),
        (GOOD | {"failures": 1}, FeedCondition.OK),
        (GOOD | {"failures": 3}, FeedCondition.FAILING),
        ({"last_polled": NOW, "failures": 1}, FeedCondition.FAILING),
        (GOOD | {"entries": 0}, FeedCondition.EMPTY),
        (GOOD | {"gone": True}, FeedCondition.GONE),
        (GOOD | {"last_new": NOW - timedelta(days=2)}, FeedCondition.OK),
        (GOOD | {"last_new": NOW - timedelta(days=4)}, FeedCondition.SILENT),
        (GOOD | {"last_new": NOW - timedelta(days=4), "rhythm_s": 86_400.0}, FeedCondition.OK),
        (GOOD | {"last_new": NOW - timedelta(days=70), "rhythm_s": None}, FeedCondition.SILENT),
        (GOOD | {"last_new": None, "rhythm_s": None}, FeedCondition.OK),
        (
            GOOD | {"url": "https://n.example/", "moved_from": URL, "moved_since": NOW - timedelta(days=13)},
            FeedCondition.OK,
        ),
        (
            GOOD | {"url": "https://n.example/", "moved_from": URL, "moved_since": NOW - timedelta(days=14)},
            FeedCondition.MOVED,
        ),
    ],
)
def test_how_a_feed_fares(fields: dict[str, object], condition: FeedCondition) -> None:
    assert health(feed(), STATE.model_copy(update=fields), NOW).condition is condition


def test_a_feed_without_dates_has_the_rhythm_that_polls_saw() -> None:
    """And is reported when it falls silent: without dates nothing else tells."""
    undated = tuple(entry.model_copy(update={"published": None}) for entry in entries_every(60, 4))
    state = STATE
    for day in range(5):
        at = NOW + timedelta(days=day)
        state = after_answer(feed(), state, Answer(response(), at, entries=undated), POLICY)
        state = with_news(state, undated, 4)
    assert (state.last_new, state.rhythm_s) == (NOW + timedelta(days=4), 6 * HOUR)
    later = NOW + timedelta(days=6)
    state = with_news(after_answer(feed(), state, Answer(response(), later, entries=undated), POLICY), undated, 0)
    assert health(feed(), state, later).condition is FeedCondition.OK
    assert health(feed(), state, NOW + timedelta(days=9)).condition is FeedCondition.SILENT


def test_dates_are_believed_where_there_are_some() -> None:
    """What is new to us may be old."""
    state = after_answer(feed(), STATE, Answer(response(), NOW, entries=entries_every(60)), POLICY)
    assert with_news(state, entries_every(60), 20) == state
