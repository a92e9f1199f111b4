"""Skipping a test by name, with the reason, where something outside the repository is absent."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from elasticsearch_server import NoServer

from bench.shared_data import NotHereError


@contextmanager
def skipped_where_absent() -> Iterator[None]:
    """Turns a ``NotHereError`` into a skip."""
    try:
        yield
    except NotHereError as absent:
        pytest.skip(str(absent))


def no_elasticsearch(failure: NoServer) -> NoReturn:
    """Skips, with the reason; in CI, where there has to be a server, it is a failure."""
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"CI needs a real Elasticsearch: {failure}")
    pytest.skip(f"no Elasticsearch here: {failure}")
