"""Bulk writes: their bounds, and what becomes of each document."""

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch_faults import Fault, FaultyServer, faulty_server
from hypothesis import given
from hypothesis import strategies as st

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.bulk import Action, Ended, Sealed, batches, write_all
from blockwire.transforms.elasticsearch.connection import Connection, connect
from blockwire.transforms.elasticsearch.patience import Patience, Room
from blockwire.transforms.stores.contract import StoreUnavailable
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore


@given(sizes=st.lists(st.integers(1, 40), max_size=60), max_actions=st.integers(1, 10), max_bytes=st.integers(1, 100))
def test_batches_hold_everything_in_order_within_bounds(sizes: list[int], max_actions: int, max_bytes: int) -> None:
    sealed = [Sealed(place, b"x" * size) for place, size in enumerate(sizes)]
    made = list(batches(sealed, max_actions, max_bytes))
    assert [one for batch in made for one in batch] == sealed
    for batch in made:
        assert 1 <= len(batch) <= max_actions
        assert len(batch) == 1 or sum(len(one.lines) for one in batch) <= max_bytes


def test_lines_are_as_the_server_wants_them() -> None:
    assert Action("create", "i", "1", {"a": "ж"}).lines() == '{"create":{"_index":"i","_id":"1"}}\n{"a":"ж"}\n'.encode()
    assert Action("delete", "i", "1").lines() == b'{"delete":{"_index":"i","_id":"1"}}\n'


def feed(name: str) -> dict[str, Any]:
    return {"feed": {"id": name}}


@pytest.fixture
def writing(prefixed_url: str) -> Iterator[tuple[Connection, str]]:
    """A connection to the real server, and an index with a strict mapping."""
    server, _, prefix = prefixed_url.rpartition("/")
    with ElasticsearchStore(prefixed_url, load_mappings()):
        connection = connect(Access((server,)), patience_s=5)
        yield connection, f"{prefix}-feeds"
        connection.close()


@pytest.mark.elasticsearch
def test_each_document_is_judged_alone(writing: tuple[Connection, str]) -> None:
    connection, index = writing
    write_all(connection, [Action("create", index, "there", feed("a"))])
    endings = write_all(
        connection,
        [
            Action("create", index, "new", feed("b")),
            Action("create", index, "there", feed("c")),
            Action("index", index, "there", feed("d")),
            Action("create", index, "odd", {"no_such_field": 1}),
            Action("create", index, "x" * 600, feed("e")),
            Action("delete", index, "there"),
            Action("delete", index, "nowhere"),
            Action("create", index, "long", {"error": {"message": "y" * 5000}}),
            Action("create", index, "last", feed("f")),
        ],
        max_document_bytes=4000,
    )
    assert [ending.ended for ending in endings] == [
        Ended.CREATED,
        Ended.KNOWN,
        Ended.UPDATED,
        Ended.REFUSED,
        Ended.REFUSED,
        Ended.DELETED,
        Ended.MISSING,
        Ended.REFUSED,
        Ended.CREATED,
    ]
    assert endings[3].reason == "strict_dynamic_mapping_exception"
    assert "no_such_field" in endings[3].message
    assert "must be no longer than 512 bytes" in endings[4].message
    assert endings[7].reason == "too_long"


@pytest.mark.elasticsearch
def test_one_spoilt_document_among_many_costs_only_itself(writing: tuple[Connection, str]) -> None:
    connection, index = writing
    actions = [Action("create", index, f"n{n}" if n != 57 else "x" * 600, feed("a")) for n in range(100)]
    endings = write_all(connection, actions)
    assert [place for place, ending in enumerate(endings) if ending.ended is not Ended.CREATED] == [57]


def busy(*statuses: int) -> Fault:
    """An answer to a bulk request, by document."""
    reason = {"type": "es_rejected_execution_exception", "reason": "no room"}
    items = [{"create": {"status": s, **({"result": "created"} if s < 300 else {"error": reason})}} for s in statuses]
    return Fault("_bulk", 200, {"errors": True, "items": items})


@pytest.fixture
def told() -> Iterator[FaultyServer]:
    """A server that answers as it is told, and takes nothing else."""
    with faulty_server() as server:
        yield server


def test_what_the_server_has_no_room_for_is_tried_again_in_smaller_requests(told: FaultyServer) -> None:
    told.faults = [busy(201, 429, 201, 429), busy(429, 201), busy(201)]
    connection = connect(Access((told.url,)), patience_s=30)
    endings = write_all(connection, [Action("create", "i", str(n), {}) for n in range(4)])
    assert {ending.ended for ending in endings} == {Ended.CREATED}
    assert told.faults == []


def test_a_request_that_is_too_large_is_cut(told: FaultyServer) -> None:
    too_large = Fault("_bulk", 413, {"error": {"type": "too_large", "reason": "no"}, "status": 413})
    told.faults = [too_large, busy(201), too_large]
    connection = connect(Access((told.url,)), patience_s=30)
    first, second = write_all(connection, [Action("create", "i", str(n), {}) for n in range(2)])
    assert (first.ended, second.ended, second.reason) == (Ended.CREATED, Ended.REFUSED, "too_large")


def test_a_full_disk_is_named_when_patience_ends(told: FaultyServer) -> None:
    full = {"type": "cluster_block_exception", "reason": "disk usage exceeded flood-stage watermark"}
    told.always = Fault("_bulk", 200, {"items": [{"create": {"status": 429, "error": full}}]})
    connection = connect(Access((told.url,)), patience_s=0.2)
    with pytest.raises(StoreUnavailable, match="its disk is full; free some space there"):
        write_all(connection, [Action("create", "i", "1", {})])


def test_pauses_grow_and_end() -> None:
    now = [0.0]
    patience = Patience(100.0, first_s=1.0, longest_s=8.0, clock=lambda: now[0], sleep=lambda s: None)
    pauses = []
    while (pause := patience.pause_s()) is not None:
        pauses.append(pause)
        now[0] += pause
    assert 0.5 <= pauses[0] <= 1.0
    assert all(pause <= 8.0 for pause in pauses)
    assert sum(pauses) == pytest.approx(100.0)
    patience.success()
    assert (patience.pause_s() or 9) <= 1.0


@given(st.lists(st.integers(), min_size=1, max_size=50), st.none() | st.integers(1, 60))
def test_parts_hold_everything_in_order_from_the_end(batch: list[int], documents: int | None) -> None:
    parts = Room(documents).cut(batch)
    assert [one for part in reversed(parts) for one in part] == batch
    assert all(1 <= len(part) <= (documents or len(batch)) for part in parts)


def test_room_is_remembered_and_carefully_tried_again(told: FaultyServer) -> None:
    too_much = Fault(
        "_bulk", 429, {"error": {"type": "es_rejected_execution_exception", "reason": "no"}, "status": 429}
    )
    told.faults = [too_much, busy(201, 201), busy(201, 201), busy(201, 201, 201), busy(201)]
    connection = connect(Access((told.url,)), patience_s=30)
    actions = [Action("create", "i", str(n), {}) for n in range(4)]
    assert {ending.ended for ending in write_all(connection, actions)} == {Ended.CREATED}
    assert connection.room.documents == 3
    assert {ending.ended for ending in write_all(connection, actions)} == {Ended.CREATED}
    assert told.faults == []
