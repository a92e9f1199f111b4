"""The stores that every test of the contract runs on: the real ones."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from stores_cleaning import empty_indices, remove_indices

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
