"""What time it is: one and the same for a round, the machine's for a stream."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

Clock = Callable[[], datetime]
"""Tells the time, in UTC. It is sent to workers, so it must pickle."""


def utc_now() -> datetime:
    """The time by this machine's clock."""
    return datetime.now(UTC)


def stopped_at(moment: datetime) -> Clock:
    """A clock that always shows this moment: all that a round does, it does at the time of the round."""
    return partial(_same, moment)


def _same(moment: datetime) -> datetime:
    return moment
