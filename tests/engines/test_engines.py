"""The main job on real engines: one round, and a stream that is killed and goes on."""

import time
from pathlib import Path

import psutil
import pytest
from absent import skipped_where_absent
from command_line import blockwire, start
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import remove_indices
from tiny_site import tiny_site

from bench import stream
from blockwire.transforms.stores.contract import ItemQuery
from blockwire.transforms.stores.opening import store_config

pytestmark = pytest.mark.engines


def test_a_round_is_the_same_on_every_engine(tmp_path: Path, engine: tuple[str, ...]) -> None:
    """The second finds nothing new."""
    with tiny_site(12) as site:
        (tmp_path / "feeds.yaml").write_text(site.feed_list())
        flags = ("--store", "sqlite:///s.sqlite", "--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8", "--all")
        first = blockwire("--log-format", "json", "ingest", *flags, *engine, cwd=tmp_path)
        assert first.status == 0, first.err
        assert (first.summary.feeds_ok, first.summary.items, first.summary.dead_letters) == (1, 12, 0)
        second = blockwire("--log-format", "json", "ingest", *flags, *engine, cwd=tmp_path)
    assert (second.summary.feeds_unchanged, second.summary.items) == (1, 0)
    with store_config(f"sqlite:///{tmp_path}/s.sqlite", {}).open() as store:
        assert store.count_items(ItemQuery()) == 12


@pytest.mark.shared
def test_a_stream_is_soon_and_loses_nothing_and_has_nothing_twice(tmp_path: Path, on_prism: tuple[str, ...]) -> None:
    """Two hundred feeds publish, and go on while it is killed twice and started again; told to stop it ends well.

    How long a stream that was killed is down is a matter of the machine: what no kill came between has to be in time.
    """
    with skipped_where_absent():
        found = stream.try_out(tmp_path / "stream", stream.Trial(kills=2, flags=on_prism))
    assert len(found.undisturbed_lags) > stream.Trial.seconds / 8
    assert (found.missing, found.twice, found.status) == (0, 0, 0)
    assert stream.p95(found.undisturbed_lags) <= stream.Trial().bound_s, found.down
    assert found.alerted


@pytest.mark.shared
def test_a_stream_on_flink_loses_nothing_and_has_nothing_twice(tmp_path: Path, on_flink: tuple[str, ...]) -> None:
    """Killed twice, and started again: what is left of the job it submitted does no harm."""
    trial = stream.Trial(feeds=40, seconds=15, kills=2, flags=on_flink)
    with skipped_where_absent():
        found = stream.try_out(tmp_path / "stream", trial)
    assert found.published
    assert (found.missing, found.twice, found.alerts_twice, found.status) == (0, 0, 0, 0)


@pytest.mark.elasticsearch
@pytest.mark.shared
def test_a_stream_into_elasticsearch_goes_on_after_a_kill(
    tmp_path: Path, on_prism: tuple[str, ...], elasticsearch_url: str
) -> None:
    """Nothing is lost, nothing twice."""
    store = f"{elasticsearch_url}/engine-tests"
    trial = stream.Trial(feeds=12, interval_s=5, seconds=10, kills=1, store=store, flags=on_prism)
    with Elasticsearch(elasticsearch_url) as client:
        remove_indices(client, "engine-tests")
        try:
            with skipped_where_absent():
                found = stream.try_out(tmp_path / "stream", trial)
        finally:
            remove_indices(client, "engine-tests")
    assert found.published
    assert (found.missing, found.twice, found.status) == (0, 0, 0)


def test_what_a_stream_counts_is_what_the_store_holds(tmp_path: Path, on_prism: tuple[str, ...]) -> None:
    """Every entry with its fate, failures with their stage, and no feed due for longer than it takes."""
    with tiny_site(12) as site:
        site.missing.add("/a/3.html")
        (tmp_path / "feeds.yaml").write_text(site.feed_list())
        flags = ("--store", "sqlite:///s.sqlite", "--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8")
        job = start(["stream", *flags, "--metrics-file", "wire.prom", *on_prism], cwd=tmp_path)
        with store_config(f"sqlite:///{tmp_path}/s.sqlite", {}).open() as store:
            while "tiny" not in store.feed_states():
                assert job.poll() is None, job.communicate()
                time.sleep(0.2)
        job.terminate()
        job.communicate()
    said = (tmp_path / "wire.prom").read_text()
    assert 'blockwire_polls_total{kind="newswire",outcome="ok"} 1.0' in said
    assert 'blockwire_entries_total{fate="indexed"} 11.0' in said
    assert 'blockwire_dead_letters_total{stage="fetch"} 1.0' in said
    assert 'blockwire_feeds_due{kind="newswire"} 0.0' in said
    assert "blockwire_publication_to_index_seconds_count 11.0" in said


def test_a_stream_that_is_killed_takes_its_engine_with_it(tmp_path: Path, on_prism: tuple[str, ...]) -> None:
    """And the processes that extract."""
    (tmp_path / "feeds.yaml").write_text("feeds: []\n")
    job = start(["stream", "--store", "sqlite:///s.sqlite", "--feeds", "feeds.yaml", *on_prism], cwd=tmp_path)
    family: list[psutil.Process] = []
    while not {"prism", "python"} <= {each.name().partition("-")[0] for each in family}:
        assert job.poll() is None, job.communicate()
        time.sleep(0.2)
        family = psutil.Process(job.pid).children(recursive=True)
    job.kill()
    job.communicate()
    _gone, left = psutil.wait_procs(family, timeout=60)
    assert not left
