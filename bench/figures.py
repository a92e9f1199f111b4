"""What a measurement says, and what it is given."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One number, and the line it has to hold where it has one."""

    name: str
    value: float
    unit: str = ""
    """Empty for a ratio."""
    at_least: float | None = None
    at_most: float | None = None
    goal: float | None = None

    @property
    def line(self) -> str:
        """What it has to hold, in words; empty where nothing was promised."""
        if self.at_least is None and self.at_most is None:
            return ""
        said = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        return f"{said} {self.unit}".strip() + (f" (goal {self.goal:g})" if self.goal is not None else "")

    @property
    def margin(self) -> float | None:
        """How much better than the line: 1 is on it, more is better. None without a line."""
        if self.at_least is not None:
            return self.value / self.at_least
        return None if self.at_most is None else self.at_most / max(self.value, 1e-9)

    @property
    def shown(self) -> str:
        """The value as people read it."""
        digits = 0 if abs(self.value) >= 100 else 2
        return f"{self.value:,.{digits}f} {self.unit}".strip()

    def as_json(self) -> dict[str, Any]:
        """Only what it has."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


@dataclass(frozen=True)
class Setting:
    """What every measurement is given."""

    folder: Path
    """Of its own, empty, removed afterwards."""
    runs: int
    """Medians are reported of so many."""
    articles: int = 2_000
    """Of the parts that fetch and extract."""
    corpus: Path | None = None
    """Pages to serve; None for those of the shared data."""
    elasticsearch: str | None = None
    """A running server; None to get and start one."""
    peers: bool = False
    """Whether other programs are measured too."""
