"""From reports to episodes: one after the other in the order of publication, each to the episode that it fits best.

What becomes of a report depends only on those published before it. So the result is the same in whatever order and in whatever rounds
reports arrive, when everything from the earliest new one on is grouped again; what was published before it stays as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from blockwire.schemas import Measure, Report, ReportRole
from blockwire.transforms.events.affinity import ENOUGH, OVER, affinity, may_follow_up
from blockwire.transforms.events.corrections import Pins
from blockwire.transforms.events.episodes import Episode, Telling
from blockwire.transforms.events.measures import restriction


@dataclass
class Grouping:
    """Episodes, and who is in which. Give it reports in order."""

    episodes: list[Episode] = field(default_factory=list)
    pins: Pins = field(default_factory=dict)
    """What people put where."""
    _by_country: dict[str, list[Episode]] = field(default_factory=dict)
    _of_article: dict[str, list[tuple[Episode, int]]] = field(default_factory=dict)
    _by_id: dict[str, Episode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for episode in self.episodes:
            self._register(episode)
            for telling in episode.tellings:
                self._remember(episode, telling)

    def take(self, report: Report) -> None:
        """Adds a report, published after those before, to the episodes that it tells of."""
        if report.role is ReportRole.BACKGROUND:
            return
        tellings = [Telling(report, number) for number in range(len(report.claims))]
        pinned = self.pins.get(report.article_id, {})
        copied = self._of_article.get(report.duplicate_of or "")
        for number, event_id in pinned.items() if tellings else ():
            self._pin(tellings, number, event_id)
        if not pinned and copied is not None and tellings:
            self._copy(report, copied)
            return
        for telling in tellings:
            self._place(telling)

    def _pin(self, tellings: list[Telling], number: int | None, event_id: str) -> None:
        """Takes a claim of an article for an event: the one of the number, or else the one that is about it most."""
        episode = self._by_id.get(event_id)

        def fit(telling: Telling) -> tuple[bool, float]:
            return telling.number == number, affinity(telling.report, telling.claim, episode) if episode else 0.0

        if tellings:
            chosen = max(tellings, key=fit)
            tellings.remove(chosen)
            self._add(episode or self._found(chosen, event_id), chosen)

    def _place(self, telling: Telling) -> None:
        ranked = self._ranked(telling)
        if ranked:
            self._add(ranked[0], telling)
        elif self._may_found(telling):
            self._add(self._found(telling, None), telling)

    def _may_found(self, telling: Telling) -> bool:
        """Whether a claim that is about no episode makes one: no reprint does, nor what follows up something that it does not name."""
        report, claim = telling.report, telling.claim
        if report.role is not ReportRole.NEWS or report.duplicate_of is not None or claim.aside:
            return False
        return not any(
            may_follow_up(report, claim, episode) for episode in self._by_country.get(claim.jurisdiction, ())
        )

    def _ranked(self, telling: Telling) -> list[Episode]:
        """The episodes that a claim may be about, best first."""
        report, claim = telling.report, telling.claim
        scored = [
            (value - (OVER if episode.closed else 0.0), episode.last, episode)
            for episode in self._by_country.get(claim.jurisdiction, ())
            if report.article_id not in episode.articles
            if (value := affinity(report, claim, episode)) >= ENOUGH and episode.last is not None
        ]
        scored.sort(key=lambda one: (-one[0], -one[1].timestamp(), one[2].founder.report.article_id))
        if (
            not claim.targets
            and len(scored) > 1
            and scored[0][0] - scored[1][0] < _CLEAR
            and not _is_lasting(claim.measures)
        ):
            # A report that names no target goes to no episode rather than to the wrong one.
            return []
        return [episode for _, _, episode in scored]

    def _copy(self, report: Report, originals: Sequence[tuple[Episode, int]]) -> None:
        """A reprint tells of what its original tells of."""
        for episode, number in list(originals):
            self._add(episode, Telling(report, min(number, len(report.claims) - 1)))

    def _found(self, telling: Telling, event_id: str | None) -> Episode:
        episode = Episode(event_id)
        self.episodes.append(episode)
        self._register(episode, telling.claim.jurisdiction)
        return episode

    def _add(self, episode: Episode, telling: Telling) -> None:
        if telling.report.article_id not in episode.articles:
            episode.add(telling)
            self._remember(episode, telling)

    def _register(self, episode: Episode, jurisdiction: str | None = None) -> None:
        self._by_country.setdefault(jurisdiction or episode.jurisdiction, []).append(episode)
        if episode.id is not None:
            self._by_id[episode.id] = episode

    def _remember(self, episode: Episode, telling: Telling) -> None:
        self._of_article.setdefault(telling.report.article_id, []).append((episode, telling.number))


_CLEAR = 0.05
"""By so much the best episode has to be better than the next, for a report that names no target."""


def _is_lasting(measures: Sequence[Measure]) -> bool:
    return restriction(measures) is Measure.LEGAL_REGULATION


def group(reports: Iterable[Report], before: Sequence[Episode] = (), pins: Pins | None = None) -> list[Episode]:
    """Adds reports to the episodes that were there before the first of them was published.

    Args:
        reports: in any order.
        before: what earlier reports told, without anything of these.
        pins: what people put where.
    """
    grouping = Grouping(list(before), pins or {})
    for report in sorted(reports, key=lambda one: (one.at, one.article_id)):
        grouping.take(report)
    return grouping.episodes
