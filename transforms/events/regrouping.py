"""One round of grouping over what the store knows: what is new is put where it belongs, and nothing else is touched."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from blockwire.schemas import (
    BlockEvent,
    CensorshipItem,
    Correction,
    CorrectionKind,
    Report,
    ReportRole,
    Verdict,
)
from blockwire.schemas.ids import digest
from blockwire.schemas.policies import blockwire_version
from blockwire.schemas.severity import SeverityRules
from blockwire.transforms.events.affinity import WINDOW
from blockwire.transforms.events.building import build, id_of
from blockwire.transforms.events.episodes import Episode, Telling
from blockwire.transforms.events.grouping import group
from blockwire.transforms.events.reading import ReportReader, unread
from blockwire.transforms.near_duplicates import bands, originals
from blockwire.transforms.stores.event_contract import EventStore, Regrouping

_LOG = logging.getLogger(__name__)
AT_ONCE = 500
"""Items in one grouping: they are in memory together, with what they may belong to."""
_END = datetime(9999, 1, 1, tzinfo=UTC)
"""After every report."""
_VERDICTS = {
    CorrectionKind.CONFIRM: Verdict.CONFIRMED,
    CorrectionKind.FALSE_POSITIVE: Verdict.FALSE_POSITIVE,
    CorrectionKind.UNMARK: None,
}


@dataclass(frozen=True)
class Regrouper:
    """Groups what is new in a store."""

    store: EventStore
    reader: ReportReader
    rules: SeverityRules
    now: datetime

    def everything_new(self) -> Iterator[BlockEvent]:
        """Groups all items that no grouping looked at yet, and gives the events that changed."""
        while items := self.store.ungrouped(AT_ONCE):
            yield from self.items(items)

    def items(self, items: Sequence[CensorshipItem]) -> list[BlockEvent]:
        """Groups new items, writes what came of it, and returns the events that changed."""
        return self._regroup(self._with_originals([self._read(item) for item in items]))

    def articles(self, article_ids: Sequence[str]) -> list[BlockEvent]:
        """Groups known articles again, after a person's correction."""
        return self._regroup(self.store.reports_of(article_ids))

    def _read(self, item: CensorshipItem) -> Report:
        """The report of an item; one that cannot be read claims nothing, so that it holds up no round."""
        try:
            return self.reader.report(item)
        except ValueError:
            _LOG.exception("article %s (%s) is in no event: it cannot be read", item.id, item.url)
            return unread(item)

    def _with_originals(self, fresh: Sequence[Report]) -> list[Report]:
        """The fresh reports, and known ones that turn out to be copies of them, with the originals they repeat."""
        alike = self.store.look_alikes({band for report in fresh for band in bands(report.signature)})
        alike += self.store.reports_of({report.duplicate_of for report in alike if report.duplicate_of})
        known = {report.article_id: report for report in alike} | {report.article_id: report for report in fresh}
        found = originals(known.values())
        told = [report.model_copy(update={"duplicate_of": found[report.article_id]}) for report in known.values()]
        ids = {report.article_id for report in fresh}
        return [one for one in told if one.article_id in ids or one.duplicate_of in ids]

    def _regroup(self, changed: Sequence[Report]) -> list[BlockEvent]:
        corrections = self.store.corrections()
        scene = _Scene.around(self.store, changed)
        episodes = group(scene.later, scene.before(), pins_of(corrections))
        settled = _with_ids(episodes, scene, self.store)
        verdicts = verdicts_of(corrections)
        version = blockwire_version()
        events = []
        for episode in scene.touched(settled, changed):
            before, verdict = self._before(episode, scene), verdicts.get(episode.id or "")
            event = build(episode, before, verdict, self.rules, self.now, version)
            if event is not None:
                events.append(event)
        events += _merged(scene.events.values(), settled)
        self.store.regroup(Regrouping(events=events, reports=changed))
        return [event for event in events if event.merged_into is None]

    def _before(self, episode: Episode, scene: "_Scene") -> BlockEvent | None:
        """The event as it was kept last; one that a person named, or that was part of another one, is not in the scene."""
        return scene.event(episode.id) or (self.store.get(episode.id) if episode.id else None)


@dataclass(frozen=True)
class _Scene:
    """What a regrouping looks at."""

    since: datetime
    """When the earliest changed report was published: what became of earlier ones stays."""
    later: Sequence[Report]
    """All from then on that may depend on the changed ones, and these."""
    events: Mapping[str, BlockEvent]
    """By id, those that later reports may belong to, or belonged to."""
    reports: Mapping[str, Report]
    """All reports of the events, and the later ones."""

    @classmethod
    def around(cls, store: EventStore, changed: Sequence[Report]) -> "_Scene":
        """Reads from the store what it needs."""
        # What tells of years past belongs nowhere, however old it is.
        moving = [report for report in changed if report.role is not ReportRole.BACKGROUND and report.claims]
        since = min((report.at for report in moving), default=_END)
        known = {report.article_id: report for report in moving}
        near, held, events = dict(known), list[Report](), dict[str, BlockEvent]()
        keys: set[str] = set()
        wanted = {key for report in moving for key in report.keys}
        while wanted - keys:
            # A report that names two countries, or an event of two, ties what happens in one to what happens in the other.
            found = store.reports(wanted - keys, since - WINDOW, _END)
            keys |= wanted
            near = {report.article_id: report for report in found} | near
            events = {event.id: event for event in store.of_articles(near.keys())}
            held = store.reports_of(
                {one.article_id for event in events.values() for one in event.evidence} - near.keys()
            )
            wanted = {key for report in (*found, *held) if report.at >= since for key in report.keys}
        later = [report for report in near.values() if report.at >= since]
        reports = {report.article_id: report for report in held} | near
        return cls(since, later, events, reports)

    def before(self) -> list[Episode]:
        """The events as they were before the changed reports: with what was published until then."""
        episodes = []
        for event in self.events.values():
            # Evidence whose report is gone, by hand or by an old crash, is left out.
            tellings = [
                Telling(self.reports[one.article_id], one.claim)
                for one in event.evidence
                if one.article_id in self.reports and one.claim < len(self.reports[one.article_id].claims)
            ]
            earlier = sorted(
                (one for one in tellings if one.report.at < self.since),
                key=lambda one: (one.report.at, one.report.article_id),
            )
            if earlier:
                episode = Episode(event.id)
                for telling in earlier:
                    episode.add(telling)
                episodes.append(episode)
        return episodes

    def touched(self, episodes: Iterable[Episode], changed: Sequence[Report]) -> list[Episode]:
        """The episodes that have other reports than before, or changed ones."""
        anew = {report.article_id for report in changed}
        found = []
        for episode in episodes:
            event = self.event(episode.id)
            kept = {(one.article_id, one.claim) for one in event.evidence} if event else set()
            told = {(telling.report.article_id, telling.number) for telling in episode.tellings}
            if told != kept or not anew.isdisjoint(episode.articles):
                found.append(episode)
        return found

    def event(self, event_id: str | None) -> BlockEvent | None:
        """The event of an id, as it is kept."""
        return self.events.get(event_id) if event_id else None


def _with_ids(episodes: Iterable[Episode], scene: _Scene, store: EventStore) -> list[Episode]:
    """Gives new episodes their ids: of the event that the same claim founded, else of the event with which they share most articles."""
    settled = list(episodes)
    taken = {episode.id for episode in settled}
    new = [episode for episode in settled if episode.id is None]
    free = [event for event in scene.events.values() if event.id not in taken]
    for _, event_id, episode in sorted(_heirs(new, free), key=lambda one: (one[0], one[1])):
        if episode.id is None and event_id not in taken:
            episode.id = event_id
            taken.add(event_id)
    for episode in new:
        if episode.id is None:
            episode.id = _unused(id_of(episode), taken, store)
            taken.add(episode.id)
    return settled


def _heirs(
    episodes: Sequence[Episode], events: Iterable[BlockEvent]
) -> Iterator[tuple[tuple[bool, int, str], str, Episode]]:
    """Which episode may go on as which event, and how good a claim it has to that: the lower the better."""
    for event in events:
        articles = {one.article_id for one in event.evidence}
        for episode in episodes:
            shared = len(episode.articles & articles)
            if shared:
                founded = id_of(episode) == event.id
                yield (not founded, -shared, episode.founder.report.article_id), event.id, episode


def _unused(event_id: str, taken: Collection[str | None], store: EventStore) -> str:
    """The id, or one made from it where an event far away has it."""
    there = store.get(event_id)
    if event_id in taken or (there is not None and there.merged_into is None):
        return _unused(digest("event", event_id), taken, store)
    return event_id


def _merged(events: Iterable[BlockEvent], episodes: Sequence[Episode]) -> list[BlockEvent]:
    """Events that are none any more: each says which one has most of its articles now."""
    left = {episode.id for episode in episodes}
    where = {article: episode.id for episode in episodes for article in episode.articles if episode.id}
    merged = []
    for event in events:
        if event.id not in left:
            targets = Counter(where[one.article_id] for one in event.evidence if one.article_id in where)
            into = min(targets, key=lambda one: (-targets[one], one), default=None)
            if into is not None:
                merged.append(event.model_copy(update={"merged_into": into, "revision": event.revision + 1}))
    return merged


def pins_of(corrections: Iterable[Correction]) -> dict[str, str]:
    """Article id -> the event that a person put it to; a later decision outweighs an earlier one."""
    return {
        article: correction.event_id
        for correction in corrections
        if correction.kind in (CorrectionKind.MERGE, CorrectionKind.SPLIT)
        for article in correction.article_ids
    }


def verdicts_of(corrections: Iterable[Correction]) -> dict[str, Verdict | None]:
    """Event id -> what a person said of it last."""
    return {one.event_id: _VERDICTS[one.kind] for one in corrections if one.kind in _VERDICTS}
