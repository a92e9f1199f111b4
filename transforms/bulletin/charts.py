"""Bars of new events, in hundredths of the longest: a template draws them."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from blockwire.schemas import Severity
from blockwire.transforms.alerts.wording import country_name
from blockwire.transforms.bulletin.gathering import Bulletin, Entry
from blockwire.transforms.events.severity import LEVELS

K = TypeVar("K", bound=Hashable)

_COUNTRIES: Final = 20
"""More are in the table below the chart."""


@dataclass(frozen=True)
class Piece:
    """A part of a bar."""

    severity: Severity
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """A row of a chart."""

    label: str
    counts: tuple[int, ...]
    """By severity, the severest first."""
    pieces: tuple[Piece, ...]
    """Of the severities that there are."""

    @property
    def total(self) -> int:
        """All severities together."""
        return sum(self.counts)


@dataclass(frozen=True)
class Chart:
    """A table with a bar in each row."""

    title: str
    unit: str
    """What a row stands for."""
    bars: tuple[Bar, ...]


def by_country(bulletin: Bulletin) -> tuple[Bar, ...]:
    """New events of each country, the one with most first. One that affects several countries counts in each."""
    pairs = [(code, entry) for entry in bulletin.new for code in entry.event.countries or (entry.event.jurisdiction,)]
    totals = Counter(code for code, _ in pairs)
    codes = sorted(totals, key=lambda code: (-totals[code], country_name(code)))
    return _bars([(code, country_name(code)) for code in codes], pairs)


def charts_of(bulletin: Bulletin) -> tuple[Chart, ...]:
    """New events by day or week, and by country."""
    period = bulletin.period
    units = [(unit, f"{unit:%a %d %b}" if period.unit == "day" else f"week of {unit:%d %b}") for unit in period.units()]
    in_time = _bars(
        units, [(period.unit_of(entry.opened.at), entry) for entry in bulletin.new if entry.opened is not None]
    )
    return (
        Chart(f"New events by {period.unit}", period.unit, in_time),
        Chart("New events by country", "country", by_country(bulletin)[:_COUNTRIES]),
    )


def _bars(rows: Sequence[tuple[K, str]], entries: Iterable[tuple[K, Entry]]) -> tuple[Bar, ...]:
    counted = Counter((key, entry.event.severity) for key, entry in entries)
    counts = {key: tuple(counted[key, severity] for severity in reversed(LEVELS)) for key, _ in rows}
    unit = 100 / max([sum(some) for some in counts.values()] + [1])
    return tuple(Bar(label, counts[key], _pieces(counts[key], unit)) for key, label in rows)


def _pieces(counts: Sequence[int], unit: float) -> tuple[Piece, ...]:
    pieces = []
    x = 0.0
    for severity, count in zip(reversed(LEVELS), counts, strict=True):
        if count:
            pieces.append(Piece(severity, count, round(x, 2), round(count * unit, 2)))
            x += count * unit
    return tuple(pieces)
