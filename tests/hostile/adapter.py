"""The product's own fetching, feed reading and extraction behind the contract of the hostile web kit.

    python ../shared/hostile/run_kit.py --adapter tests/hostile/adapter.py:blockwire

Policies are the product's, except that the kit's own server is allowed, and that times are shorter where the kit allows no more.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from blockwire.schemas import Article, Feed, FeedEntry, FeedKind, FeedState
from blockwire.schemas.ids import article_id
from blockwire.schemas.policies import ExtractionPolicy, FetchPolicy, PollPolicy
from blockwire.transforms.extraction.messages import ExtractionFailed
from blockwire.transforms.extraction.pool import ExtractionPool
from blockwire.transforms.feeds.polling import Poll, PollOutcome, poll
from blockwire.transforms.feeds.schedule import is_due
from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError

Result = dict[str, Any]

TOTAL_TIMEOUT_S = 10.0
"""A poll of the kit may take 15 s or 30 s, extraction included."""
OUTCOMES = {
    PollOutcome.OK: "ok",
    PollOutcome.UNCHANGED: "not_modified",
    PollOutcome.FAILED: "error",
    PollOutcome.THROTTLED: "throttled",
    PollOutcome.GONE: "gone",
}


def fetch_policy(policy: Result) -> FetchPolicy:
    """The kit's allow-list, names left out: they resolve to the addresses beside them."""
    allowed = [
        f"[{host}]:{first}-{last}" if ":" in host else f"{host}:{first}-{last}"
        for host, first, last in policy["allow"]
        if host != "localhost"
    ]
    return FetchPolicy(
        allow_addresses=tuple(allowed),
        ca_file=policy["ca"],
        per_host_delay_s=0.1,
        total_timeout_s=TOTAL_TIMEOUT_S,
        connect_timeout_s=5.0,
    )


def poll_feed(url: str, memory: Result, policy: Result) -> Result:
    """Polls as a round would that comes when the feed is due next; a feed whose server said not to ask is left alone.

    The kit polls at once again, where the schedule would wait for an hour: its polls count as that much later, unless it
    was the server that asked for the pause.
    """
    feed = Feed.model_construct(  # the catalogue refuses most of the kit's bad URLs, but here it is the fetching that is tried
        id="kit", name="Kit", url=url, owner="kit", kind=FeedKind.NEWSWIRE, languages=("en",)
    )
    state: FeedState | None = memory.get("state")
    now = datetime.now(UTC)
    held_back: Result | None = memory.get("held_back")
    if held_back and not is_due(feed, state, now):
        return held_back
    if state is not None and state.next_poll is not None:
        now = max(now, state.next_poll)

    async def ask() -> Poll:
        async with HttpClient(fetch_policy(policy)) as client:
            return await poll(feed, state, client, PollPolicy(), now)

    polled = asyncio.run(ask())
    result = _feed_result(polled, now)
    memory["state"] = polled.state
    memory["held_back"] = result if polled.outcome in (PollOutcome.THROTTLED, PollOutcome.GONE) else None
    return result


def _feed_result(polled: Poll, now: datetime) -> Result:
    next_poll = polled.state.next_poll
    entries = [
        {
            "id": entry.id,
            "title": entry.title,
            "link": entry.url,
            "published": entry.published and entry.published.isoformat(),
            "text": entry.summary,
        }
        for entry in polled.entries
    ]
    return {
        "outcome": OUTCOMES[polled.outcome],
        "error": polled.message,
        "entries": entries,
        "next_poll_s": (next_poll - now).total_seconds() if next_poll else None,
    }


def read_page(url: str, policy: Result) -> Result:
    """Fetches and extracts as ``FetchArticles`` does, for an entry that has only a link."""
    entry = FeedEntry(id=article_id(url), feed_id="kit", url=url, title="")

    async def read() -> Result:
        pool = ExtractionPool(ExtractionPolicy(workers=1, page_timeout_s=6.0))
        try:
            async with HttpClient(fetch_policy(policy)) as client:
                page = await client.get_page(url)
            made = await pool.extract(
                page.body,
                url=page.url,
                content_type=page.headers.get("content-type"),
                entry=entry,
                fetched=datetime.now(UTC),
            )
        finally:
            pool.close()
        if not isinstance(made, Article):
            return {"outcome": "error", "error": f"{made.kind}: {made.reason}"}
        date = made.published and made.published.isoformat()
        return {"outcome": "ok", "title": made.title, "text": made.text, "date": date, "url": made.url}

    try:
        return asyncio.run(read())
    except FetchError as error:
        return {"outcome": "error", "error": f"{error.reason}: {error.message}"}
    except ExtractionFailed as error:
        return {"outcome": "error", "error": f"{error.reason}: {error.message}"}


def blockwire() -> Callable[[str, Result, str, Result], Result]:
    """The adapter."""

    def adapter(url: str, memory: Result, kind: str, policy: Result) -> Result:
        return poll_feed(url, memory, policy) if kind == "feed" else read_page(url, policy)

    return adapter


ADAPTERS = {"blockwire": blockwire}
