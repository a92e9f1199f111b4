"""The store as a reader asks it: items and events by words, facets and days, with counts, always of what is there now."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from blockwire.schemas import BlockEvent, CensorshipItem
from blockwire.schemas.base import Record
from blockwire.transforms.browse.asking import EVENT_FACETS, ITEM_FACETS, PAGE_SIZE, Asked, Order
from blockwire.transforms.browse.facets import Conditions, FacetIndex, Matches
from blockwire.transforms.stores.sqlite_browsing import Rows, SqliteBrowsing
from blockwire.transforms.stores.sqlite_search import microseconds

R = TypeVar("R", bound=Record)
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Found(Generic[R]):
    """What a question came to."""

    records: Sequence[R]
    """Of the page."""
    count: int
    """Of all pages."""
    facets: Mapping[str, Sequence[tuple[str, int]]]
    """By the name in addresses: values with their numbers, the commonest first."""
    days: Sequence[tuple[int, int]]
    """Days since 1970 with something on them, and how many."""

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.count // PAGE_SIZE))


class Wire:
    """Answers questions about a store that is open. Several threads may ask."""

    def __init__(self, browsing: SqliteBrowsing) -> None:
        self._browsing = browsing
        self._turn = threading.Lock()
        self._version: int | None = None
        self._newest_terms: Rows = []
        """Of the newest item: judged anew, it keeps its number."""
        self._revisions = (0, 0)
        self._items = FacetIndex(tuple(ITEM_FACETS.values()))
        self._events = FacetIndex(tuple(EVENT_FACETS.values()))

    def items(self, asked: Asked) -> Found[CensorshipItem]:
        """A page of items."""
        return _found(self._matching_items(asked), ITEM_FACETS, self._browsing.items, asked)

    def each_item(self, asked: Asked) -> Iterator[CensorshipItem]:
        """The items of all pages, read as they are asked for."""
        return _each(self._matching_items(asked), self._browsing.items)

    def events(self, asked: Asked) -> Found[BlockEvent]:
        """A page of events, the one reported on last first; words are looked for in the articles about them."""
        return _found(self._matching_events(asked), EVENT_FACETS, self._browsing.events, asked)

    def each_event(self, asked: Asked) -> Iterator[BlockEvent]:
        """The events of all pages, read as they are asked for."""
        return _each(self._matching_events(asked), self._browsing.events)

    def _matching_items(self, asked: Asked) -> Matches:
        self.refresh()
        ranked = bool(asked.words) and asked.order is Order.BEST
        numbers = self._browsing.items_with(asked.words, ranked=ranked) if asked.words else None
        return self._items.find(replace(_conditions(asked, numbers, ITEM_FACETS), ranked=ranked))

    def _matching_events(self, asked: Asked) -> Matches:
        self.refresh()
        numbers = self._browsing.events_with(asked.words) if asked.words else None
        return self._events.find(_conditions(asked, numbers, EVENT_FACETS))

    def refresh(self) -> None:
        """Takes in what was written since the last time. Nothing is read where nothing was."""
        with self._turn:
            version = self._browsing.version()
            if version == self._version:
                return
            self._items = self._current_items()
            self._events = self._current_events()
            self._version = version

    def _current_items(self) -> FacetIndex:
        """Rounds only add items. Where one was judged anew, which gives it the next number, everything is read anew."""
        before = self._items
        times = self._browsing.item_times(before.last)
        one_is_gone = len(before) + len(times) != self._browsing.count_items()
        if one_is_gone or self._browsing.item_terms(before.last - 1, before.last) != self._newest_terms:
            before = FacetIndex(tuple(ITEM_FACETS.values()))
            times = self._browsing.item_times(0)
        last = times[-1][0] if times else before.last
        self._newest_terms = self._browsing.item_terms(last - 1, last)
        return before.extended(times, self._browsing.item_terms(before.last, last), self._browsing.terms())

    def _current_events(self) -> FacetIndex:
        """Events change in all their values, and are few: read anew after a round has grouped, not whenever it wrote."""
        revisions = self._browsing.event_revisions()
        if revisions == self._revisions:
            return self._events
        self._revisions = revisions
        times = self._browsing.event_times()
        there = {number for number, _ in times}
        rows = [row for row in self._browsing.event_terms() if row[2] in there]
        numbers = {term: number for number, term in enumerate(dict.fromkeys(row[:2] for row in rows))}
        pairs = [(numbers[row[:2]], row[2]) for row in rows]
        terms = [(number, *term) for term, number in numbers.items()]
        return FacetIndex(tuple(EVENT_FACETS.values())).extended(times, pairs, terms)


def _conditions(asked: Asked, numbers: Sequence[int] | None, facets: Mapping[str, str]) -> Conditions:
    return Conditions(
        numbers,
        chosen={facets[name]: values for name, values in asked.chosen.items() if name in facets},
        since=None if asked.start is None else microseconds(asked.start),
        until=None if asked.end is None else microseconds(asked.end),
    )


def _found(
    matches: Matches, facets: Mapping[str, str], read: Callable[[Sequence[int]], list[R]], asked: Asked
) -> Found[R]:
    start = (asked.page - 1) * PAGE_SIZE
    records = read(matches.numbers[start : start + PAGE_SIZE].tolist())
    counts = {name: matches.counts[kind] for name, kind in facets.items()}
    return Found(records, len(matches.numbers), counts, matches.days)


def _each(matches: Matches, read: Callable[[Sequence[int]], list[R]]) -> Iterator[R]:
    for start in range(0, len(matches.numbers), _AT_ONCE):
        yield from read(matches.numbers[start : start + _AT_ONCE].tolist())
