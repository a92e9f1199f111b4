"""What a server may cost: time, bytes, and answers that are none."""

import asyncio
import gzip
import time

import pytest
from http_exchange import FEED, failure, fetch, silent
from http_loopback import Answer, Asked, policy, redirect, reply, serving

from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [
        ("204 No Content", "http_204", False),
        ("206 Partial Content", "http_206", False),
        ("300 Multiple", "http_300", False),
        ("403 Forbidden", "http_403", False),
        ("404 Not Found", "http_404", False),
        ("410 Gone", "http_410", False),
        ("429 Slow Down", "http_429", True),
        ("500 Oops", "http_500", True),
        ("999 Denied", "http_999", True),
    ],
)
def test_any_other_status_is_an_error(status: str, reason: str, transient: bool) -> None:
    error = failure(reply(b"" if status.startswith("2") else FEED, status))
    assert (error.reason, error.status, error.transient) == (reason, int(status[:3]), transient)


async def _dripping_headers(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    await _drip(writer, b"X-A: b\r\n")


async def _dripping_body(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    await _drip(writer, b"x")


async def _drip(writer: asyncio.StreamWriter, what: bytes) -> None:
    while True:
        writer.write(what)
        await writer.drain()
        await asyncio.sleep(0.02)


async def _slow_redirects(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.15)
    writer.write(redirect(asked.path + "x"))


@pytest.mark.parametrize("answer", [silent, _dripping_headers, _dripping_body, _slow_redirects])
def test_the_deadline_holds_for_all_hops_and_drips(answer: Answer) -> None:
    began = time.monotonic()
    error = failure(answer, rules=policy(total_timeout_s=0.4, max_redirects=20))
    assert (error.reason, error.transient) == ("timeout", True)
    assert "0.4 s" in str(error)
    assert time.monotonic() - began < 3


def test_a_connection_that_does_not_come_about_ends_in_time() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    async def main() -> None:
        listener = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with listener, HttpClient(policy(connect_timeout_s=0.2)) as client:
            with pytest.raises(FetchError) as caught:
                await client.get_feed(f"https://127.0.0.1:{port}/")  # nobody answers the TLS greeting
            assert caught.value.reason == "timeout"
            await asyncio.sleep(0.01)

    asyncio.run(main())


async def _endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"A" * 0x1000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"", Content_Length="10000000000"),
        reply(b"x" * 5000),
        reply(gzip.compress(b" " * 5_000_000), Content_Encoding="gzip"),
        _endless,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"") * 1000,
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n",
    ],
)
def test_what_is_too_large_is_refused(answer: Answer) -> None:
    assert failure(answer, rules=policy(feed_max_bytes=4000)).reason == "too_large"


def test_pages_and_feeds_have_limits_of_their_own() -> None:
    rules = policy(feed_max_bytes=4000, page_max_bytes=400, obey_robots=False)
    assert failure(reply(b"x" * 500), rules=rules, page=True).reason == "too_large"
    assert len(fetch(reply(b"x" * 500), rules=rules).body) == 500


@pytest.mark.parametrize(
    "answer",
    [
        reply(FEED, Content_Length="5000"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        reply(gzip.compress(FEED * 99)[:40], Content_Encoding="gzip"),
    ],
)
def test_half_a_body_is_an_error(answer: bytes) -> None:
    error = failure(answer)
    assert (error.reason, error.transient) == ("incomplete", True)


@pytest.mark.parametrize(
    "answer",
    [
        b"HELLO 200\r\n\r\nx",
        FEED,
        b"\x00\xff\x16\x03garbage" * 20,
        b"",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    ],
)
def test_what_is_no_http_is_an_expected_error(answer: bytes) -> None:
    assert failure(answer).reason in ("connection", "incomplete")


def test_a_body_is_decompressed() -> None:
    assert fetch(reply(gzip.compress(FEED), Content_Encoding="gzip")).body == FEED
    assert failure(reply(FEED, Content_Encoding="compress")).reason == "bad_encoding"


def test_a_closed_port_and_an_unknown_name_are_told() -> None:
    async def main() -> None:
        async with serving(reply(FEED)) as server:
            pass
        async with HttpClient(policy()) as client:
            for url, reason in ((server.url(), "connection"), ("http://news.invalid/", "dns")):
                with pytest.raises(FetchError) as caught:
                    await client.get_feed(url)
                assert caught.value.reason == reason

    asyncio.run(main())
