"""Whatever a server sends, there is a response or an expected error."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from http_loopback import Asked, policy, serving
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError, Validators

Fetch = Callable[[bytes, Validators], str]

NAMES = st.sampled_from(
    [
        "Content-Length",
        "Content-Encoding",
        "Transfer-Encoding",
        "Content-Type",
        "Location",
        "ETag",
        "Last-Modified",
        "Retry-After",
        "Date",
        "Connection",
        "Upgrade",
        "Set-Cookie",
        "Trailer",
        "Keep-Alive",
        "Content-Location",
        "",
    ]
).map(str.encode)
VALUES = st.one_of(
    st.sampled_from(
        [b"0", b"5", b"-1", b"gzip", b"br", b"zstd", b"deflate", b"chunked", b"identity", b"close", b"h2c"]
    ),
    st.binary(max_size=20),
)
STATUSES = st.sampled_from(
    [b"200 OK", b"100 Continue", b"101 Up", b"204 No", b"301 Moved", b"304 Same", b"429 Slow", b"0 x"]
)


@pytest.fixture(scope="module")
def fetch() -> Iterator[Fetch]:
    """One server and one client for all examples."""
    with asyncio.Runner() as runner:
        raw = b""

        async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(raw)

        async def ask(validators: Validators) -> str:
            try:
                response = await client.get_feed(server.url(), validators)
            except FetchError as error:
                assert str(error).isprintable()
                return error.reason
            assert response.status in (200, 304)
            return "ok"

        def one(sent: bytes, validators: Validators) -> str:
            nonlocal raw
            raw = sent
            return runner.run(ask(validators))

        serving_now = serving(answer)
        server = runner.run(serving_now.__aenter__())
        client = runner.run(HttpClient(policy(total_timeout_s=1.0)).__aenter__())
        yield one
        runner.run(client.__aexit__(None, None, None))
        runner.run(serving_now.__aexit__(None, None, None))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
@given(
    status=STATUSES,
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=5),
    body=st.binary(max_size=60),
    known=st.none() | st.text(max_size=10),
)
def test_any_headers_and_body(
    fetch: Fetch, status: bytes, headers: list[tuple[bytes, bytes]], body: bytes, known: str | None
) -> None:
    lines = b"".join(b"%s: %s\r\n" % pair for pair in headers if not pair[0].startswith(b"Retry"))
    fetch(b"HTTP/1.1 " + status + b"\r\n" + lines + b"\r\n" + body, Validators(known))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes(fetch: Fetch, raw: bytes) -> None:
    fetch(raw, Validators())
