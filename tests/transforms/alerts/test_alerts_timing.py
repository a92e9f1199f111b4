"""Quiet hours and digests, by a clock that is handed in."""

from datetime import UTC, datetime, timedelta

import pytest
from alerts_samples import ALERT, CRITICAL, DESK, LIFTED, NOON, STATUS, development, event, hours, policy
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from blockwire.schemas.alerting import AlertRule
from blockwire.transforms.alerts.decisions import decide
from blockwire.transforms.alerts.timing import slot

NIGHT = AlertRule(id="r", quiet="22:00-07:00", time_zone="Europe/Kyiv")
"""Kyiv is two hours ahead of UTC in winter, three in summer."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2027-03-02 19:59", "2027-03-02 19:59"),
        ("2027-03-02 20:00", "2027-03-03 05:00"),
        ("2027-03-03 04:59:59", "2027-03-03 05:00"),
        ("2027-03-03 05:00", "2027-03-03 05:00"),
        ("2027-03-27 23:00", "2027-03-28 04:00"),  # the clocks went forward in that night
        ("2027-10-30 22:00", "2027-10-31 05:00"),  # and back
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(now: str, due: str) -> None:
    turn = slot(NIGHT, ALERT, at(now))
    assert turn.due == at(due)
    assert turn.gathered == (now != due)


def test_quiet_hours_within_a_day() -> None:
    rule = AlertRule(id="r", quiet="12:00-14:00")
    assert slot(rule, ALERT, NOON).due == hours(2)
    assert slot(rule, ALERT, hours(2)).due == hours(2)


def test_critical_breaks_quiet_hours_unless_told_not_to() -> None:
    midnight = at("2027-03-02 22:00")
    assert slot(NIGHT, CRITICAL, midnight).due == midnight
    firm = NIGHT.model_copy(update={"critical_breaks_quiet": False})
    assert slot(firm, CRITICAL, midnight).due == at("2027-03-03 05:00")


@pytest.mark.parametrize(
    ("chosen", "due"),
    [
        ({"when": "hourly"}, "2027-03-02 13:00"),
        ({"when": "daily"}, "2027-03-03 08:00"),
        ({"when": "daily", "daily_at": "18:30"}, "2027-03-02 18:30"),
        ({"when": "daily", "daily_at": "18:30", "time_zone": "Asia/Kathmandu"}, "2027-03-02 12:45"),
        ({"when": "hourly", "time_zone": "Asia/Kathmandu"}, "2027-03-02 12:15"),
        ({"when": "hourly", "quiet": "12:30-18:00"}, "2027-03-02 18:00"),
    ],
)
def test_digests_go_out_at_their_hour(chosen: dict[str, object], due: str) -> None:
    turn = slot(AlertRule.model_validate({"id": "r", **chosen}), CRITICAL if "quiet" not in chosen else ALERT, NOON)
    assert (turn.due, turn.gathered) == (at(due), True)


def test_what_goes_out_together_shares_a_digest() -> None:
    daily = policy(AlertRule(id="r", when="daily"))
    first, second = decide(event(development(0), development(1, STATUS, LIFTED)), daily, hours(1))
    assert first.digest == second.digest is not None
    assert first.id != second.id
    (other,) = decide(event(id="0" * 32), daily, hours(2))
    assert other.digest == first.digest
    (tomorrow,) = decide(event(id="0" * 32), daily, hours(25))
    assert tomorrow.digest != first.digest
    assert decide(event(), daily.model_copy(update={"channels": (DESK.model_copy(update={"id": "b"}),)}), NOON)[
        0
    ].digest not in {first.digest, None}


clocks = st.times().map(lambda time: f"{time:%H:%M}")


@given(
    begin=clocks,
    end=clocks,
    when=st.sampled_from(["at_once", "hourly", "daily"]),
    zone=st.sampled_from(["UTC", "Europe/Kyiv", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Asia/Tehran"]),
    now=st.integers(1_577_836_800, 2_208_988_800).map(lambda second: datetime.fromtimestamp(second, UTC)),
)
def test_no_alert_is_early_or_waits_more_than_two_days(
    begin: str, end: str, when: str, zone: str, now: datetime
) -> None:
    rule = AlertRule.model_validate({"id": "r", "quiet": f"{begin}-{end}", "when": when, "time_zone": zone})
    turn = slot(rule, ALERT, now)
    assert now <= turn.due <= now + timedelta(hours=49)
    assert turn.due.tzinfo is UTC


@pytest.mark.parametrize(
    "wrong", [{"quiet": "22:00"}, {"quiet": "25:00-07:00"}, {"time_zone": "Mars/Olympus"}, {"daily_at": "8"}]
)
def test_what_is_no_time_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AlertRule.model_validate({"id": "r", **wrong})
