"""What every store must do with alerts, tried on each of them for real."""

from pathlib import Path
from typing import Any

from alerts_samples import CRITICAL, IN_FORCE, NOON, ORDERED, STATUS, alert, development, event, evidence, hours, policy

from blockwire.schemas import Alert, AlertState
from blockwire.schemas.alerting import Channel
from blockwire.transforms.alerts.outbox import AlertTally, send_alerts
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.event_contract import Regrouping

PHONE = Channel(id="phone", url_env="PHONE_URL")


def other(name: str, **fields: Any) -> Alert:
    """The alert of another event."""
    return alert(event(id=name * 32), **fields)


def test_alerts_come_back_exactly(store: Store) -> None:
    whole = event(
        development(0),
        development(1, STATUS, IN_FORCE, CRITICAL),
        regions=("Запоріжжя",),
        start=NOON,
        evidence=(evidence(quote="«Звонки»\u0000"), evidence("bare", language=None, published=None, quote="")),
        links=(),
    )
    written = [
        alert(whole, sent=hours(1), state=AlertState.SENT, attempts=2, error="timed out", digest="a" * 32),
        other("b"),
    ]
    store.alerts.add(written)
    assert store.alerts.get([written[0].id, written[1].id, "0" * 32]) == {one.id: one for one in written}
    assert store.alerts.get([]) == {}


def test_what_is_there_stays_until_it_is_put(store: Store) -> None:
    first = alert()
    store.alerts.add([first])
    second = first.model_copy(update={"state": AlertState.SENT, "attempts": 1})
    store.alerts.add([second, other("b")])
    assert store.alerts.get([first.id])[first.id] == first
    assert len(list(store.alerts.find(AlertQuery()))) == 2
    store.alerts.put([second])
    assert store.alerts.get([first.id])[first.id] == second
    assert len(list(store.alerts.find(AlertQuery()))) == 2


def test_alerts_are_found_by_what_they_are(store: Store) -> None:
    early = other("a", created=hours(-2), due=hours(-1))
    late = other("b", created=hours(-1), due=hours(2))
    sent = other("c", created=hours(0), state=AlertState.SENT, due=hours(-3))
    phone = other("d", channel=PHONE)
    store.alerts.add([early, late, sent, phone.model_copy(update={"created": hours(1)})])

    def found(**query: Any) -> list[str]:
        return [one.event_id[0] for one in store.alerts.find(AlertQuery(**query))]

    assert found() == ["d", "c", "b", "a"]
    assert found(limit=1) == ["d"]
    assert found(channels=("desk",)) == ["c", "b", "a"]
    assert found(events=("a" * 32, "b" * 32)) == ["b", "a"]
    assert found(states=(AlertState.PENDING,), due_by=hours(-1)) == ["a"]
    assert found(states=(AlertState.PENDING,), due_by=hours(2), channels=("desk",)) == ["b", "a"]
    assert found(since=hours(0)) == ["d", "c"]
    assert found(begins=early.id[:12]) == ["a"]
    assert found(begins="x") == []


def test_a_channel_is_known_since_it_was_first_asked_for(store: Store) -> None:
    assert store.alerts.channel_since("desk", NOON) == NOON
    assert store.alerts.channel_since("desk", hours(5)) == NOON
    assert store.alerts.channel_since("phone", hours(5)) == hours(5)


def test_a_round_goes_from_events_to_history(store: Store, tmp_path: Path) -> None:
    log = Channel.model_validate({"id": "log", "kind": "jsonl", "path": tmp_path / "a.jsonl"})
    store.events.regroup(Regrouping(events=[event(id=name * 32) for name in "abc"]))
    assert send_alerts(store, policy(channels=[log]), NOON) == AlertTally(decided=3, sent=3)
    assert send_alerts(store, policy(channels=[log]), hours(1)) == AlertTally()
    told = event(development(0), development(2, STATUS, IN_FORCE), id="a" * 32)
    store.events.regroup(Regrouping(events=[told]))
    assert send_alerts(store, policy(channels=[log]), hours(2)) == AlertTally(decided=1, sent=1)
    assert [one.status for one in store.alerts.find(AlertQuery(events=(told.id,)))] == [IN_FORCE, ORDERED]
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 4
