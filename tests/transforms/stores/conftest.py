"""The stores that every test of the contract runs on: the real ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.stores.sqlite import SqliteStore

MakeStore = Callable[..., Store]


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
