"""Objects that refer to each other are freed all the same."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from blockwire.transforms.garbage import NEW_OBJECTS, collect_garbage_seldom


class _Ring:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_garbage_is_collected_seldom_but_is() -> None:
    collect_garbage_seldom()
    gc.collect()
    first = weakref.ref(_Ring())
    few = [[] for _ in range(NEW_OBJECTS // 10)]
    assert first() is not None
    many = [[] for _ in range(NEW_OBJECTS)]
    assert first() is None
    assert len(few) + len(many) > NEW_OBJECTS
