"""Workers of Flink that are processes of their own, and are killed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import psutil
import pytest
from absent import skipped_where_absent
from command_line import blockwire
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import remove_indices
from tiny_site import tiny_site

from bench import stream
from bench.flink import job_flags, worker_pool
from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.schemas import Fate
from blockwire.transforms.stores.opening import store_config

pytestmark = pytest.mark.engines

RESTARTS = ("--checkpointing_interval", "1000", "--number_of_execution_retries", "3", "--execution_retry_delay", "500")
ARTICLES = 60
PATIENCE_S = 120.0


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The address of a pool of workers, and the process whose children they are."""
    with worker_pool(tmp_path) as started:
        yield started


def at_work(pool: psutil.Process) -> list[psutil.Process]:
    """The workers of a pool."""
    return [worker for worker in pool.children() if worker.status() != psutil.STATUS_ZOMBIE]


def kill_all(pool: psutil.Process) -> None:
    """SIGKILL for the workers of a pool, as when a machine is lost."""
    for worker in at_work(pool):
        worker.kill()


def once(holds: Callable[[], bool], act: Callable[[], None]) -> Thread:
    """A thread that does something as soon as a condition holds."""

    def wait() -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, "what was waited for did not come"
            time.sleep(0.02)
        act()

    thread = Thread(target=wait, daemon=True)
    thread.start()
    return thread


def test_a_round_that_loses_its_workers_is_complete(
    tmp_path: Path, flink_endpoint: str, pool: tuple[str, psutil.Process]
) -> None:
    """Killed while pages are fetched, they are replaced; the feed moves on when all of it is stored."""
    address, workers = pool
    store = f"sqlite:///{tmp_path}/s.sqlite"
    with tiny_site(ARTICLES, paragraphs=40) as site:
        (tmp_path / "feeds.yaml").write_text(site.feed_list())
        flags = ("--store", store, "--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8", "--all")
        engine = job_flags(flink_endpoint, workers=address)
        killing = once(lambda: len(site.requests) > ARTICLES // 3, lambda: kill_all(workers))
        done = blockwire("--log-format", "json", "ingest", *flags, *engine, cwd=tmp_path)
        killing.join()
    assert done.status == 0, done.err
    assert (done.summary.feeds_ok, done.summary.dead_letters) == (1, 0)
    with store_config(store, {}).open() as opened:
        assert [fate.fate for fate in opened.fates()] == [Fate.INDEXED] * ARTICLES
        assert opened.feed_states()["tiny"].etag


def killed_meanwhile(folder: Path, trial: stream.Trial, workers: psutil.Process) -> stream.Found:
    """A trial in an empty store of Elasticsearch, whose workers are killed when the first articles are in it."""
    assert trial.store
    server, prefix = trial.store.rsplit("/", 1)
    with Elasticsearch(server) as client:
        remove_indices(client, prefix)
        try:
            with skipped_where_absent(), store_config(trial.store, load_mappings()).open() as opened:
                # Now the first stream's are at work. Flink waits without end for one that is killed while it starts.
                killing = once(lambda: sum(1 for _ in opened.fates()) >= trial.feeds, lambda: kill_all(workers))
                found = stream.try_out(folder, trial)
                killing.join()
                return found
        finally:
            remove_indices(client, prefix)


@pytest.mark.elasticsearch
@pytest.mark.shared
def test_a_stream_that_loses_its_workers_goes_on(
    tmp_path: Path, flink_endpoint: str, pool: tuple[str, psutil.Process], elasticsearch_url: str
) -> None:
    """From a checkpoint, into a store that every machine reaches. Killed too, its job ends when the next stream holds the store."""
    address, workers = pool
    store = f"{elasticsearch_url}/flink-tests"
    engine = (*job_flags(flink_endpoint, workers=address), *RESTARTS)
    trial = stream.Trial(feeds=12, interval_s=5, seconds=10, kills=1, store=store, flags=engine)
    try:
        found = killed_meanwhile(tmp_path / "stream", trial, workers)
    except stream.StandsStill:
        # Seen in 2 of some 40 jobs with workers of their own: Flink starts them and sends them nothing. See docs/scaling.md.
        kill_all(workers)
        found = killed_meanwhile(tmp_path / "again", trial, workers)
    assert found.published
    assert (found.missing, found.twice, found.status) == (0, 0, 0)
    once(lambda: not at_work(workers), lambda: None).join(PATIENCE_S)
    assert not at_work(workers)
