"""What a person is told when the server cannot be used, what is waited for, and that nothing is lost by it."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from certificates import self_signed
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import remove_indices
from elasticsearch_faults import Fault, FaultyServer, error, faulty_server
from stores_samples import indexed, item, not_relevant

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.schemas import Fate, Stage
from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.trouble import trouble_of
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery, StoreError, StoreUnavailable, Written
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore

PASSWORD = "s3cr3t-p4ss"


@pytest.fixture
def alone() -> Iterator[FaultyServer]:
    """A server with nothing behind it."""
    with faulty_server() as server:
        yield server


@pytest.fixture
def between(prefixed_url: str) -> Iterator[tuple[FaultyServer, str]]:
    """A server before the real one, and the URL of a store through it."""
    real, _, prefix = prefixed_url.rpartition("/")
    with faulty_server(real) as server:
        yield server, f"{server.url}/{prefix}"


def told_on_opening(url: str, **options: Any) -> str:
    with pytest.raises(StoreUnavailable) as told, ElasticsearchStore(url, load_mappings(), **options):
        pass
    message = str(told.value)
    assert "\n" not in message
    assert PASSWORD not in message
    return message


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        message = told_on_opening(f"{url}/news".replace("//", f"//me:{PASSWORD}@"))
    shown = url.replace("//", "//me:***@")
    assert message == f"Elasticsearch at {shown} cannot be reached: check that it runs, and its address"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (error(401, "security_exception", "unable to authenticate"), "Elasticsearch at {url} refuses the user or password: check it"),
        (error(403, "security_exception", "action [indices:admin/get] is unauthorized"), "Elasticsearch at {url} does not permit it (action [indices:admin/get] is unauthorized): give this user the right"),
        (error(400, "media_type_header_exception", "Accept version must be either version 8 or 7, but found 9."), "has version 8, and the installed client {client} is of another: pip install 'elasticsearch>=8.19,<9'"),
        (error(400, "media_type_header_exception", "Accept version must be either version 10 or 9, but found 8."), "pip install 'elasticsearch>=10,<11'"),
        (error(503, "master_not_discovered_exception"), "is too busy or not ready (status 503, master_not_discovered_exception): check its load"),
        (Fault(status=200, body=b"<html>hello</html>", headers={"Content-Type": "text/html"}), "what answers at {url} is not"),
        (Fault(status=200, body={"it": "works"}, headers={"Content-Type": "application/json"}), "what answers at {url} is not Elasticsearch: check the address"),
        (Fault(status=404, body=b"no such page", headers={"Content-Type": "text/plain"}), "what answers at {url} is not Elasticsearch (status 404): check the address"),
        (Fault(status=0), "Elasticsearch at {url} cannot be reached"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_once(alone: FaultyServer, fault: Fault, message: str) -> None:

    alone.always = fault
    told = told_on_opening(alone.url.replace("//", f"//me:{PASSWORD}@"))
    assert message.format(url=alone.url.replace("//", "//me:***@"), client=version("elasticsearch")) in told
    assert len(alone.requests) == 1


def test_a_server_that_speaks_no_http() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}"

        def hang_up() -> None:
            connection, _ = listening.accept()
            connection.sendall(b"SSH-2.0-OpenSSH\r\n")
            connection.close()

        thread = Thread(target=hang_up)
        thread.start()
        assert told_on_opening(url) == f"Elasticsearch at {url} does not speak TLS: check http or https in its address"
        thread.join()


@pytest.mark.parametrize(
    ("failure", "said", "may_pass"),
    [
        (ConnectionTimeout("read timed out"), "does not answer in time", True),
        (
            TlsError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"),
            "certificate that is not trusted",
            False,
        ),
        (SerializationError("not JSON"), "is not understood (not JSON)", False),
    ],
)
def test_failures_of_the_transport(failure: TransportError, said: str, may_pass: bool) -> None:
    trouble = trouble_of(failure, "https://es:9200")
    assert trouble
    assert said in trouble.message
    assert trouble.may_pass is may_pass


def test_a_certificate_of_nobody(tmp_path: Path) -> None:
    with faulty_server(tls=self_signed(tmp_path)) as server:
        message = told_on_opening(server.url)
    assert "has a certificate that is not trusted" in message
    assert message.endswith("name the file of its CA in ca_file or SSL_CERT_FILE")


@pytest.mark.elasticsearch
@pytest.mark.parametrize("by_environment", [True, False])
def test_a_certificate_that_is_named(
    prefixed_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    real, _, prefix = prefixed_url.rpartition("/")
    context, file = self_signed(tmp_path), str(tmp_path / "cert.pem")
    if by_environment:
        monkeypatch.setenv("SSL_CERT_FILE", file)
    access = Access(ca_file=None if by_environment else file)
    with (
        faulty_server(real, context) as server,
        ElasticsearchStore(f"{server.url}/{prefix}", load_mappings(), access=access) as store,
    ):
        assert store.write_outcomes([not_relevant("a")])[0].written is Written.CREATED


@pytest.mark.elasticsearch
class TestBetween:
    """Faults on the way to a real server."""

    def test_what_may_pass_is_waited_for(
        self, between: tuple[FaultyServer, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        server, url = between
        with (
            ElasticsearchStore(url.replace("//", f"//me:{PASSWORD}@"), load_mappings()) as store,
            caplog.at_level(logging.DEBUG),
        ):
            server.faults = [
                Fault("_mget"),
                error(503, "unavailable", path="_mget"),
                error(429, "circuit_breaking_exception", "too much", path="_bulk"),
                error(502, "bad_gateway", path="_bulk"),
                Fault("_bulk", after=True),
            ]
            receipts = store.write_outcomes([indexed(item("a")), not_relevant("b")])
            assert server.faults == []
            assert [receipt.fate for receipt in receipts] == [Fate.INDEXED, Fate.NOT_RELEVANT]
            assert store.count_items(ItemQuery()) == 1
        assert "trying again in" in caplog.text
        assert "too busy or not ready (status 429, circuit_breaking_exception)" in caplog.text
        assert PASSWORD not in caplog.text

    def test_patience_has_an_end_and_the_next_round_completes_the_work(self, between: tuple[FaultyServer, str]) -> None:
        server, url = between
        outcomes = [indexed(item("a"))]
        with ElasticsearchStore(url, load_mappings(), patience_s=0.3) as store:
            server.faults = [Fault("_bulk")] * 20
            with pytest.raises(StoreUnavailable, match="cannot be reached"):
                store.write_outcomes(outcomes)
            server.faults = []
            assert store.known([outcomes[0].fate.id]) == set()
            assert store.write_outcomes(outcomes)[0].written is Written.CREATED

    def test_a_fate_whose_answer_was_lost_is_known_and_counts_once(self, between: tuple[FaultyServer, str]) -> None:
        server, url = between
        with ElasticsearchStore(url, load_mappings()) as store:
            server.faults = [Fault("_bulk", after=True)]
            (receipt,) = store.write_outcomes([not_relevant("b")])
            assert (receipt.fate, receipt.written) == (Fate.NOT_RELEVANT, Written.KNOWN)
            assert len(list(store.fates())) == 1

    def test_a_server_that_went_away_does_not_hold_up_the_end(
        self, between: tuple[FaultyServer, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        server, url = between
        with ElasticsearchStore(url, load_mappings()) as store:
            store.write_outcomes([not_relevant("b")])
            server.always = Fault()
        assert "cannot be reached" in caplog.text

    def test_indices_that_are_gone(self, prefixed_url: str) -> None:

        server, _, prefix = prefixed_url.rpartition("/")
        with ElasticsearchStore(f"{server}/{prefix}-gone", load_mappings()) as store:
            with Elasticsearch(server) as client:
                remove_indices(client, f"{prefix}-gone")
            with pytest.raises(
                StoreError, match=r"the indices .*-gone-.* are gone: start again, and they are made anew"
            ):
                store.count_items(ItemQuery())

    def test_a_document_that_the_server_refuses_becomes_a_dead_letter(self, prefixed_url: str) -> None:

        server, _, prefix = prefixed_url.rpartition("/")
        mappings = load_mappings()
        mappings["items"]["properties"]["article"]["properties"]["site_name"] = {"type": "long"}
        with ElasticsearchStore(f"{server}/{prefix}-odd", mappings) as store:
            bad = item("bad", site_name="The Daily")
            receipts = store.write_outcomes([indexed(bad), indexed(item("good"))])
            assert [receipt.fate for receipt in receipts] == [Fate.DEAD_LETTER, Fate.INDEXED]
            (letter,) = store.dead_letters(DeadLetterQuery())
            assert (letter.stage, letter.reason) == (Stage.INDEX, "document_parsing_exception")
            assert "failed to parse field [article.site_name] of type [long]" in letter.message
            assert letter.entry
            assert letter.entry.url == bad.url
            assert [kept.id for kept in store.items(ItemQuery())] == [item("good").id]
        with (
            pytest.raises(StoreError, match="was made for other fields"),
            ElasticsearchStore(f"{server}/{prefix}-odd", load_mappings()),
        ):
            pass
        with Elasticsearch(server) as client:
            remove_indices(client, f"{prefix}-odd")

    def test_new_fields_are_added_to_an_index_that_is_there(self, prefixed_url: str) -> None:

        server, _, prefix = prefixed_url.rpartition("/")
        older = load_mappings()
        del older["items"]["properties"]["authors"]
        with ElasticsearchStore(f"{server}/{prefix}-old", older):
            pass
        with ElasticsearchStore(f"{server}/{prefix}-old", load_mappings()) as store:
            assert store.write_outcomes([indexed(item("a", authors=("A. B.",)))])[0].fate is Fate.INDEXED
        with Elasticsearch(server) as client:
            remove_indices(client, f"{prefix}-old")

    def test_several_that_start_at_once_make_the_indices_together(self, prefixed_url: str) -> None:
        server, _, prefix = prefixed_url.rpartition("/")
        url = f"{server}/{prefix}-new"

        def write(name: str) -> Fate:
            with ElasticsearchStore(url, load_mappings()) as store:
                return store.write_outcomes([not_relevant(name)])[0].fate

        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(write, "abc")) == [Fate.NOT_RELEVANT] * 3
        with Elasticsearch(server) as client:
            remove_indices(client, f"{prefix}-new")

    def test_an_open_store_asks_once_whether_all_is_there(self, between: tuple[FaultyServer, str]) -> None:
        server, url = between
        with ElasticsearchStore(url, load_mappings()):
            pass
        assert len(server.requests) == 1
