"""The server behind the store: whether it answers, has what the wire needs, and what it is without. Nothing is changed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from blockwire.transforms.checkup.finding import Finding, Grade
from blockwire.transforms.elasticsearch.connection import Connection
from blockwire.transforms.stores.contract import StoreError, StoreUnavailable
from blockwire.transforms.stores.elasticsearch_indices import index_name
from blockwire.transforms.stores.elasticsearch_setup import Did, Step, Wanted, set_up
from blockwire.transforms.stores.lease import Holder

_GIB: Final = 1024**3
_SETUP: Final = "blockwire setup elasticsearch"
_SHOWN: Final = 3


def check_elasticsearch(connection: Connection, wanted: Wanted) -> Iterator[Finding]:
    """What there is to say about a server; ends early where it cannot be used."""
    try:
        yield _cluster(connection)
        yield from _parts(list(set_up(connection, wanted, dry_run=True)))
        yield _size(connection, wanted.prefix)
        yield _lock(connection, wanted.prefix)
    except StoreError as error:
        told, _, remedy = str(error).rpartition(": ")
        yield Finding("store", Grade.FAIL, told or remedy, remedy)


def server_time(connection: Connection) -> datetime | None:
    """The time by the server's clock; None where it does not tell."""
    try:
        told = _asked(connection, "/_nodes/_local/stats/process?filter_path=nodes.*.timestamp")
    except StoreUnavailable:
        return None
    stamps = [node["timestamp"] for node in (told or {}).get("nodes", {}).values()]
    return datetime.fromtimestamp(stamps[0] / 1000, UTC) if stamps else None


def _asked(connection: Connection, path: str) -> dict[str, Any] | None:
    """The answer; None where the server has no such function, or the user no right to it."""

    def ask(client: Elasticsearch) -> Any:
        return client.perform_request("GET", path, headers={"accept": "application/json"}).body

    try:
        return dict(connection.call(ask, patience_s=0))
    except ApiError:
        return None


def _cluster(connection: Connection) -> Finding:
    # The first request of the client's own form: a client that the server does not take is found out here.
    health = connection.call(lambda client: client.cluster.health(), patience_s=0)
    nodes = (_asked(connection, "/_nodes?filter_path=nodes.*.version") or {}).get("nodes", {})
    versions = sorted({node["version"] for node in nodes.values()}) or ["of unknown version"]
    status = health["status"]
    told = f"Elasticsearch {', '.join(versions)}, {status}, {health['number_of_nodes']} nodes; client {version('elasticsearch')}"
    if status == "red":
        return Finding(
            "store", Grade.FAIL, told, "some data cannot be reached: GET _cluster/allocation/explain says why"
        )
    return Finding("store", Grade.OK, told)


def _parts(steps: Sequence[Step]) -> Iterator[Finding]:
    to_move = [step.what for step in steps if step.did is Did.NEEDS_MIGRATION]
    to_make = [step for step in steps if step.did in (Did.MADE, Did.CHANGED)]
    indices = [step.what for step in to_make if step.is_index]
    others = [step.what for step in to_make if not step.is_index]
    left_out = [f"{step.what} ({step.why})" for step in steps if step.did is Did.LEFT_OUT]
    if to_move:
        yield Finding("indices", Grade.FAIL, f"made for other fields: {_some(to_move)}", f"{_SETUP} --migrate")
    elif indices:
        yield Finding("indices", Grade.WARN, f"missing, or without new fields: {_some(indices)}", _SETUP)
    else:
        yield Finding("indices", Grade.OK, "there, and of this version")
    if others:
        yield Finding("templates", Grade.WARN, f"missing or of another version: {_some(others)}", _SETUP)
    else:
        yield Finding("templates", Grade.OK, "there, and of this version")
    if left_out:
        yield Finding("abilities", Grade.OK, f"the server does without: {'; '.join(left_out)}")


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _size(connection: Connection, prefix: str) -> Finding:
    told = _asked(connection, f"/{prefix}-*/_stats/docs,store?filter_path=_all.primaries")
    if not told:
        return Finding("size", Grade.OK, "the server does not tell")
    primaries = told["_all"]["primaries"]
    documents, size = primaries.get("docs", {}).get("count", 0), primaries.get("store", {}).get("size_in_bytes", 0)
    return Finding("size", Grade.OK, f"{documents:,} documents, {size / _GIB:,.2f} GiB")


def _lock(connection: Connection, prefix: str) -> Finding:
    try:
        found = connection.call(lambda client: client.get(index=index_name(prefix, "locks"), id="round"), patience_s=0)
    except NotFoundError:
        return Finding("lock", Grade.OK, "no round is running")
    holder = Holder.of_document(found["_source"])
    told = f"process {holder.pid} on {holder.host}, since {holder.since:%Y-%m-%d %H:%M:%S} UTC"
    if holder.expires < datetime.now(UTC):
        return Finding("lock", Grade.OK, f"no round is running; the last one was cut off ({told})")
    return Finding("lock", Grade.OK, f"a round is running: {told}")
