"""What the wire counts while it runs: Beam counters, which add up over workers on every runner.

A count is known by its name and label values, joined into the counter's name: ``polls/newswire/ok``.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

from apache_beam.metrics.metric import Metrics, MetricsFilter
from apache_beam.runners.runner import PipelineResult

NAMESPACE: Final = "blockwire"

Name = Literal["polls", "poll_errors", "entries", "dead_letters", "events", "alerts", "lag", "lag_seconds"]

Counts = Counter[tuple[str, ...]]
"""By name and label values: ``("polls", "newswire", "ok")``."""

LAG_BUCKETS_S: Final = (10, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 259_200)
"""Upper ends, in seconds."""
BEYOND: Final = "+Inf"


def count(name: Name, *labels: str, by: int = 1) -> None:
    """Counts in the step that is running. Only in a step's own thread: Beam does not see the others."""
    if by:
        Metrics.counter(NAMESPACE, "/".join((name, *labels))).inc(by)


def count_lag(published: datetime, indexed: datetime) -> None:
    """Counts the time from publication to index, in its bucket."""
    seconds = max(0, int((indexed - published).total_seconds()))
    count("lag", next((str(end) for end in LAG_BUCKETS_S if seconds <= end), BEYOND))
    count("lag_seconds", by=seconds)


def counted(result: PipelineResult) -> Counts:
    """What a pipeline has counted so far."""
    found: Iterable[object] = result.metrics().query(MetricsFilter().with_namespace(NAMESPACE))["counters"]
    counts: Counts = Counter()
    for one in found:
        counts[tuple(one.key.metric.name.split("/"))] += one.result or 0  # type: ignore[attr-defined]
    return counts
