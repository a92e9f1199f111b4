"""The stores that every test of the contract runs on: the real ones."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.stores.sqlite import SqliteStore

MakeStore = Callable[..., Store]


@pytest.fixture(scope="session")
def shared_prefix(elasticsearch_url: str) -> Iterator[str]:
    """The URL of a store whose indices are made once: that takes seconds, and emptying them does not."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield f"{elasticsearch_url}/{prefix}"
    with Elasticsearch(elasticsearch_url) as client:
        remove_indices(client, prefix)


@pytest.fixture
def prefixed_url(shared_prefix: str) -> Iterator[str]:
    """The URL of an empty store."""
    yield shared_prefix
    server, _, prefix = shared_prefix.rpartition("/")
    with Elasticsearch(server) as client:
        empty_indices(client, prefix)


def remove_indices(client: Elasticsearch, prefix: str) -> None:
    """Removes them by their names: servers forbid doing so by a pattern."""
    names = list(client.indices.get(index=f"{prefix}-*", features="aliases"))
    if names:
        client.indices.delete(index=names)


def empty_indices(client: Elasticsearch, prefix: str) -> None:
    """Deletes what is in them, by bulk: the core has no delete by query."""
    client.indices.refresh(index=f"{prefix}-*")
    found = client.search(index=f"{prefix}-*", size=10_000, source=False)["hits"]["hits"]
    if found:
        deletions = [{"delete": {"_index": hit["_index"], "_id": hit["_id"]}} for hit in found]
        client.bulk(operations=deletions, refresh=True)


@pytest.fixture(params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> MakeStore:
    """Makes stores of one kind that share what they hold, not entered yet."""
    if request.param == "sqlite":

        def make(**options: Any) -> Store:
            return SqliteStore(tmp_path / "wire.sqlite", **options)

    else:
        url = request.getfixturevalue("prefixed_url")

        def make(**options: Any) -> Store:
            return ElasticsearchStore(url, load_mappings(), **options)

    return make


@pytest.fixture
def store(make_store: MakeStore) -> Iterator[Store]:
    """An open store."""
    with make_store() as opened:
        yield opened
