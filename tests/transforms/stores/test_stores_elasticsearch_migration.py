"""Moving an index while it is written and read: nothing is lost, nothing is twice, and nobody fails."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import remove_indices
from stores_samples import failed, indexed, item, letter, minutes

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.schemas import Fate
from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.bulk import Action, write_all
from blockwire.transforms.elasticsearch.connection import Connection, connect
from blockwire.transforms.stores import elasticsearch_migration
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery, StoreError, StoreUnavailable
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.stores.elasticsearch_indices import make_indices, with_digest
from blockwire.transforms.stores.elasticsearch_migration import migrate

pytestmark = pytest.mark.elasticsearch

MAPPINGS = load_mappings()


def changed_mapping(kind: str = "items") -> dict[str, Any]:
    """One that the present index cannot take on."""
    mapping = deepcopy(MAPPINGS[kind])
    mapping["properties"]["event"]["properties"]["id"] = {"type": "keyword", "doc_values": True, "store": True}
    return with_digest(mapping)


@pytest.fixture
def connection(elasticsearch_url: str) -> Iterator[Connection]:
    opened = connect(Access(hosts=(elasticsearch_url,)), patience_s=60)
    yield opened
    opened.close()


@pytest.fixture
def url(elasticsearch_url: str) -> Iterator[str]:
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield f"{elasticsearch_url}/{prefix}"
    with Elasticsearch(elasticsearch_url) as client:
        remove_indices(client, prefix)


def test_an_index_moves_with_everything_in_it(url: str, connection: Connection) -> None:
    name = f"{url.rpartition('/')[2]}-items"
    with ElasticsearchStore(url, MAPPINGS) as store:
        store.write_outcomes([indexed(item(f"n{n}")) for n in range(30)])
        before = list(store.items(ItemQuery(limit=100)))
    done = migrate(connection, name, changed_mapping())
    assert (done.source, done.target, done.documents, done.removed) == (f"{name}-v1", f"{name}-v2", 30, False)
    mappings = {**MAPPINGS, "items": changed_mapping()}
    with ElasticsearchStore(url, mappings) as store:
        assert list(store.items(ItemQuery(limit=100))) == before
        assert store.write_outcomes([indexed(item("after"))])[0].fate is Fate.INDEXED
    again = migrate(connection, name, changed_mapping())
    assert (again.target, again.documents) == (f"{name}-v3", 31)


def test_an_index_from_before_there_were_versions(url: str, connection: Connection) -> None:
    name = f"{url.rpartition('/')[2]}-items"
    mapping = with_digest(MAPPINGS["items"])
    connection.client.indices.create(index=name, mappings=mapping)
    with ElasticsearchStore(url, MAPPINGS) as store:
        store.write_outcomes([indexed(item("a"))])
    done = migrate(connection, name, mapping)
    assert (done.target, done.removed) == (f"{name}-v1", True)
    with ElasticsearchStore(url, MAPPINGS) as store:
        assert store.item(item("a").id) == item("a")


def test_writes_and_deletions_during_the_migration_are_not_lost(
    url: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three writers write, change and delete all the while; a reader reads all the while."""
    monkeypatch.setattr(elasticsearch_migration, "FEW", 20)
    prefix = url.rpartition("/")[2]
    ended = threading.Event()
    written: list[str] = []
    removed: list[str] = []
    errors: list[BaseException] = []

    def write(writer: int) -> None:
        with ElasticsearchStore(url, MAPPINGS) as store:
            for number in range(3000):
                if ended.is_set():
                    return
                name = f"w{writer}-{number}"
                store.write_outcomes([failed(letter(name))])
                if number % 3 == 0:
                    store.write_outcomes([indexed(item(name))])
                    removed.append(letter(name).id)
                elif number % 3 == 1:
                    store.write_outcomes([failed(letter(name, at=minutes(9)))])
                written.append(letter(name).id)

    def read() -> None:
        while not ended.is_set():
            some = written[-20:] or ["none"]
            told = connection.client.mget(index=f"{prefix}-dead-letters", ids=some)
            there = {one["_id"] for one in told["docs"] if one["found"]}
            assert there == set(some) - set(removed) - {"none"}

    def watched(task: Callable[..., None], *arguments: Any) -> None:
        try:
            task(*arguments)
        except BaseException as error:
            errors.append(error)
            raise

    with ElasticsearchStore(url, MAPPINGS) as store:
        store.write_outcomes([failed(letter(f"old{n}")) for n in range(1200)])
    with ThreadPoolExecutor(4) as pool:
        for writer in range(3):
            pool.submit(watched, write, writer)
        pool.submit(watched, read)
        while len(written) < 20:
            threading.Event().wait(0.05)
        before = len(written)
        done = migrate(connection, f"{prefix}-dead-letters", changed_mapping("dead-letters"))
        during = len(written) - before
        after = len(written)
        while len(written) < after + 20:
            threading.Event().wait(0.05)
        ended.set()
    assert errors == []
    assert during > 0
    assert done.documents >= 1200
    with ElasticsearchStore(url, {**MAPPINGS, "dead-letters": changed_mapping("dead-letters")}) as store:
        letters = {one.id: one.attempts for one in store.dead_letters(DeadLetterQuery())}
    again = {letter(f"w{w}-{n}").id for w in range(3) for n in range(1, 3000, 3)} & set(written)
    assert set(letters) == set(written) - set(removed) | {letter(f"old{n}").id for n in range(1200)}
    assert {one for one, attempts in letters.items() if attempts == 2} == again


def test_documents_that_do_not_fit_leave_all_as_it_was(url: str, connection: Connection) -> None:
    name = f"{url.rpartition('/')[2]}-items"
    with ElasticsearchStore(url, MAPPINGS) as store:
        store.write_outcomes([indexed(item("a", site_name="The Daily"))])
    mapping = deepcopy(MAPPINGS["items"])
    mapping["properties"]["article"]["properties"]["site_name"] = {"type": "long"}
    with pytest.raises(StoreError, match=r"is left as it is: its document .* does not fit .*-items-v2"):
        migrate(connection, name, with_digest(mapping))
    with ElasticsearchStore(url, MAPPINGS) as store:
        assert store.write_outcomes([indexed(item("b"))])[0].fate is Fate.INDEXED


def test_an_interrupted_migration_goes_on(url: str, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while writers are held up: nobody can write, and nothing is lost; started again, it comes to its end."""
    prefix = url.rpartition("/")[2]

    class Killed(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    make_indices(connection, prefix, MAPPINGS)
    write_all(connection, [Action("index", f"{prefix}-feeds", f"f{n}", {"feed": {"id": f"f{n}"}}) for n in range(5)])
    with monkeypatch.context() as patch:
        patch.setattr(elasticsearch_migration._Moving, "_change_over", die)
        # Killed for good: what would lift the block does not run either.
        patch.setattr(type(connection.client.indices), "put_settings", die)
        with pytest.raises(Killed):
            migrate(connection, f"{prefix}-feeds", changed_feeds())
    impatient = connect(Access(hosts=(url.rpartition("/")[0],)), patience_s=0.1)
    with pytest.raises(StoreUnavailable, match="it may be moving the index"):
        write_all(impatient, [Action("index", f"{prefix}-feeds", "late", {"feed": {"id": "late"}})])
    impatient.close()
    done = migrate(connection, f"{prefix}-feeds", changed_feeds())
    assert (done.target, done.documents) == (f"{prefix}-feeds-v2", 5)
    write_all(connection, [Action("index", f"{prefix}-feeds", "late", {"feed": {"id": "late"}})])
    assert connection.client.get(index=f"{prefix}-feeds", id="late")["_index"] == f"{prefix}-feeds-v2"


def changed_feeds() -> dict[str, Any]:
    mapping = deepcopy(MAPPINGS["feeds"])
    mapping["properties"]["feed"]["properties"]["id"] = {"type": "keyword", "store": True}
    return with_digest(mapping)
