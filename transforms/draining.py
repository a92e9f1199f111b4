"""How a stream in this process is asked to come to an end: it begins nothing more, and says how much is still under way."""

import threading

_asked = threading.Event()
_under_way: int | None = None


def ask() -> None:
    """From now on nothing new is begun in this process."""
    global _under_way
    _under_way = None
    _asked.set()


def asked() -> bool:
    """Whether the stream is to end."""
    return _asked.is_set()


def tell(tasks: int) -> None:
    """Says how many tasks are under way."""
    global _under_way
    _under_way = tasks


def under_way() -> int | None:
    """How many tasks are under way; None where nobody has looked since ``ask``."""
    return _under_way


def reset() -> None:
    """For the next stream of this process."""
    _asked.clear()
