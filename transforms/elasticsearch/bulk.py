"""Bulk writes that are bounded, retried where that helps, and judged document by document."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from elasticsearch import ApiError
from elasticsearch.serializer import JsonSerializer

from blockwire.transforms.elasticsearch.connection import Connection, Failed
from blockwire.transforms.elasticsearch.patience import Patience
from blockwire.transforms.elasticsearch.trouble import (
    BLOCKED,
    TRANSIENT_STATUSES,
    Trouble,
    block_remedy,
    not_permitted,
    reason_of,
    root_cause,
)
from blockwire.transforms.stores.contract import StoreUnavailable

MAX_ACTIONS: Final = 500
MAX_BYTES: Final = 8 * 1024 * 1024
"""Of one request; a single longer document goes alone."""

Operation = Literal["create", "index", "update", "delete"]

_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=JsonSerializer().default)
"""Knows times, decimals and UUIDs besides what JSON has. One for all: ``json.dumps`` makes one for each document."""
_OK: Final = 300
_FORBIDDEN: Final = 403
_CONFLICT: Final = 409
_NOT_FOUND: Final = 404


class Ended(StrEnum):
    """How one action ended."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    NOOP = "noop"
    """``update`` that changed nothing."""
    KNOWN = "known"
    """``create`` of what is there; of a version, what is newer is there."""
    MISSING = "missing"
    """``delete`` of what is not there."""
    REFUSED = "refused"
    """The server does not take this document."""


@dataclass(slots=True)
class Action:
    """One document to write or delete. Not frozen: a frozen record takes three times as long to make, and there is one for each document."""

    operation: Operation
    index: str
    id: str
    document: Mapping[str, Any] | None = None
    """None for ``delete``."""
    routing: str | None = None
    version: int | None = None
    """From outside; a write of a lower one loses."""
    version_type: Literal["external", "external_gte"] = "external_gte"
    upsert: Mapping[str, Any] | bool = True
    """Of ``update``: what to write where nothing is there; True for the document itself, False for nothing."""

    def lines(self) -> bytes:
        """Its lines of the bulk request (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk)."""
        line = _opening(self.operation, self.index) + _JSON.encode(self.id)
        if self.routing is not None:
            line += f',"routing":{_JSON.encode(self.routing)}'
        if self.version is not None:
            line += f',"version":{self.version},"version_type":"{self.version_type}"'
        line += "}}"
        if self.operation == "delete":
            return f"{line}\n".encode()
        body = _JSON.encode(self._body())
        # Half of a surrogate pair is no text: as a question mark it costs a character, not the job.
        return f"{line}\n{body}\n".encode("utf-8", "replace")

    def _body(self) -> object:
        if self.operation != "update":
            return self.document
        if isinstance(self.upsert, bool):
            return {"doc": self.document, "doc_as_upsert": self.upsert}
        return {"doc": self.document, "upsert": self.upsert}


@lru_cache(maxsize=1024)
def _opening(operation: Operation, index: str) -> str:
    """What the lines of an index begin with, up to the document's id."""
    return f'{{"{operation}":{{"_index":{_JSON.encode(index)},"_id":'


class Ending(NamedTuple):
    """What became of an action."""

    ended: Ended
    status: int = 0
    """The server's; 0 where it was not asked."""
    reason: str = ""
    """The server's name for why it refused."""
    message: str = ""


class Sealed(NamedTuple):
    """An action as it is sent, with its place among those given."""

    place: int
    lines: bytes
    retries_conflicts: bool = False
    """A conflict means that another write came between, not that this one is known."""


def write_all(
    connection: Connection,
    actions: Sequence[Action],
    *,
    max_actions: int = MAX_ACTIONS,
    max_bytes: int = MAX_BYTES,
    max_document_bytes: int | None = None,
) -> list[Ending]:
    """Writes all actions and says how each ended, in order. ``max_document_bytes`` refuses longer ones unasked.

    Raises:
        StoreUnavailable: where the server could not be used for as long as the connection is patient.
    """
    endings: dict[int, Ending] = {}
    sealed = []
    for place, action in enumerate(actions):
        one = seal(place, action)
        if max_document_bytes is not None and len(one.lines) > max_document_bytes:
            endings[place] = _too_long(len(one.lines), max_document_bytes)
        else:
            sealed.append(one)
    for batch in batches(sealed, max_actions, max_bytes):
        endings.update(write_batch(connection, batch))
    return [endings[place] for place in range(len(actions))]


def seal(place: int, action: Action) -> Sealed:
    """The action as it is sent."""
    return Sealed(place, action.lines(), action.operation == "update")


def _too_long(length: int, limit: int) -> Ending:
    message = f"the document has {length:,} bytes, and the store takes {limit:,}"
    return Ending(Ended.REFUSED, reason="too_long", message=message)


def batches(sealed: Iterable[Sealed], max_actions: int, max_bytes: int) -> Iterator[list[Sealed]]:
    """Cuts the actions into requests of at most so many actions and bytes."""
    batch: list[Sealed] = []
    length = 0
    for one in sealed:
        if batch and (len(batch) >= max_actions or length + len(one.lines) > max_bytes):
            yield batch
            batch, length = [], 0
        batch.append(one)
        length += len(one.lines)
    if batch:
        yield batch


def write_batch(connection: Connection, batch: list[Sealed]) -> dict[int, Ending]:
    """Writes one request's worth of actions and says how each ended, by place.

    Requests that fail as a whole, and documents that the server is too busy for, are tried again with pauses, in smaller
    requests where a smaller one may be taken. All actions have ids, so that repeating them is safe.

    Raises:
        StoreUnavailable: where the server could not be used for as long as the connection is patient, or does not permit it.
    """
    endings: dict[int, Ending] = {}
    patience = Patience(connection.patience_s)
    waiting = [batch]
    while waiting:
        *later, now = connection.room.cut(waiting.pop())
        waiting += later
        try:
            answers = _send(connection, now)
        except Failed as failure:
            _wait(connection, failure.trouble, patience, len(now))
            waiting.append(now)
            continue
        except ApiError as error:
            if len(now) > 1:
                # One of them spoils the request (an id too long, too many bytes): find it by halves.
                waiting += _halves(now)
            else:
                endings[now[0].place] = _refused_alone(error)
            continue
        _must_be_permitted(connection.node, answers)
        busy = {one.place: answer for one, answer in zip(now, answers, strict=True) if _may_pass(one, answer)}
        endings |= {one.place: _ending(a) for one, a in zip(now, answers, strict=True) if one.place not in busy}
        if not busy:
            patience.success()
            connection.room.grow(len(now))
            continue
        _wait(connection, _no_room(connection.node, list(busy.values())), patience, len(now))
        waiting.append([one for one in now if one.place in busy])
    return endings


def _wait(connection: Connection, trouble: Trouble, patience: Patience, sent: int) -> None:
    if trouble.too_much:
        # Under pressure a smaller request finds room sooner; waiting alone does not help.
        connection.room.shrink(sent)
    connection.pause(trouble, patience)


def _send(connection: Connection, batch: list[Sealed]) -> list[dict[str, Any]]:
    # The client takes lines that are JSON already as they are; its annotation leaves that out.
    body: list[Any] = [one.lines for one in batch]
    begun = time.perf_counter()
    answer = connection.attempt(lambda client: client.bulk(operations=body))
    connection.meter.sent(len(batch), sum(map(len, body)), time.perf_counter() - begun)
    return [told for item in answer["items"] for told in item.values()]


def _must_be_permitted(node: str, answers: Iterable[Mapping[str, Any]]) -> None:
    """A missing right is told by document, but is no document's fault: none of them would get further."""
    for answer in answers:
        if answer["status"] == _FORBIDDEN and answer["error"]["type"] == "security_exception":
            raise StoreUnavailable(not_permitted(node, answer["error"].get("reason", "")))


def _halves(batch: list[Sealed]) -> list[list[Sealed]]:
    middle = len(batch) // 2
    return [batch[middle:], batch[:middle]]


def _may_pass(one: Sealed, answer: Mapping[str, Any]) -> bool:
    status = answer["status"]
    if status in TRANSIENT_STATUSES or (status == _CONFLICT and one.retries_conflicts):
        return True
    blocked: bool = status == _FORBIDDEN and answer["error"]["type"] == BLOCKED
    return blocked


def _no_room(node: str, answers: list[dict[str, Any]]) -> Trouble:
    status = answers[0]["status"]
    kind, reason = root_cause(answers[0].get("error", {}))
    remedy = block_remedy(reason) if kind == BLOCKED else "check its load, and who else writes these documents"
    message = f"Elasticsearch at {node} does not take {len(answers)} documents now (status {status}, {reason[:200]})"
    return Trouble(f"{message}: {remedy}", True, status in TRANSIENT_STATUSES and kind != BLOCKED)


def _refused_alone(error: ApiError) -> Ending:
    reason, message = reason_of(error)
    status = error.status_code
    return Ending(Ended.REFUSED, status, reason or f"http_{status}", message or str(error))


def _ending(answer: Mapping[str, Any]) -> Ending:
    status = int(answer["status"])
    error = answer.get("error")
    if status < _OK:
        return _written(answer["result"], status)
    if status == _CONFLICT:
        return Ending(Ended.KNOWN, status)
    if status == _NOT_FOUND and error is None:
        return Ending(Ended.MISSING, status)
    return Ending(Ended.REFUSED, status, *root_cause(error or {"type": f"http_{status}"}))


@lru_cache
def _written(result: str, status: int) -> Ending:
    return Ending(Ended(result), status)
