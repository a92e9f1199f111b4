"""Faults provoked on a real server: whatever happens, nothing is lost, nothing is there twice, and the job says what it waits for."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
import elasticsearch_server
import pytest
from eager import outputs_of
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import remove_indices
from sink_samples import MAPPINGS, document, name_of
from tcp_proxy import tcp_proxy

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.schemas import CensorshipItem, EntryFate, Fate, FeedKind, Outcome, Source
from blockwire.schemas.ids import article_id
from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.recipe import Recipe
from blockwire.transforms.stores.contract import ItemQuery
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.write_to_elasticsearch import WriteToElasticsearch

pytestmark = pytest.mark.elasticsearch
ROOT = Path(__file__).resolve().parents[3]
COUNT = 600
BATCH = 50


class SinkJob:
    """``WriteToElasticsearch`` with ``create``, so that what is written twice shows."""

    def __init__(self, prefix: str, text: str = "") -> None:
        self.index = f"{prefix}-sink"
        self.text = text

    def write(self, url: str, *, patience_s: float, timeout_s: float) -> None:
        access = Access(hosts=(url,), request_timeout_s=timeout_s)
        recipe: Recipe[Any] = Recipe(index=self.index, id=name_of, operation="create")
        documents = [document(n, text=self.text) for n in range(COUNT)]

        def build(pipeline: beam.Pipeline) -> dict[str, Any]:
            made = pipeline | beam.Create(documents, reshuffle=False)
            written = made | WriteToElasticsearch(access, recipe, max_actions=BATCH, patience_s=patience_s)
            return written._asdict()

        outputs = outputs_of(build)
        assert sorted(ack.id for ack in outputs["acknowledged"]) == sorted(one["name"] for one in documents)
        assert outputs["dead"] == []

    def prepare(self, client: Elasticsearch) -> None:
        client.indices.create(index=self.index, mappings=MAPPINGS, settings={"number_of_replicas": 0})

    def check(self, url: str) -> None:
        with Elasticsearch(url) as client:
            client.indices.refresh(index=self.index)
            assert client.count(index=self.index)["count"] == COUNT


class StoreJob:
    """The store, as a round uses it."""

    def __init__(self, prefix: str, text: str = "") -> None:
        self.prefix = prefix
        self.text = text

    def write(self, url: str, *, patience_s: float, timeout_s: float) -> None:
        access = Access(request_timeout_s=timeout_s)
        store = ElasticsearchStore(
            f"{url}/{self.prefix}", load_mappings(), access=access, patience_s=patience_s, start_patience_s=patience_s
        )
        with store:
            for start in range(0, COUNT, BATCH):
                outcomes = [self.outcome(n) for n in range(start, start + BATCH)]
                assert {receipt.fate for receipt in store.write_outcomes(outcomes)} == {Fate.INDEXED}

    def prepare(self, client: Elasticsearch) -> None:
        """Opening makes the indices."""

    def outcome(self, number: int) -> Outcome:
        name = article_id(f"https://example.org/{number}")
        now = "2026-11-01T12:00:00Z"
        item = CensorshipItem.model_validate_json(
            CensorshipItem.model_construct(
                id=name, entry_id=name, feed_id="f", url="https://example.org/", fetched_url="https://example.org/",
                title=f"n{number}", text=self.text, extractor="x", fetched=now, relevant=True, score=1.0,
                rules_version="1", first_seen=now, blockwire_version="1",
                source=Source(feed_id="f", name="F", owner="f", kind=FeedKind.NEWSWIRE),
            ).model_dump_json(warnings=False)
        )  # fmt: skip
        return Outcome(
            fate=EntryFate(id=name, feed_id="f", fate=Fate.INDEXED, article_id=name, first_seen=item.first_seen),
            item=item,
        )

    def check(self, url: str) -> None:
        with ElasticsearchStore(f"{url}/{self.prefix}", load_mappings()) as store:
            assert store.count_items(ItemQuery()) == COUNT
            assert len(list(store.fates())) == COUNT


JOBS = {"sink": SinkJob, "store": StoreJob}


@pytest.fixture(params=JOBS)
def make_job(request: pytest.FixtureRequest) -> Callable[..., Any]:
    return JOBS[request.param]


@pytest.fixture
def prefix(elasticsearch_url: str) -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    with Elasticsearch(elasticsearch_url) as client:
        remove_indices(client, name)


@pytest.fixture
def job(make_job: Callable[..., Any], prefix: str, elasticsearch_url: str) -> Any:
    made = make_job(prefix)
    with Elasticsearch(elasticsearch_url) as client:
        made.prepare(client)
    return made


def test_replies_that_never_arrive(job: Any, elasticsearch_url: str, caplog: pytest.LogCaptureFixture) -> None:
    with tcp_proxy(elasticsearch_url) as proxy:
        proxy.resets = 4
        job.write(proxy.url, patience_s=60, timeout_s=60)
        assert proxy.spoilt == 4
    job.check(elasticsearch_url)
    assert "cannot be reached: check that it runs, and its address (trying again in" in caplog.text


def test_replies_that_are_late(job: Any, elasticsearch_url: str, caplog: pytest.LogCaptureFixture) -> None:
    with tcp_proxy(elasticsearch_url) as proxy:
        proxy.slow, proxy.held_s = 2, 4.0
        job.write(proxy.url, patience_s=60, timeout_s=2.5)
        assert proxy.spoilt == 2
    job.check(elasticsearch_url)
    assert "does not answer in time" in caplog.text


@pytest.mark.parametrize("absent_s", [4, pytest.param(60, marks=pytest.mark.thorough)])
def test_a_server_that_is_not_there_at_first(
    job: Any, elasticsearch_url: str, caplog: pytest.LogCaptureFixture, absent_s: float
) -> None:
    with tcp_proxy(elasticsearch_url, absent_s=absent_s) as proxy:
        job.write(proxy.url, patience_s=2 * absent_s + 50, timeout_s=60)
    job.check(elasticsearch_url)
    assert "cannot be reached: check that it runs, and its address (trying again in" in caplog.text


def test_a_full_disk_until_there_is_space(
    job: Any, elasticsearch_url: str, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What the server does to its indices at the flood stage, done to these."""
    with (
        Elasticsearch(elasticsearch_url) as client,
        ElasticsearchStore(f"{elasticsearch_url}/{prefix}", load_mappings()),
    ):
        full: dict[str, Any] = {"index.blocks.read_only_allow_delete": True}
        client.indices.put_settings(index=f"{prefix}-*", settings=full)
        space = {"index.blocks.read_only_allow_delete": None}
        later = threading.Timer(3, lambda: client.indices.put_settings(index=f"{prefix}-*", settings=space))
        later.start()
        job.write(elasticsearch_url, patience_s=60, timeout_s=60)
        later.join()
    job.check(elasticsearch_url)
    assert "its disk is full; free some space there (trying again in" in caplog.text


def test_a_job_that_is_killed_and_started_again(elasticsearch_url: str, prefix: str) -> None:
    index, count = f"{prefix}-killed", 20_000
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=index, mappings=MAPPINGS, settings={"number_of_replicas": 0})
    command = [sys.executable, str(Path(__file__).with_name("sink_job.py")), elasticsearch_url, index, str(count)]
    path = os.pathsep.join([str(ROOT / ".ci" / "path"), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as killed:
        assert killed.stdout and killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
        acknowledged = 1 + len(killed.stdout.readlines())
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.refresh(index=index)
        assert acknowledged <= client.count(index=index)["count"] < count
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        assert done.stdout.count(".") == count
        client.indices.refresh(index=index)
        assert client.count(index=index)["count"] == count


@dataclass
class OwnServer:
    """One that is killed and started again: then it is another process."""

    server: elasticsearch_server.Server


@pytest.fixture(scope="module")
def own_server() -> Iterator["OwnServer"]:
    """A server that may be killed, with little room for requests under way."""
    try:
        server = elasticsearch_server.start(settings={"indexing_pressure.memory.limit": "100kb"})
    except elasticsearch_server.NoServer as failure:
        elasticsearch_server.no_elasticsearch(failure)
    if not server.command:
        pytest.skip("a server in a container is not ours to kill")
    own = OwnServer(server)
    yield own
    elasticsearch_server.stop(own.server)


@pytest.mark.thorough
def test_a_server_that_is_killed_in_the_middle(
    own_server: "OwnServer", make_job: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    job = make_job(f"killed-{make_job.__name__.lower()}")
    with Elasticsearch(own_server.server.url) as client:
        job.prepare(client)
    with tcp_proxy(own_server.server.url) as proxy:
        # Replies are held back, so that the job cannot be done before the server is killed.
        proxy.slow, proxy.held_s = COUNT, 0.3

        def kill_and_start_again() -> None:
            while proxy.spoilt < 3:
                time.sleep(0.02)
            elasticsearch_server.kill(own_server.server)
            proxy.slow = 0
            own_server.server = elasticsearch_server.start_again(own_server.server)

        meanwhile = threading.Thread(target=kill_and_start_again)
        meanwhile.start()
        job.write(proxy.url, patience_s=120, timeout_s=60)
        meanwhile.join()
        assert proxy.slow == 0
    job.check(own_server.server.url)
    assert "(trying again in" in caplog.text


@pytest.mark.thorough
def test_requests_larger_than_the_server_has_room_for(
    own_server: "OwnServer", make_job: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Fifty documents of 10 KB are more than it takes at once: waiting alone would never help."""
    caplog.set_level(logging.WARNING)
    job = make_job(f"pressure-{make_job.__name__.lower()}", text="x" * 10_000)
    with Elasticsearch(own_server.server.url) as client:
        job.prepare(client)
    job.write(own_server.server.url, patience_s=120, timeout_s=60)
    job.check(own_server.server.url)
    assert "too busy or not ready (status 429, es_rejected_execution_exception)" in caplog.text
