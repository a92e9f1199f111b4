"""Each page: what is asked of the store, and what of it is shown, handed out as JSON, CSV or a feed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from blockwire.pipelines.feed_health import Row, as_json, silent_groups
from blockwire.schemas import BlockEvent, CensorshipItem
from blockwire.schemas.base import Record
from blockwire.transforms.browse.asking import (
    ALERT_FACETS,
    EVENT_FACETS,
    ITEM_FACETS,
    LETTER_FACETS,
    Asked,
    Order,
    read_question,
)
from blockwire.transforms.browse.atom import FeedAddress, events_feed, items_feed
from blockwire.transforms.browse.charts import bars, timeline
from blockwire.transforms.browse.sifting import sift
from blockwire.transforms.browse.snippets import snippet
from blockwire.transforms.browse.sources import source_groups
from blockwire.transforms.browse.tables import EVENT_COLUMNS, ITEM_COLUMNS, csv_lines, event_row, item_row
from blockwire.transforms.browse.wire import Found, Wire
from blockwire.transforms.classification.audit import estimate, survey
from blockwire.transforms.classification.labels import read_labels
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.contract import DeadLetterQuery
from blockwire.transforms.stores.sqlite import SqliteStore

Pairs = Iterable[tuple[str, str]]
R = TypeVar("R", bound=Record)

AUDITED: Final = 20_000
"""Entries that the audit page looks at: the first by id, and since ids are hashes, a random choice."""
AUDIT_SIZE: Final = 60
AUDIT_SEED: Final = 1
LOOKED_AT: Final = 2_000
"""Alerts and dead letters, of each the newest: 0.1 s of reading."""
SHOWN: Final = 200
"""Of these, on one page."""
ROUNDS_SHOWN: Final = 20


class NotThere(LookupError):
    """There is no such thing. The message says so to a person, with the next step."""


@dataclass(frozen=True)
class View:
    """A page and its other forms."""

    template: str
    context: Mapping[str, Any]
    data: Mapping[str, Any]
    """What the JSON form says: records are made JSON of when it is asked for."""
    csv: Callable[[], Iterator[str]] | None = None
    lines: Callable[[], Iterator[CensorshipItem | BlockEvent]] | None = None
    """The records of all pages, for JSON Lines."""
    atom: Callable[[FeedAddress], bytes] | None = None


@dataclass(frozen=True)
class Library:
    """What all pages look into."""

    store: SqliteStore
    wire: Wire
    feeds: Callable[[], Sequence[Row]]
    """How the feeds fare now."""
    labels: Path
    """What was judged in audits."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


def items_view(library: Library, pairs: Pairs) -> View:
    """The wire: items, narrowed down."""
    asked = read_question(pairs, ITEM_FACETS)
    found = library.wire.items(asked)
    events = library.store.events.of_articles([item.id for item in found.records])
    return View(
        "items.html",
        {
            **_listing(asked, found, "/items", library),
            "events": {one.article_id: event for event in events for one in event.evidence},
            "snippet": snippet,
        },
        _found_data(asked, found, "items"),
        csv=lambda: csv_lines(ITEM_COLUMNS, map(item_row, library.wire.each_item(asked))),
        lines=lambda: library.wire.each_item(asked),
        atom=lambda address: items_feed(library.wire.items(_newest(asked)).records, address),
    )


def events_view(library: Library, pairs: Pairs) -> View:
    """Events, narrowed down."""
    asked = read_question(pairs, EVENT_FACETS)
    found = library.wire.events(asked)
    return View(
        "events.html",
        _listing(asked, found, "/events", library),
        _found_data(asked, found, "events"),
        csv=lambda: csv_lines(EVENT_COLUMNS, map(event_row, library.wire.each_event(asked))),
        lines=lambda: library.wire.each_event(asked),
        atom=lambda address: events_feed(library.wire.events(_newest(asked)).records, address),
    )


def charts_view(library: Library, pairs: Pairs) -> View:
    """How many items of what, over time and by country."""
    asked = read_question(pairs, ITEM_FACETS)
    found = library.wire.items(_newest(asked))
    return View(
        "charts.html",
        {
            **_listing(asked, found, "/charts", library),
            "chart": timeline(found.days, width=900, height=160),
            "bars": {name: bars(counts) for name, counts in found.facets.items()},
        },
        {"timeline": _days_data(found), "facets": _facets_data(found), "count": found.count},
    )


def item_view(library: Library, key: str) -> View:
    """One item in full.

    Raises:
        NotThere: where there is none.
    """
    item = library.store.item(key)
    if item is None:
        raise NotThere(f"no item's id begins with {key!r}; look for its words in the wire")
    events = library.store.events.of_articles([item.id])
    shown = {"item": item, "events": events, "original": _item_of(library, item.duplicate_of)}
    return View("item.html", {"at": "/items", **shown}, {"item": item, "events": [event.id for event in events]})


def event_view(library: Library, key: str) -> View:
    """One event in full: how it went, what says so, who was told.

    Raises:
        NotThere: where there is none.
    """
    event = library.store.events.get(key)
    if event is None:
        raise NotThere(f"no event's id begins with {key!r}; see the list of events")
    alerts = list(library.store.alerts.find(AlertQuery(events=(event.id,))))
    corrections = [one for one in library.store.events.corrections() if one.event_id == event.id]
    shown = {"event": event, "alerts": alerts, "corrections": corrections}
    context = {
        "at": "/events",
        **shown,
        "articles": {one.article_id: one for one in event.evidence},
        "sources": source_groups(event),
    }
    return View("event.html", context, shown)


def feeds_view(library: Library, pairs: Pairs) -> View:
    """How the feeds fare, and the last rounds."""
    rows = library.feeds()
    wanted = dict(pairs).get("condition")
    conditions = Counter(health.condition for _, _, health in rows)
    shown = [row for row in rows if (row[2].condition == wanted if wanted else row[1] is not None)]
    rounds = library.store.rounds(ROUNDS_SHOWN)
    context = {
        "at": "/feeds",
        "rows": sorted(shown, key=lambda row: (row[2].condition == "ok", row[2].condition, row[0].id)),
        "conditions": sorted(conditions.items()),
        "wanted": wanted,
        "groups": silent_groups(rows),
        "rounds": rounds,
        "unpolled": sum(state is None for _, state, _ in rows),
    }
    return View("feeds.html", context, {"feeds": [as_json(row) for row in shown], "rounds": rounds})


def alerts_view(library: Library, pairs: Pairs) -> View:
    """Who was told of what, and what could not be sent."""
    alerts = library.store.alerts.find(AlertQuery(limit=LOOKED_AT))
    return _sifted(read_question(pairs, ALERT_FACETS), alerts, ALERT_FACETS, "alerts")


def dead_letters_view(library: Library, pairs: Pairs) -> View:
    """What failed, and why."""
    letters = library.store.dead_letters(DeadLetterQuery(limit=LOOKED_AT))
    return _sifted(read_question(pairs, LETTER_FACETS), letters, LETTER_FACETS, "dead_letters")


def audit_view(library: Library, pairs: Pairs) -> View:
    """The sample of decisions that ``blockwire audit`` asks about, and what its labels say."""
    judged: dict[str, bool] = {}
    if library.labels.exists():
        lines = library.labels.read_text(encoding="utf-8").split("\n")
        judged = {one.id: one.relevant for one in read_labels(lines)}
    looked = islice(library.store.fates(), AUDITED)
    strata = survey(looked, AUDIT_SIZE, AUDIT_SEED, judged)
    shown = {"strata": list(strata.values()), "estimate": estimate(strata, AUDIT_SEED)}
    context = {"at": "/audit", "judged": judged, "labels": library.labels, "audited": AUDITED, **shown}
    return View("audit.html", context, shown)


def _listing(asked: Asked, found: Found[Any], at: str, library: Library) -> dict[str, Any]:
    return {
        "at": at,
        "asked": asked,
        "found": found,
        "chart": timeline(found.days),
        "today": library.now().date(),
        "nothing_yet": not asked.narrowed and not found.count,
    }


def _sifted(asked: Asked, records: Iterable[R], facets: Mapping[str, str], name: str) -> View:
    looked_at = list(records)
    found = sift(looked_at, asked, facets)
    shown, count = found.records[:SHOWN], len(found.records)
    context = {
        "at": f"/{name.replace('_', '-')}",
        "asked": asked,
        "facets": found.facets,
        "count": count,
        "newest": len(looked_at) if len(looked_at) == LOOKED_AT else None,
    }
    return View(f"{name}.html", {**context, "records": shown}, {"count": count, name: shown})


def _newest(asked: Asked) -> Asked:
    """Its newest, whatever the page: what a feed shows."""
    return asked.ordered(Order.NEWEST)


def _found_data(asked: Asked, found: Found[Any], name: str) -> dict[str, Any]:
    return {
        "count": found.count,
        "page": asked.page,
        "pages": found.pages,
        name: found.records,
        "facets": _facets_data(found),
        "timeline": _days_data(found),
    }


def _facets_data(found: Found[Any]) -> dict[str, dict[str, int]]:
    return {name: dict(counts) for name, counts in found.facets.items()}


def _days_data(found: Found[Any]) -> list[dict[str, object]]:
    columns = timeline(found.days).columns
    return [{"since": str(one.since), "until": str(one.until), "count": one.count} for one in columns]


def _item_of(library: Library, item_id: str | None) -> CensorshipItem | None:
    return None if item_id is None else library.store.item(item_id)
