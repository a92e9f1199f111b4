"""A real server with security on: what is wrong is said in one line, at once, and no secret is in any log."""

import base64
import hashlib
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import certificates
import elasticsearch_server
import pytest
from eager import outputs_of
from stores_samples import failed, feed_letter, indexed, item, letter, state, summary

from blockwire.config.elasticsearch.loading import load_mappings, load_roles
from blockwire.schemas.policies import ElasticsearchAccess
from blockwire.transforms.elasticsearch.access import Access, Secret
from blockwire.transforms.elasticsearch.bulk import Action, Ended, write_all
from blockwire.transforms.elasticsearch.connection import Connection, connect
from blockwire.transforms.elasticsearch.recipe import Recipe
from blockwire.transforms.stores.contract import ItemQuery, Store, StoreUnavailable
from blockwire.transforms.stores.elasticsearch_setup import Wanted, set_up
from blockwire.transforms.stores.opening import open_store
from blockwire.transforms.write_to_elasticsearch import WriteToElasticsearch

pytestmark = [pytest.mark.elasticsearch, pytest.mark.thorough]

PASSWORD = "s3cr3t-p4ssw0rd"
USERS = {"admin": "superuser", "pipeline": "wire-writer", "analyst": "wire-reader"}
AUTHORITY = certificates.make(authority=True)
CERTIFICATE = certificates.make(issuer=AUTHORITY)


def hashed(password: str) -> str:
    """As the server's file of users has it."""
    salt = b"0123456789abcdef" * 2
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[elasticsearch_server.Server]:
    """With TLS, three users in a file, and the roles that we ship; set up by its administrator."""
    config = {
        "users": "".join(f"{user}:{hashed(PASSWORD)}\n" for user in USERS).encode(),
        "users_roles": "".join(f"{role}:{user}\n" for user, role in USERS.items()).encode(),
        "roles.yml": "".join(f"wire-{n}: {json.dumps(role)}\n" for n, role in load_roles("wire").items()).encode(),
        "http.crt": CERTIFICATE.pem,
        "http.key": CERTIFICATE.key_pem,
    }
    settings = {
        "xpack.security.enabled": "true",
        "xpack.security.http.ssl.enabled": "true",
        "xpack.security.http.ssl.certificate": "http.crt",
        "xpack.security.http.ssl.key": "http.key",
        "xpack.security.authc.realms.file.file1.order": "0",
    }
    try:
        started = elasticsearch_server.start(settings=settings, config=config)
    except elasticsearch_server.NoServer as failure:
        elasticsearch_server.no_elasticsearch(failure)
    connection = connect(access(started.url, "admin"), patience_s=60)
    assert list(set_up(connection, Wanted("wire", load_mappings())))
    connection.close()
    yield started
    elasticsearch_server.stop(started)


@pytest.fixture
def ca_file(tmp_path: Path) -> str:
    (tmp_path / "ca.pem").write_bytes(AUTHORITY.pem)
    return str(tmp_path / "ca.pem")


def access(url: str, user: str, **options: Any) -> Access:
    """By the fingerprint of the server's certificate, where nothing else is said."""
    given = {"password": PASSWORD, "ca_fingerprint": CERTIFICATE.fingerprint, **options}
    return Access(hosts=(url,), user=user, **given)


def store_as(user: str, server: elasticsearch_server.Server, ca_file: str) -> Store:
    return open_store(
        f"{server.url.replace('//', f'//{user}:{PASSWORD}@')}/wire",
        load_mappings(),
        ElasticsearchAccess(ca_file=ca_file),
    )


def fails(access: Access, caplog: pytest.LogCaptureFixture, index: str = "wire-feeds") -> str:
    """What the sink says, at once and without a secret."""
    caplog.set_level(logging.DEBUG)

    def build(pipeline: beam.Pipeline) -> dict[str, Any]:
        recipe: Recipe[Any] = Recipe(index=index, id=lambda one: "f")
        return (pipeline | beam.Create([{"feed": {"id": "f"}}]) | WriteToElasticsearch(access, recipe))._asdict()

    with pytest.raises(StoreUnavailable) as told:
        outputs_of(build)
    assert "trying again" not in caplog.text
    assert PASSWORD not in caplog.text
    assert PASSWORD not in str(told.value)
    first_line, _, _ = str(told.value).partition(" [while running")
    assert "\n" not in first_line
    return first_line


def test_the_right_password_by_file_and_a_known_authority(
    server: elasticsearch_server.Server, ca_file: str, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    secret = Secret(file=str(tmp_path / "password"))
    connection = connect(Access(hosts=(server.url,), user="pipeline", password=secret, ca_file=ca_file), patience_s=5)
    (ending,) = write_all(connection, [Action("index", "wire-feeds", "f", {"feed": {"id": "f"}})])
    assert ending.ended in (Ended.CREATED, Ended.UPDATED)
    connection.close()


def test_a_wrong_password(server: elasticsearch_server.Server, caplog: pytest.LogCaptureFixture) -> None:
    told = fails(access(server.url, "pipeline", password=f"not-{PASSWORD}"), caplog)
    assert told.endswith("refuses the user or password: check it")


def test_nobody(server: elasticsearch_server.Server, caplog: pytest.LogCaptureFixture) -> None:
    told = fails(Access(hosts=(server.url,), ca_fingerprint=CERTIFICATE.fingerprint), caplog)
    assert told.endswith("wants to know who asks: give a user or an API key")


def test_a_missing_right(server: elasticsearch_server.Server, caplog: pytest.LogCaptureFixture) -> None:
    told = fails(access(server.url, "analyst"), caplog)
    assert "does not permit it (action [indices:data/write/bulk" in told
    assert told.endswith("give this user the right")


def test_an_unknown_authority(server: elasticsearch_server.Server, caplog: pytest.LogCaptureFixture) -> None:
    told = fails(access(server.url, "pipeline", ca_fingerprint=None), caplog)
    assert "has a certificate that is not trusted" in told
    assert told.endswith("name the file of its CA in ca_file or SSL_CERT_FILE")


def test_another_fingerprint(server: elasticsearch_server.Server, caplog: pytest.LogCaptureFixture) -> None:
    told = fails(access(server.url, "pipeline", ca_fingerprint="0" * 64), caplog)
    assert told.endswith("has another certificate than the one of ca_fingerprint: check both")


def test_the_writer_can_do_what_a_round_needs_and_no_more(server: elasticsearch_server.Server, ca_file: str) -> None:
    with store_as("pipeline", server, ca_file) as store, store.lock():
        store.write_outcomes([indexed(item("a")), failed(letter("b"))])
        store.write_outcomes([indexed(item("b"))])
        store.put_feed_dead_letters([feed_letter("f")], [])
        store.put_feed_states([state("f")])
        store.put_round(summary(1))
        assert store.known([item("a").id])
        assert store.count_items(ItemQuery()) == 2
        assert len(store.rounds()) == 1
    with_writer = connect(access(server.url, "pipeline"), patience_s=0)
    for request in (
        lambda client: client.indices.create(index="wire-more"),
        lambda client: client.indices.delete(index="wire-items-v1"),
        lambda client: client.indices.put_mapping(index="wire-items", properties={"x": {"type": "keyword"}}),
        lambda client: client.index(index="others", document={}),
        lambda client: client.search(index="others"),
        lambda client: client.cluster.delete_component_template(name="wire-settings"),
    ):
        _must_be_refused(with_writer, request)
    with_writer.close()


def test_readers_read_and_cannot_write(server: elasticsearch_server.Server, ca_file: str) -> None:
    with store_as("pipeline", server, ca_file) as store:
        store.write_outcomes([indexed(item("c"))])
    with store_as("analyst", server, ca_file) as store:
        assert store.item(item("c").id) == item("c")
        assert item("c") in list(store.items(ItemQuery()))
        with pytest.raises(StoreUnavailable, match="does not permit it"):
            store.write_outcomes([indexed(item("d"))])
        with pytest.raises(StoreUnavailable, match="does not permit it"):
            store.drop_dead_letters(["x"])


def _must_be_refused(connection: Connection, request: Any) -> None:
    with pytest.raises(StoreUnavailable, match="does not permit it"):
        connection.call(request)


def test_an_expired_certificate(
    server: elasticsearch_server.Server, ca_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Put in the place of the good one, and read by the server a few seconds later. Last: it stays."""
    expired = certificates.make(issuer=AUTHORITY, days=-1)
    config = next(Path(server.folder).glob("elasticsearch-*/config"))
    (config / "http.key").write_bytes(expired.key_pem)
    (config / "http.crt").write_bytes(expired.pem)
    deadline = time.monotonic() + 60
    by_authority = access(server.url, "pipeline", ca_fingerprint=None, ca_file=ca_file)
    connection = connect(by_authority, patience_s=0)
    told = ""
    while "expired" not in told and time.monotonic() < deadline:
        connection.close()
        connection = connect(by_authority, patience_s=0)
        try:
            connection.call(lambda client: client.cluster.health())
        except StoreUnavailable as failure:
            told = str(failure)
        time.sleep(1)
    connection.close()
    assert fails(by_authority, caplog).endswith("has a certificate that has expired: renew it on the server")
