"""What can go wrong on the way, as a FetchError with a short reason and a sentence for people."""

import asyncio
import re
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import aiohttp
from aiohttp.http_exceptions import LineTooLong
from yarl import URL

from blockwire.transforms.http.addresses import AddressRefused
from blockwire.transforms.http.decoding import BadEncoding, Incomplete, TooLarge
from blockwire.transforms.http.messages import FetchError
from blockwire.transforms.http.urls import shorten

NETWORK_ERRORS = (
    aiohttp.ClientError,
    OSError,  # ssl and socket errors, and TimeoutError, are among them
    ssl.CertificateError,
    asyncio.IncompleteReadError,
    AddressRefused,
    BadEncoding,
    Incomplete,
    TooLarge,
)
"""All that a request is expected to raise. Anything else is a bug and crashes."""

_E = TypeVar("_E", bound=BaseException)

UNREACHABLE = frozenset({"timeout", "connection", "dns"})
"""Reasons that say something of the host, not of one URL."""

MAX_RETRY_AFTER_S = 366 * 86_400.0

_HTTP_PHRASES = {
    403: "forbidden",
    404: "not found",
    410: "gone for good",
    429: "too many requests",
    503: "not available now",
}


def as_fetch_error(error: BaseException, url: URL, limit: int) -> FetchError:
    """Names what happened while ``url`` was fetched.

    Args:
        error: one of NETWORK_ERRORS.
        url: of the hop that failed.
        limit: bytes that the body might have had.
    """
    reason, what = _named(error, limit)
    return FetchError(reason, f"{shorten(url)}: {what}.", url=str(url))


def _named(error: BaseException, limit: int) -> tuple[str, str]:
    refused = _cause(error, AddressRefused)
    if refused is not None:
        return "address_refused", str(refused)
    match error:
        case TooLarge():
            return "too_large", f"the body has more than {limit} bytes"
        case BadEncoding():
            return "bad_encoding", str(error)
        case Incomplete():
            return "incomplete", "the compressed body ends too early"
        case aiohttp.ServerTimeoutError():
            return "timeout", "no connection in time"
        case aiohttp.ClientConnectorDNSError() | socket.gaierror():
            return "dns", f"the host name does not resolve ({_text(error)})"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return "tls", f"TLS failed ({_text(error)})"
        case aiohttp.ClientPayloadError() | asyncio.IncompleteReadError():
            return "incomplete", f"the body ends too early ({_text(error)})"
        case aiohttp.InvalidURL():
            return "bad_url", f"the URL cannot be used ({_text(error)})"
        case aiohttp.ClientResponseError():
            if _cause(error, LineTooLong) is not None:
                return "too_large", "the headers are too long"
            return "connection", f"the answer is no HTTP ({_text(error)})"
        case TimeoutError():
            return "timeout", "no connection in time"
        case _:
            return "connection", f"the connection failed ({_text(error)})"


def _cause(error: BaseException | None, kind: type[_E]) -> _E | None:
    """The error of this kind among the error and what caused it."""
    while error is not None:
        if isinstance(error, kind):
            return error
        error = error.__cause__ or error.__context__
    return None


def _text(error: BaseException) -> str:
    """What the system or the server said, on one line, and short: servers can put anything into it."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        error = error.certificate_error
    elif isinstance(error, aiohttp.ClientConnectorError):
        error = error.os_error
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", said).strip()[:300] or type(error).__name__


def timed_out(url: URL, seconds: float) -> FetchError:
    """The total deadline has passed."""
    return FetchError("timeout", f"{shorten(url)}: no complete answer within {seconds:g} s.", url=str(url))


def bad_status(status: int, url: URL, headers: dict[str, str], now: datetime | None = None) -> FetchError:
    """An answer with a status that gives no body worth reading, with its Retry-After."""
    phrase = _HTTP_PHRASES.get(status, "which is no success")
    wait = retry_after_s(headers, now or datetime.now(UTC)) if status in (429, 503) else None
    later = f"; it asks to wait for {wait:.0f} s" if wait is not None else ""
    return FetchError(
        f"http_{status}",
        f"{shorten(url)}: the server answers {status}, {phrase}{later}.",
        url=str(url),
        status=status,
        retry_after_s=wait,
    )


def retry_after_s(headers: dict[str, str], now: datetime) -> float | None:
    """Seconds to wait by the Retry-After header: a number, or a date, taken relative to the server's own clock (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d*)?", value, re.ASCII):
        return min(float(value[:20]), MAX_RETRY_AFTER_S)
    until = http_date(value)
    if until is None:
        return None
    since = http_date(headers.get("date", "")) or now
    return min(max(0.0, (until - since).total_seconds()), MAX_RETRY_AFTER_S)


def http_date(value: str) -> datetime | None:
    """A date as HTTP headers write it, in UTC; None where it is none."""
    try:
        parsed = parsedate_to_datetime(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (
        ValueError,
        OverflowError,
        TypeError,
        IndexError,
    ):  # the last two for some malformed dates, cpython 30681, 119048
        return None
