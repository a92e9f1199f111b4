"""The embedded store: one SQLite file with full-text search, no server."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from blockwire.schemas import (
    CensorshipItem,
    DeadLetter,
    EntryFate,
    Fate,
    FeedState,
    Outcome,
    RoundSummary,
)
from blockwire.schemas.ids import dead_letter_id
from blockwire.transforms.stores import sqlite_search
from blockwire.transforms.stores.alert_contract import AlertStore
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery, Receipt, StoreError, Written
from blockwire.transforms.stores.event_contract import EventStore
from blockwire.transforms.stores.outcomes import (
    MAX_DOCUMENT_BYTES,
    ended_anew,
    failed_again,
    item_time,
    receipt,
    refused,
)
from blockwire.transforms.stores.round_lock import lock_holder, round_lock
from blockwire.transforms.stores.sqlite_alerts import SqliteAlerts
from blockwire.transforms.stores.sqlite_browsing import SqliteBrowsing
from blockwire.transforms.stores.sqlite_events import SqliteEvents
from blockwire.transforms.stores.sqlite_search import microseconds
from blockwire.transforms.stores.sqlite_session import SqliteSession, TooLong

_ROWS_AT_ONCE = 200


class SqliteStore:
    """Holds to the ``Store`` contract on one file, which several processes may use at once.

    It may be pickled before it is entered, and used by several threads after.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        busy_timeout_s: float = 30.0,
        max_document_bytes: int = MAX_DOCUMENT_BYTES,
        read_only: bool = False,
    ) -> None:
        """
        Args:
            path: the file; it and its folders are made where missing.
            busy_timeout_s: how long to wait for another process that writes.
            max_document_bytes: a longer record, as JSON, is refused.
            read_only: only look at a file that is there; whatever writes fails.
        """
        self.path = Path(path)
        self._session = SqliteSession(self.path, busy_timeout_s, max_document_bytes, read_only=read_only)

    def __enter__(self) -> Self:
        self._session.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; what was written is safe before."""
        self._session.close()

    @property
    def events(self) -> EventStore:
        """In tables of the same file."""
        return SqliteEvents(self._session)

    @property
    def alerts(self) -> AlertStore:
        """In tables of the same file."""
        return SqliteAlerts(self._session)

    @property
    def browsing(self) -> SqliteBrowsing:
        """What only ``blockwire browse`` asks."""
        return SqliteBrowsing(self._session)

    def lock(self) -> AbstractContextManager[None]:
        """A ``flock`` on the file of this name with ``.lock`` added."""
        return round_lock(self._lock_file)

    def lock_holder(self) -> str | None:
        """Read from that file."""
        return lock_holder(self._lock_file)

    @property
    def _lock_file(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")

    def known(self, entry_ids: Sequence[str]) -> set[str]:
        """One look-up for all."""
        sql = "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._session.rows(sql, [json.dumps(entry_ids)])}

    def write_outcomes(self, outcomes: Sequence[Outcome]) -> list[Receipt]:
        """All in one transaction."""
        with self._session.transaction() as connection:
            return [self._write(connection, outcome) for outcome in outcomes]

    def _write(self, connection: sqlite3.Connection, outcome: Outcome) -> Receipt:
        before = self._fate(connection, outcome.fate.id)
        if before is not None and before.fate is not Fate.DEAD_LETTER:
            return receipt(before, Written.KNOWN)
        try:
            if outcome.item is not None:
                self._create_item(connection, outcome.item)
            return self._end(connection, outcome, before)
        except TooLong as error:
            return self._end(connection, refused(outcome, "too_long", str(error)), before)

    def _end(self, connection: sqlite3.Connection, outcome: Outcome, before: EntryFate | None) -> Receipt:
        fate = outcome.fate if before is None else ended_anew(before, outcome.fate)
        record = self._session.to_json(fate)
        if outcome.dead_letter is None:
            connection.execute("DELETE FROM dead_letters WHERE id = ?", [dead_letter_id(fate.id)])
        elif not self._put_dead_letter(connection, outcome.dead_letter) and before is not None:
            return receipt(before, Written.KNOWN)
        self._put_fate(connection, fate, record)
        return receipt(fate, Written.CREATED)

    def _put_fate(self, connection: sqlite3.Connection, fate: EntryFate, record: str) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO entries (id, feed_id, fate, record) VALUES (?, ?, ?, ?)",
            [fate.id, fate.feed_id, fate.fate.value, record],
        )

    def _fate(self, connection: sqlite3.Connection, entry_id: str) -> EntryFate | None:
        row = connection.execute("SELECT record FROM entries WHERE id = ?", [entry_id]).fetchone()
        return None if row is None else EntryFate.model_validate_json(row[0])

    def _create_item(self, connection: sqlite3.Connection, item: CensorshipItem) -> None:
        record = self._session.to_json(item)
        at = microseconds(item_time(item))
        inserted = connection.execute(
            "INSERT INTO items (id, at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING RETURNING number", [item.id, at]
        ).fetchone()
        if inserted is None:
            return
        (number,) = inserted
        connection.execute("INSERT INTO item_records (number, record) VALUES (?, ?)", [number, record])
        connection.execute(
            "INSERT INTO item_words (rowid, title, text, lemmas) VALUES (?, ?, ?, ?)",
            [number, item.title, item.text, item.lemmas],
        )
        connection.execute("INSERT INTO ungrouped (item) VALUES (?)", [number])
        terms = sorted(sqlite_search.item_terms(item))
        connection.executemany("INSERT OR IGNORE INTO terms (kind, value) VALUES (?, ?)", terms)
        connection.executemany(
            "INSERT OR IGNORE INTO item_terms (term, at, item)"
            " VALUES ((SELECT number FROM terms WHERE kind = ? AND value = ?), ?, ?)",
            [(*term, at, number) for term in terms],
        )

    def rewrite(self, outcomes: Sequence[Outcome]) -> None:
        """All in one transaction."""
        with self._session.transaction() as connection:
            for outcome in outcomes:
                fate = outcome.fate
                if fate.article_id is not None:
                    self._remove_item(connection, fate.article_id)
                try:
                    if outcome.item is not None:
                        self._create_item(connection, outcome.item)
                    self._put_fate(connection, fate, self._session.to_json(fate))
                    if outcome.dead_letter is not None:
                        self._put_dead_letter(connection, outcome.dead_letter)
                except TooLong as error:
                    raise StoreError(f"{fate.url}: {error}") from error

    def _remove_item(self, connection: sqlite3.Connection, item_id: str) -> None:
        row = connection.execute(
            "SELECT number, record FROM items JOIN item_records USING (number) WHERE id = ?", [item_id]
        ).fetchone()
        if row is None:
            return
        item = CensorshipItem.model_validate_json(row[1])
        # The index of words holds no texts: it has to be told what to take out.
        connection.execute(
            "INSERT INTO item_words (item_words, rowid, title, text, lemmas) VALUES ('delete', ?, ?, ?, ?)",
            [row[0], item.title, item.text, item.lemmas],
        )
        for table, key in (
            ("item_terms", "item"),
            ("ungrouped", "item"),
            ("item_records", "number"),
            ("items", "number"),
        ):
            connection.execute(f"DELETE FROM {table} WHERE {key} = ?", [row[0]])  # noqa: S608 - our own words

    def _put_dead_letter(self, connection: sqlite3.Connection, letter: DeadLetter) -> bool:
        row = connection.execute("SELECT record FROM dead_letters WHERE id = ?", [letter.id]).fetchone()
        if row is not None:
            before = DeadLetter.model_validate_json(row[0])
            letter = failed_again(before, letter)
            if letter == before:
                return False
        connection.execute(
            "INSERT OR REPLACE INTO dead_letters (id, stage, reason, feed_id, last_failed, retry_at, record)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                letter.id,
                letter.stage.value,
                letter.reason,
                letter.feed_id,
                microseconds(letter.last_failed),
                None if letter.retry_at is None else microseconds(letter.retry_at),
                self._session.to_json(letter),
            ],
        )
        return True

    def feed_states(self) -> dict[str, FeedState]:
        """In the order of their ids."""
        rows = self._session.rows("SELECT feed_id, record FROM feed_states ORDER BY feed_id")
        return {feed_id: FeedState.model_validate_json(record) for feed_id, record in rows}

    def put_feed_states(self, states: Iterable[FeedState]) -> None:
        """All or none."""
        rows = [(state.feed_id, self._session.to_json(state)) for state in states]
        with self._session.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO feed_states (feed_id, record) VALUES (?, ?)", rows)

    def put_feed_dead_letters(self, letters: Iterable[DeadLetter], recovered: Iterable[str]) -> None:
        """All or none."""
        with self._session.transaction() as connection:
            for letter in letters:
                self._put_dead_letter(connection, letter)
            connection.executemany(
                "DELETE FROM dead_letters WHERE id = ?", [(dead_letter_id(feed),) for feed in recovered]
            )

    def item(self, item_id: str) -> CensorshipItem | None:
        """By a range over the ids."""
        rows = self._session.rows(
            "SELECT id, record FROM items JOIN item_records USING (number) WHERE id >= ? AND id < ? ORDER BY id LIMIT 2",
            [item_id, f"{item_id}\U0010ffff"],
        )
        if len(rows) > 1 and rows[0][0] != item_id:
            raise StoreError(f"several items begin with {item_id!r}: give more of the id")
        return CensorshipItem.model_validate_json(rows[0][1]) if rows else None

    def items(self, query: ItemQuery) -> Iterator[CensorshipItem]:
        """The order is fixed at the first; the records are read as they are asked for."""
        sql, values = sqlite_search.select_items(query)
        numbers = [row[0] for row in self._session.rows(f"{sql} LIMIT ?", [*values, max(query.limit, 0)])]
        for start in range(0, len(numbers), _ROWS_AT_ONCE):
            wanted = numbers[start : start + _ROWS_AT_ONCE]
            rows = self._session.rows(
                "SELECT number, record FROM item_records WHERE number IN (SELECT value FROM json_each(?))",
                [json.dumps(wanted)],
            )
            records = dict(rows)
            for number in wanted:
                yield CensorshipItem.model_validate_json(records[number])

    def count_items(self, query: ItemQuery) -> int:
        """Counts in the indices."""
        sql, values = sqlite_search.count_items(query)
        return int(self._session.rows(sql, values)[0][0])

    def fates(self, feed: str | None = None) -> Iterator[EntryFate]:
        """In pages, so that others may write in between."""
        last = ""
        while rows := self._session.rows(
            "SELECT id, record FROM entries WHERE id > ? AND (?2 IS NULL OR feed_id = ?2) ORDER BY id LIMIT ?3",
            [last, feed, _ROWS_AT_ONCE],
        ):
            for _, record in rows:
                yield EntryFate.model_validate_json(record)
            last = rows[-1][0]

    def dead_letters(self, query: DeadLetterQuery) -> Iterator[DeadLetter]:
        """All at once: there are few."""
        for (record,) in self._session.rows(*sqlite_search.select_dead_letters(query)):
            yield DeadLetter.model_validate_json(record)

    def drop_dead_letters(self, ids: Sequence[str]) -> int:
        """The fates of their entries stay."""
        with self._session.transaction() as connection:
            sql = "DELETE FROM dead_letters WHERE id IN (SELECT value FROM json_each(?))"
            return connection.execute(sql, [json.dumps(ids)]).rowcount

    def put_round(self, summary: RoundSummary) -> None:
        """Replaces one of the same id."""
        with self._session.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO rounds (id, started, record) VALUES (?, ?, ?)",
                [summary.id, microseconds(summary.started), self._session.to_json(summary)],
            )

    def rounds(self, limit: int = 10) -> list[RoundSummary]:
        """By the time they started."""
        rows = self._session.rows("SELECT record FROM rounds ORDER BY started DESC, id LIMIT ?", [max(limit, 0)])
        return [RoundSummary.model_validate_json(record) for (record,) in rows]

    def round(self, round_id: str) -> RoundSummary | None:
        """By its key."""
        rows = self._session.rows("SELECT record FROM rounds WHERE id = ?", [round_id])
        return next((RoundSummary.model_validate_json(record) for (record,) in rows), None)
