"""News about blocks, each another event, and a desk that is told of them."""

import itertools
import json
import random
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
TELLINGS: Final = (
    (
        "The communications regulator of {country} has blocked {service}: internet providers carried out its order on Monday.",
        "Since Monday {service} is blocked in {country}, where the government told every mobile operator to cut it off.",
        "A court in {country} had {service} blocked nationwide, and by Monday evening nobody could reach it.",
        "{country} blocked access to {service} on Monday, a measure that its ministry of information announced overnight.",
    ),
    (
        "Users in the capital said that it no longer opens without a VPN, on mobile and fixed networks alike.",
        "Shopkeepers who take orders by it told our reporter that their phones have been silent for a day.",
        "Engineers at two universities measured that connections are reset as soon as its name is sent.",
        "Students complained that they could not speak to relatives abroad, and looked for proxies.",
    ),
    (
        "The ministry said that {service} would remain blocked until the company opens an office in the country.",
        "Officials accused {service} of ignoring nine hundred requests to remove what judges had found to be unlawful.",
        "A spokesman of the cabinet spoke of rumours about the election, which {service} had let spread for weeks.",
        "The law behind the order was passed in spring; {service} is the first that it has been used against.",
    ),
    (
        "Digital rights groups called the decision a blow to the freedom of expression and want to appeal it.",
        "Lawyers of the opposition said that no judge had heard the company before the order was signed.",
        "Neighbouring states took similar steps last year and withdrew them after trade had suffered.",
        "Journalists asked readers to follow them by mail, and printed instructions for other tools.",
    ),
)
"""What is said in turn, each in several ways, and then places that no other story names: stories that say the same are copies, and no news."""
PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/sport">Sport</a> <a href="/about">About</a></nav>
<article><h1>{title}</h1>{body}</article></body></html>
"""


def write_block_news(folder: Path) -> Path:
    """A page for each country and service. Returns the folder."""
    folder.mkdir()
    chance = random.Random(7)
    for number, (service, country) in enumerate(itertools.product(SERVICES, COUNTRIES)):
        told = [chance.choice(ways).format(country=country, service=service) for ways in TELLINGS]
        told.append(f"Reports of it came from {', '.join(_place(chance) for _ in range(60))}.")
        body = "".join(f"<p>{paragraph}</p>" for paragraph in told)
        page = PAGE.format(title=f"{country} blocks {service}", body=body)
        (folder / f"{number:03}.html").write_text(page, "utf-8")
    return folder


def _place(chance: random.Random) -> str:
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(3)).capitalize()


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
