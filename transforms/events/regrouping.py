"""One round of grouping over what the store knows: what is new is put where it belongs, and nothing else is touched."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from blockwire.schemas import BlockEvent, CensorshipItem, DeadLetter, Report, ReportRole, Stage, Verdict
from blockwire.schemas.ids import dead_letter_id, digest
from blockwire.schemas.policies import blockwire_version
from blockwire.schemas.severity import SeverityRules
from blockwire.transforms.events.affinity import WINDOW
from blockwire.transforms.events.building import build, id_of
from blockwire.transforms.events.corrections import Pins, pins_of, verdicts_of
from blockwire.transforms.events.episodes import Episode
from blockwire.transforms.events.grouping import group
from blockwire.transforms.events.reading import ReportReader, unread
from blockwire.transforms.events.scene import END, Scene, is_moving
from blockwire.transforms.near_duplicates import bands, originals
from blockwire.transforms.stores.event_contract import EventStore, Regrouping

AT_ONCE = 500
"""Items in one grouping: they are in memory together, with what they may belong to."""
_STRETCH = 2 * WINDOW
"""After the last changed report; within it what it changed is settled, as a rule."""
_SHOWN = 400
"""Characters of a title and of a reason."""
NO_FEED = "events"
"""What the dead letter of an event stands under: it came from several feeds."""


@dataclass(frozen=True)
class Regrouper:
    """Groups what is new in a store."""

    store: EventStore
    reader: ReportReader
    rules: SeverityRules
    now: datetime
    bury: Callable[[DeadLetter], None]
    """Keeps what could not be read or built, with the reason."""

    def everything_new(self) -> Iterator[BlockEvent]:
        """Groups all items that no grouping looked at yet, and gives the events that changed."""
        while items := self.store.ungrouped(AT_ONCE):
            yield from self.items(items)

    def items(self, items: Sequence[CensorshipItem]) -> list[BlockEvent]:
        """Groups new items, writes what came of it, and returns the events that changed."""
        fresh = [self._read(item) for item in items]
        told = self._with_originals(fresh)
        # An article of years ago is no reason to take all years since anew; known reprints of it are.
        parts = _stretches(told) if len(told) == len(fresh) else [told]
        return [event for part in parts for event in self._regroup(part)]

    def articles(self, article_ids: Sequence[str]) -> list[BlockEvent]:
        """Groups known articles again, after a person's correction."""
        return self._regroup(self.store.reports_of(article_ids))

    def withdraw(self, article_ids: Sequence[str]) -> list[BlockEvent]:
        """Takes articles out of their events, for they are no items any more. An event that keeps none is a false positive."""
        silent = [
            report.model_copy(update={"claims": (), "role": ReportRole.BACKGROUND})
            for report in self.store.reports_of(article_ids)
        ]
        events = self._regroup(silent)
        gone = set(article_ids)
        empty = [
            event.model_copy(update={"verdict": Verdict.FALSE_POSITIVE, "revision": event.revision + 1})
            for event in self.store.of_articles(article_ids)
            if gone.issuperset(one.article_id for one in event.evidence)
        ]
        self.store.regroup(Regrouping(events=empty))
        return [*events, *empty]

    def _read(self, item: CensorshipItem) -> Report:
        """The report of an item; one that cannot be read claims nothing, so that it holds up no round."""
        try:
            return self.reader.report(item)
        except ValueError as error:
            message = f"{item.title[:_SHOWN]!r} is in no event: {str(error)[:_SHOWN]}; `blockwire events regroup {item.id[:8]}` tries again"
            self.bury(self._letter(item.id, "unreadable_item", message, item.feed_id, item.url))
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
        scene, episodes = self._grouped(changed, pins_of(corrections))
        settled = _with_ids(episodes, scene, self.store)
        scene.complete(settled)
        verdicts = verdicts_of(corrections)
        built = [self._built(one, scene, verdicts.get(one.id or "")) for one in scene.touched(settled, changed)]
        events = [event for event in built if event is not None]
        merged = _merged(scene.events.values(), settled)
        self.store.regroup(Regrouping(events=[*events, *merged], reports=changed))
        return events

    def _grouped(self, changed: Sequence[Report], pins: Pins) -> tuple[Scene, list[Episode]]:
        """Takes reports anew until nothing changes any more, or to the end."""
        until = max((report.at for report in changed if is_moving(report)), default=self.now) + _STRETCH
        while True:
            until = until if until < self.now else END
            scene = Scene.around(self.store, changed, until)
            episodes = group(scene.later, scene.before(), pins)
            if until == END or scene.is_settled(episodes):
                return scene, episodes
            until += until - scene.since

    def _built(self, episode: Episode, scene: Scene, verdict: Verdict | None) -> BlockEvent | None:
        """The event, where it changed. One that cannot be built stays as it was, until the next report on it."""
        # One that a person named, or that was part of another one, is not in the scene.
        before = scene.event(episode.id) or (self.store.get(episode.id) if episode.id else None)
        try:
            return build(episode, before, verdict, self.rules, self.now, blockwire_version())
        except ValueError as error:
            report = episode.founder.report
            message = f"the event of {report.title[:_SHOWN]!r} cannot be built: {str(error)[:_SHOWN]}; the next report on it tries again"
            self.bury(self._letter(episode.id or id_of(episode), "unbuildable_event", message, NO_FEED, report.url))
            return None

    def _letter(self, of: str, reason: str, message: str, feed_id: str, url: str) -> DeadLetter:
        return DeadLetter(
            id=grouping_letter_id(of),
            stage=Stage.GROUP,
            reason=reason,
            message=message,
            feed_id=feed_id,
            url=url,
            first_failed=self.now,
            last_failed=self.now,
            blockwire_version=blockwire_version(),
        )


def grouping_letter_id(of: str) -> str:
    """The id of the dead letter that an item or an event has for not being grouped."""
    return dead_letter_id(digest("group", of))


def _stretches(reports: Sequence[Report]) -> list[list[Report]]:
    """Reports by the time of publication, the earliest first; those far apart do not meet."""
    parts: list[list[Report]] = []
    for report in sorted(reports, key=lambda one: (one.at, one.article_id)):
        if parts and report.at - parts[-1][-1].at <= _STRETCH:
            parts[-1].append(report)
        else:
            parts.append([report])
    return parts


def _with_ids(episodes: Iterable[Episode], scene: Scene, store: EventStore) -> list[Episode]:
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
