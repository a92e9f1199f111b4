"""The indices: their names, and making them what they should be."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch

from blockwire.transforms.elasticsearch.connection import Connection
from blockwire.transforms.elasticsearch.trouble import reason_of, refused_request
from blockwire.transforms.stores.contract import StoreError

KINDS: Final = (
    "items",
    "entries",
    "dead-letters",
    "feeds",
    "rounds",
    "locks",
    "events",
    "reports",
    "corrections",
    "alerts",
    "channels",
)

_SETTINGS: Final = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
"""One shard holds millions of articles; a copy where there is a second machine."""


def index_name(prefix: str, kind: str) -> str:
    """The name of the index, or of the alias that stands for it."""
    return f"{prefix}-{kind}"


def make_indices(connection: Connection, prefix: str, mappings: Mapping[str, Mapping[str, Any]]) -> None:
    """Makes the indices that are missing, and adds fields that are new. Where all is well this is one request.

    Raises:
        StoreUnavailable: where the server cannot be used; there is no waiting for one that is not there.
        StoreError: where an index holds something else.
    """
    names = {index_name(prefix, kind): _with_digest(mappings[kind]) for kind in KINDS}
    present = connection.call(lambda client: _present(client, list(names)), patience_s=0)
    for name, mapping in names.items():
        try:
            if name not in present:
                connection.call(lambda client, name=name, mapping=mapping: _create(client, name, mapping))  # type: ignore[misc]
            elif present[name] != mapping["_meta"]["digest"]:
                connection.call(lambda client, name=name, mapping=mapping: _update(client, name, mapping))  # type: ignore[misc]
        except ApiError as error:
            kind, reason = reason_of(error)
            if kind == "illegal_argument_exception":
                raise StoreError(
                    f"the index {name!r} was made for other fields ({reason[:200]}): store to another prefix, or migrate it"
                ) from error
            raise refused_request(error) from error


def _with_digest(mapping: Mapping[str, Any]) -> dict[str, Any]:
    canonical = json.dumps(mapping, sort_keys=True).encode()
    return {**mapping, "_meta": {"digest": hashlib.sha256(canonical).hexdigest()[:16]}}


def _present(client: Elasticsearch, names: list[str]) -> dict[str, str]:
    """The digests of the mappings that are there, by the names we use: an index's or its alias's."""
    told = client.indices.get(
        index=names, ignore_unavailable=True, allow_no_indices=True, filter_path="*.aliases,*.mappings._meta"
    )
    digests = {}
    for index, state in told.items():
        digest = state.get("mappings", {}).get("_meta", {}).get("digest", "")
        digests.update(dict.fromkeys([index, *state.get("aliases", {})], digest))
    return digests


def _create(client: Elasticsearch, name: str, mapping: dict[str, Any]) -> None:
    try:
        client.indices.create(index=name, mappings=mapping, settings=_SETTINGS)
    except ApiError as error:
        # Another process was faster.
        if reason_of(error)[0] != "resource_already_exists_exception":
            raise


def _update(client: Elasticsearch, name: str, mapping: dict[str, Any]) -> None:
    client.indices.put_mapping(
        index=name, dynamic=mapping["dynamic"], properties=mapping["properties"], meta=mapping["_meta"]
    )
