"""How far a round is, for a person who watches: counters of this process.

Only a display reads them. What counts goes through the pipeline (``summarise_round``), whatever runs it.
"""

import threading
from collections import Counter
from typing import Literal

Step = Literal["feeds", "entries", "ended", "items", "dead_letters"]

_lock = threading.Lock()
_done: Counter[Step] = Counter()


def advance(step: Step, by: int = 1) -> None:
    """Counts that much more done at a step."""
    with _lock:
        _done[step] += by


def snapshot() -> dict[Step, int]:
    """What has been done so far."""
    with _lock:
        return dict(_done)


def reset() -> None:
    """Starts again from nothing, for the next round of this process."""
    with _lock:
        _done.clear()
