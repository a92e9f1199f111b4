"""What a report reads out of a store, tried on each of them for real."""

import uuid
from typing import Any

from alerts_samples import CRITICAL, IN_FORCE, LIFTED, NOON, STATUS, TARGET, development, event, hours
from stores_samples import feed_letter

from blockwire.schemas import BlockEvent, RoundSummary, Verdict
from blockwire.transforms.bulletin.gathering import Bulletin, Entry, gather
from blockwire.transforms.bulletin.period import Period
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.event_contract import Regrouping

DAY = Period(NOON, hours(24))


def named(name: str, *developments: Any, **fields: Any) -> BlockEvent:
    """With an id of its own in each test: a server remembers the versions of what was deleted."""
    return event(*developments, id=name + uuid.uuid4().hex[1:], **fields)


def ids(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.event.id[0] for entry in entries]


def of_day(store: Store, *events: BlockEvent) -> Bulletin:
    store.events.regroup(Regrouping(events=events))
    return gather(store, DAY)


def test_each_event_stands_where_its_news_belongs(store: Store) -> None:
    found = of_day(
        store,
        named("a", development(1)),
        named("b", development(-50), development(2, STATUS, IN_FORCE, CRITICAL)),
        named("c", development(-50), development(3, STATUS, LIFTED)),
        named("d", development(4), development(5, STATUS, LIFTED, CRITICAL)),
        named("e", development(-50)),
        named("f", development(25)),
        named("0", development(-50), development(6, TARGET, LIFTED)),
    )
    assert ids(found.new) == ["d", "a"]
    assert ids(found.moved) == ["b", "0"]
    assert ids(found.ended) == ["d", "c"]
    assert found.late == ()
    assert found.new[0].reason == "new event, ordered; status from ordered to lifted"
    assert found.moved[0].reason == "status from ordered to in force"


def test_what_was_read_late_stands_by_itself_and_what_is_old_nowhere(store: Store) -> None:
    found = of_day(
        store,
        named("a", development(1, published=hours(-48))),
        named("b", development(1, published=hours(-24 * 40))),
    )
    assert (ids(found.late), found.new) == (["a"], ())


def test_what_a_person_called_false_is_counted_and_left_out(store: Store) -> None:
    found = of_day(store, named("a", development(1), verdict=Verdict.FALSE_POSITIVE))
    assert (found.new, found.false) == ((), 1)


def test_the_rounds_of_the_period_are_added_up(store: Store) -> None:
    def round_at(hour: float) -> RoundSummary:
        given = {"feeds_due": 3, "feeds_ok": 2, "feeds_failed": 1, "entries_read": 9, "entries_known": 4}
        fates = {"items": 2, "not_relevant": 2, "dead_letters": 1, "alerts_sent": 1}
        name = f"{int(hour * 10) % 256:032x}"
        return RoundSummary(id=name, started=hours(hour), finished=hours(hour), blockwire_version="0", **given, **fates)

    for hour in (-1, 1, 2):
        store.put_round(round_at(hour))
    store.put_feed_dead_letters([feed_letter("one", at=hours(1)), feed_letter("two", at=hours(30))], [])
    found = gather(store, DAY)
    totals = found.totals
    assert (totals.rounds, totals.feeds_polled, totals.feeds_failed, totals.entries_read) == (2, 6, 2, 18)
    assert (totals.items, totals.not_relevant, totals.dead_letters, totals.alerts_sent) == (4, 4, 2, 2)
    assert totals.last == hours(2)
    assert sum(found.dead_letters.values()) == 1


def test_an_empty_store_has_nothing_to_say(store: Store) -> None:
    found = gather(store, DAY)
    assert (found.new, found.moved, found.ended, found.late, found.items, found.feeds) == ((), (), (), (), 0, 0)
    assert found.totals.last is None
