"""Articles that one answer of a feed brought are cleaned of what they all repeat."""

from datetime import UTC, datetime
from typing import Any

import apache_beam as beam
from eager import outputs_of

from blockwire.config.rules.loading import load_rules
from blockwire.schemas import Feed, FeedEntry, FeedKind
from blockwire.schemas.ids import digest
from blockwire.schemas.policies import ExtractionPolicy, FetchPolicy, RetryPolicy
from blockwire.transforms.clock import stopped_at
from blockwire.transforms.elements import NewEntry
from blockwire.transforms.fetch_articles import FetchArticles
from blockwire.transforms.packed import Packed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed(
    id="f", name="F", url="https://f.example/feed", owner="f", kind=FeedKind.NEWSWIRE, languages=("en",), full_text=True
)
NOTICE = "What stands here may be printed elsewhere with a link to us."


def entry(number: int) -> FeedEntry:
    own = f"Report number {number} tells at length what happened at place number {number} on that day."
    return FeedEntry(
        id=digest("test", str(number)),
        feed_id="f",
        url=f"https://f.example/{number}",
        title=f"Report {number}",
        content_html=f"<p>{own}</p><p>{own[::-1]}.</p><p>{NOTICE}</p>",
    )


def texts(*entries: NewEntry) -> dict[str, str]:
    """The texts by title. Entries that carry their text need no page, so nothing is fetched."""
    fetch = FetchArticles(
        {"f": FEED},
        Packed.of(load_rules()),
        FetchPolicy(),
        ExtractionPolicy(first_look=False),
        RetryPolicy(),
        stopped_at(NOW),
    )

    def build(pipeline: beam.Pipeline) -> dict[str, Any]:
        result = pipeline | beam.Create(list(entries)) | "Under test" >> fetch
        return {"good": result.good, "dead": result.dead}

    found = outputs_of(build)
    assert found["dead"] == []
    return {each.article.title: each.article.text for each in found["good"]}


def test_what_all_articles_of_an_answer_repeat_goes() -> None:
    found = texts(*(NewEntry(entry(number), together=4) for number in range(4)))
    assert len(found) == 4
    assert not any(NOTICE in text for text in found.values())
    assert all(f"number {number}" in found[f"Report {number}"] for number in range(4))


def test_entries_that_came_alone_stay_as_they_are() -> None:
    found = texts(*(NewEntry(entry(number)) for number in range(4)))
    assert all(NOTICE in text for text in found.values())
