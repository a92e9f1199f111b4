"""Bulk writing: ``WriteToElasticsearch`` on the in-process runner against ``helpers.streaming_bulk``, in the same run."""

import random
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import apache_beam as beam
from elasticsearch import Elasticsearch, helpers

from bench.figures import Figure, Setting
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
_clock: dict[str, tuple[float, float]] = {}
"""The runner is in this process: when the first document came to the sink, and when the last was acknowledged."""
_acknowledgements = [0]


def documents(count: int) -> Iterator[dict[str, Any]]:
    """The same documents of about 1.7 KB each time, in the same order."""
    choose = random.Random(7)
    for number in range(count):
        text = " ".join(choose.choices(_WORDS, k=240))
        yield {"id": f"d{number}", "number": number, "title": text[:60], "text": text}


def measure(setting: Setting) -> list[Figure]:
    """On a running server or on one that is got and started; with requests as the client sends them by itself, and compressed."""
    if setting.elasticsearch:
        return _measure(setting.elasticsearch, setting.runs)
    started = elasticsearch_server.start()
    try:
        return _measure(started.url, setting.runs)
    finally:
        elasticsearch_server.stop(started)


def _measure(url: str, runs: int) -> list[Figure]:
    plain, compressed = (Duel(url, gzip=gzip) for gzip in (False, True))
    # The first turn warms the server up.
    for turn in range(runs + 1):
        for duel in (plain, compressed):
            duel.take_turn(ours_first=bool(turn % 2), counts=turn > 0)
    return [
        Figure("helpers.streaming_bulk", plain.rate("theirs"), "documents/s"),
        Figure("WriteToElasticsearch", plain.rate("ours"), "documents/s"),
        Figure("WriteToElasticsearch to streaming_bulk", plain.ratio, at_least=0.90, goal=0.95),
        Figure("the same, CPU seconds of the client", plain.cpu_ratio),
        Figure("both with compressed requests", compressed.ratio, at_least=0.90, goal=0.95),
        Figure("the same, CPU seconds of the client, compressed", compressed.cpu_ratio),
    ]


class Duel:
    """Both ways into the same server, by turns."""

    def __init__(self, url: str, *, gzip: bool) -> None:
        self._url = url
        self._gzip = gzip
        self._took: dict[str, list[tuple[float, float]]] = {"theirs": [], "ours": []}

    def take_turn(self, *, ours_first: bool, counts: bool) -> None:
        """Both once."""
        ways = {"theirs": by_helpers, "ours": by_beam}
        with Elasticsearch(self._url, http_compress=self._gzip, request_timeout=60) as client:
            for name in ("ours", "theirs") if ours_first else ("theirs", "ours"):
                took = timed(client, name, ways[name], self._url, gzip=self._gzip)
                if counts:
                    self._took[name].append(took)

    def rate(self, name: str) -> float:
        """Documents a second."""
        return DOCUMENTS / median(seconds for seconds, _ in self._took[name])

    @property
    def ratio(self) -> float:
        """Ours to theirs: the median of what the turns say, each of which had its own noise."""
        return self._median_ratio(0)

    @property
    def cpu_ratio(self) -> float:
        """The same by CPU seconds."""
        return self._median_ratio(1)

    def _median_ratio(self, clock: int) -> float:
        turns = zip(self._took["theirs"], self._took["ours"], strict=True)
        return float(median(theirs[clock] / ours[clock] for theirs, ours in turns))


Took = tuple[float, float]
"""Seconds, and CPU seconds of this process."""


def timed(client: Elasticsearch, name: str, write: Callable[[str, bool], Took], url: str, *, gzip: bool) -> Took:
    """What a way takes to write into a new index, which is removed."""
    index = f"bench-{name}"
    client.indices.delete(index=index, ignore_unavailable=True)
    client.indices.create(index=index, mappings=MAPPINGS, settings={"number_of_replicas": 0})
    took = write(url, gzip)
    client.indices.refresh(index=index)
    client.indices.delete(index=index)
    return took


def now() -> Took:
    """The clocks."""
    return time.perf_counter(), time.process_time()


def since(begun: Took) -> Took:
    """What passed on both clocks."""
    seconds, cpu_s = now()
    return seconds - begun[0], cpu_s - begun[1]


def by_helpers(url: str, gzip: bool) -> Took:
    """The client's own way."""
    made = list(documents(DOCUMENTS))
    with Elasticsearch(url, http_compress=gzip, request_timeout=60) as client:
        begun = now()
        actions = ({"_op_type": "index", "_index": "bench-theirs", "_id": one["id"], "_source": one} for one in made)
        done = sum(ok for ok, _ in helpers.streaming_bulk(client, actions, chunk_size=BATCH, max_chunk_bytes=8 << 20))
        took = since(begun)
    if done != DOCUMENTS:
        raise RuntimeError(f"{done} of {DOCUMENTS} documents were written")
    return took


def by_beam(url: str, gzip: bool) -> Took:
    """The sink's way, from the first document that reaches it to the last acknowledgement."""
    _clock.clear()
    recipe: Recipe[dict[str, Any]] = Recipe(index="bench-ours", id=_id)
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        made = pipeline | beam.Create([DOCUMENTS]) | beam.FlatMap(_documents)
        written = made | WriteToElasticsearch(Access(hosts=(url,), gzip=gzip), recipe, max_actions=BATCH)
        written.acknowledged | beam.Map(_acknowledged)
    if _acknowledgements[0] != DOCUMENTS:
        raise RuntimeError(f"{_acknowledgements[0]} of {DOCUMENTS} documents were written")
    return _clock["end"][0] - _clock["begin"][0], _clock["end"][1] - _clock["begin"][1]


def _id(document: dict[str, Any]) -> str:
    return str(document["id"])


def _documents(count: int) -> Iterator[dict[str, Any]]:
    made = list(documents(count))
    _acknowledgements[0] = 0
    _clock["begin"] = now()
    yield from made


def _acknowledged(_: object) -> None:
    _acknowledgements[0] += 1
    if _acknowledgements[0] == DOCUMENTS:
        _clock["end"] = now()
