"""Every search, chart and rule, asked of a real server over a small wire: it finds what it should."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import remove_indices
from kibana_queries import charted, kql_search, lens_search
from kibana_samples import documents

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.config.kibana.description import Rule, Search
from blockwire.config.kibana.loading import load_kibana
from blockwire.config.kibana.saved_objects import charts_and_dashboards

pytestmark = pytest.mark.elasticsearch
WIRE = load_kibana()
LENSES = {one["id"].removeprefix("wire-"): one for one in charts_and_dashboards(WIRE, "wire") if one["type"] == "lens"}

FOUND = {
    "new-blocks": {"holds"},
    "severe-events": {"holds"},
    "corroborated-events": {"holds"},
    "events-to-check": {"ordered"},
    "ended-events": {"lifted"},
    "items-by-country": {"block", "copy", "shutdown", "vpn", "tool", "arrest", "return"},
    "items-in-force": {"block", "arrest"},
    "shutdowns": {"shutdown"},
    "circumvention": {"vpn", "tool"},
    "messengers": {"block", "copy"},
    "arrests": {"arrest"},
    "unblockings": {"return"},
    "laws": {"vpn"},
    "uncertain-items": {"shutdown"},
    "near-misses": {"near"},
    "silent-feeds": {"silent"},
    "failing-feeds": {"failing", "gone"},
    "dead-letters-waiting": {"walled", "lost"},
    "block-pages": {"walled"},
    "troubled-rounds": {"troubled"},
    "undelivered-alerts": {"waiting"},
}
"""The documents that each search finds."""

CHARTED: dict[str, Any] = {
    "items": 6,
    "items-in-force": 2,
    "countries": 5,
    "sources": 2,
    "measures-over-time": {
        "website_block": 2,
        "messaging_block": 1,
        "internet_shutdown": 1,
        "vpn_circumvention": 1,
        "legal_regulation": 1,
        "arrest_prosecution": 1,
        "unblocking": 1,
    },
    "map": {"RU": 2, "IR": 1, "CN": 1, "BY": 1, "TR": 1},
    "top-countries": {"RU": 2, "IR": 1, "CN": 1, "BY": 1, "TR": 1},
    "measures": {
        "website_block": 2,
        "messaging_block": 1,
        "internet_shutdown": 1,
        "vpn_circumvention": 1,
        "legal_regulation": 1,
        "arrest_prosecution": 1,
        "unblocking": 1,
    },
    "services": {"telegram": 1, "x": 1},
    "censors": {"ru-roskomnadzor": 1},
    "languages": {"ru": 2, "fa": 1, "zh": 1, "tr": 1},
    "feeds": {"Volga": 4, "Kavosh": 2},
    "statuses": {"in_force": 2, "proposed": 1, "lifted": 1},
    "events-in-force": 1,
    "events-critical": 1,
    "events-corroborated": 1,
    "events-unchecked": 1,
    "events-over-time": {"critical": 1, "alert": 1, "watch": 1},
    "events-map": {"UA": 2, "TR": 1},
    "events-measures": {"messaging_block": 3},
    "events-targets": {"telegram": 2, "vpn": 1},
    "events-orders": {"RU": {"in_force": 1, "lifted": 1, "ordered": 1}},
    "alerts-by-channel": {"desk": {"pending": 1, "sent": 1}},
    "feeds-all": 4,
    "feeds-failing": 2,
    "feeds-silent": 1,
    "rounds-count": 2,
    "rounds-entries": 12,
    "rounds-items": 4,
    "rounds-failures": 2,
    "fates": {"indexed": 1, "not_relevant": 2, "dead_letter": 1},
    "feed-problems": {"timeout": 1},
    "letters-all": 3,
    "letters-waiting": 2,
    "letters-feeds": 2,
    "letters-over-time": {"fetch": 1, "extract": 1, "poll": 1},
    "letters-reasons": {"fetch": {"timeout": 1}, "extract": {"block_page": 1}, "poll": {"http_404": 1}},
    "letters-by-feed": {"volga": 2, "kavosh": 1},
    "letters-pages": {"block_page": 1},
}
"""What each chart shows."""

FIRES = {
    "new-block": {"holds"},
    "critical-event": {"holds"},
    "silent-feed": {"silent"},
    "silent-wire": {"*"},
    "dead-letter-rate": set[str](),
}
"""What each rule fires for; a star where it fires as a whole. The last round ended more than two hours ago."""


@dataclass(frozen=True)
class Index:
    """The small wire on a server."""

    client: Elasticsearch
    prefix: str
    names: dict[str, str]
    """Of documents, by their ids."""

    def ask(self, view: str, **search: Any) -> dict[str, Any]:
        return self.client.search(index=f"{self.prefix}-{view}", **search).body


@pytest.fixture(scope="module")
def wire(elasticsearch_url: str) -> Iterator[Index]:
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    settings = {"number_of_shards": 1, "number_of_replicas": 0}
    with Elasticsearch(elasticsearch_url) as client:
        operations: list[dict[str, Any]] = []
        names = {}
        for shape, name, document in documents():
            id = document["event"]["id"] if shape.kind != "feeds" else name
            names[id] = name
            operations += [{"index": {"_index": f"{prefix}-{shape.kind}", "_id": id}}, document]
        for view in WIRE.views:
            client.indices.create(index=f"{prefix}-{view.id}", mappings=load_mappings()[view.id], settings=settings)
        try:
            told = client.bulk(operations=operations, refresh=True)
            assert not told["errors"], told
            yield Index(client, prefix, names)
        finally:
            remove_indices(client, prefix)


def test_the_tables_above_are_complete() -> None:
    assert set(FOUND) == {search.id for search in WIRE.searches}
    assert set(CHARTED) == set(LENSES)
    assert set(FIRES) == {rule.id for rule in WIRE.rules}


@pytest.mark.parametrize("search", WIRE.searches, ids=lambda search: search.id)
def test_searches_find_what_they_should(search: Search, wire: Index) -> None:
    told = wire.ask(search.view, query=kql_search(search.query), sort=[{search.newest: "desc"}])
    assert {wire.names[hit["_id"]] for hit in told["hits"]["hits"]} == FOUND[search.id]


@pytest.mark.parametrize("id", list(LENSES))
def test_charts_show_what_they_should(id: str, wire: Index) -> None:
    view = LENSES[id]["references"][0]["id"].removeprefix("wire-")
    assert charted(wire.ask(view, **lens_search(LENSES[id]["attributes"]))) == CHARTED[id]


@pytest.mark.parametrize("rule", WIRE.rules, ids=lambda rule: rule.id)
def test_rules_fire_for_what_they_should(rule: Rule, wire: Index) -> None:
    """As the server's rule does it: the query within the window, counted for each value."""
    window = {"range": {rule.time: {"gt": f"now-{rule.window}"}}}
    query = {"bool": {"filter": [kql_search(rule.query), window]}}
    if rule.each is None:
        count = wire.ask(rule.view, query=query, size=0)["hits"]["total"]["value"]
        fired = {"*"} if rule.fewer_than is not None and count < rule.fewer_than else set()
    else:
        assert rule.more_than is not None
        each = {"each": {"terms": {"field": rule.each, "size": 100}}}
        buckets = wire.ask(rule.view, query=query, aggs=each, size=0)["aggregations"]["each"]["buckets"]
        over = [bucket["key"] for bucket in buckets if bucket["doc_count"] > rule.more_than]
        fired = {wire.names.get(key, key) for key in over}
    assert fired == FIRES[rule.id]
