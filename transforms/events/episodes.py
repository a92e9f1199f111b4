"""An episode in the making: the reports of one restriction so far, and what they say together."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from blockwire.schemas import Claim, Feature, Measure, Report, ReportRole, Scope, Status
from blockwire.schemas.rules import FramingKind
from blockwire.transforms.events.measures import restriction

SURE: Final = 0.75
"""What the classifier is less sure of moves no event."""
WIDE: Final = frozenset({Scope.NATIONAL, Scope.TRANSNATIONAL})
NARROW: Final = frozenset({Scope.REGIONAL, Scope.LOCAL})


@dataclass(frozen=True)
class Telling:
    """One claim of one report."""

    report: Report
    number: int
    """Which of its claims."""

    @property
    def claim(self) -> Claim:
        """The claim."""
        return self.report.claims[self.number]

    @property
    def moves(self) -> bool:
        """Whether it can say how far an event has come: reprints, roundups, what is told besides and what is unsure cannot."""
        report = self.report
        return (
            report.role is ReportRole.NEWS
            and report.duplicate_of is None
            and not self.claim.aside
            and report.score >= SURE
        )

    def status(self, *, wide: bool) -> Status | None:
        """What it says of how far an event has come. What is over in a part of the country is over in part.

        Args:
            wide: whether all of the country was told of.
        """
        partly = wide and self.claim.status is Status.LIFTED and self.claim.scope in NARROW
        return Status.PARTLY_LIFTED if partly else self.claim.status


def retells(report: Report, closed: datetime) -> bool:
    """Whether a report tells of what was over by then: it says so, or the days that it names are past."""
    if FramingKind.AGAIN in report.framing:
        return False
    return FramingKind.EXPLAINED in report.framing or (report.day is not None and report.day < closed.date())


@dataclass
class Episode:
    """What reports on one restriction say together. It grows by one telling at a time, in the order of publication."""

    id: str | None
    """Of the event that it is already; None for a new one."""
    tellings: list[Telling] = field(default_factory=list)
    targets: Counter[str] = field(default_factory=Counter)
    measures: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    regions: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    titled: set[str] = field(default_factory=set)
    """Names in titles."""
    circumstances: set[str] = field(default_factory=set)
    """Censors and methods."""
    with_feature: Counter[Feature] = field(default_factory=Counter)
    last: datetime | None = None
    """When the last telling was published."""
    articles: set[str] = field(default_factory=set)
    """The articles that tell of it."""
    wide: bool = False
    """Whether a report says that it is all of the country."""
    closed: datetime | None = None
    """Since when it is lifted, as far as is told. A denial is a word against others, and closes nothing."""

    def add(self, telling: Telling) -> None:
        """Takes in a telling, published after those before."""
        report, claim = telling.report, telling.claim
        self.tellings.append(telling)
        self.articles.add(report.article_id)
        if report.role is ReportRole.ROUNDUP:
            return
        self.targets.update(claim.targets)
        self.measures.update(claim.measures)
        self.countries.update(claim.countries)
        self.regions.update(claim.regions)
        self.names.update(report.names)
        self.titled.update(report.titled)
        self.circumstances.update((*claim.censors, *claim.methods))
        self.with_feature.update(claim.features)
        self.last = report.at
        self.wide = self.wide or claim.scope in WIDE
        if telling.moves and telling.status(wide=self.wide) is Status.LIFTED:
            self.closed = report.at

    @property
    def founder(self) -> Telling:
        """The first telling: it makes the event's id."""
        return self.tellings[0]

    @property
    def jurisdiction(self) -> str:
        """Who orders, by the first telling."""
        return self.founder.claim.jurisdiction

    @property
    def restriction(self) -> Measure:
        """What is done, by the first telling."""
        return restriction(self.founder.claim.measures)
