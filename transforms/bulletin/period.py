"""A stretch of time, and the days in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

_DAYS_SHOWN: Final = 31
"""A longer period is shown by weeks."""


@dataclass(frozen=True)
class Period:
    """From ``since`` until ``until``, both included, both aware of their zone."""

    since: datetime
    until: datetime

    def covers(self, at: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.since <= at <= self.until

    @property
    def unit(self) -> str:
        """What it is shown by: ``day`` or ``week``."""
        return "day" if self.until - self.since <= timedelta(days=_DAYS_SHOWN) else "week"

    def unit_of(self, at: datetime) -> date:
        """The day (UTC) of a moment, or the Monday of its week."""
        day = at.astimezone(UTC).date()
        return day if self.unit == "day" else day - timedelta(days=day.weekday())

    def units(self) -> Iterator[date]:
        """Every day, or week, that it touches, in order."""
        step = timedelta(days=1 if self.unit == "day" else 7)
        day, last = self.unit_of(self.since), self.unit_of(self.until)
        while day <= last:
            yield day
            day += step
