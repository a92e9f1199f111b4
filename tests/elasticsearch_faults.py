"""A server between us and Elasticsearch, or in its place, that fails as it is told."""

import http.client
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

PRODUCT = {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/vnd.elasticsearch+json;compatible-with=9"}


@dataclass(frozen=True)
class Fault:
    """What becomes of one request."""

    path: str = ""
    """Only of a request whose path holds this."""
    status: int = 0
    """0 drops the connection without an answer."""
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: PRODUCT)
    after: bool = False
    """The request is carried out first, and only its answer is lost."""


def error(status: int, kind: str, reason: str = "", path: str = "") -> Fault:
    """An answer as Elasticsearch gives it."""
    return Fault(path, status, {"error": {"type": kind, "reason": reason}, "status": status})


@dataclass
class FaultyServer:
    """Its faults come in order, each once; then requests go through."""

    url: str
    faults: list[Fault] = field(default_factory=list)
    always: Fault | None = None
    requests: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def faulty_server(behind: str | None = None, tls: ssl.SSLContext | None = None) -> Iterator[FaultyServer]:
    """A server on a free port of loopback.

    Args:
        behind: where requests go that no fault is for.
        tls: what it identifies itself with; None for plain HTTP.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.requests.append((self.command, self.path))
            fault = state.always
            if state.faults and state.faults[0].path in self.path:
                fault = state.faults.pop(0)
            if fault is None or fault.after:
                answer = self.forward(body)
            if fault is None:
                self.answer(*answer)
            elif fault.status:
                content = fault.body if isinstance(fault.body, bytes) else json.dumps(fault.body).encode()
                self.answer(fault.status, fault.headers, content)
            else:
                self.close_connection = True
                self.connection.close()

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815

        def forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            assert behind
            connection = http.client.HTTPConnection(urlsplit(behind).netloc)
            headers = {
                k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection", "accept-encoding")
            }
            connection.request(self.command, self.path, body, headers)
            told = connection.getresponse()
            content = told.read()
            connection.close()
            kept = {k: v for k, v in told.getheaders() if k.lower() in ("content-type", "x-elastic-product")}
            return told.status, kept, content

        def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Clients that do not trust us hang up: that is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    state = FaultyServer(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
