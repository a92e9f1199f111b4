"""Opening the database file, its tables and versions, and what its errors mean to a person."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from blockwire.transforms.stores.contract import StoreUnavailable

APPLICATION_ID: Final = 0x626C6B77
"""``blkw``, in the file's header: tells our files from other programs' (https://www.sqlite.org/pragma.html#pragma_application_id)."""

MIGRATIONS: Final = (
    # 1: combining marks are letters here, or words of Hindi and Thai would fall apart.
    """
    CREATE TABLE items (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL);
    CREATE INDEX items_by_time ON items (at DESC, id);
    CREATE TABLE item_records (number INTEGER PRIMARY KEY REFERENCES items, record TEXT NOT NULL);
    CREATE TABLE terms (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (kind, value));
    CREATE TABLE item_terms (
        term INTEGER NOT NULL REFERENCES terms, at INTEGER NOT NULL, item INTEGER NOT NULL REFERENCES items,
        PRIMARY KEY (term, at, item)
    ) WITHOUT ROWID;
    CREATE INDEX item_terms_by_item ON item_terms (item, term);
    CREATE VIRTUAL TABLE item_words USING fts5 (
        title, text, lemmas, content='', tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
    );
    CREATE TABLE entries (id TEXT PRIMARY KEY, feed_id TEXT NOT NULL, fate TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX entries_by_feed ON entries (feed_id, id);
    CREATE TABLE dead_letters (
        id TEXT PRIMARY KEY, stage TEXT NOT NULL, reason TEXT NOT NULL, feed_id TEXT NOT NULL,
        last_failed INTEGER NOT NULL, retry_at INTEGER, record TEXT NOT NULL
    );
    CREATE INDEX dead_letters_by_time ON dead_letters (last_failed DESC, id);
    CREATE INDEX dead_letters_due ON dead_letters (retry_at) WHERE retry_at IS NOT NULL;
    CREATE TABLE feed_states (feed_id TEXT PRIMARY KEY, record TEXT NOT NULL);
    CREATE TABLE rounds (id TEXT PRIMARY KEY, started INTEGER NOT NULL, record TEXT NOT NULL);
    """,
    # 2: events. Items that are there already wait to be grouped.
    """
    CREATE TABLE events (
        id TEXT PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL, revision INTEGER NOT NULL,
        decided INTEGER NOT NULL DEFAULT 0, merged INTEGER NOT NULL, record TEXT NOT NULL
    );
    CREATE INDEX events_by_time ON events (until DESC, id);
    CREATE INDEX events_undecided ON events (id) WHERE revision > decided;
    CREATE TABLE event_terms (
        kind TEXT NOT NULL, value TEXT NOT NULL, event TEXT NOT NULL REFERENCES events, PRIMARY KEY (kind, value, event)
    ) WITHOUT ROWID;
    CREATE INDEX event_terms_by_event ON event_terms (event);
    CREATE TABLE reports (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
    CREATE TABLE report_keys (
        key TEXT NOT NULL, at INTEGER NOT NULL, report INTEGER NOT NULL REFERENCES reports, PRIMARY KEY (key, at, report)
    ) WITHOUT ROWID;
    CREATE INDEX report_keys_by_report ON report_keys (report);
    CREATE TABLE report_bands (
        band TEXT NOT NULL, report INTEGER NOT NULL REFERENCES reports, PRIMARY KEY (band, report)
    ) WITHOUT ROWID;
    CREATE INDEX report_bands_by_report ON report_bands (report);
    CREATE TABLE ungrouped (item INTEGER PRIMARY KEY REFERENCES items);
    INSERT INTO ungrouped (item) SELECT number FROM items;
    CREATE TABLE corrections (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
    """,
    # 3: alerts.
    """
    CREATE TABLE alerts (
        id TEXT PRIMARY KEY, channel TEXT NOT NULL, event TEXT NOT NULL, state TEXT NOT NULL, due INTEGER NOT NULL,
        created INTEGER NOT NULL, record TEXT NOT NULL
    );
    CREATE INDEX alerts_by_time ON alerts (created DESC, id);
    CREATE INDEX alerts_by_event ON alerts (event);
    CREATE INDEX alerts_pending ON alerts (due) WHERE state = 'pending';
    CREATE TABLE channels (id TEXT PRIMARY KEY, record TEXT NOT NULL);
    """,
    # 4: items can be selected by status and censor, too.
    """
    INSERT OR IGNORE INTO terms (kind, value)
        SELECT DISTINCT 'status', record ->> '$.status' FROM item_records WHERE record ->> '$.status' IS NOT NULL;
    INSERT OR IGNORE INTO item_terms (term, at, item)
        SELECT terms.number, at, items.number FROM items JOIN item_records USING (number)
        JOIN terms ON terms.kind = 'status' AND terms.value = record ->> '$.status';
    INSERT OR IGNORE INTO terms (kind, value)
        SELECT DISTINCT 'censor', censor.value FROM item_records, json_each(record, '$.censors') AS censor;
    INSERT OR IGNORE INTO item_terms (term, at, item)
        SELECT terms.number, at, items.number FROM items JOIN item_records USING (number),
        json_each(record, '$.censors') AS censor JOIN terms ON terms.kind = 'censor' AND terms.value = censor.value;
    """,
)
"""Each brings the file one version up; ``PRAGMA user_version`` says how many were done. Never edited, only added to."""

_RETRY_S: Final = 0.05


def connect(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    """Opens the file, makes it and its folders where missing, and brings its tables up to date.

    Raises:
        StoreUnavailable: with the reason and the next step.
    """
    check_place(path)
    with plain_errors(path):
        # Worker threads of a runner take turns with one connection; the store's own lock keeps them apart.
        connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
        try:
            _to_write_ahead(connection, busy_timeout_s)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -32768")
            _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def connect_read_only(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    """Opens a file that is there to look at it. Nothing is written, while others may write.

    Raises:
        StoreUnavailable: with the reason and the next step.
    """
    if not path.is_file():
        raise StoreUnavailable(f"there is no store {str(path)!r} yet: blockwire ingest makes and fills it")
    with plain_errors(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro",
            uri=True,
            timeout=busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cache_size = -65536")
            if version_of(connection, path) < len(MIGRATIONS):
                raise StoreUnavailable(
                    f"the store {str(path)!r} was written by an older blockwire; the next round brings it up to date, or now:"
                    f" blockwire items list --limit 1 --store sqlite:///{path}"
                )
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turns what SQLite says about the file, the disk and other programs into one line; errors in our own SQL go through."""
    try:
        yield
    except sqlite3.Error as error:
        reason = _in_plain_words(error)
        if reason is None:
            raise
        raise StoreUnavailable(f"the store {str(path)!r} {reason}") from error


def _in_plain_words(error: sqlite3.Error) -> str | None:
    name: str = getattr(error, "sqlite_errorname", "")
    primary = "_".join(name.split("_")[:2])
    match primary:
        case "SQLITE_FULL":
            return "cannot be written: the disk is full; free some space and start again, nothing half-done was kept"
        case "SQLITE_READONLY":
            return "cannot be written: the file or its folder is read-only; make them writable or choose another store"
        case "SQLITE_CANTOPEN" | "SQLITE_PERM" | "SQLITE_AUTH":
            return "cannot be opened: check that the file and its folder may be read and written by this user"
        case "SQLITE_BUSY" | "SQLITE_LOCKED" | "SQLITE_PROTOCOL":
            return "is locked by another program that is writing; close it, or wait and start again"
        case "SQLITE_NOTADB":
            return "is not a database; choose another file, or move this one away"
        case "SQLITE_CORRUPT":
            return "is damaged; restore a copy, or move it away to begin anew (`sqlite3 FILE .recover` saves what can be saved)"
        case "SQLITE_IOERR":
            return f"cannot be read or written ({name}): the disk may be full, over quota or failing; check it and start again"
        case _:
            return None


def check_place(path: Path) -> None:
    """Makes the folder of a file, and sees that both can be written.

    Raises:
        StoreUnavailable: with the reason and the next step.
    """
    if path.is_dir():
        raise StoreUnavailable(
            f"the store {str(path)!r} is a folder; name a file in it, such as {str(path / 'blockwire.sqlite')!r}"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            f"the folder of the store {str(path)!r} cannot be made: {error.strerror}; make it, or choose another store"
        ) from error
    # SQLite falls back to reading such a file, and its error comes later and says less.
    unwritable = next(
        (place for place in (path, path.parent) if place.exists() and not os.access(place, os.W_OK)), None
    )
    if unwritable is not None:
        raise StoreUnavailable(
            f"the store {str(path)!r} cannot be written: {str(unwritable)!r} is read-only; make it writable or choose another store"
        )


def _to_write_ahead(connection: sqlite3.Connection, busy_timeout_s: float) -> None:
    """Readers and a writer at once. The change itself does not honour the busy timeout, so two first openings collide."""
    deadline = time.monotonic() + busy_timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)
        else:
            return


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if version_of(connection, path) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited.
        for number, migration in enumerate(
            MIGRATIONS[version_of(connection, path) :], version_of(connection, path) + 1
        ):
            for statement in migration.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """Of its tables; 0 of an empty file.

    Raises:
        StoreUnavailable: where they are another program's, or a newer blockwire's.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and application != APPLICATION_ID:
        raise StoreUnavailable(f"the store {str(path)!r} is another program's database; choose another file")
    if version > len(MIGRATIONS):
        raise StoreUnavailable(
            f"the store {str(path)!r} was written by a newer blockwire (version {version} of its tables, this one knows"
            f" {len(MIGRATIONS)}); upgrade with: pip install --upgrade blockwire"
        )
    return int(version)
