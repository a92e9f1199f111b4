"""The one HTTP client for feeds and pages: guarded, bounded, courteous."""

import asyncio
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace, TracebackType
from typing import Self

import aiohttp
from yarl import URL

from blockwire.schemas.policies import FetchPolicy
from blockwire.transforms.http.addresses import AddressGuard, AddressRefused, GuardedResolver, parse_allowed
from blockwire.transforms.http.decoding import BodyDecoder, TooLarge, encodings_of
from blockwire.transforms.http.failures import NETWORK_ERRORS, UNREACHABLE, as_fetch_error, bad_status, timed_out
from blockwire.transforms.http.messages import FetchError, Response, Validators
from blockwire.transforms.http.robots import MAX_ROBOTS_BYTES, RobotsRules
from blockwire.transforms.http.turns import HostResting, Turn, Turns
from blockwire.transforms.http.urls import redirect_target, shorten, vet_url

ACCEPT_FEED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
ACCEPT_ROBOTS = "text/plain, */*;q=0.5"
ACCEPT_ENCODING = "gzip, deflate, br, zstd"

ROBOTS_TIMEOUT_S = 10.0
MAX_HEADER_BYTES = 32 * 1024
"""Of one header line. Content-Security-Policy headers of news sites pass aiohttp's 8 KiB."""
DNS_TTL_S = 300
KEEP_ALIVE_S = 5.0
RESOLVER_THREADS = 16

_NONE = Validators()
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class _Request:
    """What is asked for, whatever the hop."""

    accept: str
    limit: int
    """Bytes, decompressed."""
    deadline_s: float
    """For all hops together, without the waiting for turns."""
    validators: Validators = _NONE
    obey_robots: bool = False
    cut: bool = False
    """Whether a longer body is cut at the limit rather than refused."""
    close_if_alone: bool = False
    """Whether the connection is closed if no other request to the host waits: a thousand hosts are a thousand idle sockets."""


@dataclass(frozen=True)
class _Redirect:
    status: int
    location: bytes


class HttpClient:
    """A ``Fetcher`` on aiohttp. Make and use it in one event loop, as an async context manager.

    Cookies, referers, proxies and credentials from the environment do not exist for it. TLS is always verified.

    Args:
        policy: limits, pauses and deadlines.

    Raises:
        ValueError: an entry of ``policy.allow_addresses`` or ``policy.ca_file`` cannot be read.
    """

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._guard = AddressGuard(parse_allowed(text) for text in policy.allow_addresses)
        self._tls = _trust(policy.ca_file)
        self._turns = Turns(policy.concurrency, policy.per_host, policy.per_host_delay_s)
        self._robots = RobotsRules(self._get_robots, self._slow_down)
        self._session: aiohttp.ClientSession | None = None
        self._threads: ThreadPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        self._threads = ThreadPoolExecutor(RESOLVER_THREADS, "blockwire-dns")
        connector = aiohttp.TCPConnector(
            limit=0,  # the turns are the limit
            resolver=GuardedResolver(self._guard, self._threads),
            socket_factory=self._guard.socket,
            ssl=self._tls,
            ttl_dns_cache=DNS_TTL_S,
            keepalive_timeout=KEEP_ALIVE_S,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": self._policy.user_agent, "Accept-Encoding": ACCEPT_ENCODING},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._policy.connect_timeout_s),
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            trace_configs=[_tracing()],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    async def get_feed(self, url: str, validators: Validators = _NONE) -> Response:
        """Fetches a feed, conditionally. Robots.txt is not asked: feeds are published to be polled.

        Raises:
            FetchError: see ``Fetcher.get_feed``.
        """
        return await self._get(
            url,
            _Request(
                ACCEPT_FEED,
                self._policy.feed_max_bytes,
                self._policy.total_timeout_s,
                validators,
                close_if_alone=True,
            ),
        )

    async def get_page(self, url: str) -> Response:
        """Fetches a page, if robots.txt permits it and every URL it redirects to.

        Raises:
            FetchError: see ``Fetcher.get_page``.
        """
        return await self._get(
            url,
            _Request(
                ACCEPT_PAGE,
                self._policy.page_max_bytes,
                self._policy.total_timeout_s,
                obey_robots=self._policy.obey_robots,
            ),
        )

    async def _get_robots(self, url: URL) -> bytes:
        deadline_s = min(ROBOTS_TIMEOUT_S, self._policy.total_timeout_s)
        answer = await self._get(str(url), _Request(ACCEPT_ROBOTS, MAX_ROBOTS_BYTES, deadline_s, cut=True))
        return answer.body

    def _slow_down(self, host: str, delay_s: float) -> None:
        self._turns.slow_down(host, min(delay_s, self._policy.max_crawl_delay_s))

    async def _get(self, url: str, request: _Request) -> Response:
        """Goes from hop to hop until there is an answer that is no redirect."""
        target = first = vet_url(url)
        moved, permanent = None, True
        left = request.deadline_s
        for _ in range(self._policy.max_redirects + 1):
            self._refuse_literal(target)
            if request.obey_robots:
                await self._robots.require(target)
            try:
                async with self._turns.turn(target.raw_host or "") as turn:
                    began = time.monotonic()
                    answer = await self._hop(target, request, left, turn)
                    left -= time.monotonic() - began
            except HostResting as pause:
                raise _resting(target, pause) from None
            if isinstance(answer, _Answer):
                validators = _validators(answer, request.validators)
                return Response(url, str(target), answer.status, answer.headers, answer.body, validators, moved)
            target = redirect_target(target, answer.location)
            permanent = permanent and answer.status in _PERMANENT
            if permanent:
                moved = str(target) if target != first else None
        limit = self._policy.max_redirects
        raise FetchError("redirects", f"{shorten(first)}: more than {limit} redirects.", url=str(first))

    def _refuse_literal(self, url: URL) -> None:
        """An address in the URL itself goes past the resolver; refused here, it costs no turn and has a clear message."""
        try:
            self._guard.check_literal(url.raw_host or "", url.port or 0)
        except AddressRefused as error:
            raise as_fetch_error(error, url, 0) from None

    async def _hop(self, url: URL, request: _Request, left: float, turn: Turn) -> "_Answer | _Redirect":
        deadline = asyncio.timeout(left)
        try:
            async with deadline:
                return await self._exchange(url, request, turn)
        except NETWORK_ERRORS as error:
            expired = deadline.expired()
            failure = timed_out(url, request.deadline_s) if expired else as_fetch_error(error, url, request.limit)
            if failure.reason in UNREACHABLE:
                turn.failed(failure.reason)
            raise failure from error

    async def _exchange(self, url: URL, request: _Request, turn: Turn) -> "_Answer | _Redirect":
        if self._session is None:
            raise RuntimeError("HttpClient is an async context manager: enter it before use")
        headers = {"Accept": request.accept} | _conditional(request.validators)
        if request.close_if_alone and self._turns.alone(url.raw_host or ""):
            headers["Connection"] = "close"
        async with self._session.get(url, headers=headers, allow_redirects=False, trace_request_ctx=turn) as answer:
            came = _headers(answer)
            if answer.status in _REDIRECTS:
                if "location" not in came:
                    raise FetchError(
                        "redirects", f"{shorten(url)}: redirects ({answer.status}) to nowhere.", url=str(url)
                    )
                return _Redirect(answer.status, answer.headers["Location"].encode("utf-8", "surrogateescape"))
            if answer.status == 304 and request.validators != _NONE:
                return _Answer(304, came, b"")
            if answer.status != 200:
                error = bad_status(answer.status, url, came)
                if error.retry_after_s is not None:
                    self._turns.rest(url.raw_host or "", error.retry_after_s, answer.status)
                raise error
            return _Answer(200, came, await _read(answer, came.get("content-encoding"), request))


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def _tracing() -> aiohttp.TraceConfig:
    """Tells a turn when its request has gone out: ``trace_request_ctx`` is the turn."""

    async def sent(
        _: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        context.trace_request_ctx.sent()

    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(sent)
    return tracing


async def _read(answer: aiohttp.ClientResponse, encoding: str | None, request: _Request) -> bytes:
    """The decoded body, never more than the limit of it in memory."""
    if not request.cut and (answer.content_length or 0) > request.limit:
        raise TooLarge
    decoder = BodyDecoder(encodings_of(encoding), request.limit)
    pieces: list[bytes] = []
    came = 0
    try:
        async for data in answer.content.iter_any():
            came += len(data)
            pieces += decoder.feed(data)
            # Compressed data may be endless and decompress to nothing.
            if came > request.limit:
                raise TooLarge
    except TooLarge:
        if not request.cut:
            raise
    else:
        decoder.finish()
    return b"".join(pieces)


def _headers(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """By lower-case name, bytes as Latin-1, repeated ones joined (RFC 9110, 5.3)."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.raw_headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _validators(answer: _Answer, sent: Validators) -> Validators:
    """Those of a 200; a 304 need not repeat what was sent."""
    etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if answer.status == 304:
        return Validators(etag or sent.etag, modified or sent.last_modified)
    return Validators(etag, modified)


def _conditional(validators: Validators) -> dict[str, str]:
    """The validators as headers, byte for byte.

    aiohttp writes headers in UTF-8, so bytes that are none, and control characters, cannot be repeated: without them the
    request is unconditional, which is always right.
    """
    headers = {}
    for name, value in (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified)):
        if value is not None:
            try:
                text = value.encode("latin-1").decode()
            except UnicodeError:
                continue
            if text.isprintable():
                headers[name] = text
    return headers


def _resting(url: URL, pause: HostResting) -> FetchError:
    if pause.status is not None:
        why = f"{url.host} answered {pause.status} before, and to wait for another {pause.seconds:.0f} s"
    else:
        why = f"the last requests to {url.host} failed ({pause.reason}); it is tried again in {pause.seconds:.0f} s"
    return FetchError(
        pause.reason,
        f"{shorten(url)}: not asked, for {why}.",
        url=str(url),
        status=pause.status,
        retry_after_s=pause.seconds if pause.status is not None else None,
    )


def _trust(ca_file: str | None) -> ssl.SSLContext:
    """The system's certificates, and those of the file."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise ValueError(f"ca_file {ca_file!r} cannot be read as PEM certificates: {error}") from error
    return context
