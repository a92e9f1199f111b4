"""Waiting between attempts, longer each time and not for ever, and how much to ask at once of a server under pressure."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Patience:
    """How long to go on trying. ``pause_s`` is asked after each failure.

    Full jitter, so that clients that failed together do not come back together
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """

    total_s: float
    """Seconds from the first failure to giving up."""
    first_s: float = 0.5
    longest_s: float = 30.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _failures: int = field(default=0, init=False)
    _deadline: float | None = field(default=None, init=False)

    def pause_s(self) -> float | None:
        """How long to wait now; None when it is time to give up."""
        now = self.clock()
        if self._deadline is None:
            self._deadline = now + self.total_s
        left = self._deadline - now
        if left <= 0:
            return None
        most = min(self.first_s * 2.0**self._failures, self.longest_s)
        self._failures += 1
        return min(random.uniform(most / 2, most), left)

    def success(self) -> None:
        """Something went well: the next failure is a new one."""
        self._failures = 0
        self._deadline = None


@dataclass
class Room:
    """How many documents a server takes at once, as far as we know: half of what was too many, and carefully more again."""

    documents: int | None = None
    """None for any number."""

    def cut(self, batch: Sequence[T]) -> list[list[T]]:
        """The batch, which is not empty, in parts that may find room, the first at the end."""
        size = self.documents or len(batch)
        return [list(batch[start : start + size]) for start in range(0, len(batch), size)][::-1]

    def shrink(self, refused: int) -> None:
        """So many were too many."""
        self.documents = max(1, min(refused // 2, self.documents or refused))

    def grow(self, taken: int) -> None:
        """So many were taken."""
        if self.documents is not None and taken >= self.documents:
            self.documents += max(1, self.documents // 4)
