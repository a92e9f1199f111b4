"""When an alert goes out: at once, after quiet hours, or with a digest."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from blockwire.schemas import Severity
from blockwire.schemas.alerting import AlertRule


@dataclass(frozen=True)
class Slot:
    """A time for an alert."""

    due: datetime
    """In UTC."""
    gathered: bool
    """Whether it shares a message with the other alerts of this time."""


def slot(rule: AlertRule, severity: Severity, now: datetime) -> Slot:
    """When an alert of this severity goes out by the rule, if it fires now."""
    local = now.astimezone(ZoneInfo(rule.time_zone))
    due = _next_turn(rule, local)
    quiet = rule.quiet_hours
    if quiet is not None and not (severity is Severity.CRITICAL and rule.critical_breaks_quiet):
        due = _after_quiet_hours(due, *quiet)
    # The zone's clock can stand still or jump; the time in UTC is the one that counts.
    return Slot(due.astimezone(UTC), gathered=due != local)


def _next_turn(rule: AlertRule, local: datetime) -> datetime:
    if rule.when == "hourly":
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if rule.when == "daily":
        return _next(time.fromisoformat(rule.daily_at), local)
    return local


def _next(clock: time, after: datetime) -> datetime:
    """The next time that the clock shows this."""
    today = after.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return today if today > after else today + timedelta(days=1)


def _after_quiet_hours(due: datetime, begin: time, end: time) -> datetime:
    clock = due.time()
    is_quiet = begin <= clock < end if begin <= end else clock >= begin or clock < end
    return _next(end, due) if is_quiet else due
