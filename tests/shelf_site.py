"""A site that serves what stands on its shelf, which tests may change while it runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.203"
COUNTRIES = ("Iran", "Turkey", "Venezuela", "Uganda", "Pakistan", "Belarus", "Iraq", "Myanmar")
SERVICES = ("Telegram", "WhatsApp", "YouTube", "Signal")
SENTENCES = (
    (
        "Internet providers in {place} blocked the messenger {service} on the order of the regulator, users and engineers said.",
        "The application does not connect on the networks of the three large operators in {place} without a VPN.",
        "The ministry said that the measure was necessary and will stay in force until further notice.",
        "Digital rights groups called the decision unlawful and said that they would take it to court.",
    ),
    (
        "People in {place} cannot open {service} since Friday morning, after a court ordered to block access to the service.",
        "Measurements from two cities of {place} show that names are resolved to an address of the state's telecom company.",
        "A spokesman of the government spoke of a threat to public order during the coming election.",
        "Shops that sell over the platform lose half of their income, a chamber of commerce wrote.",
    ),
    (
        "The telecom authority of {place} has blocked {service}, a letter to operators shows that was published by a newspaper.",
        "Subscribers of mobile networks were the first to see timeouts, fixed lines followed an hour later.",
        "Lawyers asked the constitutional court of {place} to suspend the block, for no judge had seen it before.",
        "Schools and hospitals complained that their groups for parents and staff went silent at once.",
    ),
    (
        "Access to {service} was blocked across {place} overnight, hours after a video of a protest had spread on it.",
        "Operators confirmed an instruction to filter the addresses of the company, and gave no date for its end.",
        "Journalists in {place} moved to other channels, and printed guides on how to get around the filter.",
        "The company said that it had received no request from the authorities, and called on them to lift it.",
    ),
)
WEATHER = (
    "Rain is expected in the north of {place} until the weekend, and some snow above a thousand metres.",
    "Farmers in {place} welcomed the forecast after a dry summer, and hope for a better harvest next year.",
)


@dataclass
class ShelfSite:
    """A running one."""

    base: str
    shelf: dict[str, bytes] = field(default_factory=dict)
    """Path, with its query, -> what is served; the type follows from how it begins."""
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with every answer."""

    def put(self, path: str, text: str) -> str:
        """Puts a text on the shelf, and says where it is."""
        self.shelf[path] = text.replace("BASE", self.base).encode()
        return self.base + path


def title(number: int, *, relevant: bool = True) -> str:
    place = COUNTRIES[number % len(COUNTRIES)]
    return (
        f"{place} blocks {SERVICES[number % 4]}, report {number}" if relevant else f"Rain in {place}, forecast {number}"
    )


def page(number: int, date: str | None = None, *, relevant: bool = True) -> str:
    """The page of an article: every number is another article, on another country than those beside it."""
    place = COUNTRIES[number % len(COUNTRIES)]
    sentences = SENTENCES[number % 4] if relevant else WEATHER
    text = "".join(
        f"<p>{' '.join(sentence.format(place=place, service=SERVICES[number % 4]) for sentence in (*sentences[n:], *sentences[:n]))} ({number}/{n})</p>"
        for n in range(len(sentences))
    )
    head = title(number, relevant=relevant)
    stated = f'<meta property="article:published_time" content="{date}">' if date else ""
    return f"<!doctype html><html lang='en'><head><title>{head}</title>{stated}</head><body><article><h1>{head}</h1>{text}</article></body></html>"


def rss(items: list[tuple[int, str]], head: str = "", *, irrelevant: tuple[int, ...] = ()) -> str:
    """A feed of articles by number, each with the time of its publication."""
    rows = "".join(
        f"<item><title>{title(n, relevant=n not in irrelevant)}</title><link>BASE/a/{n}</link><pubDate>{at}</pubDate></item>"
        for n, at in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Shelf</title>{head}{rows}</channel></rss>'


def feed_list(*feeds: tuple[str, str]) -> str:
    """A feed list: ids and addresses."""
    rows = "".join(
        f"- id: {name}\n  name: {name}\n  url: {url}\n  owner: {name}\n  kind: newswire\n  languages: [en]\n"
        for name, url in feeds
    )
    return f"feeds:\n{rows}"


@contextmanager
def shelf_site() -> Iterator[ShelfSite]:
    """Serves until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            body = site.shelf.get(self.path)
            if body is None:
                self.send_error(404)
                return
            page_like = body.lstrip()[:9].lower() == b"<!doctype"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8" if page_like else "application/xml")
            self.send_header("Content-Length", str(len(body)))
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    site = ShelfSite(f"http://{HOST}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
