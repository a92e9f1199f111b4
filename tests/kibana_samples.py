"""A small wire to look at in Kibana: documents of every kind, made from records as the store makes them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts_samples import alert, development, event

from blockwire.schemas import (
    AlertState,
    CensorshipItem,
    DeadLetter,
    EntryFate,
    Fate,
    FeedKind,
    FeedProblem,
    FeedState,
    Measure,
    PageKind,
    RoundSummary,
    Severity,
    Source,
    Stage,
    Status,
    Verdict,
)
from blockwire.schemas.ids import article_id, dead_letter_id, digest
from blockwire.transforms.stores.alert_documents import ALERTS
from blockwire.transforms.stores.documents import DEAD_LETTERS, ENTRIES, FEEDS, ITEMS, ROUNDS, Shape
from blockwire.transforms.stores.event_documents import EVENTS

NOW = datetime.now(UTC).replace(microsecond=0)
"""Real: some searches compare with the server's clock."""

Named = tuple[Shape[Any], str, dict[str, Any]]
"""The shape, a short name, the document."""


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def documents() -> Iterator[Named]:
    """Everything, each under a name for the tests."""
    for make in (_items, _entries, _dead_letters, _feeds, _rounds, _events, _alerts):
        for shape, name, record in make():
            yield shape, name, shape.to_document(record)


def _item(name: str, country: str, *measures: Measure, score: float = 0.9, **fields: Any) -> CensorshipItem:
    url = f"https://news.example/{name}"
    feed = fields.pop("feed", "volga")
    return CensorshipItem(
        id=article_id(url),
        entry_id=article_id(url),
        feed_id=feed,
        url=url,
        fetched_url=url,
        title=f"{name}: a report",
        text="It cannot be opened.",
        extractor="none 1",
        fetched=ago(hours=1),
        published=ago(hours=2),
        relevant=True,
        score=score,
        rules_version="1",
        source=Source(feed_id=feed, name=feed.title(), owner=feed, kind=FeedKind.NATIONAL_MEDIA),
        first_seen=ago(hours=1),
        blockwire_version="0",
        countries=(country,),
        measures=measures,
        **fields,
    )


def _items() -> Iterator[tuple[Shape[Any], str, CensorshipItem]]:
    block = _item(
        *("block", "RU", Measure.WEBSITE_BLOCK, Measure.MESSAGING_BLOCK),
        status=Status.IN_FORCE,
        services=("telegram",),
        censors=("ru-roskomnadzor",),
        language="ru",
    )
    yield ITEMS, "block", block
    copied = block.model_copy(update={"id": article_id("https://copy.example"), "duplicate_of": block.id})
    yield ITEMS, "copy", copied
    yield (
        ITEMS,
        "shutdown",
        _item("shutdown", "IR", Measure.INTERNET_SHUTDOWN, score=0.55, language="fa", feed="kavosh"),
    )
    vpn = _item("vpn", "RU", Measure.VPN_CIRCUMVENTION, Measure.LEGAL_REGULATION, status=Status.PROPOSED)
    yield ITEMS, "vpn", vpn
    yield ITEMS, "tool", _item("tool", "CN", Measure.WEBSITE_BLOCK, tools=("tor",), language="zh", feed="kavosh")
    yield ITEMS, "arrest", _item("arrest", "BY", Measure.ARREST_PROSECUTION, status=Status.IN_FORCE, language="ru")
    yield (
        ITEMS,
        "return",
        _item("return", "TR", Measure.UNBLOCKING, status=Status.LIFTED, services=("x",), language="tr"),
    )


def _entries() -> Iterator[tuple[Shape[Any], str, EntryFate]]:
    for name, fate, score in (
        ("taken", Fate.INDEXED, 0.9),
        ("near", Fate.NOT_RELEVANT, 0.4),
        ("far", Fate.NOT_RELEVANT, 0.1),
        ("failed", Fate.DEAD_LETTER, None),
    ):
        id = digest("entry", name)
        yield ENTRIES, name, EntryFate(id=id, feed_id="volga", fate=fate, first_seen=ago(hours=3), score=score)


def _dead_letters() -> Iterator[tuple[Shape[Any], str, DeadLetter]]:
    for name, stage, reason, fields in (
        ("slow", Stage.FETCH, "timeout", {"retry_at": ago(hours=-1)}),
        ("walled", Stage.EXTRACT, "block_page", {"page_kind": PageKind.BLOCK_PAGE}),
        ("lost", Stage.POLL, "http_404", {"feed": "kavosh"}),
    ):
        feed = str(fields.pop("feed", "volga"))
        times = {"first_failed": ago(minutes=20), "last_failed": ago(minutes=10)}
        rest = {**times, **fields, "feed_id": feed, "blockwire_version": "0", "message": "It failed."}
        yield DEAD_LETTERS, name, DeadLetter(id=dead_letter_id(name), stage=stage, reason=reason, **rest)


def _feeds() -> Iterator[tuple[Shape[Any], str, FeedState]]:
    for name, status, new, fields in (
        ("fresh", 200, ago(hours=1), {}),
        ("silent", 200, ago(days=9), {}),
        ("failing", 500, ago(days=1), {"failures": 4, "error": "the server answers 500"}),
        ("gone", 410, ago(days=30), {"gone": True}),
    ):
        url = f"https://{name}.example/feed"
        state = FeedState(feed_id=name, url=url, last_polled=ago(minutes=5), last_new=new, http_status=status, **fields)
        yield FEEDS, name, state


def _rounds() -> Iterator[tuple[Shape[Any], str, RoundSummary]]:
    problem = FeedProblem(feed_id="failing", url="https://failing.example/feed", reason="timeout", message="No answer.")
    for name, hours, failed in (("calm", 20, 0), ("troubled", 4, 2)):
        yield (
            ROUNDS,
            name,
            RoundSummary(
                id=digest("round", name),
                started=ago(hours=hours),
                finished=ago(hours=hours - 0.1),
                feeds_due=3,
                feeds_ok=3 - failed,
                feeds_failed=failed,
                problems=(problem,) * failed,
                entries_read=6,
                entries_known=1,
                items=2,
                not_relevant=3,
                blockwire_version="0",
            ),
        )


def _events() -> Iterator[tuple[Shape[Any], str, Any]]:
    seen = {"first_seen": ago(minutes=30), "last_seen": ago(minutes=20)}
    told = {"recorded": ago(minutes=30), "at": ago(hours=1)}
    for name, status, severity, fields in (
        ("holds", Status.IN_FORCE, Severity.CRITICAL, {"independent_sources": 2}),
        ("merged", Status.IN_FORCE, Severity.CRITICAL, {"merged_into": digest("event", "holds")}),
        ("false", Status.IN_FORCE, Severity.ALERT, {"verdict": Verdict.FALSE_POSITIVE}),
        ("lifted", Status.LIFTED, Severity.ALERT, {"verdict": Verdict.CONFIRMED, "countries": ("TR",)}),
        ("ordered", Status.ORDERED, Severity.WATCH, {"targets": ("vpn",), "first_seen": ago(days=3)}),
    ):
        step = development(0, status=status, severity=severity).model_copy(update=told)
        made = event(step, id=digest("event", name))
        yield EVENTS, name, made.model_copy(update={**seen, **fields})


def _alerts() -> Iterator[tuple[Shape[Any], str, Any]]:
    for name, fields in (
        ("waiting", {"state": AlertState.PENDING}),
        ("sent", {"state": AlertState.SENT, "sent": ago(hours=1)}),
        ("trial", {"state": AlertState.PENDING, "test": True}),
    ):
        yield ALERTS, name, alert(id=digest("alert", name), created=ago(hours=2), **fields)
