"""Records are frozen, strict, and come back from JSON as they went."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from blockwire.schemas import (
    Article,
    CensorshipItem,
    Classification,
    Evidence,
    Feed,
    FeedKind,
    FeedProblem,
    Measure,
    RoundSummary,
    Source,
)
from blockwire.schemas.ids import alert_id, article_id, dead_letter_id, entry_id, event_id
from blockwire.schemas.policies import RetryPolicy

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ID = article_id("https://news.example/a")


def an_article() -> Article:
    return Article(
        id=ID, entry_id=ID, feed_id="f", url="https://news.example/a", fetched_url="https://news.example/a",
        title="Regulator blocks a site", text="The regulator blocked it.", extractor="test 1", fetched=NOW,
    )  # fmt: skip


def a_decision() -> Classification:
    quote = Evidence(field="title", start=10, end=16, quote="blocks", rule="en-block", supports="measure:website_block")
    return Classification(
        relevant=True, score=0.9, measures=(Measure.WEBSITE_BLOCK,), evidence=(quote,), rules_version="1"
    )


def test_an_item_comes_back_from_json() -> None:
    """Times, enums, tuples and nested records survive."""
    feed = Feed(id="f", name="F", url="https://news.example/feed", owner="o", kind=FeedKind.NEWSWIRE, languages=("en",))
    item = CensorshipItem.of(an_article(), a_decision(), source=Source.of(feed), first_seen=NOW, blockwire_version="0")
    assert CensorshipItem.model_validate_json(item.model_dump_json()) == item


def test_records_are_frozen_and_strict() -> None:
    """No field can be changed, none is invented, none is converted."""
    with pytest.raises(ValidationError):
        an_article().title = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Article.model_validate({**dict(an_article()), "colour": "red"})
    with pytest.raises(ValidationError, match="string_type"):
        Article.model_validate({**dict(an_article()), "title": 7})


def test_times_need_a_zone_and_are_kept_in_utc() -> None:
    """A time without a zone says nothing."""
    with pytest.raises(ValidationError, match="timezone_aware"):
        Article.model_validate({**dict(an_article()), "published": NOW.replace(tzinfo=None)})
    local = NOW.astimezone(timezone(timedelta(hours=3, minutes=30)))
    moved = Article.model_validate({**dict(an_article()), "published": local})
    assert moved.published == NOW and str(moved.published).endswith("+00:00")


def test_ids_are_the_same_on_every_machine() -> None:
    """They are part of what is stored: a change of the recipe needs a migration."""
    assert ID == "ae82944d776572d2ebb6ad46774efdf9"
    assert entry_id(canonical_url="https://news.example/a", feed_id="f", guid="g", title="t", content="c") == ID
    assert len({ID, dead_letter_id(ID), alert_id(event=ID, status="lifted", channel="mail")}) == 3
    one = event_id(jurisdiction="RU", measure="m", targets=["b", "a"], countries=["UA"], episode="1")
    assert one == event_id(jurisdiction="RU", measure="m", targets=["a", "b"], countries=["UA"], episode="1")


def test_an_entry_without_a_link_is_known_by_its_guid_and_without_that_by_what_it_says() -> None:
    """The same GUID in two feeds is two entries."""
    by_guid = entry_id(canonical_url=None, feed_id="f", guid="1", title="t", content="c")
    assert by_guid != entry_id(canonical_url=None, feed_id="g", guid="1", title="t", content="c")
    assert by_guid == entry_id(canonical_url=None, feed_id="f", guid="1", title="new title", content="c")
    by_content = entry_id(canonical_url=None, feed_id="f", guid=None, title="t", content="c")
    assert by_content != entry_id(canonical_url=None, feed_id="f", guid=None, title="new title", content="c")


def test_a_summary_that_does_not_add_up_is_refused() -> None:
    """An entry without a fate, or a feed without an outcome, is a bug."""
    base = {"id": ID, "started": NOW, "finished": NOW, "blockwire_version": "0"}
    good = RoundSummary(
        **base, feeds_due=2, feeds_ok=1, feeds_failed=1, entries_read=5, entries_known=2, items=1, not_relevant=2
    )
    assert good.entries_new == 3
    with pytest.raises(ValidationError, match="3 entries were new and 2 have a fate"):
        RoundSummary(**{**dict(good), "items": 0})
    with pytest.raises(ValidationError, match="2 feeds were due and 1 are accounted for"):
        RoundSummary(**{**dict(good), "feeds_ok": 0})
    assert FeedProblem(feed_id="f", url="u", reason="r", message="m").reason == "r"


def test_retries_double_their_pause_and_end() -> None:
    """Six attempts by default, the first pause half an hour."""
    policy = RetryPolicy()
    pauses = [policy.next_attempt(failed, NOW) for failed in range(6)]
    assert pauses == [*(NOW + timedelta(hours=0.5 * 2**n) for n in range(5)), None]
