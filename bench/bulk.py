"""Bulk writing: ``WriteToElasticsearch`` on the in-process runner against ``helpers.streaming_bulk``, in the same run."""

import random
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import apache_beam as beam
from elasticsearch import Elasticsearch, helpers

from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.recipe import Recipe
from blockwire.transforms.write_to_elasticsearch import WriteToElasticsearch
from tests import elasticsearch_server

DOCUMENTS = 10_000
BATCH = 500
MAPPINGS = {"properties": {"title": {"type": "text"}, "text": {"type": "text"}, "number": {"type": "integer"}}}
_WORDS = [
    "block",
    "court",
    "order",
    "site",
    "access",
    "network",
    "internet",
    "law",
    "service",
    "provider",
    "news",
    "state",
    "report",
    "people",
]
_clock: dict[str, float] = {}
"""The runner is in this process: when the first document came to the sink, and when the last was acknowledged."""


def documents(count: int) -> Iterator[dict[str, Any]]:
    """The same documents of about 1.7 KB each time, in the same order."""
    choose = random.Random(7)
    for number in range(count):
        text = " ".join(choose.choices(_WORDS, k=240))
        yield {"id": f"d{number}", "number": number, "title": text[:60], "text": text}


def measure(runs: int, server: str | None = None) -> dict[str, float]:
    """The figures, on a running server or on one that is got and started."""
    if server:
        return _measure(server, runs)
    started = elasticsearch_server.start()
    try:
        return _measure(started.url, runs)
    finally:
        elasticsearch_server.stop(started)


def _measure(url: str, runs: int) -> dict[str, float]:
    """Documents a second of both ways, taking turns, so that a noisy minute hits both; the first turn warms the server up."""
    ours, theirs = [], []
    with Elasticsearch(url, http_compress=True, request_timeout=60) as client:
        for turn in range(runs + 1):
            by_them = timed(client, "theirs", lambda: by_helpers(client, DOCUMENTS))
            by_us = timed(client, "ours", lambda: by_beam(url, DOCUMENTS))
            if turn:
                theirs.append(DOCUMENTS / by_them)
                ours.append(DOCUMENTS / by_us)
    return {
        "bulk_documents_per_s_streaming_bulk": median(theirs),
        "bulk_documents_per_s": median(ours),
        "bulk_to_streaming_bulk": median(ours) / median(theirs),
    }


def timed(client: Elasticsearch, name: str, write: Callable[[], float]) -> float:
    """The seconds that a way takes to write into a new index, which is removed."""
    index = f"bench-{name}"
    client.indices.delete(index=index, ignore_unavailable=True)
    client.indices.create(index=index, mappings=MAPPINGS, settings={"number_of_replicas": 0})
    seconds = write()
    client.indices.refresh(index=index)
    client.indices.delete(index=index)
    return seconds


def by_helpers(client: Elasticsearch, count: int) -> float:
    """The client's own way."""
    made = list(documents(count))
    begun = time.perf_counter()
    actions = ({"_op_type": "index", "_index": "bench-theirs", "_id": one["id"], "_source": one} for one in made)
    done = sum(ok for ok, _ in helpers.streaming_bulk(client, actions, chunk_size=BATCH, max_chunk_bytes=8 << 20))
    if done != count:
        raise RuntimeError(f"{done} of {count} documents were written")
    return time.perf_counter() - begun


def by_beam(url: str, count: int) -> float:
    """The sink's way, from the first document that reaches it to the last acknowledgement."""
    _clock.clear()
    recipe: Recipe[dict[str, Any]] = Recipe(index="bench-ours", id=_id)
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        made = pipeline | beam.Create([count]) | beam.FlatMap(_documents)
        written = made | WriteToElasticsearch(Access(hosts=(url,)), recipe, max_actions=BATCH)
        written.acknowledged | beam.Map(_acknowledged)
    if _clock["acknowledged"] != count:
        raise RuntimeError(f"{_clock['acknowledged']:.0f} of {count} documents were written")
    return _clock["end"] - _clock["begin"]


def _id(document: dict[str, Any]) -> str:
    return str(document["id"])


def _documents(count: int) -> Iterator[dict[str, Any]]:
    made = list(documents(count))
    _clock["begin"] = time.perf_counter()
    yield from made


def _acknowledged(_: object) -> None:
    _clock["acknowledged"] = _clock.get("acknowledged", 0) + 1
    _clock["end"] = time.perf_counter()
