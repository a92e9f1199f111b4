"""How records stand in Elasticsearch: each field of a record has one place in the document, and each place one field.

Names are those of the Elastic Common Schema where it has them (https://www.elastic.co/docs/reference/ecs). ``None`` and empty lists are
left out. Places that only repeat a record's field in a form that Kibana needs are in ``derived``.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlsplit

from blockwire.schemas import CensorshipItem, DeadLetter, EntryFate, FeedState, Record, RoundSummary
from blockwire.transforms.stores.outcomes import item_time

R = TypeVar("R", bound=Record)
Document = dict[str, Any]


@dataclass(frozen=True)
class Shape(Generic[R]):
    """The form of one kind of record."""

    kind: str
    """Also the end of the index's name, and the name of its mapping."""
    record: type[R]
    places: Mapping[str, str]
    """From a field of the record (with a dot, a field of a record in it) to its place in the document."""
    key: Callable[[R], str]
    """The document's id."""
    derived: Mapping[str, Callable[[R], object]] = field(default_factory=dict)
    """Places that are written and never read."""

    def to_document(self, record: R) -> Document:
        """The document of a record, to be sent as JSON."""
        plain = record.model_dump(mode="json")
        document: Document = {}
        for name, place in self.places.items():
            value = _get(plain, name)
            if value is not None and value != []:
                _put(document, place, value)
        for place, derive in self.derived.items():
            derived = derive(record)
            if derived is not None:
                _put(document, place, derived.isoformat() if isinstance(derived, datetime) else derived)
        return document

    def to_record(self, document: Document) -> R:
        """The record of a document's source."""
        plain: Document = {}
        for name, place in self.places.items():
            value = _get(document, place)
            if value is not None:
                _put(plain, name, value)
        # By JSON, which strict records read tuples and times from.
        return self.record.model_validate_json(json.dumps(plain))


def _get(tree: Document, path: str) -> Any:
    found: Any = tree
    for step in path.split("."):
        if not isinstance(found, dict) or step not in found:
            return None
        found = found[step]
    return found


def _put(tree: Document, path: str, value: object) -> None:
    *steps, last = path.split(".")
    for step in steps:
        tree = tree.setdefault(step, {})
    tree[last] = value


_ARTICLE: Final = {
    "id": "event.id",
    "entry_id": "article.entry_id",
    "feed_id": "article.feed_id",
    "url": "url.full",
    "fetched_url": "url.original",
    "title": "title",
    "text": "text",
    "authors": "authors",
    "published": "article.published",
    "modified": "article.modified",
    "site_name": "article.site_name",
    "language": "language",
    "image": "article.image",
    "page_kind": "article.page_kind",
    "wire_agency": "article.wire_agency",
    "extractor": "article.extractor",
    "fetched": "article.fetched",
}
_CLASSIFICATION: Final = {
    **{
        name: f"censorship.{name}"
        for name in (
            *("relevant", "score", "measures", "status", "features", "methods", "scope", "countries", "jurisdictions"),
            *("regions", "services", "domains", "censors", "providers", "tools", "evidence", "model_version"),
        )
    },
    "rules_version": "rule.version",
}

ITEMS: Final = Shape(
    kind="items",
    record=CensorshipItem,
    places={
        **_ARTICLE,
        **_CLASSIFICATION,
        "source.feed_id": "feed.id",
        "source.name": "feed.name",
        "source.owner": "feed.owner",
        "source.kind": "feed.kind",
        "source.countries": "feed.countries",
        "first_seen": "event.created",
        "duplicate_of": "article.duplicate_of",
        "lemmas": "lemmas",
        "blockwire_version": "agent.version",
    },
    key=lambda item: item.id,
    derived={"@timestamp": item_time, "url.domain": lambda item: _host(item.url), "grouped": lambda _: False},
)

ENTRIES: Final = Shape(
    kind="entries",
    record=EntryFate,
    places={
        "id": "event.id",
        "feed_id": "feed.id",
        "fate": "fate",
        "article_id": "article.id",
        "url": "url.full",
        "title": "title",
        "excerpt": "excerpt",
        "language": "language",
        "published": "article.published",
        "first_seen": "event.created",
        "score": "censorship.score",
        "top_evidence": "censorship.evidence",
        "rules_version": "rule.version",
    },
    key=lambda fate: fate.id,
    derived={"@timestamp": lambda fate: fate.published or fate.first_seen},
)

DEAD_LETTERS: Final = Shape(
    kind="dead-letters",
    record=DeadLetter,
    places={
        "id": "event.id",
        "stage": "stage",
        "reason": "error.type",
        "message": "error.message",
        "feed_id": "feed.id",
        "url": "url.full",
        "entry": "entry",
        "page_kind": "article.page_kind",
        "sample": "sample",
        "attempts": "attempts",
        "first_failed": "event.start",
        "last_failed": "event.end",
        "retry_at": "retry_at",
        "blockwire_version": "agent.version",
    },
    key=lambda letter: letter.id,
    derived={"@timestamp": lambda letter: letter.last_failed},
)

FEEDS: Final = Shape(
    kind="feeds",
    record=FeedState,
    places={
        "feed_id": "feed.id",
        "url": "url.full",
        "error": "error.message",
        "http_status": "http.response.status_code",
        **{
            name: f"feed.{name}"
            for name in (
                *("name", "moved_since", "moved_from", "etag", "last_modified", "last_polled", "last_ok", "last_new"),
                *("next_poll", "interval_s", "rhythm_s", "failures", "entries", "gone"),
            )
        },
    },
    key=lambda state: state.feed_id,
    derived={"@timestamp": lambda state: state.last_polled},
)

ROUNDS: Final = Shape(
    kind="rounds",
    record=RoundSummary,
    places={
        "id": "event.id",
        "started": "event.start",
        "finished": "event.end",
        "blockwire_version": "agent.version",
        **{
            name: f"round.{name}"
            for name in (
                *("trigger", "problems", "feeds_due", "feeds_ok", "feeds_unchanged", "feeds_failed", "entries_read"),
                *("entries_retried", "entries_known", "entries_deferred", "not_relevant", "items", "dead_letters"),
                *("events", "alerts_sent", "alerts_failed", "alerts_given_up"),
            )
        },
    },
    key=lambda summary: summary.id,
    derived={"@timestamp": lambda summary: summary.started},
)

SHAPES: Final[tuple[Shape[Any], ...]] = (ITEMS, ENTRIES, DEAD_LETTERS, FEEDS, ROUNDS)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
