"""Events, reports and corrections in the SQLite file."""
# ruff: noqa: S608 - only our own words are put together; all values are bound.

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from blockwire.schemas import BlockEvent, CensorshipItem, Correction, Report
from blockwire.transforms.near_duplicates import bands
from blockwire.transforms.stores.contract import StoreError
from blockwire.transforms.stores.event_contract import EventQuery, Regrouping
from blockwire.transforms.stores.event_terms import event_terms, first_report, last_report
from blockwire.transforms.stores.sqlite_search import Selection, microseconds
from blockwire.transforms.stores.sqlite_session import SqliteSession

_AT_ONCE = 200
_AMONG = "IN (SELECT value FROM json_each(?))"


class SqliteEvents:
    """Holds to the ``EventStore`` contract."""

    def __init__(self, session: SqliteSession) -> None:
        self._session = session

    def get(self, event_id: str) -> BlockEvent | None:
        """By a range over the ids."""
        rows = self._session.rows(
            "SELECT id, record FROM events WHERE id >= ? AND id < ? ORDER BY id LIMIT 2",
            [event_id, f"{event_id}\U0010ffff"],
        )
        if len(rows) > 1 and rows[0][0] != event_id:
            raise StoreError(f"several events begin with {event_id!r}: give more of the id")
        return BlockEvent.model_validate_json(rows[0][1]) if rows else None

    def find(self, query: EventQuery) -> Iterator[BlockEvent]:
        """The order is fixed at the first; the records are read as they are asked for."""
        chosen = _chosen(query)
        limit = -1 if query.limit is None else max(query.limit, 0)
        sql = f"SELECT id FROM events{chosen.where} ORDER BY until DESC, id LIMIT ?"
        return self._read([row[0] for row in self._session.rows(sql, [*chosen.values, limit])])

    def of_articles(self, article_ids: Collection[str]) -> list[BlockEvent]:
        """By the terms of events; an article of a merged event leads to where it is now."""
        rows = self._session.rows(
            f"SELECT DISTINCT event FROM event_terms JOIN events ON events.id = event"
            f" WHERE kind = 'article' AND value {_AMONG} AND NOT merged ORDER BY event",
            [json.dumps(sorted(article_ids))],
        )
        return list(self._read([row[0] for row in rows]))

    def undecided(self) -> Iterator[BlockEvent]:
        """By an index of just these."""
        return self._read(
            [row[0] for row in self._session.rows("SELECT id FROM events WHERE revision > decided ORDER BY id")]
        )

    def decided(self, revisions: Mapping[str, int]) -> None:
        """Only ever upwards, all in one transaction."""
        with self._session.transaction() as connection:
            connection.executemany(
                "UPDATE events SET decided = max(decided, ?) WHERE id = ?",
                [(revision, event_id) for event_id, revision in revisions.items()],
            )

    def _read(self, ids: list[str]) -> Iterator[BlockEvent]:
        for start in range(0, len(ids), _AT_ONCE):
            wanted = ids[start : start + _AT_ONCE]
            records = dict(self._session.rows(f"SELECT id, record FROM events WHERE id {_AMONG}", [json.dumps(wanted)]))
            for one in wanted:
                yield BlockEvent.model_validate_json(records[one])

    def ungrouped(self, limit: int) -> list[CensorshipItem]:
        """From the queue that indexing fills."""
        rows = self._session.rows(
            "SELECT record FROM ungrouped JOIN items ON items.number = item JOIN item_records USING (number)"
            " ORDER BY at, items.id LIMIT ?",
            [limit],
        )
        return [CensorshipItem.model_validate_json(record) for (record,) in rows]

    def reports(self, keys: Collection[str], since: datetime, until: datetime) -> list[Report]:
        """By an index over key and time."""
        return self._reports(
            f"number IN (SELECT report FROM report_keys WHERE key {_AMONG} AND at BETWEEN ? AND ?)",
            json.dumps(sorted(keys)),
            microseconds(since),
            microseconds(until),
        )

    def reports_of(self, article_ids: Collection[str]) -> list[Report]:
        """By id."""
        return self._reports(f"id {_AMONG}", json.dumps(sorted(article_ids)))

    def look_alikes(self, bands: Collection[str]) -> list[Report]:
        """By an index over the bands."""
        return self._reports(
            f"number IN (SELECT report FROM report_bands WHERE band {_AMONG})", json.dumps(sorted(bands))
        )

    def _reports(self, condition: str, *values: object) -> list[Report]:
        rows = self._session.rows(f"SELECT record FROM reports WHERE {condition} ORDER BY id", values)
        return [Report.model_validate_json(record) for (record,) in rows]

    def regroup(self, found: Regrouping) -> None:
        """All in one transaction."""
        with self._session.transaction() as connection:
            for event in found.events:
                self._put_event(connection, event)
            for report in found.reports:
                self._put_report(connection, report)

    def _put_event(self, connection: sqlite3.Connection, event: BlockEvent) -> None:
        written = connection.execute(
            "INSERT INTO events (id, since, until, revision, merged, record) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET since = excluded.since, until = excluded.until, revision = excluded.revision,"
            " merged = excluded.merged, record = excluded.record WHERE excluded.revision > revision",
            [
                event.id,
                microseconds(first_report(event)),
                microseconds(last_report(event)),
                event.revision,
                event.merged_into is not None,
                self._session.to_json(event),
            ],
        )
        if written.rowcount:
            connection.execute("DELETE FROM event_terms WHERE event = ?", [event.id])
            connection.executemany(
                "INSERT INTO event_terms (kind, value, event) VALUES (?, ?, ?)",
                [(kind, value, event.id) for kind, value in sorted(event_terms(event))],
            )

    def _put_report(self, connection: sqlite3.Connection, report: Report) -> None:
        (number,) = connection.execute(
            "INSERT INTO reports (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record"
            " RETURNING number",
            [report.article_id, self._session.to_json(report)],
        ).fetchone()
        connection.execute("DELETE FROM report_keys WHERE report = ?", [number])
        connection.execute("DELETE FROM report_bands WHERE report = ?", [number])
        at = microseconds(report.at)
        connection.executemany(
            "INSERT INTO report_keys (key, at, report) VALUES (?, ?, ?)", [(key, at, number) for key in report.keys]
        )
        connection.executemany(
            "INSERT INTO report_bands (band, report) VALUES (?, ?)",
            [(band, number) for band in bands(report.signature)],
        )
        connection.execute(
            "UPDATE item_records SET record = json_set(record, '$.duplicate_of', ?)"
            " WHERE number = (SELECT number FROM items WHERE id = ?)"
            " AND json_extract(record, '$.duplicate_of') IS NOT ?",
            [report.duplicate_of, report.article_id, report.duplicate_of],
        )
        connection.execute(
            "DELETE FROM ungrouped WHERE item = (SELECT number FROM items WHERE id = ?)", [report.article_id]
        )

    def correct(self, correction: Correction) -> None:
        """Numbered as they come."""
        with self._session.transaction() as connection:
            connection.execute(
                "INSERT INTO corrections (id, record) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                [correction.id, self._session.to_json(correction)],
            )

    def corrections(self) -> list[Correction]:
        """All at once: there are few."""
        rows = self._session.rows("SELECT record FROM corrections ORDER BY number")
        return [Correction.model_validate_json(record) for (record,) in rows]


def _chosen(query: EventQuery) -> Selection:
    chosen = Selection()
    chosen.add("NOT merged")
    for kind, values in (
        ("country", query.countries),
        ("measure", query.measures),
        ("target", query.targets),
        ("status", query.statuses),
        ("severity", query.severities),
    ):
        if values:
            chosen.add(
                f"id IN (SELECT event FROM event_terms WHERE kind = ? AND value IN ({', '.join('?' * len(values))}))",
                kind,
                *values,
            )
    if query.since is not None:
        chosen.add("until >= ?", microseconds(query.since))
    if query.until is not None:
        chosen.add("since <= ?", microseconds(query.until))
    return chosen
