"""The outbox: decided once, sent until it arrives, given up in the end, and no channel holds up another."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alerts_samples import (
    CRITICAL,
    IN_FORCE,
    INFO,
    NOON,
    ORDERED,
    SEVERITY,
    STATUS,
    WATCH,
    development,
    event,
    hours,
    policy,
)

from blockwire.schemas import Alert, AlertState, BlockEvent, Stage, Verdict
from blockwire.schemas.alerting import AlertPolicy, AlertRule, Channel
from blockwire.schemas.ids import alert_id
from blockwire.transforms.alerts.channels import Channels
from blockwire.transforms.alerts.failures import ChannelError
from blockwire.transforms.alerts.messages import Message
from blockwire.transforms.alerts.outbox import decide_alerts, deliver_due, send_alerts
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.contract import DeadLetterQuery, Store
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.sqlite import SqliteStore

DESK = Channel(id="desk", kind="webhook", url_env="DESK_URL")
PHONE = Channel(id="phone", kind="webhook", url_env="PHONE_URL")


class Post(Channels):
    """Keeps what is sent; channels named in ``broken`` fail."""

    def __init__(self) -> None:
        super().__init__({})
        self.sent: list[tuple[str, list[str]]] = []
        self.broken: set[str] = set()

    def send(self, channel: Channel, message: Message, earlier: Callable[[], Sequence[Alert]]) -> None:
        self.sent.append((channel.id, [alert.event_id[0] for alert in message.alerts]))
        if channel.id in self.broken:
            raise ChannelError("refused", "the server answered 500")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "wire.sqlite") as opened:
        yield opened


@pytest.fixture
def post() -> Post:
    return Post()


def happen(store: Store, *events: BlockEvent) -> None:
    store.events.regroup(Regrouping(events=events))


def round_at(store: Store, post: Post, chosen: AlertPolicy, now: datetime) -> list[Alert]:
    decide_alerts(store, chosen, now)
    return list(deliver_due(store, chosen, post, now, lambda: now))


def all_of(store: Store) -> dict[str, Alert]:
    """By the first letter of the event."""
    return {one.event_id[0]: one for one in store.alerts.find(AlertQuery())}


def test_what_is_decided_is_sent_once_and_recorded(store: Store, post: Post) -> None:
    chosen = policy(channels=[DESK, PHONE])
    happen(store, event(id="a" * 32))
    tried = round_at(store, post, chosen, NOON)
    assert post.sent == [("desk", ["a"]), ("phone", ["a"])]
    assert [(one.state, one.sent, one.attempts) for one in tried] == [(AlertState.SENT, NOON, 1)] * 2
    assert round_at(store, post, chosen, hours(1)) == []
    happen(store, event(development(0), development(2, STATUS, IN_FORCE), id="a" * 32))
    assert [one.status for one in round_at(store, post, chosen, hours(2))] == [IN_FORCE, IN_FORCE]
    assert len(post.sent) == 4


def test_a_failed_channel_is_tried_again_with_growing_pauses_and_others_go_on(store: Store, post: Post) -> None:
    chosen = policy(channels=[DESK, PHONE], base_s=600)
    happen(store, event(id="a" * 32))
    post.broken = {"desk"}
    round_at(store, post, chosen, NOON)
    assert post.sent == [("desk", ["a"]), ("phone", ["a"])]
    pauses = []
    (waiting,) = store.alerts.find(AlertQuery(channels=("desk",)))
    while waiting.state is AlertState.PENDING:
        assert waiting.error == "refused: the server answered 500"
        assert round_at(store, post, chosen, waiting.due - timedelta(seconds=1)) == []
        last = waiting.due
        (waiting,) = round_at(store, post, chosen, last)
        pauses.append((waiting.due - last).total_seconds())
    assert pauses == [1200, 2400, 4800, 9600, 19200, 21600, 21600]
    assert [name for name, _ in post.sent].count("phone") == 1
    assert [name for name, _ in post.sent].count("desk") == chosen.attempts


def test_after_its_last_attempt_an_alert_is_a_dead_letter(store: Store, post: Post) -> None:
    chosen = policy(channels=[DESK], attempts=2, base_s=60)
    happen(store, event(id="a" * 32))
    post.broken = {"desk"}
    round_at(store, post, chosen, NOON)
    assert list(store.dead_letters(DeadLetterQuery())) == []
    (given_up,) = round_at(store, post, chosen, hours(1))
    assert given_up.state is AlertState.GIVEN_UP
    (letter,) = store.dead_letters(DeadLetterQuery())
    assert (letter.stage, letter.reason, letter.feed_id, letter.attempts) == (Stage.ALERT, "refused", "desk", 2)
    assert letter.message == f"the server answered 500; `blockwire alerts resend {given_up.id[:8]}` tries again"
    assert round_at(store, post, chosen, hours(100)) == []


def test_a_channel_that_fails_is_left_alone_for_the_round(store: Store, post: Post) -> None:
    """Whatever hangs costs its time limit once; what waited behind it comes first in the next round."""
    chosen = policy(channels=[DESK], base_s=3600)
    happen(store, *(event(id=name * 32) for name in "abc"))
    post.broken = {"desk"}
    (failed,) = round_at(store, post, chosen, NOON)
    assert len(post.sent) == 1
    post.broken = set()
    after = round_at(store, post, chosen, hours(0.5))
    assert len(after) == 2 and failed.id not in {one.id for one in after}
    assert [one.id for one in round_at(store, post, chosen, hours(1))] == [failed.id]


def test_a_digest_goes_out_at_its_time_as_one(store: Store, post: Post) -> None:
    chosen = policy(AlertRule(id="r", when="daily", severity=INFO), channels=[DESK])
    happen(store, event(id="a" * 32), event(id="b" * 32))
    assert round_at(store, post, chosen, NOON) == []
    happen(store, event(id="c" * 32))
    assert round_at(store, post, chosen, hours(19.9)) == []
    assert len(round_at(store, post, chosen, hours(20))) == 3
    assert post.sent == [("desk", ["a", "b", "c"])]


def test_a_failed_digest_stays_together(store: Store, post: Post) -> None:
    chosen = policy(AlertRule(id="r", when="hourly"), channels=[DESK], base_s=60)
    happen(store, event(id="a" * 32), event(id="b" * 32))
    post.broken = {"desk"}
    round_at(store, post, chosen, NOON)
    round_at(store, post, chosen, hours(1))
    post.broken = set()
    round_at(store, post, chosen, hours(2))
    assert post.sent == [("desk", ["a", "b"])] * 2


def test_what_waits_for_a_digest_goes_at_once_when_it_gets_urgent(store: Store, post: Post) -> None:
    rules = (AlertRule(id="digest", severity=WATCH, when="daily"), AlertRule(id="urgent", severity=CRITICAL))
    chosen = policy(*rules, channels=[DESK])
    happen(store, event(development(0, severity=WATCH), id="a" * 32))
    assert round_at(store, post, chosen, NOON) == []
    happen(store, event(development(0, severity=WATCH), development(1, SEVERITY, severity=CRITICAL), id="a" * 32))
    (sent,) = round_at(store, post, chosen, hours(1))
    assert (sent.severity, sent.rule, sent.digest) == (CRITICAL, "urgent", None)
    assert round_at(store, post, chosen, hours(48)) == []


def test_a_pause_after_a_failure_is_not_cut_short_by_the_next_decision(store: Store, post: Post) -> None:
    chosen = policy(channels=[DESK], base_s=36_000)
    happen(store, event(id="a" * 32))
    post.broken = {"desk"}
    round_at(store, post, chosen, NOON)
    happen(store, event(development(0), development(0.5, SEVERITY, severity=CRITICAL), id="a" * 32))
    assert round_at(store, post, chosen, hours(0.5)) == []


def test_what_turns_out_false_before_it_is_sent_is_taken_back(store: Store, post: Post) -> None:
    chosen = policy(AlertRule(id="r", when="daily"), channels=[DESK])
    happen(store, event(id="a" * 32), event(id="b" * 32))
    round_at(store, post, chosen, NOON)
    happen(store, event(id="a" * 32, verdict=Verdict.FALSE_POSITIVE, revision=2))
    round_at(store, post, chosen, hours(24))
    assert post.sent == [("desk", ["b"])]
    assert all_of(store)["a"].state is AlertState.WITHDRAWN


def test_a_channel_that_is_new_hears_of_new_things_only(store: Store, post: Post) -> None:
    happen(store, event(development(-72), id="a" * 32))
    assert round_at(store, post, policy(channels=[DESK]), NOON) == []
    happen(store, event(development(1), id="b" * 32))
    round_at(store, post, policy(channels=[DESK]), hours(1))
    both = policy(channels=[DESK, PHONE])
    assert round_at(store, post, both, hours(30)) == []
    happen(store, event(development(1), development(30, STATUS, IN_FORCE), id="b" * 32))
    round_at(store, post, both, hours(30))
    assert post.sent == [("desk", ["b"]), ("desk", ["b"]), ("phone", ["b"])]
    assert alert_id(event="b" * 32, status=ORDERED, channel="phone") not in {
        one.id for one in store.alerts.find(AlertQuery())
    }


def test_a_channel_that_is_new_hears_of_the_last_day_once(store: Store, post: Post) -> None:
    happen(store, event(development(0), id="a" * 32), event(development(-25), id="b" * 32))
    round_at(store, post, policy(channels=[DESK]), hours(0))
    post.sent.clear()
    both = policy(channels=[DESK, PHONE])
    round_at(store, post, both, hours(1))
    assert post.sent == [("phone", ["a"])]
    assert round_at(store, post, both, hours(2)) == []
    happen(store, event(development(0), id="a" * 32, verdict=Verdict.FALSE_POSITIVE, revision=2))
    assert round_at(store, post, policy(channels=[DESK, DESK.model_copy(update={"id": "third"})]), hours(3)) == []


def test_a_channel_that_a_wrong_clock_saw_first_hears_of_what_is_new(store: Store, post: Post) -> None:
    store.alerts.channel_since("desk", hours(24 * 365))
    happen(store, event(development(0), id="a" * 32))
    round_at(store, post, policy(channels=[DESK]), hours(1))
    assert post.sent == [("desk", ["a"])]


def test_events_count_as_decided_without_channels_too(store: Store) -> None:
    happen(store, event())
    assert send_alerts(store, AlertPolicy(), NOON).decided == 1
    assert list(store.events.undecided()) == []


def test_a_round_says_what_it_did(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_URL", raising=False)
    log = Channel(id="log", kind="jsonl", path=tmp_path / "a.jsonl")
    happen(store, event(id="a" * 32), event(id="b" * 32))
    tally = send_alerts(store, policy(channels=[DESK, log]), NOON)
    assert (tally.decided, tally.sent, tally.failed, tally.given_up) == (2, 2, 1, 0)
    errors = {one.error for one in store.alerts.find(AlertQuery(channels=("desk",)))}
    assert errors == {None, "no_address: the environment variable DESK_URL is not set: put the channel's address there"}
