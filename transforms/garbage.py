"""How often Python looks for objects that refer to each other and are used no more."""

import gc
from typing import Final

NEW_OBJECTS: Final = 50_000
"""So many more made than freed, and the youngest are looked at. Python's own 700 cost a tenth of a page's time, and a sixth of a round's start."""


def collect_garbage_seldom() -> None:
    """Most objects here are freed without a search. Source: gc.set_threshold."""
    gc.set_threshold(NEW_OBJECTS)


def leave_garbage_to_the_kernel() -> None:
    """For a process that ends: Python searches all that is left once more, for half a second after a round. Source: gc.freeze."""
    gc.freeze()
