"""What tests of several rooms share: the real Elasticsearch server."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import elasticsearch_server
import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is.
settings.register_profile("unhurried", parent=settings.default, deadline=None)
settings.load_profile("unhurried")

_STATE = "BLOCKWIRE_TEST_SERVER_STATE"
"""Names, to the workers of one run, the file about the server that they share."""


def pytest_configure(config: pytest.Config) -> None:
    if not _is_worker(config):
        os.environ[_STATE] = str(Path(tempfile.gettempdir()) / f"blockwire-tests-{os.getpid()}.json")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config):
        elasticsearch_server.stop_shared(Path(os.environ[_STATE]))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A running server: the one that BLOCKWIRE_TEST_ELASTICSEARCH names, or one of our own, started at the first need."""
    named = os.environ.get("BLOCKWIRE_TEST_ELASTICSEARCH")
    if named:
        yield named
        return
    try:
        server = elasticsearch_server.shared(Path(os.environ[_STATE]))
    except elasticsearch_server.NoServer as failure:
        elasticsearch_server.no_elasticsearch(failure)
    yield server.url
