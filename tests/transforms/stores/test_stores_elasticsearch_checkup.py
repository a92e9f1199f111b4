"""The check-up of a real server: before anything is there, after a round, and after it was set up."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import remove_indices

from blockwire.config.elasticsearch.loading import load_languages, load_lifecycles, load_mappings
from blockwire.transforms.checkup.elasticsearch_server import check_elasticsearch, server_time
from blockwire.transforms.checkup.finding import Finding, Grade
from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.connection import Connection, connect
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.stores.elasticsearch_setup import Wanted, set_up

OK, WARN, FAIL = Grade


@pytest.fixture
def wanted(elasticsearch_url: str) -> Iterator[Wanted]:
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield Wanted(prefix, load_mappings(), load_lifecycles(), load_languages())
    with Elasticsearch(elasticsearch_url) as client:
        remove_indices(client, prefix)
        client.indices.delete_index_template(name=f"{prefix}-*")
        client.cluster.delete_component_template(name=f"{prefix}-*")


@pytest.fixture
def connection(elasticsearch_url: str) -> Iterator[Connection]:
    opened = connect(Access(hosts=(elasticsearch_url,)), patience_s=60)
    yield opened
    opened.close()


@pytest.mark.elasticsearch
def test_a_server_before_and_after_the_first_round_and_set_up(connection: Connection, wanted: Wanted) -> None:
    def found() -> dict[str, Finding]:
        return {one.about: one for one in check_elasticsearch(connection, wanted)}

    before = found()
    assert before["store"].grade is OK
    assert before["indices"].grade is WARN
    assert "blockwire setup elasticsearch" in before["indices"].remedy
    assert "lifecycle policy" in before["abilities"].told
    assert connection.client.indices.get(index=f"{wanted.prefix}-*").body == {}, "looking changes nothing"
    with ElasticsearchStore(f"{connection.node}/{wanted.prefix}", wanted.mappings) as store, store.lock():
        running = found()
    assert (running["indices"].grade, running["templates"].grade) == (OK, WARN)
    assert "a round is running: process" in running["lock"].told
    list(set_up(connection, wanted))
    after = found()
    assert {one.grade for one in after.values()} == {OK}
    assert after["lock"].told == "no round is running"


@pytest.mark.elasticsearch
def test_the_server_tells_its_time(connection: Connection) -> None:
    told = server_time(connection)
    assert told is not None
    assert abs((datetime.now(UTC) - told).total_seconds()) < 60


def test_a_server_that_is_not_there_is_a_failure_with_a_next_step(wanted_nothing: Wanted) -> None:
    connection = connect(Access(hosts=("http://127.0.0.1:1",)), patience_s=0)
    (finding,) = check_elasticsearch(connection, wanted_nothing)
    connection.close()
    assert finding.grade is FAIL
    assert finding.remedy == "check that it runs, and its address"


@pytest.fixture
def wanted_nothing() -> Wanted:
    return Wanted("wire", {})
