"""What a person is told when a Kibana does not do as asked."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from certificates import self_signed
from kibana_server import fake_kibana

from blockwire.transforms.elasticsearch.access import Access, Secret
from blockwire.transforms.kibana.client import Answer, Kibana, KibanaError
from blockwire.transforms.stores.contract import StoreUnavailable

SECRET = "very-secret"


def ask(access: Access, method: str = "GET", path: str = "/api/alerting/rule/x") -> Answer:
    async def asked() -> Answer:
        async with Kibana(access) as kibana:
            return await kibana.ask(method, path, expected=(404,))

    return asyncio.run(asked())


def version(access: Access) -> tuple[int, int]:
    async def asked() -> tuple[int, int]:
        async with Kibana(access) as kibana:
            return await kibana.version()

    return asyncio.run(asked())


@contextmanager
def saying(answer: bytes) -> Iterator[str]:
    """A server that says this to anyone, once."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize("number", ["8.19.3", "9.5.0", "10.0.1-SNAPSHOT"])
def test_versions_are_read(number: str) -> None:
    with fake_kibana(number) as kibana:
        major, minor = number.split(".")[:2]
        assert version(Access(hosts=(kibana.url,))) == (int(major), int(minor))


def test_a_key_and_a_password_are_sent_and_a_wrong_one_is_named_without_itself(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n")
    with fake_kibana("9.5.0", api_key=SECRET, password="pässword") as kibana:
        hosts = (kibana.url,)
        assert ask(Access(hosts=hosts, api_key=Secret(file=str(file)))).status == 404
        assert ask(Access(hosts=hosts, user="ada", password="pässword")).status == 404
        with pytest.raises(KibanaError, match="refuses the API key: check it") as refused:
            ask(Access(hosts=hosts, api_key=f"{SECRET}-wrong"))
        assert SECRET not in str(refused.value)
        with pytest.raises(KibanaError, match="wants to know who asks"):
            ask(Access(hosts=hosts))


def test_a_secret_that_is_not_there_is_named_by_its_place() -> None:
    with pytest.raises(StoreUnavailable, match="no-such-file"):
        ask(Access(hosts=("http://127.0.0.1:9",), api_key=Secret(file="no-such-file")))


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (403, "does not permit GET /api/alerting/rule/x \\(said no\\): give this user the right"),
        (400, "does not take GET .* \\(status 400\\) \\(said no\\)"),
        (503, "is not ready \\(said no\\): try again"),
        (302, "does not take"),
    ],
)
def test_what_it_refuses_is_one_line(status: int, told: str) -> None:
    with fake_kibana("9.5.0", fails_with=status) as kibana, pytest.raises(KibanaError, match=told) as error:
        ask(Access(hosts=(kibana.url,)))
    assert "\n" not in str(error.value)


def test_nobody_there() -> None:
    with pytest.raises(KibanaError, match="cannot be reached"):
        ask(Access(hosts=("http://127.0.0.1:9",)))


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\nnot found",
        b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"version":1}',
        b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n["a", "bcd"]',
    ],
)
def test_something_else_answers(answer: bytes) -> None:
    with saying(answer) as url, pytest.raises(KibanaError, match="is not Kibana"):
        version(Access(hosts=(url,)))


def test_no_redirect_is_followed() -> None:
    """It would take the secret elsewhere."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with saying(moved) as url, pytest.raises(KibanaError, match="status 302"):
        ask(Access(hosts=(url,), api_key=SECRET))


def test_a_certificate_counts_where_it_is_named(tmp_path: Path) -> None:
    with fake_kibana("9.5.0", tls=self_signed(tmp_path)) as kibana:
        trusted = Access(hosts=(kibana.url,), ca_file=str(tmp_path / "cert.pem"))
        assert version(trusted) == (9, 5)
        with pytest.raises(KibanaError, match="not trusted: check ca_file"):
            version(Access(hosts=(kibana.url,)))


def test_a_base_path_is_kept() -> None:
    with fake_kibana("9.5.0", base_path="/search") as kibana:
        assert version(Access(hosts=(f"{kibana.url}/",))) == (9, 5)
        assert kibana.requests == [("GET", "/search/api/status")]


def test_a_file_of_certificates_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "absent.pem"):
        with pytest.raises(KibanaError, match="cannot be read: check ca_file"):
            ask(Access(hosts=("https://127.0.0.1:9",), ca_file=str(tmp_path / name)))
