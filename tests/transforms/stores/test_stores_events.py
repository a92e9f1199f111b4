"""What every store must do for events, tried on each of them for real."""

import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from events_samples import claim, event_of, hours, id_of, item, outcome, report

from blockwire.schemas import BlockEvent, Correction, CorrectionKind, Measure, Severity, Status
from blockwire.schemas.ids import digest
from blockwire.transforms.elasticsearch.bulk import Action, Ending
from blockwire.transforms.near_duplicates import bands, fingerprint
from blockwire.transforms.stores.contract import Store, StoreError
from blockwire.transforms.stores.elasticsearch_events import ElasticsearchEvents
from blockwire.transforms.stores.elasticsearch_session import ElasticsearchSession
from blockwire.transforms.stores.event_contract import EventQuery, Regrouping

ALL = EventQuery(limit=None)
TELEGRAM = claim("IR", Measure.MESSAGING_BLOCK, "telegram")
CUT = claim("RU", Measure.INTERNET_SHUTDOWN, "internet", status=Status.LIFTED)


def revised(event: BlockEvent, revision: int, **fields: object) -> BlockEvent:
    return event.model_copy(update={"revision": revision, **fields})


@pytest.fixture
def first() -> BlockEvent:
    """With an id of its own in each test: a server remembers the versions of what was deleted."""
    tag = uuid.uuid4().hex[:8]
    return event_of(report(f"a-{tag}", 0, TELEGRAM), report(f"b-{tag}", 10, TELEGRAM))


@pytest.fixture
def second() -> BlockEvent:
    return event_of(report(f"c-{uuid.uuid4().hex[:8]}", 48, CUT))


def articles(event: BlockEvent) -> list[str]:
    """The ids of its articles, by time."""
    return [one.article_id for one in event.evidence]


@pytest.fixture
def full(store: Store, first: BlockEvent, second: BlockEvent) -> Store:
    store.events.regroup(Regrouping(events=[first, second]))
    return store


def test_what_was_written_comes_back_exactly(full: Store, first: BlockEvent) -> None:
    assert full.events.get(first.id) == first
    assert full.events.get(first.id[:6]) == first
    assert full.events.get("f" * 32) is None


def test_an_ambiguous_beginning_is_refused(full: Store) -> None:
    with pytest.raises(StoreError, match="several events begin with ''"):
        full.events.get("")


def test_a_late_write_of_an_older_revision_loses(full: Store, first: BlockEvent) -> None:
    newer = revised(first, 3, severity=Severity.WATCH)
    full.events.regroup(Regrouping(events=[newer]))
    full.events.regroup(Regrouping(events=[revised(first, 2, severity=Severity.INFO)]))
    assert full.events.get(first.id) == newer


def test_events_come_newest_first_and_by_every_condition(full: Store, first: BlockEvent, second: BlockEvent) -> None:
    def found(**conditions: object) -> list[BlockEvent]:
        return list(full.events.find(EventQuery(**conditions)))  # type: ignore[arg-type]

    assert found() == [second, first]
    assert found(limit=1) == [second]
    assert found(countries=("IR", "DE")) == [first]
    assert found(measures=("internet_shutdown",)) == [second]
    assert found(targets=("telegram",)) == [first]
    assert found(statuses=("lifted",)) == [second]
    assert found(severities=(first.severity.value,), countries=("IR",)) == [first]
    assert found(since=hours(20)) == [second]
    assert found(until=hours(5)) == [first]
    assert found(countries=("IR",), targets=("internet",)) == []


def test_an_event_that_changed_is_found_by_what_it_is_now_alone(full: Store, first: BlockEvent) -> None:
    full.events.regroup(Regrouping(events=[revised(first, 2, status=Status.LIFTED, evidence=first.evidence[:1])]))
    assert {event.id for event in full.events.find(EventQuery(statuses=("in_force",)))} == set()
    assert full.events.of_articles(articles(first)[1:]) == []


def test_events_by_their_articles(full: Store, first: BlockEvent, second: BlockEvent) -> None:
    assert full.events.of_articles(articles(first)) == [first]
    both = [articles(first)[0], *articles(second)]
    assert full.events.of_articles(both) == sorted([first, second], key=lambda event: event.id)
    assert full.events.of_articles([]) == []


def test_a_merged_event_is_kept_and_not_found(full: Store, first: BlockEvent, second: BlockEvent) -> None:
    merged = revised(first, 2, merged_into=second.id)
    full.events.regroup(Regrouping(events=[merged]))
    assert full.events.get(first.id) == merged
    assert list(full.events.find(ALL)) == [second]
    assert full.events.of_articles(articles(first)) == []


def test_alerts_are_decided_once_for_each_revision(full: Store, first: BlockEvent, second: BlockEvent) -> None:
    assert {event.id for event in full.events.undecided()} == {first.id, second.id}
    full.events.decided({first.id: first.revision})
    full.events.decided({first.id: first.revision})
    assert list(full.events.undecided()) == [second]
    newer = revised(first, 2)
    full.events.regroup(Regrouping(events=[newer]))
    assert newer in list(full.events.undecided())
    full.events.decided({first.id: 1})
    assert newer in list(full.events.undecided())
    full.events.decided({first.id: 2})
    assert list(full.events.undecided()) == [second]
    full.events.decided({second.id: second.revision, id_of("nobody"): 1})
    assert list(full.events.undecided()) == []


class _Recording(ElasticsearchSession):
    """Notes what is written, in order."""

    def __init__(self) -> None:
        self.written: list[list[str]] = []

    def index(self, kind: str) -> str:
        return kind

    def sources(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {}

    def put(self, actions: Sequence[Action]) -> list[Ending]:
        self.written.append([action.index for action in actions])
        return []


def test_elasticsearch_takes_reports_then_events_then_the_mark_on_items(first: BlockEvent) -> None:
    """What is cut off in between is done again: items count as grouped last."""
    session = _Recording()
    ElasticsearchEvents(session).regroup(Regrouping(events=[first], reports=[report("a", 0, TELEGRAM)]))
    assert session.written == [["reports"], ["events"], ["items"]]


def test_items_wait_to_be_grouped_until_their_report_is_there(store: Store) -> None:
    items = [item(name, at, "Telegram blocked", "Since Monday.") for name, at in (("later", 5), ("earlier", 1))]
    store.write_outcomes([outcome(one) for one in items])
    assert [one.source.name for one in store.events.ungrouped(10)] == ["earlier", "later"]
    assert len(store.events.ungrouped(1)) == 1
    store.events.regroup(Regrouping(reports=[report("later", 5, TELEGRAM, duplicate_of=id_of("earlier"))]))
    assert [one.source.name for one in store.events.ungrouped(10)] == ["earlier"]
    kept = store.item(id_of("later"))
    assert kept is not None
    assert kept.duplicate_of == id_of("earlier")


def test_the_same_grouping_again_changes_nothing(full: Store, first: BlockEvent, second: BlockEvent) -> None:
    reports = [report("a", 0, TELEGRAM)]
    for _ in range(2):
        full.events.regroup(Regrouping(events=[first, second], reports=reports))
    assert list(full.events.find(ALL)) == [second, first]
    assert full.events.reports_of([id_of("a")]) == reports


def test_reports_by_country_and_time(store: Store) -> None:
    iran, russia = report("a", 0, TELEGRAM), report("c", 48, CUT)
    store.events.regroup(Regrouping(reports=[iran, russia]))
    assert store.events.reports(["IR", "RU"], hours(0), hours(48)) == sorted(
        [iran, russia], key=lambda one: one.article_id
    )
    assert store.events.reports(["IR"], hours(0), hours(48)) == [iran]
    assert store.events.reports(["IR", "RU"], hours(1), hours(48)) == [russia]
    assert store.events.reports_of([id_of("a"), id_of("nobody")]) == [iran]


def test_reports_that_look_alike(store: Store) -> None:
    print_ = fingerprint(" ".join(f"word{number}" for number in range(80)))
    known = report("a", 0, TELEGRAM, signature=print_.signature, shingles=print_.shingles)
    store.events.regroup(Regrouping(reports=[known, report("b", 1, TELEGRAM)]))
    assert store.events.look_alikes(bands(print_.signature)[:1]) == [known]
    assert store.events.look_alikes(["0:none"]) == []
    assert store.events.look_alikes([]) == []


def test_corrections_are_kept_in_order(store: Store) -> None:
    kinds = (CorrectionKind.FALSE_POSITIVE, CorrectionKind.UNMARK)
    made = [
        Correction(
            id=digest("correction", kind), kind=kind, event_id=id_of("e"), article_ids=(id_of("a"),), at=hours(at)
        )
        for at, kind in enumerate(kinds)
    ]
    for one in (*made, made[0]):
        store.events.correct(one)
    assert store.events.corrections() == made
