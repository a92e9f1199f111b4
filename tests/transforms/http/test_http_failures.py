import pickle
import ssl
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp.http_exceptions import LineTooLong
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from blockwire.transforms.http.addresses import AddressRefused
from blockwire.transforms.http.decoding import BadEncoding, Incomplete, TooLarge
from blockwire.transforms.http.failures import as_fetch_error, bad_status, http_date, retry_after_s
from blockwire.transforms.http.messages import FetchError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
A_URL = URL("http://a.example/feed")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": " 7.5 "}, 7.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "Sun, 01 Mar 2026 12:02:00 GMT"}, 120.0),
        ({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Sun, 01 Mar 2026 12:02:00 GMT", "date": "Sun, 01 Mar 2026 12:01:00 GMT"}, 60.0),
        ({"retry-after": "9" * 400}, 366 * 86_400.0),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 366 * 86_400.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "١٢"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_servers_clock(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, NOW) == seconds


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    parsed = http_date(text)
    assert parsed is None or parsed.tzinfo is UTC


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_told_for_429_and_503_only(status: int) -> None:
    error = bad_status(status, A_URL, {"retry-after": "60"}, NOW)
    assert (error.reason, error.status, error.retry_after_s, error.transient) == (f"http_{status}", status, 60, True)
    assert "60 s" in str(error)
    assert bad_status(404, A_URL, {"retry-after": "60"}, NOW).retry_after_s is None


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AddressRefused("the address 10.0.0.1 port 80 is not public"), "address_refused"),
        (TooLarge(), "too_large"),
        (BadEncoding("the Content-Encoding 'x' is not gzip"), "bad_encoding"),
        (Incomplete(), "incomplete"),
        (aiohttp.ConnectionTimeoutError("x"), "timeout"),
        (TimeoutError(), "timeout"),
        (ssl.SSLError(1, "bad record"), "tls"),
        (aiohttp.ClientPayloadError("cut"), "incomplete"),
        (aiohttp.InvalidURL("http://x"), "bad_url"),
        (aiohttp.ServerDisconnectedError(), "connection"),
        (ConnectionResetError(104, "Connection reset by peer"), "connection"),
        (OSError(24, "Too many open files"), "connection"),
    ],
)
def test_each_error_has_its_reason_and_a_sentence(error: Exception, reason: str) -> None:
    made = as_fetch_error(error, A_URL, 1000)
    assert made.reason == reason
    assert str(made).startswith("http://a.example/feed: ")
    assert str(made).endswith(".")


def test_a_cause_tells_more_than_its_wrapper() -> None:
    wrapped = aiohttp.ClientResponseError(None, (), message="bad")  # type: ignore[arg-type]
    wrapped.__cause__ = LineTooLong(b"x" * 100, 10)
    assert as_fetch_error(wrapped, A_URL, 1).reason == "too_large"
    refused = OSError("outer")
    refused.__cause__ = AddressRefused("the address 10.0.0.1 is not public")
    assert as_fetch_error(refused, A_URL, 1).reason == "address_refused"


def test_what_a_server_says_is_one_short_line() -> None:
    text = str(as_fetch_error(aiohttp.ClientPayloadError("a\r\n\x00b" * 1000), A_URL, 1))
    assert len(text) < 400
    assert text.isprintable()


def test_a_fetch_error_survives_pickling() -> None:
    error: FetchError = pickle.loads(pickle.dumps(bad_status(429, A_URL, {"retry-after": "60"}, NOW)))
    assert (error.reason, error.url, error.status, error.retry_after_s) == ("http_429", str(A_URL), 429, 60)
