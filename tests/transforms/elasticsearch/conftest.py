"""What tests of writing share: an index of their own on the real server."""

import uuid
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch
from sink_samples import MAPPINGS


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, request_timeout=60) as opened:
        yield opened


@pytest.fixture
def index(client: Elasticsearch) -> Iterator[str]:
    """A new, empty index with a strict mapping."""
    name = f"test-sink-{uuid.uuid4().hex[:12]}"
    client.indices.create(index=name, mappings=MAPPINGS, settings={"number_of_replicas": 0})
    yield name
    client.indices.delete(index=name, ignore_unavailable=True)
