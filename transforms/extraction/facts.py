"""What is known of an article besides its text: each value with the place it comes from, the feed first where it knows better."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from blockwire.schemas import FeedEntry
from blockwire.transforms.extraction.body import Body
from blockwire.transforms.extraction.dates import Publication, first_time, publication
from blockwire.transforms.extraction.features import title_block
from blockwire.transforms.extraction.metadata import PageMetadata, Stated
from blockwire.transforms.extraction.structured_data import day_in_data
from blockwire.transforms.extraction.titles import choose_title, without_site
from blockwire.transforms.extraction.visible_date import visible_day
from blockwire.transforms.text.cleaning import clean_line
from blockwire.transforms.text.language import detect_language
from blockwire.transforms.text.urls import canonical_url, same_site

TITLE_CHARS = 500
NAME_CHARS = 120
FEED = "feed"
SHORT_TEXT_CHARS = 200
"""With a text that is no longer, the title helps to tell the language."""


@dataclass(frozen=True)
class PageSources:
    """All that facts are taken from."""

    source: str
    url: str
    """Where the page came from, after redirects."""
    metadata: PageMetadata
    body: Body
    entry: FeedEntry
    fetched: datetime


@dataclass(frozen=True)
class Facts:
    """The chosen values."""

    title: Stated
    url: Stated
    author_source: str | None
    authors: tuple[str, ...]
    published: Publication | None
    modified: Publication | None
    site_name: Stated | None
    image: Stated | None
    language: str | None

    def sources(self) -> dict[str, str]:
        """Where the values come from, by field; nothing for fields without a value."""
        found = {
            "title": self.title.source,
            "url": self.url.source,
            "authors": self.author_source,
            "published": self.published.source if self.published else None,
            "modified": self.modified.source if self.modified else None,
            "site_name": self.site_name.source if self.site_name else None,
            "image": self.image.source if self.image else None,
            "language": "detected on the text" if self.language else None,
        }
        return {name: source for name, source in found.items() if source}


def choose_facts(page: PageSources, title: Stated, paragraphs: Sequence[str]) -> Facts:
    """Chooses every value but the title, which is needed earlier.

    Args:
        page: what there is.
        title: the chosen one.
        paragraphs: the article's.
    """
    metadata, entry = page.metadata, page.entry
    text = "\n\n".join(paragraphs)
    language = detect_language(text if len(text) > SHORT_TEXT_CHARS else f"{title.value}. {text}")
    languages = (*filter(None, [language]), *metadata.declared_languages)
    authors = tuple(clean_line(each.value, NAME_CHARS) for each in metadata.authors)
    author_source = metadata.authors[0].source if authors else FEED if entry.authors else None
    return Facts(
        title=title,
        url=_address(page.url, metadata),
        authors=authors or entry.authors,
        author_source=author_source,
        published=_published(page, languages),
        modified=_from_feed(entry.updated) or first_time(metadata.modified, page.fetched, languages),
        site_name=_site_name(metadata),
        image=_image(page),
        language=language,
    )


def choose_page_title(metadata: PageMetadata, entry: FeedEntry, url: str) -> Stated:
    """The title that page and feed agree on; empty where there is none."""
    host_name = max((urlsplit(url).hostname or "").split("."), key=len)
    site = metadata.site_name.value if metadata.site_name else ""
    sites = [site, metadata.structured.publisher or "", host_name]
    candidates = [
        Stated(clean_line(each.value, TITLE_CHARS), each.source)
        for each in (*metadata.titles, Stated(entry.title, FEED))
    ]
    chosen = choose_title([each.value for each in candidates], sites)
    source = next((each.source for each in candidates if without_site(each.value, sites) == chosen), "")
    return Stated(chosen, source)


def _address(url: str, metadata: PageMetadata) -> Stated:
    """The canonical URL: as the page states it within its own site, else where it was fetched."""
    own = canonical_url(url) or url
    for stated in metadata.addresses:
        candidate = canonical_url(stated.value, base=url)
        if candidate is None or not same_site(candidate, url):
            continue
        # Some templates name the front page as the canonical form of everything.
        if urlsplit(candidate).path.strip("/") or not urlsplit(own).path.strip("/"):
            return Stated(candidate, stated.source)
    return Stated(own, "where it was fetched")


def _site_name(metadata: PageMetadata) -> Stated | None:
    if metadata.site_name is None:
        return None
    name = clean_line(metadata.site_name.value, NAME_CHARS)
    return Stated(name, metadata.site_name.source) if name else None


def _image(page: PageSources) -> Stated | None:
    for stated in page.metadata.images:
        if (image := canonical_url(stated.value, base=page.url)) is not None:
            return Stated(image, stated.source)
    return Stated(page.entry.image, FEED) if page.entry.image else None


def _from_feed(moment: datetime | None) -> Publication | None:
    return Publication(moment, FEED) if moment is not None else None


def _published(page: PageSources, languages: Sequence[str]) -> Publication | None:
    def days() -> Iterator[tuple[date, str]]:
        if (day := day_in_data(page.source)) is not None:
            yield day, "data in the page"
        blocks, taken = page.body.blocks, page.body.taken
        title = (
            title_block(blocks, [each.value for each in page.metadata.titles], before=taken[0] + 2) if taken else None
        )
        if (day := visible_day(blocks, title, taken, languages, page.fetched.date())) is not None:
            yield day, "visible date"

    return _from_feed(page.entry.published) or publication(
        page.metadata.published, page.url, days(), languages, page.fetched
    )
