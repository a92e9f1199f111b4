"""What tests of stores and of writing share: indices on the real server."""

import uuid
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import empty_indices, remove_indices


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
