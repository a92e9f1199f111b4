"""Counts in Prometheus' text format, for node_exporter's textfile collector.

https://prometheus.io/docs/instrumenting/exposition_formats/
https://github.com/prometheus/node_exporter#textfile-collector
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from blockwire.transforms.metrics import BEYOND, LAG_BUCKETS_S, Counts

_COUNTERS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "polls": ("blockwire_polls", "Polls of feeds, by kind of feed and outcome.", ("kind", "outcome")),
    "poll_errors": ("blockwire_poll_errors", "Polls that failed, by reason.", ("reason",)),
    "entries": ("blockwire_entries", "Entries of feeds, by what became of them.", ("fate",)),
    "dead_letters": ("blockwire_dead_letters", "Dead letters, by the stage that failed.", ("stage",)),
    "events": ("blockwire_events", "Events, each time that it was new or changed.", ()),
    "alerts": ("blockwire_alerts", "Alerts, by what became of them.", ("state",)),
    "rounds": ("blockwire_rounds", "Rounds that came to their end.", ()),
}
"""Name of the count -> name, meaning and labels of the metric."""

_LAG: Final = "blockwire_publication_to_index_seconds"
_LAG_MEANING: Final = "Time from the publication of an article to its item in the store."


@dataclass(frozen=True)
class Standing:
    """How things stand when a round is over, or in the middle of a stream."""

    counts: Counts
    """Of this round, or since the stream was last looked at."""
    feeds: Mapping[tuple[str, str], int]
    """Feeds by kind and condition."""
    due: Mapping[str, int]
    """Feeds that were due in the round, or are due now, by kind."""
    at: datetime
    round_s: float | None = None
    """Duration of the round; None for a stream."""


def write_metrics(file: Path, standing: Standing) -> None:
    """Adds what was counted to what the file counts already, and replaces the file in one step.

    A file that cannot be read as metrics counts from nothing again, which Prometheus takes for a restart.

    Raises:
        OSError: where the file cannot be written.
    """
    total = _earlier(file) + standing.counts
    if standing.round_s is not None:
        total["rounds",] += 1
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Exposition(total, standing))
    write_to_textfile(str(file), registry)


class _Exposition(Collector):
    def __init__(self, total: Counts, standing: Standing) -> None:
        self._total = total
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        yield from counter_families(self._total)
        yield lag_histogram(self._total)
        yield from self._gauges()

    def _gauges(self) -> Iterator[Metric]:
        now = self._standing
        feeds = GaugeMetricFamily("blockwire_feeds", "Feeds, by kind and condition.", labels=("kind", "condition"))
        for labels, number in sorted(now.feeds.items()):
            feeds.add_metric(labels, number)
        due = GaugeMetricFamily(
            "blockwire_feeds_due", "Feeds due: in the last round, or in a stream now; by kind.", labels=("kind",)
        )
        for kind, number in sorted(now.due.items()):
            due.add_metric((kind,), number)
        yield from (feeds, due)
        if now.round_s is not None:
            yield GaugeMetricFamily(
                "blockwire_round_duration_seconds", "Duration of the last round.", value=now.round_s
            )
        yield GaugeMetricFamily(
            "blockwire_round_finished_timestamp_seconds",
            "End of the last round; of a stream, when it last said how it stands.",
            value=now.at.timestamp(),
        )


def counter_families(total: Counts) -> Iterator[Metric]:
    """The counters, those that stand at nothing too, where they have no labels."""
    for name, (metric, meaning, labels) in _COUNTERS.items():
        family = CounterMetricFamily(metric, meaning, labels=labels)
        for key, number in sorted(total.items()):
            if key[0] == name:
                family.add_metric(key[1:], number)
        if not labels and not family.samples:
            family.add_metric((), 0)
        yield family


def lag_histogram(total: Counts) -> Metric:
    """The histogram of the time from publication to index."""
    below, buckets = 0, []
    for end in (*map(str, LAG_BUCKETS_S), BEYOND):
        below += total["lag", end]
        buckets.append((end, below))
    family = HistogramMetricFamily(_LAG, _LAG_MEANING)
    family.add_metric((), buckets, sum_value=total["lag_seconds",])
    return family


def _earlier(file: Path) -> Counts:
    """What the file counts."""
    try:
        families = list(text_string_to_metric_families(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, KeyError, IndexError):
        return Counter()
    return Counter(dict(_counts_of(families)))


def _counts_of(families: Iterable[Metric]) -> Iterator[tuple[tuple[str, ...], int]]:
    named = {metric: (name, labels) for name, (metric, _, labels) in _COUNTERS.items()}
    below = 0
    for family in families:
        name, labels = named.get(family.name, ("", ()))
        for sample in family.samples:
            if name:
                yield (name, *(sample.labels.get(label, "") for label in labels)), int(sample.value)
            elif sample.name == f"{_LAG}_bucket":
                end = sample.labels["le"]
                yield ("lag", end if end == BEYOND else str(int(float(end)))), int(sample.value) - below
                below = int(sample.value)
            elif sample.name == f"{_LAG}_sum":
                yield ("lag_seconds",), int(sample.value)
