"""Items, reports and events to write, short to ask for."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from blockwire.config.rules.loading import load_rules
from blockwire.config.severity import load_severity
from blockwire.schemas import (
    BlockEvent,
    CensorshipItem,
    Claim,
    Classification,
    DeadLetter,
    EntryFate,
    Evidence,
    Fate,
    FeedKind,
    Measure,
    Outcome,
    Report,
    ReportRole,
    Scope,
    Source,
    Status,
)
from blockwire.schemas.ids import article_id
from blockwire.schemas.rules import RuleSet
from blockwire.schemas.severity import SeverityRules
from blockwire.transforms.events.building import build
from blockwire.transforms.events.episodes import Episode, Telling
from blockwire.transforms.events.framing import Framing
from blockwire.transforms.events.grouping import group
from blockwire.transforms.events.reading import ReportReader
from blockwire.transforms.events.regrouping import Regrouper
from blockwire.transforms.events.signals import Signals
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.event_contract import EventQuery, EventStore

START = datetime(2026, 5, 1, 8, tzinfo=UTC)
RULES: RuleSet = load_rules()
SEVERITY: SeverityRules = load_severity(RULES)
FRAMING = Framing(RULES)
ALL = EventQuery(limit=None)


def hours(count: float) -> datetime:
    """A time so many hours after the start."""
    return START + timedelta(hours=count)


def id_of(name: str) -> str:
    """The id of the article of this name."""
    return article_id(f"https://{name}.example/")


def claim(
    country: str = "IR",
    measure: Measure = Measure.MESSAGING_BLOCK,
    *targets: str,
    status: Status | None = Status.IN_FORCE,
    **fields: Any,
) -> Claim:
    """A claim; one that names no target where none is given."""
    given = {
        "countries": (country,),
        "jurisdiction": country,
        "measures": (measure,),
        "scope": Scope.NATIONAL,
        **fields,
    }
    return Claim(targets=targets, status=status, **given)


def report(name: str, at: float, *claims: Claim, **fields: Any) -> Report:
    """A report so many hours after the start, by an owner of its own unless told otherwise."""
    given = {
        "owner": f"owner-{id_of(name)[:8]}",
        "role": ReportRole.NEWS,
        "source_kind": FeedKind.NATIONAL_MEDIA,
        "score": 0.9,
        "first_seen": hours(at),
        "wire_agency": None,
        **fields,
    }
    return Report(
        article_id=id_of(name),
        url=f"https://{name}.example/",
        title=name,
        language="en",
        at=hours(at),
        published=hours(at),
        source_name=name,
        claims=claims,
        **given,
    )


def parts(reports: Iterable[Report]) -> set[frozenset[str]]:
    """Which reports came together, by their titles."""
    return {frozenset(telling.report.title for telling in episode.tellings) for episode in group(reports)}


def episode_of(*reports: Report) -> Episode:
    """An episode of the first claims of reports."""
    episode = Episode(None)
    for one in reports:
        episode.add(Telling(one, 0))
    return episode


def event_of(*reports: Report, before: BlockEvent | None = None, at: float = 1000) -> BlockEvent:
    """The event of reports that belong together."""
    episode = episode_of(*reports)
    episode.id = before.id if before else None
    event = build(episode, before, None, SEVERITY, hours(at), "1.0")
    assert event is not None
    return event


def item(
    name: str,
    at: float,
    title: str,
    text: str,
    *,
    country: str = "IR",
    measures: tuple[Measure, ...] = (Measure.MESSAGING_BLOCK,),
    owner: str | None = None,
    **fields: Any,
) -> CensorshipItem:
    """An item as the classifier would have made it of an article whose title says what is done."""
    url = f"https://{name}.example/"
    evidence = [
        Evidence(field="title", start=0, end=len(title), quote=title, rule="r", supports=f"measure:{one}", weight=2.0)
        for one in measures
    ]
    evidence += [
        Evidence(field="title", start=0, end=len(title), quote=title, rule="s", supports=f"service:{one}")
        for one in fields.get("services", ())
    ]
    given = {
        "status": Status.IN_FORCE,
        "scope": Scope.NATIONAL,
        "countries": (country,),
        "jurisdictions": (country,),
        "first_seen": hours(at),
        "published": hours(at),
        "evidence": tuple(evidence),
        **fields,
    }
    return CensorshipItem(
        id=article_id(url),
        entry_id=article_id(url),
        feed_id=f"feed-{name}",
        url=url,
        fetched_url=url,
        title=title,
        text=text,
        language="en",
        extractor="feed content",
        fetched=hours(at),
        relevant=True,
        score=0.95,
        measures=measures,
        rules_version="r-1",
        source=Source(feed_id=f"feed-{name}", name=name, owner=owner or f"owner-{name}", kind=FeedKind.NATIONAL_MEDIA),
        blockwire_version="1.0",
        **given,
    )


def outcome(one: CensorshipItem) -> Outcome:
    """What a round writes of an item."""
    fate = EntryFate(
        id=one.entry_id, feed_id=one.feed_id, fate=Fate.INDEXED, article_id=one.id, first_seen=one.first_seen
    )
    return Outcome(fate=fate, item=one)


class NoSections:
    """Reads no sections: for tests without roundups."""

    def read(self, text: str, item: CensorshipItem) -> Classification:
        raise AssertionError(f"{item.title!r} was taken for a roundup")

    def countries(self, text: str) -> tuple[str, ...]:
        return ("AA", "BB", "CC")


def buried(letter: DeadLetter) -> None:
    """Takes no dead letter: for tests in which everything can be grouped."""
    raise AssertionError(letter.message)


def regrouper(store: EventStore, at: float) -> Regrouper:
    """Groups by the shipped rules."""
    return Regrouper(
        store, ReportReader(NoSections(), Signals(SEVERITY.signals), FRAMING), SEVERITY, hours(at), bury=buried
    )


def canonical(events: Sequence[BlockEvent]) -> list[str]:
    """Events without what tells of the rounds in which they were found."""
    apart = {"id", "developments", "revision", "first_seen", "last_seen"}
    return sorted(event.model_dump_json(exclude=apart) for event in events)


def run(store: Store, batches: Sequence[Sequence[CensorshipItem]]) -> list[BlockEvent]:
    """The events of a store after a round for each batch."""
    for number, batch in enumerate(batches):
        store.write_outcomes([outcome(one) for one in batch])
        list(regrouper(store.events, 1000 + number).everything_new())
    return list(store.events.find(ALL))
