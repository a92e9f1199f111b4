"""A lock between machines: a document that says who holds it and until when, and is renewed while its holder lives."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from elasticsearch import ApiError, ConflictError, NotFoundError

from blockwire.transforms.elasticsearch.connection import Connection
from blockwire.transforms.stores.contract import RoundRunning, StoreUnavailable

log = logging.getLogger(__name__)

LEASE_S: Final = 60.0
_RENEWALS: Final = 4
"""So many times within a lease: two may be lost."""
_ID: Final = "round"


@dataclass(frozen=True)
class Holder:
    """A process that holds the lock."""

    host: str
    boot_id: str
    """Changes when the machine starts anew: process ids do not outlive it."""
    pid: int
    since: datetime
    expires: datetime

    @classmethod
    def this_process(cls, lease_s: float) -> "Holder":
        """As the holder from now on."""
        now = datetime.now(UTC)
        return cls(socket.gethostname(), _boot_id(), os.getpid(), now, now + timedelta(seconds=lease_s))

    def to_document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "host": {"name": self.host, "boot": {"id": self.boot_id}},
            "process": {"pid": self.pid},
            "event": {"start": self.since.isoformat()},
            "lock": {"expires": self.expires.isoformat()},
        }

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> "Holder":
        """As it was stored."""
        return cls(
            host=document["host"]["name"],
            boot_id=document["host"]["boot"]["id"],
            pid=document["process"]["pid"],
            since=datetime.fromisoformat(document["event"]["start"]),
            expires=datetime.fromisoformat(document["lock"]["expires"]),
        )

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since.isoformat()}"

    def gone(self, me: "Holder") -> bool:
        """Whether it cannot be alive: its time is over, or it ran on this machine and runs no more."""
        if self.expires < me.since:
            return True
        if self.host != me.host:
            return False
        return self.boot_id != me.boot_id or not _runs(self.pid)


@contextmanager
def lease(connection: Connection, index: str, lease_s: float = LEASE_S) -> Iterator[None]:
    """Holds the lock, and renews it in a thread of its own.

    Raises:
        RoundRunning: where another holds it, with host, process id and since when.
        StoreUnavailable: where the server cannot be used.
    """
    held = _Held(connection, index, lease_s)
    held.acquire()
    renewing = threading.Thread(target=held.keep, name="blockwire-lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        held.ended.set()
        renewing.join()
        held.release()


def lease_holder(connection: Connection, index: str) -> str | None:
    """Who holds the lock, in words; None where nobody does, or where the lease is over.

    Raises:
        StoreUnavailable: where the server cannot be used.
    """
    try:
        found = connection.call(lambda client: client.get(index=index, id=_ID))
    except NotFoundError:
        return None
    holder = Holder.of_document(found["_source"])
    return str(holder) if holder.expires > datetime.now(UTC) else None


class _Held:
    def __init__(self, connection: Connection, index: str, lease_s: float) -> None:
        self._connection = connection
        self._index = index
        self._lease_s = lease_s
        self._holder = Holder.this_process(lease_s)
        self._version: dict[str, Any] = {}
        self.ended = threading.Event()

    def acquire(self) -> None:
        try:
            found = self._connection.call(lambda client: client.get(index=self._index, id=_ID))
        except NotFoundError:
            self._put(op_type="create")
            return
        holder = Holder.of_document(found["_source"])
        if not holder.gone(self._holder):
            raise RoundRunning(_told(holder))
        self._version = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        self._put(**self._version)

    def _put(self, **condition: Any) -> None:
        try:
            told = self._connection.call(
                lambda client: client.index(
                    index=self._index, id=_ID, document=self._holder.to_document(), **condition
                ),
                # Once: a second attempt after a lost answer would collide with the first.
                patience_s=0,
            )
        except ConflictError as error:
            raise RoundRunning("another round has just started: wait until it ends") from error
        self._version = {"if_seq_no": told["_seq_no"], "if_primary_term": told["_primary_term"]}

    def keep(self) -> None:
        while not self.ended.wait(self._lease_s / _RENEWALS):
            expires = datetime.now(UTC) + timedelta(seconds=self._lease_s)
            self._holder = replace(self._holder, expires=expires)
            try:
                self._put(**self._version)
            except RoundRunning:
                # Writes are idempotent: two rounds at once waste work and harm nothing.
                log.warning("the lock of this round was taken over: it was not renewed for %.0f s", self._lease_s)
                self._version = {}
                return
            except (StoreUnavailable, ApiError) as error:
                log.warning("the lock of this round could not be renewed: %s", error)

    def release(self) -> None:
        if not self._version:
            return
        try:
            self._connection.call(
                lambda client: client.delete(index=self._index, id=_ID, **self._version), patience_s=0
            )
        except (ApiError, StoreUnavailable) as error:
            log.warning("the lock of this round could not be given back, and ends by itself: %s", error)


def _told(holder: Holder) -> str:
    since = holder.since.isoformat(timespec="seconds")
    until = holder.expires.isoformat(timespec="seconds")
    return (
        f"another round is running (process {holder.pid} on {holder.host}, since {since}): wait until it ends, or stop that process;"
        f" if it is gone, its lock ends at {until}"
    )


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
