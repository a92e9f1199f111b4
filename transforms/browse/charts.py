"""The geometry of charts, in the units of an SVG's view box. How they look is the style sheet's business."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_EPOCH: Final = date(1970, 1, 1)
_FEWEST_DAYS: Final = 14
"""A shorter time is drawn with the empty days before it: three columns as wide as the page say nothing."""
_MOST_DAYS: Final = 62
_MOST_WEEKS: Final = 62
_GAP: Final = 0.2
"""The share of a step that stays empty between two columns."""
MOST_BARS: Final = 400


@dataclass(frozen=True)
class Column:
    """One step of time."""

    since: date
    until: date
    count: int
    x: float
    y: float
    width: float
    height: float

    @property
    def label(self) -> str:
        """``2026-11-22``, or the days from and to."""
        return f"{self.since}" if self.since == self.until else f"{self.since} to {self.until}"


@dataclass(frozen=True)
class Timeline:
    """Columns over days, weeks or months."""

    step: str
    """``day``, ``week``, ``month`` or ``year``."""
    columns: Sequence[Column]
    width: float
    height: float
    highest: int

    @property
    def total(self) -> int:
        """All of it."""
        return sum(column.count for column in self.columns)

    @property
    def summary(self) -> str:
        """What the picture shows, in a sentence."""
        if not self.columns:
            return "Nothing to draw."
        peak = max(self.columns, key=lambda column: column.count)
        return (
            f"{self.total:,} from {self.columns[0].since} to {self.columns[-1].until}, by {self.step};"
            f" most, {peak.count:,}, on {peak.label}."
        )


def timeline(days: Sequence[tuple[int, int]], *, width: float = 600, height: float = 60) -> Timeline:
    """Columns from the first day to the last, those without anything too.

    Args:
        days: days since 1970 and how many of something, in order.
        width: of the picture.
        height: of its highest column.
    """
    if not days:
        return Timeline("day", (), width, height, 0)
    first, last = (_EPOCH + timedelta(days=day) for day in (days[0][0], days[-1][0]))
    step, starts = _steps(min(first, last - timedelta(days=_FEWEST_DAYS - 1)), last)
    counts = [0] * len(starts)
    place = 0
    for day, count in days:
        at = _EPOCH + timedelta(days=day)
        while place + 1 < len(starts) and starts[place + 1] <= at:
            place += 1
        counts[place] += count
    ends = [start - timedelta(days=1) for start in starts[1:]] + [_last_day(step, starts[-1])]
    highest = max(counts)
    wide = width / len(starts)
    columns = [
        Column(
            since,
            until,
            count,
            round(number * wide, 2),
            round(height - _tall(count, highest, height), 2),
            round(wide * (1 - _GAP), 2),
            _tall(count, highest, height),
        )
        for number, (since, until, count) in enumerate(zip(starts, ends, counts, strict=True))
    ]
    return Timeline(step, columns, width, height, highest)


def _tall(count: int, highest: int, height: float) -> float:
    return max(round(count / highest * height, 2), 1.0) if count else 0.0


def _steps(first: date, last: date) -> tuple[str, list[date]]:
    span = (last - first).days + 1
    if span <= _MOST_DAYS:
        return "day", [first + timedelta(days=day) for day in range(span)]
    if span <= _MOST_WEEKS * 7:
        monday = first - timedelta(days=first.weekday())
        return "week", [monday + timedelta(weeks=week) for week in range((last - monday).days // 7 + 1)]
    months = [
        date(month // 12, month % 12 + 1, 1)
        for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]
    if len(months) <= MOST_BARS:
        return "month", months
    return "year", [date(year, 1, 1) for year in range(first.year, last.year + 1)]


def _last_day(step: str, start: date) -> date:
    match step:
        case "day":
            return start
        case "week":
            return start + timedelta(days=6)
        case "month":
            return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        case _:
            return start.replace(month=12, day=31)


@dataclass(frozen=True)
class Bar:
    """One value of a bar chart."""

    value: str
    count: int
    length: float
    """From 0 to 100."""


def bars(counts: Sequence[tuple[str, int]], most: int = 30) -> list[Bar]:
    """The longest bars, the longest first."""
    highest = max((count for _, count in counts), default=1)
    return [Bar(value, count, round(max(count / highest * 100, 0.5), 2)) for value, count in counts[:most]]
