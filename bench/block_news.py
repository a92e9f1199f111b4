"""News about blocks, each another event, and a desk that is told of them."""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

SERVICES: Final = (
    "Telegram",
    "WhatsApp",
    "Signal",
    "Instagram",
    "Facebook",
    "YouTube",
    "TikTok",
    "Wikipedia",
    "Discord",
)
COUNTRIES: Final = (
    *(
        "Albania",
        "Algeria",
        "Angola",
        "Azerbaijan",
        "Bangladesh",
        "Belarus",
        "Bolivia",
        "Brazil",
        "Burundi",
        "Cambodia",
    ),
    *("Cameroon", "Chad", "Cuba", "Ecuador", "Egypt", "Eritrea", "Ethiopia", "Gabon", "Ghana", "Guinea", "Honduras"),
    *("India", "Indonesia", "Iran", "Iraq", "Jordan", "Kazakhstan", "Kenya", "Kuwait", "Kyrgyzstan", "Laos", "Lebanon"),
    *("Libya", "Malaysia", "Mali", "Mauritania", "Mexico", "Mongolia", "Morocco", "Mozambique", "Nepal", "Nicaragua"),
    *("Nigeria", "Oman", "Pakistan", "Peru", "Qatar", "Russia", "Rwanda", "Senegal", "Somalia", "Sudan", "Syria"),
    *(
        "Tajikistan",
        "Tanzania",
        "Thailand",
        "Tunisia",
        "Turkey",
        "Uganda",
        "Uzbekistan",
        "Venezuela",
        "Vietnam",
        "Zambia",
    ),
)
PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{country} blocks {service}</title></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/sport">Sport</a> <a href="/about">About</a></nav>
<article><h1>{country} blocks {service}</h1>
<p>The communications regulator of {country} has blocked {service}: internet providers in the whole country carried out its order on Monday.</p>
<p>Users of {service} in the capital and in other cities of {country} said that it no longer opens without a VPN, on mobile and fixed networks alike.</p>
<p>The ministry said that {service} would remain blocked until the company opens an office in {country} and removes what a court found to be unlawful.</p>
<p>Digital rights groups in {country} called the decision a blow to the freedom of expression and said that they would take it to court.</p>
</article></body></html>
"""


def write_block_news(folder: Path) -> Path:
    """A page for each country and service. Returns the folder."""
    folder.mkdir()
    for number, (service, country) in enumerate(itertools.product(SERVICES, COUNTRIES)):
        (folder / f"{number:03}.html").write_text(PAGE.format(country=country, service=service), "utf-8")
    return folder


@dataclass(frozen=True)
class Desk:
    """A receiver of alerts."""

    url: str
    messages: list[tuple[float, str, Any]] = field(default_factory=list)
    """When each came (seconds of ``time.monotonic``), its key, and what it said."""


@contextmanager
def desk() -> Iterator[Desk]:
    """Takes webhooks until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.messages.append((time.monotonic(), self.headers["Idempotency-Key"], json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        taken = Desk(f"http://127.0.0.1:{server.server_port}/")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield taken
        finally:
            server.shutdown()
