"""The embedded store, looked at without changing it: a file that is not there is not made."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from blockwire.transforms.checkup.finding import Finding, Grade
from blockwire.transforms.stores.contract import StoreUnavailable
from blockwire.transforms.stores.round_lock import lock_holder
from blockwire.transforms.stores.sqlite_files import MIGRATIONS, check_place, plain_errors, version_of

_MIB: Final = 1024**2
_WAL_WARN_BYTES: Final = 512 * _MIB
_DAMAGES_TOLD: Final = 3
_DAMAGE_CHARS: Final = 300


def check_sqlite(path: Path) -> Iterator[Finding]:
    """Whether the file can be used, is whole, and has tables of this version; how large it is, and whether a round is running."""
    if not path.exists():
        yield Finding(
            "store", Grade.WARN, f"{str(path)!r} is not there yet", "the first round makes it: blockwire ingest"
        )
        return
    try:
        check_place(path)
        with plain_errors(path), closing(_read_only(path)) as connection:
            yield _whole(connection, path)
            yield _tables(connection, path)
    except StoreUnavailable as error:
        told, _, remedy = str(error).partition("; ")
        yield Finding("store", Grade.FAIL, told, remedy or "mend that, or choose another store")
        return
    yield _size(path)
    holder = lock_holder(path.with_name(f"{path.name}.lock"))
    yield Finding("lock", Grade.OK, f"a round is running: {holder}" if holder else "no round is running")


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=5, isolation_level=None)


def _whole(connection: sqlite3.Connection, path: Path) -> Finding:
    damages = " ".join(row[0] for row in connection.execute(f"PRAGMA quick_check({_DAMAGES_TOLD})")).split()
    if damages == ["ok"]:
        return Finding("store", Grade.OK, f"{str(path)!r} is whole")
    told = f"{str(path)!r} is damaged: {' '.join(damages)[:_DAMAGE_CHARS]}"
    return Finding("store", Grade.FAIL, told, "restore a copy; `sqlite3 FILE .recover` saves what can be saved")


def _tables(connection: sqlite3.Connection, path: Path) -> Finding:
    version = version_of(connection, path)
    if version < len(MIGRATIONS):
        told = f"tables of version {version}, this program's are {len(MIGRATIONS)}"
        return Finding("tables", Grade.WARN, told, "the next round moves them; make a copy of the file first")
    return Finding("tables", Grade.OK, f"version {version}, that of this program")


def _size(path: Path) -> Finding:
    log = path.with_name(f"{path.name}-wal")
    waiting = log.stat().st_size if log.exists() else 0
    told = f"{path.stat().st_size / _MIB:,.1f} MiB, and {waiting / _MIB:,.1f} MiB of writes to be moved in"
    if waiting > _WAL_WARN_BYTES:
        remedy = "a program reads without end: close it, and the next round moves them in"
        return Finding("size", Grade.WARN, told, remedy)
    return Finding("size", Grade.OK, told)
