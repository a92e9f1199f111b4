"""Records to write, short to ask for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from blockwire.schemas import (
    CensorshipItem,
    DeadLetter,
    EntryFate,
    Evidence,
    Fate,
    FeedEntry,
    FeedKind,
    FeedState,
    Measure,
    Outcome,
    RoundSummary,
    Source,
    Stage,
    Status,
)
from blockwire.schemas.ids import article_id, dead_letter_id, digest
from blockwire.transforms.text.search_terms import lemmas

NOON = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    """A time so many minutes after the first."""
    return NOON + timedelta(minutes=count)


def source(feed: str = "unian") -> Source:
    return Source(feed_id=feed, name="UNIAN", owner="unian-group", kind=FeedKind.NATIONAL_MEDIA, countries=("UA",))


def item(
    name: str,
    title: str = "Regulator blocks a site",
    text: str = "It cannot be opened.",
    *,
    language: str | None = "en",
    feed: str = "unian",
    **fields: Any,
) -> CensorshipItem:
    url = f"https://example.org/{name}"
    given = {
        "published": NOON,
        "first_seen": minutes(1),
        "measures": (Measure.WEBSITE_BLOCK,),
        "status": Status.ORDERED,
        "evidence": (
            Evidence(
                field="title", start=0, end=9, quote=title[:9], rule="r-1", supports="measure:website_block", weight=1.5
            ),
        ),
        **fields,
    }
    return CensorshipItem(
        id=article_id(url),
        entry_id=article_id(url),
        feed_id=feed,
        url=url,
        fetched_url=url,
        title=title,
        text=text,
        language=language,
        extractor="trafilatura 2.3.1",
        fetched=minutes(1),
        relevant=True,
        score=0.9,
        rules_version="2026.11+abc",
        source=source(feed),
        lemmas=lemmas(f"{title}\n{text}", language),
        blockwire_version="0.1.0",
        **given,
    )


def indexed(record: CensorshipItem) -> Outcome:
    """The outcome of an entry that led to an item."""
    fate = EntryFate(
        id=record.entry_id,
        feed_id=record.feed_id,
        fate=Fate.INDEXED,
        article_id=record.id,
        url=record.url,
        title=record.title,
        excerpt=record.text[:300],
        language=record.language,
        published=record.published,
        first_seen=record.first_seen,
        score=record.score,
        top_evidence=record.evidence[:1],
        rules_version=record.rules_version,
    )
    return Outcome(fate=fate, item=record)


def not_relevant(name: str, feed: str = "unian") -> Outcome:
    """The outcome of an entry about something else."""
    url = f"https://example.org/{name}"
    return Outcome(
        fate=EntryFate(
            id=article_id(url),
            feed_id=feed,
            fate=Fate.NOT_RELEVANT,
            url=url,
            title="Weather",
            first_seen=minutes(1),
            score=0.1,
        )
    )


def letter(name: str, *, feed: str = "unian", at: datetime = NOON, **fields: Any) -> DeadLetter:
    """The dead letter of an entry."""
    url = f"https://example.org/{name}"
    entry = FeedEntry(
        id=article_id(url), feed_id=feed, url=url, guid=None, title="Block page", content_html="<p>…</p>", tags=("a",)
    )
    given = {"stage": Stage.FETCH, "reason": "timeout", "message": "no answer in 25.0 s", "retry_at": None, **fields}
    return DeadLetter(
        id=dead_letter_id(entry.id),
        feed_id=feed,
        url=url,
        entry=entry,
        first_failed=at,
        last_failed=at,
        blockwire_version="0.1.0",
        **given,
    )


def failed(record: DeadLetter) -> Outcome:
    """The outcome of an entry that failed."""
    assert record.entry is not None
    return Outcome(
        fate=EntryFate(
            id=record.entry.id,
            feed_id=record.feed_id,
            fate=Fate.DEAD_LETTER,
            url=record.url,
            title=record.entry.title,
            first_seen=record.first_failed,
        ),
        dead_letter=record,
    )


def feed_letter(feed: str, *, at: datetime = NOON, reason: str = "http_404") -> DeadLetter:
    """The dead letter of a feed."""
    return DeadLetter(
        id=dead_letter_id(feed),
        stage=Stage.POLL,
        reason=reason,
        message="the server answered 404",
        feed_id=feed,
        url="https://example.org/feed",
        first_failed=at,
        last_failed=at,
        blockwire_version="0.1.0",
    )


def state(feed: str, **fields: Any) -> FeedState:
    return FeedState(feed_id=feed, url=f"https://example.org/{feed}.xml", **fields)


def summary(number: int) -> RoundSummary:
    return RoundSummary(
        id=digest("round", str(number)),
        started=minutes(number),
        finished=minutes(number + 1),
        feeds_due=2,
        feeds_ok=2,
        entries_read=3,
        entries_known=1,
        items=1,
        not_relevant=1,
        blockwire_version="0.1.0",
    )
