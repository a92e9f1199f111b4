"""A lock between processes of one machine that the kernel gives up when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from blockwire.transforms.stores.contract import RoundRunning, StoreUnavailable


@contextmanager
def round_lock(path: Path) -> Iterator[None]:
    """Holds ``flock`` on a file, which then says who holds it.

    The file is closed on exec, so that worker processes do not keep the lock of a killed parent.

    Raises:
        RoundRunning: where another holds it, with its process id and since when.
        StoreUnavailable: where the file cannot be made.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot make the lock file {str(path)!r}: {error.strerror}; make its folder writable or choose another store"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RoundRunning(_held_by(os.pread(handle, 200, 0).decode("ascii", "replace"))) from None
        _sign(handle, path)
        yield
    finally:
        os.close(handle)


def _sign(handle: int, path: Path) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {since}\n".encode("ascii"), 0)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot write the lock file {str(path)!r}: {error.strerror}; free some space and start again"
        ) from error


def _held_by(signature: str) -> str:
    pid, _, since = signature.strip().partition(" ")
    holder = f"process {pid}, since {since}" if pid and since else "a process that has just started"
    return f"another round is running ({holder}): wait until it ends, or stop that process"
