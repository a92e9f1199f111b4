"""What a stream does where a round waits: work across bundles, what is due pulse by pulse, feeds moved on as they are complete."""

from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.pvalue import TaggedOutput
from eager import eagerly
from test_round_steps import FEED, NOW, Place, entry, letter, polled

from blockwire.schemas import EntryFate, Fate, FeedEntry, FeedState, Outcome
from blockwire.transforms import draining
from blockwire.transforms.clock import stopped_at
from blockwire.transforms.commit_feed_states import _CommitAsCompleted
from blockwire.transforms.continuous import _AcrossBundles, next_look, shard_of
from blockwire.transforms.elements import FeedManifest, NewEntry, PollTask, RetryTask
from blockwire.transforms.find_due import FindDue
from blockwire.transforms.overlap import EventLoopThread, OverlappingDoFn
from blockwire.transforms.stores.contract import StoreError
from blockwire.transforms.stores.sqlite import SqliteStore


@pytest.fixture
def place(tmp_path: Path) -> Place:
    with SqliteStore(tmp_path / "s.sqlite"):
        return Place(tmp_path / "s.sqlite")


class Shout(OverlappingDoFn[str, Any]):
    """Answers in capitals; says on the side what it does not understand."""

    begun: list[str] = []  # noqa: RUF012 - the runner is in this process
    open = 0

    def __init__(self) -> None:
        super().__init__(in_flight=8)

    def setup(self) -> None:
        Shout.open += 1
        self._thread = EventLoopThread("shout")

    def start(self, work: Coroutine[Any, Any, list[Any]]) -> "Future[list[Any]]":
        return self._thread.submit(work)

    async def work(self, element: str) -> list[Any]:
        Shout.begun.append(element)
        if element == "bug":
            raise ZeroDivisionError("a bug")
        return [TaggedOutput("aside", element)] if element.isdigit() else [element.upper()]

    def teardown(self) -> None:
        super().teardown()
        Shout.open -= 1
        self._thread.close()


def itself(element: str) -> str:
    return element


@dataclass
class Bag:
    """State of a step, as an engine keeps it."""

    elements: list[Any] = field(default_factory=list)

    def add(self, element: Any) -> None:
        self.elements.append(element)

    def read(self) -> list[Any]:
        return list(self.elements)

    def clear(self) -> None:
        self.elements = []


@dataclass
class Timer:
    """Counts how often it was set."""

    times_set: int = 0

    def set(self, _moment: Any) -> None:
        self.times_set += 1


@contextmanager
def worker() -> Iterator[_AcrossBundles[str, Any]]:
    """A copy of the step on a worker."""
    step = _AcrossBundles(Shout(), itself)
    step.setup()
    try:
        yield step
    finally:
        step.teardown()


def collected(step: _AcrossBundles[str, Any], bag: Bag) -> list[Any]:
    """What the step hands on until nothing is under way."""
    found: list[Any] = []
    while bag.elements:
        found += step.collect(bag, Timer())
    return found


@pytest.fixture(autouse=True)
def nothing_begun() -> None:
    Shout.begun.clear()


def test_a_bundle_only_begins_the_work_and_a_timer_collects_it() -> None:
    """What is under way is in the engine's state until it is done."""
    bag, timer = Bag(), Timer()
    with worker() as step:
        step.process((1, "one"), bag, timer)
        step.process((1, "7"), bag, timer)
        assert (bag.elements, timer.times_set) == (["one", "7"], 2)
        found = collected(step, bag)
    aside = [(each.tag, each.value) for each in found if isinstance(each, TaggedOutput)]
    assert aside == [("aside", "7")]
    assert [each for each in found if not isinstance(each, TaggedOutput)] == ["ONE"]


def test_what_comes_twice_meanwhile_is_worked_on_once() -> None:
    bag = Bag()
    with worker() as step:
        step.process((1, "one"), bag, Timer())
        step.process((1, "one"), bag, Timer())
        assert collected(step, bag) == ["ONE"]
    assert Shout.begun == ["one"]


def test_what_a_lost_worker_was_at_is_begun_again_by_another() -> None:
    """The engine hands the state on, and the timer."""
    bag = Bag()
    with worker() as lost:
        lost.process((1, "one"), bag, Timer())
    with worker() as other:
        assert collected(other, bag) == ["ONE"]
    assert Shout.begun == ["one", "one"]


def test_copies_of_a_step_share_what_the_work_uses_and_the_last_closes_it() -> None:
    step = _AcrossBundles(Shout(), itself)
    copies = [copy(step), copy(step)]
    for each in copies:
        each.setup()
    assert Shout.open == 1
    copies[0].teardown()
    assert Shout.open == 1
    copies[1].teardown()
    assert Shout.open == 0


def test_a_bug_in_the_work_ends_the_stream() -> None:
    bag = Bag()
    with worker() as step:
        step.process((1, "bug"), bag, Timer())
        with pytest.raises(ZeroDivisionError):
            collected(step, bag)


def test_a_host_has_one_shard_in_every_process() -> None:
    """Not by ``hash``, which differs from process to process."""
    assert [shard_of("example.org"), shard_of("example.com:8080")] == [31, 32]


def test_looking_is_not_put_off_by_what_comes_meanwhile() -> None:
    """Each element sets the timer anew: to the same moment."""
    moments = {next_look(3600.0) for _ in range(100)}
    assert len(moments) <= 2


def due(place: Place, pulses: int) -> list[Any]:
    return eagerly(FindDue(place.config, None, [FEED], stopped_at(NOW)), range(pulses))


def test_a_feed_under_way_is_not_handed_out_again(place: Place) -> None:
    """It stays due in the store until all that was read from it is safe."""
    assert due(place, pulses=3) == [PollTask(FEED, None)]


def test_a_job_whose_stream_is_over_fails(place: Place) -> None:
    """An engine may go on with it: another stream may hold the store by then."""
    with place.config.open() as store, store.lock():
        assert eagerly(FindDue(place.config, store.lock_holder(), [FEED], stopped_at(NOW)), [0])
        with pytest.raises(StoreError, match="is over"):
            eagerly(FindDue(place.config, "process 1, since long ago", [FEED], stopped_at(NOW)), [0])


def _moves_on_at_the_second(pulse: int, place: Place, moved_on: FeedState) -> int:
    if pulse == 1:
        with place.config.open() as store:
            store.put_feed_states([moved_on])
    return pulse


def test_a_feed_that_is_due_again_by_the_time_it_moved_on_is_handed_out_again(place: Place) -> None:
    """On a busy machine, or with a slow host, its pages may take longer than its interval."""
    moved_on = polled().state.model_copy(update={"last_polled": NOW - timedelta(hours=1), "next_poll": NOW})
    moving = beam.Map(_moves_on_at_the_second, place, moved_on)
    pulses = eagerly(moving | FindDue(place.config, None, [FEED], stopped_at(NOW)), range(3))
    assert pulses == [PollTask(FEED, None), PollTask(FEED, moved_on)]


def test_a_feed_that_moved_on_is_not_due(place: Place) -> None:
    with place.config.open() as store:
        store.put_feed_states([polled().state])
    assert due(place, pulses=1) == []


def test_failed_entries_are_tried_again_when_it_is_time(place: Place) -> None:
    failed = letter(entry(1).id).model_copy(update={"entry": entry(1), "retry_at": NOW - timedelta(minutes=1)})
    with place.config.open() as store:
        store.put_feed_states([polled().state])
        fate = EntryFate(id=entry(1).id, feed_id="f", fate=Fate.DEAD_LETTER, first_seen=NOW)
        store.write_outcomes([Outcome(fate=fate, dead_letter=failed)])
    assert due(place, pulses=2) == [RetryTask(NewEntry(entry(1), 1))]


def test_a_stream_that_is_to_end_begins_nothing(place: Place) -> None:
    """And says that nothing is under way."""
    draining.ask()
    try:
        assert due(place, pulses=1) == []
        assert draining.under_way() == 0
    finally:
        draining.reset()


def manifest(*awaited: FeedEntry) -> FeedManifest:
    return FeedManifest(polled(), read=len(awaited), known=0, deferred=0, awaited=tuple(each.id for each in awaited))


def fate_of(known: FeedEntry, feed: str) -> Outcome:
    return Outcome(fate=EntryFate(id=known.id, feed_id=feed, fate=Fate.NOT_RELEVANT, first_seen=NOW))


@contextmanager
def committing(place: Place, *manifests: FeedManifest) -> Iterator[Callable[[], list[FeedManifest]]]:
    """What gives, at each look, the feeds that are moved on by it."""
    bag, step = Bag(), _CommitAsCompleted(place.config)
    step.setup()
    for each in manifests:
        step.process((1, each), bag, Timer())
    try:
        yield lambda: list(step.commit(bag, Timer()))
    finally:
        step.teardown()


def test_a_feed_moves_on_when_the_store_has_all_of_it(place: Place) -> None:
    """Also where another feed brought an entry first, which was then written as that feed's."""
    with place.config.open() as store, committing(place, manifest(entry(1), entry(2))) as look:
        store.write_outcomes([fate_of(entry(1), "f")])
        assert look() == []
        assert store.feed_states() == {}
        store.write_outcomes([fate_of(entry(2), "another")])
        assert len(look()) == 1
        assert store.feed_states()["f"].etag == '"new"'
        assert look() == []


def test_of_two_polls_the_later_holds(place: Place) -> None:
    """A feed that took longer than a task may is polled a second time."""
    later = manifest()
    state = later.poll.state.model_copy(update={"etag": '"later"', "last_polled": NOW})
    later = replace(later, poll=replace(later.poll, state=state))
    with place.config.open() as store, committing(place, later, manifest()) as look:
        assert look() == [later]
        assert store.feed_states()["f"].etag == '"later"'
