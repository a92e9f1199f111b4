"""Requests are compressed where that is wanted, and once."""

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from elasticsearch_faults import PRODUCT

from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.connection import connect

LINES = [b'{"index":{"_id":"1"}}', '{"a":"ж"}'.encode()]


class _Receiver(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.came: list[tuple[str | None, bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Receiver

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.headers["Content-Encoding"], body))
        answer = gzip.compress(b'{"items":[]}') if self.headers["Accept-Encoding"] == "gzip" else b'{"items":[]}'
        self.send_response(200)
        for name, value in {**PRODUCT, "Content-Length": str(len(answer))}.items():
            self.send_header(name, value)
        if self.headers["Accept-Encoding"] == "gzip":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[_Receiver]:
    with _Receiver() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("compressed", [True, False])
def test_a_bulk_arrives_whole(receiver: _Receiver, compressed: bool) -> None:
    url = f"http://127.0.0.1:{receiver.server_port}"
    connection = connect(Access((url,), gzip=compressed), patience_s=5)
    answer = connection.call(lambda client: client.bulk(operations=LINES))
    connection.close()
    [(encoding, body)] = receiver.came
    assert encoding == ("gzip" if compressed else None)
    assert (gzip.decompress(body) if compressed else body) == b"\n".join(LINES) + b"\n"
    assert answer["items"] == []
