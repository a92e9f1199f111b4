"""A site of one feed with articles made on the spot, for tests that need no real pages."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.202"
YESTERDAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
"""When its articles begin to be published: a feed whose newest entry is days old counts as silent."""
SENTENCES = (
    "The regulator ordered internet providers to block access to the messaging service Telegram.",
    "Users in several regions reported that the application no longer connects without a VPN.",
    "The ministry said that the measure was necessary and will stay in force until further notice.",
    "Digital rights groups called the decision unlawful and said they would take it to court.",
)


@dataclass(frozen=True)
class TinySite:
    """A running one."""

    base: str
    requests: list[tuple[str, float]] = field(default_factory=list)
    """Path and time, in seconds, of each."""
    missing: set[str] = field(default_factory=set)
    """Paths that answer 404 for now."""

    def feed_list(self) -> str:
        """A feed list that holds its feed."""
        return (
            f"feeds:\n- id: tiny\n  name: Tiny\n  url: {self.base}/feed.xml\n  owner: tiny\n  kind: newswire\n"
            "  languages: [en]\n"
        )


def _feed(base: str, articles: int) -> str:
    items = "".join(
        f"<item><title>Regulator orders block number {n} of Telegram</title><link>{base}/a/{n}.html</link>"
        f"<pubDate>{format_datetime(YESTERDAY + timedelta(hours=n % 24), usegmt=True)}</pubDate></item>"
        for n in range(articles)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Tiny</title><language>en</language>{items}</channel></rss>'


def _page(number: str, paragraphs: int) -> str:
    text = "".join(
        f"<p>Part {n} of report {number}. {' '.join(SENTENCES[(n + k) % 4] for k in range(3))}</p>"
        for n in range(paragraphs)
    )
    title = f"Regulator orders block number {number} of Telegram"
    links = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    return (
        f"<html><head><title>{title}</title>{links}</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )


@contextmanager
def tiny_site(articles: int, paragraphs: int = 5) -> Iterator[TinySite]:
    """Serves it until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append((self.path, time.monotonic()))
            feed = self.path == "/feed.xml"
            tag = '"1"'
            known = feed and self.headers.get("If-None-Match") == tag
            text = _feed(site.base, articles) if feed else _page(self.path.removesuffix(".html")[3:], paragraphs)
            data = b"" if known else text.encode()
            if self.path in site.missing or not (feed or self.path.startswith("/a/")):
                self.send_error(404)
                return
            self.send_response(304 if known else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", "application/rss+xml" if feed else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    site = TinySite(f"http://{HOST}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
