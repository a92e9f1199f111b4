"""An open file and the turns that threads take with it: what all parts of the SQLite store work through."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from blockwire.schemas import Record
from blockwire.transforms.stores.sqlite_files import connect, connect_read_only, plain_errors


class TooLong(Exception):
    """A record is longer than what the store takes."""


class SqliteSession:
    """One connection. It may be pickled before it is opened, and used by several threads after."""

    def __init__(self, path: Path, busy_timeout_s: float, max_document_bytes: int, *, read_only: bool = False) -> None:
        self._path = path
        self._connect = connect_read_only if read_only else connect
        self._busy_timeout_s = busy_timeout_s
        self._max_document_bytes = max_document_bytes
        self._opened: sqlite3.Connection | None = None
        self._turn: threading.RLock | None = None

    def open(self) -> None:
        """Opens the file, once.

        Raises:
            StoreUnavailable: with the reason and the next step.
        """
        if self._opened is None:
            self._opened = self._connect(self._path, self._busy_timeout_s)
            self._turn = threading.RLock()

    def close(self) -> None:
        """Closes the file; what was written is safe before."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a statement.

        Raises:
            StoreUnavailable: where the file cannot be read.
        """
        connection, turn = self._entered()
        with turn, plain_errors(self._path):
            return connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside, or none of it.

        Raises:
            StoreUnavailable: where the file cannot be written.
        """
        connection, turn = self._entered()
        with turn, plain_errors(self._path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                # SQLite ends the transaction by itself after some errors, a full disk among them.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def to_json(self, record: Record) -> str:
        """A record as it is kept.

        Raises:
            TooLong: where it has more bytes than the store takes.
        """
        text = record.model_dump_json()
        length = len(text.encode())
        if length > self._max_document_bytes:
            name = type(record).__name__
            raise TooLong(f"the {name} has {length:,} bytes, and the store takes {self._max_document_bytes:,}")
        return text

    def _entered(self) -> tuple[sqlite3.Connection, threading.RLock]:
        if self._opened is None or self._turn is None:
            raise RuntimeError("the store is used outside its with block")
        return self._opened, self._turn
