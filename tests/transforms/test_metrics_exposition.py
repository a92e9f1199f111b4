"""The metrics file: what a round counted, added to what the file says, in Prometheus' own format."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from prometheus_client.parser import text_string_to_metric_families

from blockwire.transforms.exposition import Standing, write_metrics
from blockwire.transforms.metrics import Counts, count, count_lag, counted

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def standing(counts: dict[tuple[str, ...], int], round_s: float | None = 9) -> Standing:
    feeds = {("newswire", "ok"): 2, ("newswire", "failing"): 1}
    return Standing(Counter(counts), feeds, {"newswire": 3}, NOON, round_s)


def samples(file: Path) -> dict[str, float]:
    """Every sample, as Prometheus names it."""
    found = {}
    for family in text_string_to_metric_families(file.read_text("utf-8")):
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found


def test_rounds_add_up_in_the_file(tmp_path: Path) -> None:
    """Counters and the histogram go on; gauges are those of the last round."""
    file = tmp_path / "blockwire.prom"
    first: dict[tuple[str, ...], int] = {
        ("polls", "newswire", "ok"): 2,
        ("polls", "newswire", "failed"): 1,
        ("poll_errors", "timeout"): 1,
        ("lag", "60"): 3,
        ("lag", "+Inf"): 1,
        ("lag_seconds",): 400_000,
    }
    write_metrics(file, standing(first))
    write_metrics(file, standing({("polls", "newswire", "ok"): 1, ("lag", "300"): 2, ("lag_seconds",): 500}))
    found = samples(file)
    assert found["blockwire_polls_total{kind=newswire,outcome=ok}"] == 3
    assert found["blockwire_poll_errors_total{reason=timeout}"] == 1
    assert found["blockwire_publication_to_index_seconds_bucket{le=60}"] == 3
    assert found["blockwire_publication_to_index_seconds_bucket{le=259200}"] == 5
    assert found["blockwire_publication_to_index_seconds_bucket{le=+Inf}"] == 6
    assert found["blockwire_publication_to_index_seconds_count"] == 6
    assert found["blockwire_publication_to_index_seconds_sum"] == 400_500
    assert found["blockwire_rounds_total"] == 2
    assert found["blockwire_feeds_due{kind=newswire}"] == 3
    assert found["blockwire_feeds{condition=failing,kind=newswire}"] == 1
    assert found["blockwire_round_duration_seconds"] == 9
    assert found["blockwire_round_finished_timestamp_seconds"] == NOON.timestamp()
    assert [path.name for path in tmp_path.iterdir()] == ["blockwire.prom"]


def test_a_stream_is_no_round(tmp_path: Path) -> None:
    """It has no end that could be counted or timed; that it is alive is said."""
    file = tmp_path / "m.prom"
    write_metrics(file, standing({("polls", "newswire", "ok"): 2}, round_s=None))
    write_metrics(file, standing({("polls", "newswire", "ok"): 1}, round_s=None))
    found = samples(file)
    assert found["blockwire_polls_total{kind=newswire,outcome=ok}"] == 3
    assert found["blockwire_rounds_total"] == 0
    assert "blockwire_round_duration_seconds" not in found
    assert found["blockwire_round_finished_timestamp_seconds"] == NOON.timestamp()


@pytest.mark.parametrize("there", ["", "no metrics {", "blockwire_rounds_total x\n"])
def test_a_file_that_is_no_metrics_starts_anew(tmp_path: Path, there: str) -> None:
    file = tmp_path / "m.prom"
    file.write_text(there)
    write_metrics(file, standing({}))
    assert samples(file)["blockwire_rounds_total"] == 1


class _Count(beam.DoFn):
    def process(self, element: int) -> Any:
        count("entries", "indexed")
        count("alerts", "sent", by=0)
        count_lag(NOON - timedelta(seconds=element), NOON)
        return ()


def test_what_steps_count_comes_out_of_the_pipeline() -> None:
    """Bucket by bucket; a date to come counts as no time at all, and nothing is not counted."""
    pipeline = beam.Pipeline(runner="FnApiRunner")
    pipeline | beam.Create([-50, 0, 61, 300, 10_000_000]) | beam.ParDo(_Count())
    result = pipeline.run()
    result.wait_until_finish()
    expected: Counts = Counter(
        {
            ("entries", "indexed"): 5,
            ("lag", "10"): 2,
            ("lag", "300"): 2,
            ("lag", "+Inf"): 1,
            ("lag_seconds",): 10_000_361,
        }
    )
    assert counted(result) == expected
