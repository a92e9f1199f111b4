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
from blockwire.transforms.extraction.pool import ExtractionFailed, ExtractionPool
from blockwire.transforms.feeds.polling import Poll, poll
from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError

Result = dict[str, Any]

TOTAL_TIMEOUT_S = 10.0
"""A poll of the kit may take 15 s or 30 s, extraction included."""
THROTTLED = (429, 503)


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
    """Polls as a round would that comes when the feed is due; one that a server holds back is left alone."""
    state: FeedState | None = memory.get("state")
    now = datetime.now(UTC)
    if state is not None:
        if state.gone:
            return {"outcome": "gone"}
        if state.http_status in THROTTLED and state.next_poll and state.next_poll > now:
            return {"outcome": "throttled", "next_poll_s": (state.next_poll - now).total_seconds()}
        now = max(now, state.next_poll or now)
    feed = Feed.model_construct(
        id="kit", name="Kit", url=url, owner="kit", kind=FeedKind.NEWSWIRE, languages=("en",), enabled=True
    )

    async def ask() -> Poll:
        async with HttpClient(fetch_policy(policy)) as client:
            return await poll(feed, state, client, PollPolicy(), now)

    polled = asyncio.run(ask())
    memory["state"] = polled.state
    return _feed_result(polled, now)


def _feed_result(polled: Poll, now: datetime) -> Result:
    state = polled.state
    result: Result = {"outcome": "ok", "error": state.error}
    if state.next_poll is not None:
        result["next_poll_s"] = (state.next_poll - now).total_seconds()
    if state.gone:
        return result | {"outcome": "gone"}
    if state.http_status in THROTTLED:
        return result | {"outcome": "throttled"}
    if state.error is not None:
        return result | {"outcome": "error"}
    if state.http_status == 304:
        return result | {"outcome": "not_modified"}
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
    return result | {"entries": entries}


def read_page(url: str, policy: Result) -> Result:
    """Fetches and extracts as ``FetchArticles`` does, for an entry that has only a link."""
    entry = FeedEntry(id=article_id(url), feed_id="kit", url=url, title="")

    async def read() -> Result:
        pool = ExtractionPool(ExtractionPolicy(workers=1, page_timeout_s=10.0))
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
        outcome = "gone" if error.status == 410 else "throttled" if error.status in THROTTLED else "error"
        return {"outcome": outcome, "error": f"{error.reason}: {error.message}"}
    except ExtractionFailed as error:
        return {"outcome": "error", "error": f"{error.reason}: {error.message}"}


def blockwire() -> Callable[[str, Result, str, Result], Result]:
    """The adapter."""

    def adapter(url: str, memory: Result, kind: str, policy: Result) -> Result:
        return poll_feed(url, memory, policy) if kind == "feed" else read_page(url, policy)

    return adapter


ADAPTERS = {"blockwire": blockwire}
