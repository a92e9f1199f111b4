"""Says, again and again, which feeds are due and which failed entries are to be tried again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.pvalue import PCollection
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from blockwire.schemas import DeadLetter, Feed
from blockwire.transforms import draining
from blockwire.transforms.clock import Clock, utc_now
from blockwire.transforms.elements import NewEntry, PollTask, RetryTask, Task, name_of_task
from blockwire.transforms.feeds.schedule import is_due
from blockwire.transforms.packed import Packed
from blockwire.transforms.stores.contract import DeadLetterQuery, Store, StoreConfig, StoreError

LOST_AFTER = timedelta(hours=1)
"""A task that did not come to its end by then is handed out again. Hosts may well want that long for a feed's pages."""


class FindDue(beam.PTransform[PCollection[Any], PCollection[Task]]):
    """PCollection[pulse] -> PCollection[Task]: at each pulse what is due by now and not under way.

    What is due is in the store: a feed moves on there when all that was read from it is safe, a failed entry when it was tried again. So
    whatever a killed stream had under way is due once more when the next one starts.

    An engine may go on with a job whose stream was killed. Such a job fails at its next pulse, so that two never work on one store.

    Args:
        store: states of feeds, and dead letters.
        holder: who held the store's lock when the stream began, and has to hold it still.
        feeds: the catalogue.
        clock: tells the time.
    """

    def __init__(self, store: StoreConfig, holder: str | None, feeds: Iterable[Feed], clock: Clock = utc_now) -> None:
        super().__init__()
        self._do_fn = _FindDue(store, holder, Packed.of(tuple(feeds)), clock)

    def expand(self, pulses: PCollection[Any]) -> PCollection[Task]:
        """Looks, in one place."""
        tasks: PCollection[Task] = (
            pulses
            | "In one place" >> beam.WithKeys("").with_output_types(tuple[str, Any])
            | "Look" >> beam.ParDo(self._do_fn).with_output_types(Task)
        )
        return tasks


class _FindDue(beam.DoFn):
    HANDED_OUT = ReadModifyWriteStateSpec("handed_out", PickleCoder())
    """When each task that is under way was handed out, by its name."""

    def __init__(self, config: StoreConfig, holder: str | None, feeds: Packed[tuple[Feed, ...]], clock: Clock) -> None:
        self._config = config
        self._holder = holder
        self._packed = feeds
        self._clock = clock

    def setup(self) -> None:
        self._store = self._config.open()
        self._feeds = self._packed.unpacked()

    def process(self, element: tuple[str, Any], handed_out: Any = beam.DoFn.StateParam(HANDED_OUT)) -> Iterator[Task]:
        holder = self._store.lock_holder()
        if holder != self._holder:
            raise StoreError(
                f"the stream of {self._holder} is over, and this job with it; the store is held by {holder or 'nobody'}"
            )
        now = self._clock()
        due = {name_of_task(task): task for task in due_tasks(self._feeds, self._store, now)}
        before: dict[str, datetime] = handed_out.read() or {}
        under_way = {name: at for name, at in before.items() if name in due and now - at < LOST_AFTER}
        draining.tell(len(under_way))
        new = [] if draining.asked() else [name for name in due if name not in under_way]
        handed_out.write(under_way | dict.fromkeys(new, now))
        yield from (due[name] for name in new)

    def teardown(self) -> None:
        self._store.close()


def due_tasks(feeds: Sequence[Feed], store: Store, now: datetime) -> list[Task]:
    """The feeds that are due, and the dead letters of theirs that are due to be tried again."""
    states = store.feed_states()
    polls = [PollTask(feed, states.get(feed.id)) for feed in feeds if is_due(feed, states.get(feed.id), now)]
    return [*polls, *due_retries(feeds, store, now)]


def due_retries(feeds: Iterable[Feed], store: Store, now: datetime) -> list[RetryTask]:
    """The entries of the feeds' dead letters that are due to be tried again."""
    ids = {feed.id for feed in feeds}
    return retries_of(letter for letter in store.dead_letters(DeadLetterQuery(due_before=now)) if letter.feed_id in ids)


def retries_of(letters: Iterable[DeadLetter]) -> list[RetryTask]:
    """The entries of dead letters, to try again."""
    return [RetryTask(NewEntry(letter.entry, letter.attempts)) for letter in letters if letter.entry]
