"""Events, reports and corrections in Elasticsearch."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from blockwire.schemas import BlockEvent, CensorshipItem, Correction, Report
from blockwire.transforms.elasticsearch.bulk import Action
from blockwire.transforms.stores.contract import StoreError
from blockwire.transforms.stores.documents import ITEMS, Document
from blockwire.transforms.stores.elasticsearch_search import BY_ID, NEWEST_FIRST
from blockwire.transforms.stores.elasticsearch_session import ElasticsearchSession
from blockwire.transforms.stores.event_contract import EventQuery, Regrouping
from blockwire.transforms.stores.event_documents import CORRECTIONS, EVENTS, REPORTS

OLDEST_FIRST = ({"@timestamp": "asc"}, {"event.id": "asc"})
_REMOVED = "document_missing_exception"
_TERMS_AT_ONCE = 10_000
"""Of one query; a server takes 65,536."""


class ElasticsearchEvents:
    """Holds to the ``EventStore`` contract."""

    def __init__(self, session: ElasticsearchSession) -> None:
        self._session = session

    def get(self, event_id: str) -> BlockEvent | None:
        """By id, or else by a search for its beginning."""
        exact = self._session.get(EVENTS, [event_id]) if event_id else {}
        if exact:
            return exact[event_id]
        found = list(self._session.search("events", {"prefix": {"event.id": event_id}}, BY_ID, limit=2))
        if len(found) > 1:
            raise StoreError(f"several events begin with {event_id!r}: give more of the id")
        return EVENTS.to_record(found[0]) if found else None

    def find(self, query: EventQuery) -> Iterator[BlockEvent]:
        """Page by page, as of one point in time."""
        return map(EVENTS.to_record, self._session.search("events", _asked(query), NEWEST_FIRST, query.limit))

    def of_articles(self, article_ids: Collection[str]) -> list[BlockEvent]:
        """By a search over the evidence."""
        found = {
            event.id: event
            for some in _parts(article_ids)
            for event in map(
                EVENTS.to_record,
                self._session.search("events", _not_merged({"terms": {"block.evidence.article_id": some}}), BY_ID),
            )
        }
        return [found[key] for key in sorted(found)]

    def undecided(self) -> Iterator[BlockEvent]:
        """By a field of just this."""
        return map(EVENTS.to_record, self._session.search("events", {"term": {"alerts.undecided": True}}, BY_ID))

    def decided(self, revisions: Mapping[str, int]) -> None:
        """Writes the documents of the same revisions anew: one request to read, one to write."""
        documents = self._session.sources("events", list(revisions))
        self._put_events(
            [
                _with_decided(document, revisions[event_id])
                for event_id, document in documents.items()
                if revisions[event_id] > _decided(document)
            ]
        )

    def ungrouped(self, limit: int) -> list[CensorshipItem]:
        """By a field of the items."""
        query = {"bool": {"must_not": {"term": {"grouped": True}}}}
        return list(map(ITEMS.to_record, self._session.search("items", query, OLDEST_FIRST, limit)))

    def reports(self, keys: Collection[str], since: datetime, until: datetime) -> list[Report]:
        """By key and time."""
        time = {"range": {"@timestamp": {"gte": since.isoformat(), "lte": until.isoformat()}}}
        return self._reports({"bool": {"filter": [{"terms": {"keys": sorted(keys)}}, time]}})

    def reports_of(self, article_ids: Collection[str]) -> list[Report]:
        """By id."""
        found = self._session.get(REPORTS, sorted(article_ids))
        return [found[key] for key in sorted(found)]

    def look_alikes(self, bands: Collection[str]) -> list[Report]:
        """By a search over the bands."""
        found = {one.article_id: one for some in _parts(bands) for one in self._reports({"terms": {"bands": some}})}
        return [found[key] for key in sorted(found)]

    def _reports(self, query: dict[str, Any]) -> list[Report]:
        return [REPORTS.to_record(source) for source in self._session.search("reports", query, BY_ID)]

    def regroup(self, found: Regrouping) -> None:
        """Reports, then events, then items: no event is without its reports, and what is cut off in between is done again."""
        self._must([self._session.action("index", REPORTS, report) for report in found.reports])
        there = self._session.sources("events", [event.id for event in found.events])
        self._put_events(
            [
                _with_decided(EVENTS.to_document(event), _decided(there.get(event.id, {})))
                for event in found.events
                if event.id not in there or event.revision > there[event.id]["block"]["revision"]
            ]
        )
        marks = [
            Action(
                "update",
                self._session.index("items"),
                report.article_id,
                {"grouped": True, "article": {"duplicate_of": report.duplicate_of}},
                upsert=False,
            )
            for report in found.reports
        ]
        # An item that somebody removed meanwhile needs no mark.
        self._session.must(ending for ending in self._session.put(marks) if ending.reason != _REMOVED)

    def correct(self, correction: Correction) -> None:
        """Once."""
        self._must([self._session.action("create", CORRECTIONS, correction)])

    def corrections(self) -> list[Correction]:
        """By time."""
        return [
            CORRECTIONS.to_record(source)
            for source in self._session.search("corrections", {"match_all": {}}, OLDEST_FIRST)
        ]

    def _put_events(self, documents: list[Document]) -> None:
        self._must(
            [
                # The version guards against another round's late write; the same one again is written again.
                Action(
                    "index",
                    self._session.index("events"),
                    document["event"]["id"],
                    document,
                    version=document["block"]["revision"],
                )
                for document in documents
            ]
        )

    def _must(self, actions: list[Action]) -> None:
        self._session.must(self._session.put(actions))


def _decided(document: Document) -> int:
    return int(document.get("alerts", {}).get("decided", 0))


def _with_decided(document: Document, revision: int) -> Document:
    return {**document, "alerts": {"decided": revision, "undecided": document["block"]["revision"] > revision}}


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _TERMS_AT_ONCE):
        yield ordered[start : start + _TERMS_AT_ONCE]


def _not_merged(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"filter": list(filters), "must_not": {"exists": {"field": "block.merged_into"}}}}


def _asked(query: EventQuery) -> dict[str, Any]:
    filters: list[dict[str, Any]] = [
        {"terms": {place: list(values)}}
        for place, values in (
            ("block.measure", query.measures),
            ("block.targets", query.targets),
            ("block.status", query.statuses),
            ("block.severity", query.severities),
        )
        if values
    ]
    if query.countries:
        places = ("block.countries", "block.jurisdiction")
        choices = [{"terms": {place: list(query.countries)}} for place in places]
        filters.append({"bool": {"should": choices, "minimum_should_match": 1}})
    if query.since is not None:
        filters.append({"range": {"@timestamp": {"gte": query.since.isoformat()}}})
    if query.until is not None:
        filters.append({"range": {"block.since": {"lte": query.until.isoformat()}}})
    return _not_merged(*filters)
