"""How good grouping and alerts are, on a scenario with answers.

The figures are those of the scenario's reference scorer: extended B-cubed (Bagga and Baldwin 1998; for items in several groups, Amigó et al.
2009) over the relevant articles that have an event, events that came out as exactly one group, and alerts by event and status.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Final

LOUD: Final = ("alert", "critical")
"""Severities of events that have to be alerted."""


@dataclass(frozen=True)
class GoldArticle:
    """What is right about an article."""

    id: str
    at: datetime
    relevant: bool
    categories: frozenset[str]
    events: tuple[str, ...]
    """The first one is the one that its status is about."""
    roundup: bool
    status: str | None
    wire_of: str | None


@dataclass(frozen=True)
class GoldEvent:
    """What is right about an event."""

    id: str
    severity: str
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class Gold:
    """The answers."""

    articles: tuple[GoldArticle, ...]
    events: tuple[GoldEvent, ...]


@dataclass(frozen=True)
class Prediction:
    """What the wire made of an article."""

    relevant: bool = False
    categories: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    status: str | None = None
    independent: bool = False
    """Whether it counts as a source of its own in any event."""


@dataclass(frozen=True)
class PrecisionRecall:
    """Two shares and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Zero where both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_dict(self) -> dict[str, float]:
        """To four places."""
        return {"precision": round(self.precision, 4), "recall": round(self.recall, 4), "f1": round(self.f1, 4)}


@dataclass(frozen=True)
class AlertFigures:
    """How alerts fared."""

    events_alerted: int
    events_wanted: int
    pairs_alerted: int
    pairs_wanted: int
    extra: int
    """Further alerts for an event and status already alerted."""
    false: tuple[str, ...]
    """Articles without an event, or roundups, that fired one."""
    on_quiet: int
    """On events that are less severe: tolerated."""
    missed: Mapping[str, tuple[str, ...]]
    """Events that were never alerted, by severity."""
    median_delay_minutes: float | None
    mean_delay_articles: float | None

    def as_dict(self) -> dict[str, object]:
        """In the words of the reference scorer, and what it does not tell besides."""
        return {
            "event_recall": f"{self.events_alerted}/{self.events_wanted}",
            "status_recall": f"{self.pairs_alerted}/{self.pairs_wanted}",
            "extra": self.extra,
            "false": len(self.false),
            "on_info_or_watch": self.on_quiet,
            "median_delay_minutes": self.median_delay_minutes,
            "mean_delay_articles": self.mean_delay_articles,
            "missed": {level: list(events) for level, events in self.missed.items()},
            "false_articles": list(self.false),
        }


@dataclass(frozen=True)
class EventFigures:
    """All figures of a replay."""

    relevance: PrecisionRecall
    categories: PrecisionRecall
    pairwise: PrecisionRecall
    bcubed: PrecisionRecall
    exactly_one: int
    events: int
    spurious: int
    """Groups of nothing but articles without an event, or roundups."""
    status_right: int
    status_told: int
    wire_copies_counted: tuple[str, ...]
    """Wire copies that count as sources of their own: there must be none."""
    alerts: AlertFigures

    def as_dict(self) -> dict[str, object]:
        """In the words of the reference scorer, and what it does not tell besides."""
        return {
            "relevance": self.relevance.as_dict(),
            "category_micro": self.categories.as_dict(),
            "pairwise": self.pairwise.as_dict(),
            "bcubed": self.bcubed.as_dict(),
            "events_exactly_one": f"{self.exactly_one}/{self.events}",
            "spurious_event_groups": self.spurious,
            "status_accuracy": round(self.status_right / self.status_told, 4) if self.status_told else 0.0,
            "wire_copies_counted": list(self.wire_copies_counted),
            "alerts": self.alerts.as_dict(),
        }


def evaluate(gold: Gold, predictions: Mapping[str, Prediction], alerts: Sequence[str]) -> EventFigures:
    """Compares.

    Args:
        gold: the answers.
        predictions: by article id; an article without one was not found.
        alerts: the articles that fired them, in the order of firing.
    """
    made = {article.id: predictions.get(article.id, Prediction()) for article in gold.articles}
    grouped = [article for article in gold.articles if article.events and not article.roundup]
    truth: dict[str, AbstractSet[Hashable]] = {article.id: frozenset(article.events) for article in grouped}
    groups: dict[str, AbstractSet[Hashable]] = {
        article.id: made[article.id].events or frozenset({("alone", article.id)}) for article in grouped
    }
    real = {group for some in groups.values() for group in some}
    told = [article for article in gold.articles if article.status and made[article.id].relevant]
    return EventFigures(
        relevance=_counts(
            sum(a.relevant and made[a.id].relevant for a in gold.articles),
            sum(made[a.id].relevant for a in gold.articles),
            sum(a.relevant for a in gold.articles),
        ),
        categories=_categories(gold.articles, made),
        pairwise=_pairwise(truth, groups),
        bcubed=_bcubed(truth, groups),
        exactly_one=sum(_is_exact(event.id, truth, groups) for event in gold.events),
        events=len(gold.events),
        spurious=len({group for one in made.values() for group in one.events} - real),
        status_right=sum(made[a.id].status == a.status for a in told),
        status_told=len(told),
        wire_copies_counted=tuple(a.id for a in gold.articles if a.wire_of and made[a.id].independent),
        alerts=_alerts(gold, alerts),
    )


def _counts(right: int, made: int, wanted: int) -> PrecisionRecall:
    return PrecisionRecall(right / made if made else 0.0, right / wanted if wanted else 0.0)


def _categories(articles: Iterable[GoldArticle], made: Mapping[str, Prediction]) -> PrecisionRecall:
    right = given = wanted = 0
    for article in articles:
        one = made[article.id]
        named = one.categories if one.relevant else frozenset()
        right += len(named & article.categories)
        given += len(named)
        wanted += len(article.categories)
    return _counts(right, given, wanted)


Groups = Mapping[str, AbstractSet[Hashable]]


def _bcubed(truth: Groups, groups: Groups) -> PrecisionRecall:
    """For each article the mean, over the articles that share a group with it, of how far they should; and the reverse."""
    precision, recall = [], []
    for one in truth:
        shares = [(len(truth[one] & truth[other]), len(groups[one] & groups[other])) for other in truth]
        precision.append(fmean(min(right, given) / given for right, given in shares if given))
        recall.append(fmean(min(right, given) / right for right, given in shares if right))
    return PrecisionRecall(fmean(precision), fmean(recall)) if truth else PrecisionRecall(0.0, 0.0)


def _pairwise(truth: Groups, groups: Groups) -> PrecisionRecall:
    ids = sorted(truth)
    right = given = wanted = 0
    for place, one in enumerate(ids):
        for other in ids[place + 1 :]:
            together, should = not groups[one].isdisjoint(groups[other]), not truth[one].isdisjoint(truth[other])
            right, given, wanted = right + (together and should), given + together, wanted + should
    return _counts(right, given, wanted)


def _is_exact(event: str, truth: Groups, groups: Groups) -> bool:
    """Whether the articles of an event share a group that holds nothing else, and are in no more groups than events."""
    mine = {article for article in truth if event in truth[article]}
    if not mine:
        return False
    shared = frozenset.intersection(*(frozenset(groups[article]) for article in mine))
    return any({article for article in truth if group in groups[article]} == mine for group in shared) and all(
        len(groups[article]) <= len(truth[article]) for article in mine
    )


def _alerts(gold: Gold, fired: Sequence[str]) -> AlertFigures:
    by_id = {article.id: article for article in gold.articles}
    severity = {event.id: event.severity for event in gold.events}
    order = {a.id: place for place, a in enumerate(sorted(gold.articles, key=lambda a: (a.at, a.id)))}
    first = _first_reports(gold.articles, order)
    told: set[tuple[str, str | None]] = set()
    moved: dict[str, GoldArticle] = {}
    false: list[str] = []
    extra = quiet = 0
    for article in (by_id[one] for one in fired):
        if not article.events or article.roundup:
            false.append(article.id)
            continue
        new = next((event for event in article.events if (event, article.status) not in told), None)
        if new is None:
            extra += 1
            continue
        told.add((new, article.status))
        moved.setdefault(new, article)
        quiet += severity[new] not in LOUD
    wanted = [event for event in gold.events if event.severity in LOUD]
    pairs = {(event.id, status) for event in wanted for status in event.statuses}
    heard = [event.id for event in wanted if event.id in moved]
    minutes = sorted((moved[one].at - by_id[first[one]].at).total_seconds() / 60 for one in heard)
    return AlertFigures(
        events_alerted=len(heard),
        events_wanted=len(wanted),
        pairs_alerted=len(pairs & told),
        pairs_wanted=len(pairs),
        extra=extra,
        false=tuple(false),
        on_quiet=quiet,
        missed={level: tuple(e.id for e in wanted if e.severity == level and e.id not in moved) for level in LOUD},
        median_delay_minutes=minutes[len(minutes) // 2] if minutes else None,
        mean_delay_articles=round(fmean(order[moved[e].id] - order[first[e]] for e in heard), 2) if heard else None,
    )


def _first_reports(articles: Iterable[GoldArticle], order: Mapping[str, int]) -> dict[str, str]:
    first: dict[str, str] = {}
    for article in sorted(articles, key=lambda one: order[one.id]):
        for event in () if article.roundup else article.events:
            first.setdefault(event, article.id)
    return first
