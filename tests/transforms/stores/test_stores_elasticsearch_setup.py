"""Setting a server up: what is made, what is left out and why, and that doing it twice changes nothing."""

import uuid
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch
from elasticsearch_cleaning import remove_indices
from elasticsearch_faults import Fault, faulty_server
from stores_samples import indexed, item

from blockwire.config.elasticsearch.loading import load_lifecycles, load_mappings, load_roles
from blockwire.schemas import Fate
from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.connection import Connection, connect
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.stores.elasticsearch_indices import KINDS
from blockwire.transforms.stores.elasticsearch_setup import Did, Step, Wanted, set_up

MAPPINGS = load_mappings()


@pytest.fixture
def prefix(elasticsearch_url: str) -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    with Elasticsearch(elasticsearch_url) as client:
        remove_indices(client, name)
        client.indices.delete_index_template(name=f"{name}-*")
        client.cluster.delete_component_template(name=f"{name}-*")


@pytest.fixture
def connection(elasticsearch_url: str) -> Iterator[Connection]:
    opened = connect(Access(hosts=(elasticsearch_url,)), patience_s=60)
    yield opened
    opened.close()


def done(connection: Connection, wanted: Wanted, *, dry_run: bool = False) -> dict[str, Step]:
    return {step.what: step for step in set_up(connection, wanted, dry_run=dry_run)}


@pytest.mark.elasticsearch
def test_everything_is_made_once(connection: Connection, prefix: str) -> None:
    languages = {"en": "simple", "ru": "russian"}
    wanted = Wanted(prefix, MAPPINGS, load_lifecycles(), languages, load_roles(prefix))
    rehearsed = done(connection, wanted, dry_run=True)
    assert connection.client.indices.get(index=f"{prefix}-*").body == {}
    first = done(connection, wanted)
    assert rehearsed == first
    made = {step.what for step in first.values() if step.did is Did.MADE}
    assert {f"index {prefix}-{kind}-v1" for kind in KINDS} <= made
    assert {f"index template {prefix}-{kind}" for kind in KINDS} <= made
    assert first["language analyzers"].why == "title and text in en; the server lacks russian"
    left_out = {what for what, step in first.items() if step.did is Did.LEFT_OUT}
    assert left_out == {
        f"{what} {prefix}-{name}"
        for what, name in [
            ("lifecycle policy", "wire"), ("lifecycle policy", "retired"), ("role", "writer"), ("role", "reader"),
        ]
    }  # fmt: skip
    state = connection.client.indices.get(index=f"{prefix}-*").body
    assert {step.did for step in done(connection, wanted).values()} == {Did.KEPT, Did.LEFT_OUT}
    assert connection.client.indices.get(index=f"{prefix}-*").body == state


@pytest.mark.elasticsearch
def test_a_store_works_on_what_was_set_up_and_texts_have_their_language(connection: Connection, prefix: str) -> None:
    done(connection, Wanted(prefix, MAPPINGS, languages={"en": "simple"}))
    node = connection.node
    with ElasticsearchStore(f"{node}/{prefix}", MAPPINGS) as store:
        assert store.write_outcomes([indexed(item("a", "Sites BLOCKED"))])[0].fate is Fate.INDEXED
    query = {"match": {"title.en": "blocked"}}
    assert connection.client.search(index=f"{prefix}-items", query=query)["hits"]["total"]["value"] == 1


@pytest.mark.elasticsearch
def test_unknown_fields_are_refused_and_nothing_is_made_by_accident(connection: Connection, prefix: str) -> None:
    done(connection, Wanted(prefix, MAPPINGS))
    with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
        connection.client.index(index=f"{prefix}-items", document={"odd": 1})
    connection.client.indices.delete(index=f"{prefix}-items-v1")
    told = connection.client.bulk(operations=[{"index": {"_index": f"{prefix}-items", "_id": "1"}}, {"title": "a"}])
    assert told["items"][0]["index"]["error"]["type"] == "index_not_found_exception"


@pytest.mark.elasticsearch
def test_new_fields_are_added_and_changed_ones_need_a_migration(connection: Connection, prefix: str) -> None:
    done(connection, Wanted(prefix, MAPPINGS))
    wider = with_field("new_one", {"type": "keyword"})
    assert done(connection, Wanted(prefix, wider))[f"index {prefix}-items-v1"].did is Did.CHANGED
    other = with_field("title", {"type": "keyword"})
    step = done(connection, Wanted(prefix, other))[f"index {prefix}-items-v1"]
    assert (step.did, step.kind) == (Did.NEEDS_MIGRATION, "items")
    assert "cannot be changed from type [text] to [keyword]" in step.why


def with_field(name: str, field: dict[str, Any]) -> dict[str, dict[str, Any]]:
    mappings = deepcopy(MAPPINGS)
    mappings["items"]["properties"][name] = field
    return mappings


def test_what_a_full_distribution_has_is_made_too() -> None:
    """Against a server that answers as a full one: none can be had here."""
    nothing = Fault("", 404, {"error": {"type": "resource_not_found_exception", "reason": "none"}, "status": 404})
    fine = Fault("", 200, {})
    with faulty_server() as server:
        connection = connect(Access(hosts=(server.url,)), patience_s=0)
        server.faults = [nothing, fine]
        server.always = fine
        steps = {step.what: step.did for step in set_up(connection, Wanted("w", MAPPINGS, load_lifecycles()))}
        connection.close()
    assert ("PUT", "/_ilm/policy/w-wire") in server.requests
    assert ("PUT", "/_component_template/w-lifecycle") in server.requests
    assert steps["lifecycle policy w-wire"] is Did.MADE
