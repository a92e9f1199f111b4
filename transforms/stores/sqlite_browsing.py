"""What looking through the SQLite file asks beyond the contract: every item and event with what it can be selected by, in one go."""
# ruff: noqa: S608 - only our own words are put together; all values are bound.

import json
from collections.abc import Sequence
from typing import Any, Final

from blockwire.schemas import BlockEvent, CensorshipItem
from blockwire.transforms.stores.sqlite_search import TITLE_WEIGHT, match_expression
from blockwire.transforms.stores.sqlite_session import SqliteSession
from blockwire.transforms.text.search_terms import query_terms

Rows = list[tuple[Any, ...]]

MOST_RANKED: Final = 10_000
"""Ranking takes 4 microseconds an item: of 60,000 that have a common word, a quarter of a second."""


class SqliteBrowsing:
    """Reads only. Items and events have numbers here, by which large sets of them are handled."""

    def __init__(self, session: SqliteSession) -> None:
        self._session = session

    def version(self) -> int:
        """Another number whenever somebody else wrote (https://www.sqlite.org/pragma.html#pragma_data_version)."""
        return int(self._session.rows("PRAGMA data_version")[0][0])

    def count_items(self) -> int:
        """How many items there are."""
        return int(self._session.rows("SELECT count(*) FROM items")[0][0])

    def item_times(self, after: int) -> Rows:
        """Number and time (microseconds since 1970) of the items with higher numbers, by number."""
        return self._session.rows("SELECT number, at FROM items WHERE number > ? ORDER BY number", [after])

    def item_terms(self, after: int, last: int) -> Rows:
        """Number of the term, and of the item, for the items in between."""
        return self._session.rows(
            "SELECT term, item FROM item_terms WHERE item > ? AND item <= ? ORDER BY item, term", [after, last]
        )

    def terms(self) -> Rows:
        """Number, kind and value of every term."""
        return self._session.rows("SELECT number, kind, value FROM terms")

    def event_revisions(self) -> tuple[int, int]:
        """Other numbers whenever an event is new or changed: how many there are, and their revisions' sum."""
        count, revisions = self._session.rows("SELECT count(*), total(revision) FROM events")[0]
        return int(count), int(revisions)

    def event_times(self) -> Rows:
        """Number, and time of the last report, of the events that are no part of another."""
        return self._session.rows("SELECT rowid, until FROM events WHERE NOT merged ORDER BY rowid")

    def event_terms(self) -> Rows:
        """Kind and value of a term, and the number of its event."""
        return self._session.rows(
            "SELECT kind, value, events.rowid FROM event_terms JOIN events ON events.id = event WHERE kind <> 'article'"
        )

    def items_with(self, words: str, *, ranked: bool) -> list[int]:
        """The numbers of the items with these words.

        Args:
            words: as a person types them.
            ranked: best match first, of the newest ``MOST_RANKED``, and the older ones after them; else in no order.
        """
        match = match_expression(query_terms(words))
        if not match:
            return []
        sql = "SELECT json_group_array(rowid) FROM item_words WHERE item_words MATCH ?"
        numbers: list[int] = json.loads(self._session.rows(sql, [match])[0][0])
        return self._best_first(match, sorted(numbers, reverse=True)) if ranked and numbers else numbers

    def _best_first(self, match: str, falling: list[int]) -> list[int]:
        newest = falling[:MOST_RANKED]
        ranked = self._session.rows(
            "SELECT rowid FROM item_words WHERE item_words MATCH ? AND rowid >= ?"
            f" ORDER BY bm25(item_words, {TITLE_WEIGHT}, 1.0, 1.0), rowid DESC",
            [match, newest[-1]],
        )
        return [row[0] for row in ranked] + falling[MOST_RANKED:]

    def events_with(self, words: str) -> list[int]:
        """The numbers of the events that an article with these words is evidence of."""
        match = match_expression(query_terms(words))
        if not match:
            return []
        rows = self._session.rows(
            "SELECT DISTINCT events.rowid FROM item_words JOIN items ON items.number = item_words.rowid"
            " JOIN event_terms ON event_terms.kind = 'article' AND event_terms.value = items.id"
            " JOIN events ON events.id = event_terms.event WHERE item_words MATCH ?",
            [match],
        )
        return [row[0] for row in rows]

    def items(self, numbers: Sequence[int]) -> list[CensorshipItem]:
        """The items of these numbers, in their order."""
        return [
            CensorshipItem.model_validate_json(record) for record in self._records("item_records", "number", numbers)
        ]

    def events(self, numbers: Sequence[int]) -> list[BlockEvent]:
        """The events of these numbers, in their order."""
        return [BlockEvent.model_validate_json(record) for record in self._records("events", "rowid", numbers)]

    def _records(self, table: str, key: str, numbers: Sequence[int]) -> list[str]:
        sql = f"SELECT {key}, record FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))"
        records = dict(self._session.rows(sql, [json.dumps(numbers)]))
        return [records[number] for number in numbers if number in records]
