"""What a regrouping looks at: the reports that may depend on the changed ones, and the events that they may belong to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from blockwire.schemas import BlockEvent, Report, ReportRole
from blockwire.transforms.events.affinity import WINDOW
from blockwire.transforms.events.episodes import Episode, Telling
from blockwire.transforms.stores.event_contract import EventStore

END = datetime(9999, 1, 1, tzinfo=UTC)
"""After every report."""
_Claims = frozenset[tuple[str, int]]
"""Of an event: article id, and which of its claims."""


@dataclass(frozen=True)
class Scene:
    """A stretch of time, in the countries that the changed reports touch."""

    since: datetime
    """When the earliest changed report was published: what became of earlier ones stays."""
    until: datetime
    """What was published later stays where it is, if all is settled by then."""
    later: Sequence[Report]
    """All in between that may depend on the changed ones, and these."""
    events: Mapping[str, BlockEvent]
    """By id, those that these reports may belong to, or belonged to."""
    reports: Mapping[str, Report]
    """All reports of the events, and those in between."""

    @classmethod
    def around(cls, store: EventStore, changed: Sequence[Report], until: datetime) -> "Scene":
        """Reads from the store what it needs."""
        # What says nothing any more counts where it said something: its events have to go on without it.
        left = store.of_articles([report.article_id for report in changed])
        told = {one.article_id for event in left for one in event.evidence}
        moving = [report for report in changed if is_moving(report) or report.article_id in told]
        since = min((report.at for report in moving), default=END)
        known = {report.article_id: report for report in moving}
        near, held, events = dict(known), list[Report](), dict[str, BlockEvent]()
        keys: set[str] = set()
        wanted = {key for report in moving for key in report.keys}
        wanted |= {code for event in left for code in (*event.countries, event.jurisdiction)}
        while wanted - keys:
            # A report that names two countries, or an event of two, ties what happens in one to what happens in the other.
            found = store.reports(wanted - keys, since - WINDOW, until)
            keys |= wanted
            near = {report.article_id: report for report in found} | near
            events = {event.id: event for event in store.of_articles(near.keys())}
            held = store.reports_of(
                {one.article_id for event in events.values() for one in event.evidence} - near.keys()
            )
            wanted = {key for report in (*found, *held) if since <= report.at <= until for key in report.keys}
        later = [report for report in near.values() if report.at >= since]
        reports = {report.article_id: report for report in held} | near
        return cls(since, until, later, events, reports)

    def before(self) -> list[Episode]:
        """The events as they were before the changed reports: with what was published until then."""
        episodes = []
        for event in self.events.values():
            earlier = [one for one in self._tellings(event) if one.report.at < self.since]
            if earlier:
                episode = Episode(event.id)
                for telling in earlier:
                    episode.add(telling)
                episodes.append(episode)
        return episodes

    def is_settled(self, episodes: Iterable[Episode]) -> bool:
        """Whether grouping came, at the end of the stretch, to the events that are kept: then what follows is as it is.

        It depends on those alone that are still open there: on what was reported on a while ago nothing can be added.
        """
        open_since = self.until - WINDOW
        kept, kept_open = set[_Claims](), set[_Claims]()
        for event in self.events.values():
            tellings = self._tellings(event)
            claims = _claims(one for one in tellings if one.report.at <= self.until)
            kept.add(claims)
            if tellings and tellings[-1].report.at > open_since:
                kept_open.add(claims)
        made = {_claims(episode.tellings) for episode in episodes}
        made_open = {_claims(episode.tellings) for episode in episodes if episode.tellings[-1].report.at > open_since}
        return kept_open <= made and made_open <= kept

    def complete(self, episodes: Iterable[Episode]) -> None:
        """Adds to the episodes of known events what was published after the stretch."""
        for episode in episodes:
            event = self.event(episode.id)
            for telling in self._tellings(event) if event else ():
                if telling.report.at > self.until:
                    episode.add(telling)

    def touched(self, episodes: Iterable[Episode], changed: Sequence[Report]) -> list[Episode]:
        """The episodes that have other reports than before, or changed ones."""
        anew = {report.article_id for report in changed}
        found = []
        for episode in episodes:
            event = self.event(episode.id)
            kept = {(one.article_id, one.claim) for one in event.evidence} if event else set()
            if _claims(episode.tellings) != kept or not anew.isdisjoint(episode.articles):
                found.append(episode)
        return found

    def event(self, event_id: str | None) -> BlockEvent | None:
        """The event of an id, as it is kept."""
        return self.events.get(event_id) if event_id else None

    def _tellings(self, event: BlockEvent) -> list[Telling]:
        """What an event's articles tell, in the order of publication."""
        # Evidence whose report is gone, by hand or by an old crash, is left out.
        tellings = [
            Telling(self.reports[one.article_id], one.claim)
            for one in event.evidence
            if one.article_id in self.reports and one.claim < len(self.reports[one.article_id].claims)
        ]
        return sorted(tellings, key=lambda one: (one.report.at, one.report.article_id))


def is_moving(report: Report) -> bool:
    """Whether a report may change an event. What tells of years past belongs nowhere, however old it is."""
    return report.role is not ReportRole.BACKGROUND and bool(report.claims)


def _claims(tellings: Iterable[Telling]) -> _Claims:
    return frozenset((one.report.article_id, one.number) for one in tellings)
