"""Gives memory that was freed back to the system."""

import ctypes
from typing import Final

# malloc.h of glibc.
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
LARGE_BYTES: Final = 128 * 1024
"""What is larger gets pages of its own, which go back when it is freed. It is where glibc begins, too, before it learns to keep more."""


def give_back_freed_memory(large_bytes: int = LARGE_BYTES) -> None:
    """Keeps glibc's allocator from hoarding; with another one it does nothing. Call it before there are threads.

    A round holds many pages for a moment each, on many threads. By itself glibc keeps an arena a thread, and blocks up to 32 MiB in them:
    a hundred megabytes after twenty thousand pages. Source: mallopt(3).

    Args:
        large_bytes: what is larger gets pages of its own. The system clears each page anew, so a process that works on one
            thing at a time, and does not hoard, is faster with more.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        for parameter, value in ((_ARENA_MAX, 2), (_MMAP_THRESHOLD, large_bytes), (_TRIM_THRESHOLD, large_bytes)):
            tune(parameter, value)
