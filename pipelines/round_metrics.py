"""Keeps the counts of a round or a stream where the settings say, for Prometheus."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from blockwire.config.settings import Settings
from blockwire.pipelines.feed_health import Row, feed_rows
from blockwire.schemas import Feed
from blockwire.transforms.exposition import Standing, write_metrics
from blockwire.transforms.feeds.schedule import is_due
from blockwire.transforms.metrics import Counts
from blockwire.transforms.stores.contract import Store

log = logging.getLogger(__name__)


def keep_metrics(
    settings: Settings,
    feeds: Sequence[Feed],
    store: Store,
    counts: Counts,
    now: datetime,
    round_began: datetime | None = None,
) -> None:
    """Adds what was counted to the metrics file, if the settings name one. A file that cannot be written is told of, and is no failure.

    Args:
        settings: name the file.
        feeds: the catalogue.
        store: says how they fare.
        counts: of a round, or of a stream since the last time.
        now: the end of the round, or the time.
        round_began: None for a stream.
    """
    file = settings.metrics_file
    if file is None:
        return
    states = store.feed_states()
    rows = feed_rows(feeds, states, round_began or now, settings.polling)
    conditions = Counter((feed.kind.value, health.condition.value) for feed, _, health in rows if feed.enabled)
    if round_began is None:
        standing = Standing(counts, conditions, _due_now(rows, now), now)
    else:
        standing = Standing(counts, conditions, _polled(counts), now, (now - round_began).total_seconds())
    try:
        write_metrics(file, standing)
    except OSError as error:
        log.warning("metrics are not written to %s: %s; check the folder and its permissions", file, error.strerror)


def _due_now(rows: Iterable[Row], now: datetime) -> Counter[str]:
    due: Counter[str] = Counter()
    for feed, state, _ in rows:
        if feed.enabled:
            due[feed.kind.value] += is_due(feed, state, now)
    return due


def _polled(counts: Counts) -> Counter[str]:
    """A round polls what is due."""
    polled: Counter[str] = Counter()
    for (name, *labels), number in counts.items():
        if name == "polls":
            polled[labels[0]] += number
    return polled
