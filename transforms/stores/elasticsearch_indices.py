"""The indices: their names, and making them what they should be."""

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from elasticsearch import ApiError, AuthorizationException, Elasticsearch

from blockwire.schemas.kinds import KINDS
from blockwire.transforms.elasticsearch.connection import Connection
from blockwire.transforms.elasticsearch.trouble import reason_of, refused_request
from blockwire.transforms.stores.contract import StoreError

log = logging.getLogger(__name__)

SETTINGS: Final = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
"""One shard holds millions of articles; a copy where there is a second machine."""


def index_name(prefix: str, kind: str) -> str:
    """The name of the index, or of the alias that stands for it."""
    return f"{prefix}-{kind}"


def first_version(name: str) -> str:
    """The index that is made behind a name, which is its alias."""
    return f"{name}-v1"


def make_indices(
    connection: Connection, prefix: str, mappings: Mapping[str, Mapping[str, Any]], *, patience_s: float = 0
) -> None:
    """Makes the indices that are missing, and adds fields that are new. Where all is well this is one request.

    Raises:
        StoreUnavailable: where the server cannot be used, or is not there after so many seconds.
        StoreError: where an index holds something else.
    """
    names = {index_name(prefix, kind): with_digest(mappings[kind]) for kind in KINDS}
    present = connection.call(lambda client: present_digests(client, list(names)), patience_s=patience_s)
    for name, mapping in names.items():
        try:
            if name not in present:
                connection.call(lambda client, name=name, mapping=mapping: create_index(client, name, mapping))  # type: ignore[misc]
            elif present[name] != mapping["_meta"]["digest"]:
                connection.call(lambda client, name=name, mapping=mapping: update_mapping(client, name, mapping))  # type: ignore[misc]
        except ApiError as error:
            kind, reason = reason_of(error)
            if kind == "illegal_argument_exception":
                raise StoreError(
                    f"the index {name!r} was made for other fields ({reason[:200]}): store to another prefix, or run:"
                    " blockwire setup elasticsearch --migrate"
                ) from error
            raise refused_request(error) from error


def digest(content: Mapping[str, Any]) -> str:
    """What tells one content from another."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def with_digest(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with its digest in it, for later openings to compare."""
    return {**mapping, "_meta": {"digest": digest(mapping)}}


def present_digests(client: Elasticsearch, names: list[str]) -> dict[str, str]:
    """The digests of the mappings that are there, by the names we use: an index's or its alias's."""
    told = client.indices.get(
        index=names, ignore_unavailable=True, allow_no_indices=True, filter_path="*.aliases,*.mappings._meta"
    )
    digests = {}
    for index, state in told.items():
        digest = state.get("mappings", {}).get("_meta", {}).get("digest", "")
        digests.update(dict.fromkeys([index, *state.get("aliases", {})], digest))
    return digests


def create_index(client: Elasticsearch, name: str, mapping: dict[str, Any]) -> None:
    """Makes the first version of an index and the alias that it is used by, if no other process was faster."""
    try:
        client.indices.create(
            index=first_version(name), aliases={name: {"is_write_index": True}}, mappings=mapping, settings=SETTINGS
        )
    except ApiError as error:
        if reason_of(error)[0] != "resource_already_exists_exception":
            raise


def update_mapping(client: Elasticsearch, name: str, mapping: dict[str, Any]) -> None:
    """Adds the fields that are new; the server refuses to change one that is there."""
    client.indices.put_mapping(
        index=name, dynamic=mapping["dynamic"], properties=mapping["properties"], meta=mapping["_meta"]
    )


def refresh(client: Elasticsearch, names: list[str]) -> None:
    """Lets searches see what was written. Who may only read sees what is a second old."""
    try:
        client.indices.refresh(index=names)
    except AuthorizationException:
        log.debug("no right to refresh %s", ", ".join(names))
