"""What the metrics file says of feeds: a round tells of those that it polled, a stream of those that are due."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blockwire.config.settings import Settings
from blockwire.pipelines.round_metrics import keep_metrics
from blockwire.schemas import Feed, FeedKind, FeedState
from blockwire.transforms.metrics import Counts
from blockwire.transforms.stores.sqlite import SqliteStore

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEEDS = tuple(
    Feed(id=name, name=name, url=f"https://{name}.example/feed", owner=name, kind=kind, languages=("en",))
    for name, kind in (("wire", FeedKind.NEWSWIRE), ("later", FeedKind.NEWSWIRE), ("study", FeedKind.RESEARCH))
)
POLLED: Counts = Counter({("polls", "newswire", "ok"): 4, ("polls", "newswire", "failed"): 1})


@pytest.mark.parametrize(
    ("round_began", "due"),
    [(None, {"newswire": 1, "research": 0}), (NOON - timedelta(minutes=1), {"newswire": 5})],
    ids=["stream", "round"],
)
def test_feeds_due(tmp_path: Path, round_began: datetime | None, due: dict[str, int]) -> None:
    """In a stream what was polled since the last time says nothing of what waits."""
    settings = Settings(metrics_file=tmp_path / "wire.prom")
    soon = {feed.id: FeedState(feed_id=feed.id, url=feed.url, next_poll=NOON + timedelta(hours=1)) for feed in FEEDS}
    with SqliteStore(tmp_path / "s.sqlite") as store:
        store.put_feed_states([soon["later"], soon["study"]])
        keep_metrics(settings, FEEDS, store, POLLED, NOON, round_began)
    said = (tmp_path / "wire.prom").read_text().splitlines()
    gauges = {line for line in said if line.startswith("blockwire_feeds_due")}
    assert gauges == {f'blockwire_feeds_due{{kind="{kind}"}} {number:.1f}' for kind, number in due.items()}
