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


def lock_holder(path: Path) -> str | None:
    """Who holds the lock, in words; None where nobody does. Nothing is made or changed.

    Raises:
        OSError: where the file is there and cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(os.pread(handle, 200, 0).decode("ascii", "replace"))
    finally:
        os.close(handle)
    return None


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
    return f"another round is running ({_holder(signature)}): wait until it ends, or stop that process"


def _holder(signature: str) -> str:
    pid, _, since = signature.strip().partition(" ")
    return f"process {pid}, since {since}" if pid and since else "a process that has just started"
