"""Serves an invented news web on this machine: each outlet on a loopback address of its own, with conditional requests."""

import errno
import hashlib
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from blockwire.config.demo.outlets import DemoOutlet, load_demo
from blockwire.pipelines.demo.pages import (
    FEED_PATHS,
    FEED_TYPES,
    Published,
    article_page,
    front_page,
    missing_page,
)
from blockwire.pipelines.demo.syndication import feed_document
from blockwire.schemas import Feed

ROBOTS = "User-agent: *\nAllow: /\n"


@dataclass(frozen=True)
class Request:
    """One request that the web answered."""

    outlet: str
    path: str
    status: int


@dataclass(frozen=True)
class Answer:
    """What is sent."""

    status: HTTPStatus
    media_type: str
    body: bytes

    @property
    def etag(self) -> str:
        """By what the body says."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class NewsWeb(ABC):
    """An invented news web. Use it as a context manager: it serves from entering to leaving.

    Args:
        outlets: what is served.
    """

    def __init__(self, outlets: Sequence[DemoOutlet]) -> None:
        self._outlets = tuple(outlets)
        self._servers: list[_Server] = []
        self._threads: list[Thread] = []
        self._requests: list[Request] = []
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Starts one server per outlet.

        Raises:
            OSError: where no port of this machine's loopback addresses can be had.
        """
        try:
            for number, outlet in enumerate(self._outlets, start=2):
                self._servers.append(_listening(f"127.0.0.{number}", self._handler(outlet)))
        except OSError:
            self._close_sockets()
            raise
        for server in self._servers:
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops all servers."""
        # Each server takes up to its poll interval to notice: all at once, not one after the other.
        with ThreadPoolExecutor(max_workers=len(self._servers)) as stopping:
            list(stopping.map(_Server.shutdown, self._servers))
        for thread in self._threads:
            thread.join()
        self._close_sockets()

    @property
    def outlets(self) -> tuple[DemoOutlet, ...]:
        """What is served."""
        return self._outlets

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The catalogue of this web. Served once it is entered."""
        bases = [server.base for server in self._servers]
        return tuple(self.feed_of(outlet, base) for outlet, base in zip(self._outlets, bases, strict=True))

    def feed_of(self, outlet: DemoOutlet, base: str) -> Feed:
        """An outlet's entry in the catalogue."""
        return Feed(
            id=outlet.id,
            name=outlet.name,
            url=base + FEED_PATHS[outlet.feed],
            home=f"{base}/",
            owner=outlet.owner,
            kind=outlet.kind,
            languages=(outlet.language,),
            countries=outlet.countries,
            full_text=outlet.full_text,
            note="An invented outlet.",
        )

    @property
    def networks(self) -> tuple[str, ...]:
        """The addresses in use, as ``FetchPolicy.allow_addresses`` takes them: these ports and no others."""
        return tuple(f"{server.server_name}/32:{server.server_port}" for server in self._servers)

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request answered so far."""
        with self._lock:
            return tuple(self._requests)

    @abstractmethod
    def published(self, outlet: DemoOutlet) -> list[Published]:
        """What an outlet has published so far, the newest first."""

    def beside(self, outlet: DemoOutlet, shown: Published) -> list[Published]:
        """What the page of an article links to: all that is there."""
        return self.published(outlet)

    def answer(self, outlet: DemoOutlet, base: str, path: str) -> Answer:
        """What an outlet answers at a path; ``base`` is where it is served."""
        published = self.published(outlet)
        if path == FEED_PATHS[outlet.feed]:
            if outlet.fault == "gone":
                return Answer(HTTPStatus.GONE, "text/plain", b"This feed has ended.\n")
            return Answer(HTTPStatus.OK, FEED_TYPES[outlet.feed], feed_document(outlet, base, published).encode())
        if path == "/robots.txt":
            return Answer(HTTPStatus.OK, "text/plain", ROBOTS.encode())
        if path == "/":
            return Answer(HTTPStatus.OK, "text/html", front_page(outlet, published).encode())
        shown = next((each for each in published if each.article.path == path), None)
        if shown is None or shown.article.page == "not_found":
            return Answer(HTTPStatus.NOT_FOUND, "text/html", missing_page(outlet).encode())
        return Answer(
            HTTPStatus.OK, "text/html", article_page(outlet, base, shown, self.beside(outlet, shown)).encode()
        )

    def _handler(self, outlet: DemoOutlet) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            server: _Server
            server_version = "demo-web"
            sys_version = ""
            protocol_version = "HTTP/1.1"
            timeout = 10

            def do_GET(self) -> None:
                self._reply(with_body=True)

            def do_HEAD(self) -> None:
                self._reply(with_body=False)

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal: ``DemoWeb.requests`` has it."""

            def _reply(self, *, with_body: bool) -> None:
                path = self.path.partition("?")[0]
                answer = web.answer(outlet, self.server.base, path)
                asked = self.headers.get("If-None-Match", "")
                known = answer.status == HTTPStatus.OK and answer.etag in [tag.strip() for tag in asked.split(",")]
                status = HTTPStatus.NOT_MODIFIED if known else answer.status
                with web._lock:
                    web._requests.append(Request(outlet.id, path, status))
                self.send_response(status)
                self.send_header("ETag", answer.etag)
                if not known:
                    self.send_header("Content-Type", f"{answer.media_type}; charset=utf-8")
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                if with_body and not known:
                    self.wfile.write(answer.body)

        return Handler

    def _close_sockets(self) -> None:
        for server in self._servers:
            server.server_close()


class DemoWeb(NewsWeb):
    """The web of the demo.

    Args:
        now: when the demo starts, with a zone; the articles are dated back from it. The present by default.
    """

    def __init__(self, now: datetime | None = None) -> None:
        super().__init__(load_demo())
        self._now = (now or datetime.now(UTC)).replace(microsecond=0)
        self._round = 1

    def feed_of(self, outlet: DemoOutlet, base: str) -> Feed:
        """Under an id that says where it is from."""
        return super().feed_of(outlet, base).model_copy(update={"id": f"demo-{outlet.id}"})

    def publish_more(self) -> int:
        """Publishes the articles of the second round. Returns how many there are."""
        self._round = 2
        return sum(article.round == 2 for outlet in self._outlets for article in outlet.articles)

    def published(self, outlet: DemoOutlet) -> list[Published]:
        """What an outlet has published so far, the newest first."""
        return [
            Published(article, self._now - timedelta(hours=article.hours_ago))
            for article in outlet.articles
            if article.round <= self._round
        ]


class _Server(ThreadingHTTPServer):
    def server_bind(self) -> None:
        """Binds without asking the name service who this is, as the standard class does: that can take seconds."""
        TCPServer.server_bind(self)
        host, port = self.socket.getsockname()
        self.server_name, self.server_port = str(host), int(port)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news: a round drops its connections when it ends."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # typeshed asks for a socket

    @property
    def base(self) -> str:
        return f"http://{self.server_name}:{self.server_port}"


def _listening(host: str, handler: type[BaseHTTPRequestHandler]) -> _Server:
    """A server on a free port of the address; on 127.0.0.1 where the system gives no other loopback address (macOS)."""
    try:
        return _Server((host, 0), handler)
    except OSError as error:
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        return _Server(("127.0.0.1", 0), handler)
