"""Rounds over a store: whatever the rounds and the order of arrival, the same events come of it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from events_samples import ALL, FRAMING, SEVERITY, NoSections, canonical, hours, id_of, item, outcome, regrouper, run

from blockwire.schemas import (
    BlockEvent,
    CensorshipItem,
    Correction,
    CorrectionKind,
    DeadLetter,
    Measure,
    Report,
    Scope,
    Stage,
    Status,
    Verdict,
)
from blockwire.schemas.ids import digest
from blockwire.transforms.events import regrouping
from blockwire.transforms.events.building import build
from blockwire.transforms.events.episodes import Episode
from blockwire.transforms.events.reading import ReportReader
from blockwire.transforms.events.regrouping import Regrouper
from blockwire.transforms.events.signals import Signals
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.sqlite import SqliteStore

STORY = " ".join(f"word{number}" for number in range(60))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "wire.sqlite") as opened:
        yield opened


def month() -> list[CensorshipItem]:
    """Two weeks of news: a block in steps with a reprint, a shutdown by regions, a lifting and a second episode."""
    instagram = {"measures": (Measure.SOCIAL_MEDIA_BLOCK,), "services": ("instagram",)}
    lifted = {
        "measures": (Measure.UNBLOCKING, Measure.SOCIAL_MEDIA_BLOCK),
        "services": ("instagram",),
        "status": Status.LIFTED,
    }
    cut = {"measures": (Measure.INTERNET_SHUTDOWN,), "scope": Scope.REGIONAL}
    return [
        item(
            "order", 0, "Court orders block of Instagram", f"Today. {STORY}", **instagram | {"status": Status.ORDERED}
        ),
        item("reprint", 2, "Instagram to be blocked", f"Today. {STORY} more", **instagram | {"status": Status.ORDERED}),
        item("applied", 26, "Instagram is blocked", "Today providers began.", **instagram),
        item("seen", 30, "Instagram unreachable", "Users said so on Monday.", **instagram),
        item("south", 31, "Internet cut in Khuzestan", "Since Monday.", regions=("Khuzestan",), **cut),
        item("north", 31.5, "Internet cut in Gilan", "Since Monday.", regions=("Gilan",), **cut),
        item("south-too", 40, "Khuzestan offline", "Since Monday.", regions=("Khuzestan",), **cut),
        item("lifted", 60, "Instagram is back", "On Tuesday it opened.", **lifted),
        item("again", 24 * 12, "Instagram blocked again", "On Friday it failed.", **instagram),
        item("abroad", 32, "Instagram is blocked in Turkey", "Since Monday.", country="TR", **instagram),
    ]


def by_title(events: Sequence[BlockEvent]) -> set[frozenset[str]]:
    return {frozenset(one.source_name for one in event.evidence) for event in events}


def test_what_comes_of_the_month(store: Store) -> None:
    events = run(store, [month()])
    assert by_title(events) == {
        frozenset({"order", "reprint", "applied", "seen", "lifted"}),
        frozenset({"south", "south-too"}),
        frozenset({"north"}),
        frozenset({"again"}),
        frozenset({"abroad"}),
    }
    block = next(event for event in events if len(event.evidence) == 5)
    assert [step.status for step in block.history] == [Status.ORDERED, Status.IN_FORCE, Status.LIFTED]
    assert [one.source_name for one in block.evidence if not one.independent] == ["reprint"]
    reprint = store.item(id_of("reprint"))
    assert reprint is not None
    assert reprint.duplicate_of == id_of("order")


@pytest.mark.parametrize("seed", range(12))
def test_any_order_and_any_rounds_end_in_the_same_events(store: Store, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    expected = canonical(run(store, [month()]))
    items = month()
    chance.shuffle(items)
    cuts = sorted(chance.sample(range(1, len(items)), chance.randrange(0, 6)))
    batches = [items[start:end] for start, end in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    with SqliteStore(tmp_path / "other.sqlite") as other:
        assert canonical(run(other, batches)) == expected


def test_rounds_of_any_length_give_the_same_ids_in_order(store: Store, tmp_path: Path) -> None:
    items = sorted(month(), key=lambda one: one.published or one.first_seen)
    with SqliteStore(tmp_path / "other.sqlite") as other:
        single = {event.id for event in run(other, [[one] for one in items])}
    assert {event.id for event in run(store, [items])} == single


def test_a_round_without_anything_new_changes_nothing(store: Store) -> None:
    before = run(store, [month()])
    assert list(regrouper(store.events, 5000).everything_new()) == []
    assert list(store.events.find(ALL)) == before


def test_a_late_first_report_joins_and_keeps_the_id(store: Store) -> None:
    first, second = month()[0], month()[2]
    (event,) = run(store, [[second]])
    (joined,) = run(store, [[first]])
    assert joined.id == event.id
    assert [one.source_name for one in joined.evidence] == ["order", "applied"]
    assert joined.revision == event.revision + 1


def test_two_events_that_turn_out_to_be_one_are_merged(store: Store) -> None:
    lasting = {"measures": (Measure.SOCIAL_MEDIA_BLOCK,), "services": ("instagram",)}
    ends = [
        item("first", 0, "Instagram blocked", "Today.", **lasting),
        item("last", 24 * 80, "Instagram blocked", "Today.", **lasting),
    ]
    apart = run(store, [ends])
    assert len(apart) == 2
    bridge = item("middle", 24 * 40, "Instagram still blocked", "Today.", **lasting)
    (event,) = run(store, [[bridge]])
    assert len(event.evidence) == 3
    gone = next(one for one in apart if one.id != event.id)
    kept = store.events.get(gone.id)
    assert kept is not None
    assert kept.merged_into == event.id


class _Dies(Exception):
    pass


def test_a_crash_before_anything_is_written_is_made_good_by_the_next_round(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(found: Regrouping) -> None:
        raise _Dies

    store.write_outcomes([outcome(one) for one in month()])
    broken = regrouper(store.events, 1000)
    monkeypatch.setattr(broken.store, "regroup", dies)
    with pytest.raises(_Dies):
        list(broken.everything_new())
    list(regrouper(store.events, 1001).everything_new())
    assert len(list(store.events.find(ALL))) == 5


def _correct(store: Store, kind: CorrectionKind, event_id: str, articles: Sequence[str], at: float) -> list[BlockEvent]:
    correction = Correction(
        id=digest("correction", event_id, str(at)),
        kind=kind,
        event_id=event_id,
        article_ids=tuple(articles),
        at=hours(at),
    )
    store.events.correct(correction)
    again: Regrouper = regrouper(store.events, at)
    return again.articles(correction.article_ids)


def _event(store: Store, name: str) -> BlockEvent:
    (event,) = store.events.of_articles([id_of(name)])
    return event


def test_a_merge_by_a_person_survives_later_rounds(store: Store) -> None:
    run(store, [month()])
    south, north = _event(store, "south"), _event(store, "north")
    both = [one.article_id for event in (south, north) for one in event.evidence]
    _correct(store, CorrectionKind.MERGE, south.id, both, 2000)
    assert _event(store, "north").id == south.id
    late = item(
        "gilan-too",
        36,
        "Gilan offline",
        "Since Monday.",
        regions=("Gilan",),
        measures=(Measure.INTERNET_SHUTDOWN,),
        scope=Scope.REGIONAL,
    )
    run(store, [[late]])
    assert _event(store, "gilan-too").id == _event(store, "north").id == south.id


def test_a_split_by_a_person_survives_later_rounds(store: Store) -> None:
    run(store, [month()])
    block = _event(store, "seen")
    own = digest("split", block.id)
    _correct(store, CorrectionKind.SPLIT, own, [id_of("seen")], 2000)
    assert (_event(store, "seen").id, _event(store, "applied").id) == (own, block.id)
    run(
        store,
        [
            [
                item(
                    "early",
                    -5,
                    "Council proposes block of Instagram",
                    "Today.",
                    measures=(Measure.SOCIAL_MEDIA_BLOCK,),
                    services=("instagram",),
                    status=Status.PROPOSED,
                )
            ]
        ],
    )
    assert (_event(store, "seen").id, _event(store, "applied").id) == (own, block.id)


def test_a_mark_stays_on_the_event(store: Store) -> None:
    run(store, [month()[:3]])
    block = _event(store, "order")
    _correct(store, CorrectionKind.FALSE_POSITIVE, block.id, [one.article_id for one in block.evidence], 2000)
    assert _event(store, "order").verdict is Verdict.FALSE_POSITIVE
    run(store, [month()[3:4]])
    event = _event(store, "order")
    assert event.verdict is Verdict.FALSE_POSITIVE
    assert len(event.evidence) == 4
    _correct(store, CorrectionKind.UNMARK, block.id, [id_of("order")], 2001)
    assert _event(store, "order").verdict is None


def test_an_event_of_two_countries_keeps_its_articles_when_an_older_one_comes(store: Store) -> None:
    run(
        store,
        [[item(code.lower(), at, "Telegram blocked", "Today.", country=code) for code, at in (("RU", 0), ("BY", 10))]],
    )
    russia, belarus = _event(store, "ru"), _event(store, "by")
    _correct(store, CorrectionKind.MERGE, russia.id, [id_of("ru"), id_of("by")], 2000)
    unrelated = {"measures": (Measure.SOCIAL_MEDIA_BLOCK,), "services": ("instagram",)}
    run(store, [[item("late", -5, "Instagram blocked", "Today.", country="RU", **unrelated)]])
    assert _event(store, "by").id == russia.id
    kept = store.events.get(belarus.id)
    assert kept is not None
    assert kept.merged_into == russia.id


class _FailsOnBad(ReportReader):
    def report(self, item: CensorshipItem) -> Report:
        if item.id == id_of("bad"):
            raise ValueError(item.title)
        return super().report(item)


def test_an_item_that_cannot_be_read_is_a_dead_letter_and_holds_up_no_round(store: Store) -> None:
    store.write_outcomes([outcome(item(name, 0, "Telegram blocked", "Today.")) for name in ("bad", "good")])
    reader, letters = _FailsOnBad(NoSections(), Signals(SEVERITY.signals), FRAMING), list[DeadLetter]()
    list(Regrouper(store.events, reader, SEVERITY, hours(1000), bury=letters.append).everything_new())
    assert by_title(list(store.events.find(ALL))) == {frozenset({"good"})}
    assert store.events.ungrouped(10) == []
    assert [(one.stage, one.reason, one.feed_id) for one in letters] == [(Stage.GROUP, "unreadable_item", "feed-bad")]
    assert f"blockwire events regroup {id_of('bad')[:8]}" in letters[0].message


def test_an_event_that_cannot_be_built_is_a_dead_letter_and_the_others_are_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(episode: Episode, *rest: Any) -> BlockEvent | None:
        if "telegram" in episode.targets:
            raise ValueError("no such country")
        return build(episode, *rest)

    monkeypatch.setattr(regrouping, "build", fails)
    telegram, signal = (item(name, 0, f"{name} blocked", "Today.", services=(name,)) for name in ("telegram", "signal"))
    store.write_outcomes([outcome(telegram), outcome(signal)])
    letters: list[DeadLetter] = []
    list(replace(regrouper(store.events, 1000), bury=letters.append).everything_new())
    assert [one.reason for one in letters] == ["unbuildable_event"]
    assert by_title(list(store.events.find(ALL))) == {frozenset({"signal"})}
    monkeypatch.undo()
    assert len(run(store, [[item("later", 1, "telegram is blocked", "Today.", services=("telegram",))]])) == 2


def test_evidence_without_a_report_is_left_out(store: Store) -> None:
    (event,) = run(store, [[item("a", 0, "Telegram blocked", "Today.", services=("telegram",))]])
    lost = event.evidence[0].model_copy(update={"article_id": id_of("lost")})
    store.events.regroup(
        Regrouping(events=[event.model_copy(update={"evidence": (lost, *event.evidence), "revision": 9})])
    )
    (again,) = run(store, [[item("b", 2, "Telegram is blocked", "Today.", services=("telegram",))]])
    assert [one.source_name for one in again.evidence] == ["a", "b"]


def test_one_of_the_two_events_of_an_article_is_corrected(store: Store) -> None:
    both = (Measure.SOCIAL_MEDIA_BLOCK, Measure.SURVEILLANCE_OF_USERS)
    fields = {"services": ("vkontakte",), "country": "UA"}
    block = item("block", 0, "VKontakte blocked", "Today.", measures=both[:1], **fields)
    register = item("register", 1, "Visitors registered", "Today.", measures=both[1:], **fields)
    run(
        store,
        [
            [
                block,
                register,
                item("both", 2, "VKontakte blocked, visitors registered", "Today.", measures=both, **fields),
            ]
        ],
    )
    events = {event.measure: event for event in store.events.of_articles([id_of("both")])}
    assert set(events) == set(both)
    watched = events[Measure.SURVEILLANCE_OF_USERS]
    (told,) = [one for one in watched.evidence if one.article_id == id_of("both")]
    own = digest("split", watched.id)
    correction = Correction(
        id=own,
        kind=CorrectionKind.SPLIT,
        event_id=own,
        article_ids=(told.article_id,),
        claims=(told.claim,),
        at=hours(9),
    )
    store.events.correct(correction)
    regrouper(store.events, 2000).articles(correction.article_ids)
    after = {event.id: event for event in store.events.of_articles([id_of("both")])}
    assert set(after) == {events[Measure.SOCIAL_MEDIA_BLOCK].id, own}
    assert after[own].measure is Measure.SURVEILLANCE_OF_USERS
    assert [one.source_name for one in store.events.of_articles([id_of("register")])[0].evidence] == ["register"]
