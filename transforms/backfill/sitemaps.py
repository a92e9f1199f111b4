"""Sitemaps and news sitemaps, index files among them, bounded.

https://www.sitemaps.org/protocol.html
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from lxml import etree

from blockwire.transforms.backfill.found import Found
from blockwire.transforms.feeds.heads import language_tag
from blockwire.transforms.http.messages import Fetcher
from blockwire.transforms.text.cleaning import clean_line
from blockwire.transforms.text.urls import canonical_url, same_site

MAX_SITEMAPS = 1000
"""Files that one index, and the indices it names, may lead to."""
TITLE_CHARS = 500


class SitemapError(Exception):
    """A file is no sitemap. The message is one line for a person."""


@dataclass(frozen=True)
class Sitemap:
    """What one file says."""

    pages: tuple[Found, ...] = ()
    sitemaps: tuple[tuple[str, datetime | None], ...] = ()
    """Of an index: the files, each with the time of its last change."""


async def walk_sitemap(url: str, fetcher: Fetcher, since: datetime | None = None) -> AsyncIterator[Found]:
    """The pages of a sitemap, or of all sitemaps that an index leads to within its site.

    Args:
        url: of the sitemap, news sitemap or index.
        fetcher: the HTTP client.
        since: leaves out what changed last before.

    Raises:
        FetchError: where a file cannot be fetched.
        SitemapError: where one is no sitemap, or the index has no bounds.
    """
    waiting, known = deque([url]), {url}
    while waiting:
        here = waiting.popleft()
        response = await fetcher.get_feed(here)
        sitemap = read_sitemap(response.body, here)
        for page in sitemap.pages:
            if not _before(page.published or page.seen, since):
                yield page
        for named, changed in sitemap.sitemaps:
            address = canonical_url(named, here)
            if address is None or address in known or _before(changed, since) or not same_site(address, url):
                continue
            known.add(address)
            waiting.append(address)
        if len(known) > MAX_SITEMAPS:
            raise SitemapError(
                f"{url}: leads to more than {MAX_SITEMAPS} sitemaps; name the ones you want, or say --since"
            )


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Reads a sitemap or an index, decompressed, or a plain list of addresses.

    Raises:
        SitemapError: where it is none of these.
    """
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = body.decode("utf-8", "replace").splitlines()
        pages = tuple(Found(line.strip()) for line in lines if line.strip().startswith(("http://", "https://")))
        if not pages:
            raise SitemapError(f"{url}: no sitemap: neither XML nor a list of addresses")
        return Sitemap(pages)
    pages_: list[Found] = []
    sitemaps: list[tuple[str, datetime | None]] = []
    for kind, facts in _elements(body, url):
        address = facts.get("loc", "").strip()
        changed = _moment(facts.get("lastmod"))
        if kind == "sitemap":
            sitemaps.append((address, changed))
        elif address:
            title = clean_line(facts.get("title", ""), TITLE_CHARS)
            language = language_tag(facts.get("language", ""))
            pages_.append(Found(address, title, _moment(facts.get("publication_date")), changed, language))
    return Sitemap(tuple(pages_), tuple(sitemaps))


def _elements(body: bytes, url: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each ``url`` and ``sitemap`` with the texts below it, by local name."""
    parser = etree.iterparse(
        BytesIO(body), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, recover=True
    )
    found = False
    try:
        for _, element in parser:
            name = _local(element)
            if name in ("url", "sitemap"):
                found = True
                yield name, {_local(child): child.text or "" for child in element.iterdescendants() if child.text}
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            found = found or name in ("urlset", "sitemapindex")
    except etree.XMLSyntaxError as error:
        if not found:
            raise SitemapError(f"{url}: no sitemap: {error}") from error
    if not found:
        raise SitemapError(f"{url}: no sitemap: it has neither urlset nor sitemapindex")


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _moment(text: str | None) -> datetime | None:
    """A W3C date and time; a day is its midnight in UTC."""
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _before(moment: datetime | None, since: datetime | None) -> bool:
    return moment is not None and since is not None and moment < since
