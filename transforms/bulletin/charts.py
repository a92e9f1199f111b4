"""Bars of new events, as numbers that a template draws."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from blockwire.schemas import Severity
from blockwire.transforms.alerts.wording import country_name
from blockwire.transforms.bulletin.gathering import Bulletin, Entry
from blockwire.transforms.events.severity import LEVELS

K = TypeVar("K", bound=Hashable)

LABEL_WIDTH: Final = 170
BARS_WIDTH: Final = 420
ROW_HEIGHT: Final = 24
_COUNTRIES: Final = 20
"""More are in the table below the chart."""


@dataclass(frozen=True)
class Piece:
    """A part of a bar, in the units of the drawing."""

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

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.pieces[-1].x + self.pieces[-1].width if self.pieces else float(LABEL_WIDTH)


@dataclass(frozen=True)
class Chart:
    """Horizontal bars; what they show in words is what a screen reader says."""

    id: str
    title: str
    words: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """Of the drawing."""
        return max(len(self.bars), 1) * ROW_HEIGHT


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
    countries = by_country(bulletin)[:_COUNTRIES]
    return (
        Chart("by-time", f"New events by {period.unit}", _in_words(in_time), in_time),
        Chart("by-country", "New events by country", _in_words(countries), countries),
    )


def _bars(rows: Sequence[tuple[K, str]], entries: Iterable[tuple[K, Entry]]) -> tuple[Bar, ...]:
    counted = Counter((key, entry.event.severity) for key, entry in entries)
    counts = {key: tuple(counted[key, severity] for severity in reversed(LEVELS)) for key, _ in rows}
    unit = BARS_WIDTH / max([sum(some) for some in counts.values()] + [1])
    return tuple(Bar(label, counts[key], _pieces(counts[key], unit)) for key, label in rows)


def _pieces(counts: Sequence[int], unit: float) -> tuple[Piece, ...]:
    pieces = []
    x = float(LABEL_WIDTH)
    for severity, count in zip(reversed(LEVELS), counts, strict=True):
        if count:
            pieces.append(Piece(severity, count, round(x, 1), round(count * unit, 1)))
            x += count * unit
    return tuple(pieces)


def _in_words(bars: Sequence[Bar]) -> str:
    return "; ".join(f"{bar.label}: {bar.total}" for bar in bars if bar.total) or "none"
