"""Alerts in the SQLite file."""
# ruff: noqa: S608 - only our own words are put together; all values are bound.

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from blockwire.schemas import Alert, ChannelState
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.sqlite_search import Selection, microseconds
from blockwire.transforms.stores.sqlite_session import SqliteSession

_COLUMNS = "id, channel, event, state, due, created, record"


class SqliteAlerts:
    """Holds to the ``AlertStore`` contract."""

    def __init__(self, session: SqliteSession) -> None:
        self._session = session

    def add(self, alerts: Sequence[Alert]) -> None:
        """All in one transaction."""
        self._insert("INSERT OR IGNORE", alerts)

    def put(self, alerts: Sequence[Alert]) -> None:
        """All in one transaction."""
        self._insert("INSERT OR REPLACE", alerts)

    def _insert(self, how: str, alerts: Sequence[Alert]) -> None:
        rows = [
            (
                alert.id,
                alert.channel,
                alert.event_id,
                alert.state.value,
                microseconds(alert.due),
                microseconds(alert.created),
                self._session.to_json(alert),
            )
            for alert in alerts
        ]
        with self._session.transaction() as connection:
            connection.executemany(f"{how} INTO alerts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def get(self, ids: Sequence[str]) -> dict[str, Alert]:
        """One look-up for all."""
        rows = self._session.rows(
            "SELECT id, record FROM alerts WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(list(ids))]
        )
        return {key: Alert.model_validate_json(record) for key, record in rows}

    def find(self, query: AlertQuery) -> Iterator[Alert]:
        """All at once: there are few."""
        chosen = Selection()
        if query.begins:
            chosen.add("id >= ? AND id < ?", query.begins, f"{query.begins}\U0010ffff")
        chosen.add_choice("channel", query.channels)
        chosen.add_choice("event", query.events)
        chosen.add_choice("state", [state.value for state in query.states])
        if query.due_by is not None:
            chosen.add("due <= ?", microseconds(query.due_by))
        if query.since is not None:
            chosen.add("created >= ?", microseconds(query.since))
        limit = -1 if query.limit is None else max(query.limit, 0)
        sql = f"SELECT record FROM alerts{chosen.where} ORDER BY created DESC, id LIMIT ?"
        for (record,) in self._session.rows(sql, [*chosen.values, limit]):
            yield Alert.model_validate_json(record)

    def channel_since(self, channel: str, now: datetime) -> datetime:
        """Kept at the first asking."""
        new = self._session.to_json(ChannelState(channel=channel, since=now))
        with self._session.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO channels (id, record) VALUES (?, ?)", [channel, new])
            (record,) = connection.execute("SELECT record FROM channels WHERE id = ?", [channel]).fetchone()
        return ChannelState.model_validate_json(record).since
