"""Bulk writes that are bounded, retried where that helps, and judged document by document."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Literal

from elasticsearch import ApiError

from blockwire.transforms.stores.contract import StoreUnavailable
from blockwire.transforms.stores.elasticsearch_client import TRANSIENT_STATUSES, Connection, reason_of, wait
from blockwire.transforms.stores.outcomes import MAX_DOCUMENT_BYTES
from blockwire.transforms.stores.patience import Patience

MAX_ACTIONS: Final = 500
MAX_BYTES: Final = 8 * 1024 * 1024
"""Of one request; a single longer document goes alone."""

_CONFLICT: Final = 409
_NOT_FOUND: Final = 404
_TOO_LARGE: Final = 413


class Ended(StrEnum):
    """How one action ended."""

    DONE = "done"
    KNOWN = "known"
    """``create`` of what is there; of a version, what is newer is there."""
    MISSING = "missing"
    """``delete`` of what is not there."""
    REFUSED = "refused"
    """The server does not take this document."""


@dataclass(frozen=True)
class Action:
    """One document to write or delete."""

    operation: Literal["create", "index", "delete"]
    index: str
    id: str
    document: dict[str, Any] | None = None

    def lines(self) -> bytes:
        """Its lines of the bulk request (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk)."""
        head = json.dumps({self.operation: {"_index": self.index, "_id": self.id}}, separators=(",", ":"))
        if self.document is None:
            return f"{head}\n".encode()
        body = json.dumps(self.document, ensure_ascii=False, separators=(",", ":"))
        return f"{head}\n{body}\n".encode()


@dataclass(frozen=True)
class Ending:
    """What became of an action."""

    ended: Ended
    reason: str = ""
    """The server's name for why it refused."""
    message: str = ""


@dataclass(frozen=True)
class _Sealed:
    """An action as it is sent, with its place among those given."""

    place: int
    lines: bytes


def write_all(
    connection: Connection,
    actions: Sequence[Action],
    *,
    max_actions: int = MAX_ACTIONS,
    max_bytes: int = MAX_BYTES,
    max_document_bytes: int = MAX_DOCUMENT_BYTES,
) -> list[Ending]:
    """Writes all actions and says how each ended, in order.

    Requests that fail as a whole, and documents that the server is too busy for, are tried again with pauses, in smaller batches where
    a smaller batch may be taken. All actions have ids, so that repeating them is safe.

    Raises:
        StoreUnavailable: where the server could not be used for as long as the connection is patient.
    """
    endings: dict[int, Ending] = {}
    sealed = []
    for place, action in enumerate(actions):
        lines = action.lines()
        if len(lines) > max_document_bytes:
            endings[place] = _too_long(len(lines), max_document_bytes)
        else:
            sealed.append(_Sealed(place, lines))
    for batch in batches(sealed, max_actions, max_bytes):
        endings.update(_write_batch(connection, batch))
    return [endings[place] for place in range(len(actions))]


def _too_long(length: int, limit: int) -> Ending:
    return Ending(Ended.REFUSED, "too_long", f"the document has {length:,} bytes, and the store takes {limit:,}")


def batches(sealed: Iterable[_Sealed], max_actions: int, max_bytes: int) -> Iterator[list[_Sealed]]:
    """Cuts the actions into requests of at most so many actions and bytes."""
    batch: list[_Sealed] = []
    length = 0
    for one in sealed:
        if batch and (len(batch) >= max_actions or length + len(one.lines) > max_bytes):
            yield batch
            batch, length = [], 0
        batch.append(one)
        length += len(one.lines)
    if batch:
        yield batch


def _write_batch(connection: Connection, batch: list[_Sealed]) -> dict[int, Ending]:
    endings: dict[int, Ending] = {}
    patience = Patience(connection.patience_s)
    waiting = [batch]
    while waiting:
        now = waiting.pop()
        try:
            told = _send(connection, now)
        except ApiError as error:
            if len(now) == 1:
                reason, message = reason_of(error)
                endings[now[0].place] = Ending(
                    Ended.REFUSED, reason or f"http_{error.status_code}", message or str(error)
                )
            else:
                # One of them spoils the request (an id too long, too many bytes): find it by halves.
                waiting += _halves(now)
            continue
        busy = [one for one, answer in zip(now, told, strict=True) if answer["status"] in TRANSIENT_STATUSES]
        for one, answer in zip(now, told, strict=True):
            if answer["status"] not in TRANSIENT_STATUSES:
                endings[one.place] = _ending(answer)
        if not busy:
            patience.success()
            continue
        _wait_for_room(connection, patience, len(busy), next(a for a in told if a["status"] in TRANSIENT_STATUSES))
        # Under pressure a smaller request finds room sooner; waiting alone does not help.
        waiting += _halves(busy) if len(busy) > 1 else [busy]
    return endings


def _send(connection: Connection, batch: list[_Sealed]) -> list[dict[str, Any]]:
    # The client takes lines that are JSON already as they are; its annotation leaves that out.
    body: list[Any] = [one.lines for one in batch]
    answer = connection.call(lambda client: client.bulk(operations=body))
    return [told for item in answer["items"] for told in item.values()]


def _halves(batch: list[_Sealed]) -> list[list[_Sealed]]:
    middle = len(batch) // 2
    return [batch[middle:], batch[:middle]]


def _wait_for_room(connection: Connection, patience: Patience, documents: int, answer: dict[str, Any]) -> None:
    reason = str(answer.get("error", {}).get("reason", ""))
    told = "its disk is full; free some space there" if "disk usage" in reason else "check its load"
    message = f"Elasticsearch at {connection.node} has no room for {documents} documents now (status {answer['status']}): {told}"
    pause_s = patience.pause_s()
    if pause_s is None:
        raise StoreUnavailable(message)
    wait(message, pause_s, patience, sleep=patience.sleep)


def _ending(answer: dict[str, Any]) -> Ending:
    status = int(answer["status"])
    if status < 300:
        return Ending(Ended.DONE)
    if status == _CONFLICT:
        return Ending(Ended.KNOWN)
    error = answer.get("error")
    if status == _NOT_FOUND and error is None:
        return Ending(Ended.MISSING)
    return Ending(Ended.REFUSED, *_root_cause(error or {"type": f"http_{status}"}))


def _root_cause(error: dict[str, Any]) -> tuple[str, str]:
    kind, reason = str(error.get("type", "")), str(error.get("reason", ""))
    cause = error.get("caused_by")
    return kind, f"{reason}: {cause.get('reason', '')}" if isinstance(cause, dict) else reason
