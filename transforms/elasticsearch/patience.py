"""Waiting between attempts: longer each time, never all at once, and not for ever."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field


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
