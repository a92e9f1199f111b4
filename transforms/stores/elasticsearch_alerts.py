"""Alerts in Elasticsearch."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from blockwire.schemas import Alert, ChannelState
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.alert_documents import ALERTS, CHANNELS
from blockwire.transforms.stores.elasticsearch_search import NEWEST_FIRST
from blockwire.transforms.stores.elasticsearch_session import ElasticsearchSession


class ElasticsearchAlerts:
    """Holds to the ``AlertStore`` contract."""

    def __init__(self, session: ElasticsearchSession) -> None:
        self._session = session

    def add(self, alerts: Sequence[Alert]) -> None:
        """What is there refuses to be created again."""
        self._session.must(self._session.put([self._session.action("create", ALERTS, alert) for alert in alerts]))

    def put(self, alerts: Sequence[Alert]) -> None:
        """By id."""
        self._session.must(self._session.put([self._session.action("index", ALERTS, alert) for alert in alerts]))

    def get(self, ids: Sequence[str]) -> dict[str, Alert]:
        """By id, which sees writes at once."""
        return self._session.get(ALERTS, ids)

    def find(self, query: AlertQuery) -> Iterator[Alert]:
        """Page by page, as of one point in time."""
        found = self._session.search("alerts", _asked(query), NEWEST_FIRST, query.limit)
        return map(ALERTS.to_record, found)

    def channel_since(self, channel: str, now: datetime) -> datetime:
        """Kept at the first asking."""
        new = ChannelState(channel=channel, since=now)
        there = self._session.get(CHANNELS, [channel])
        if channel not in there:
            self._session.must(self._session.put([self._session.action("create", CHANNELS, new)]))
        return there.get(channel, new).since


def _asked(query: AlertQuery) -> dict[str, Any]:
    filters: list[dict[str, Any]] = []
    if query.begins:
        filters.append({"prefix": {"event.id": query.begins}})
    for field, values in (
        ("alert.channel", query.channels),
        ("alert.event_id", query.events),
        ("alert.state", query.states),
    ):
        if values:
            filters.append({"terms": {field: list(values)}})
    if query.due_by is not None:
        filters.append({"range": {"alert.due": {"lte": query.due_by.isoformat()}}})
    if query.since is not None:
        filters.append({"range": {"event.created": {"gte": query.since.isoformat()}}})
    return {"bool": {"filter": filters}} if filters else {"match_all": {}}
