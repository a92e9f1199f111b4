"""A site for the three seed documents: pages made from them at test time, with site furniture around them."""

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tiny_site import YESTERDAY

from bench.shared_data import shared

HOST = "127.0.0.201"
FURNITURE = ("Видео дня", "Read also", "Accessibility links", "Latest Posts")


@dataclass(frozen=True)
class Page:
    """What the feed says of a page, and the page."""

    path: str
    title: str
    body: str
    language: str


def pages() -> list[Page]:
    """One page for each seed: its first line that is no furniture is the headline."""
    made = []
    for number, file in enumerate(sorted(shared("seeds").iterdir())):
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        title = next(line for line in lines if len(line.split()) > 3)
        made.append(
            Page(f"/news/{number}/{'-'.join(title.lower().split()[:4])}.html", title, _page(title, lines), "en")
        )
    return made


def _page(title: str, lines: list[str]) -> str:
    body = "\n".join(_element(line) for line in lines if line != title)
    safe = html.escape(title)
    links = "".join(f'<li><a href="/news/{i}">Older story number {i} about the weather</a></li>' for i in range(8))
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{safe} | The Daily Sample</title>
<meta property="og:type" content="article"><meta property="og:title" content="{safe}"></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/politics">Politics</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
<div class="cookie-banner">We use cookies to improve your experience. <button>Accept all</button></div>
<main><article><h1>{safe}</h1><div class="share"><a href="#">Share</a> <a href="#">Tweet</a> <a href="#">Print</a></div>
{body}
</article><aside class="related"><h3>Most read</h3><ul>{links}</ul></aside></main>
<footer><p>© The Daily Sample. All rights reserved. <a href="/about">About</a> <a href="/contact">Contact</a></p></footer>
</body></html>"""


def _element(line: str) -> str:
    if line.startswith("•"):
        return f"<ul><li>{html.escape(line.lstrip('• '))}</li></ul>"
    if line.startswith("Read also"):
        return f'<div class="read-also"><span>Read also</span><a href="/news/9">{html.escape(line.removeprefix("Read also"))}</a></div>'
    return f"<p>{html.escape(line)}</p>"


def feed(made: list[Page], base: str) -> str:
    """An RSS feed of the pages, with titles and links alone."""
    items = "".join(
        f"<item><title>{html.escape(page.title)}</title><link>{base}{page.path}</link>"
        f'<guid isPermaLink="true">{base}{page.path}</guid><pubDate>{format_datetime(YESTERDAY + timedelta(hours=10 + n), usegmt=True)}</pubDate></item>'
        for n, page in enumerate(made)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Seeds</title><link>{base}/</link>{items}</channel></rss>'


@contextmanager
def seed_site() -> Iterator[str]:
    """Serves them; gives the URL of the feed."""
    made = pages()
    texts: dict[str, tuple[str, str]] = {page.path: ("text/html; charset=utf-8", page.body) for page in made}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = texts.get(self.path, ("", ""))
            if not kind:
                self.send_error(404)
                return
            tag = f'"{len(text)}"'
            known = self.headers.get("If-None-Match") == tag
            self.send_response(304 if known else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", kind)
            data = b"" if known else text.encode()
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    base = f"http://{HOST}:{server.server_port}"
    texts["/feed.xml"] = ("application/rss+xml", feed(made, base))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{base}/feed.xml"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
