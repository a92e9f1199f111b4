"""Skipping a test by name, with the reason, where something outside the repository is absent."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.shared_data import NotHereError


@contextmanager
def skipped_where_absent() -> Iterator[None]:
    """Turns a ``NotHereError`` into a skip."""
    try:
        yield
    except NotHereError as absent:
        pytest.skip(str(absent))
