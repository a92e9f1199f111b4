"""An article: what was taken from a page and from the entry that led to it."""

from blockwire.schemas.base import Id, LanguageTag, Record, Slug, UtcDatetime
from blockwire.schemas.taxonomy import PageKind


class Article(Record):
    """The text of a page with what is known about it."""

    id: Id
    """From the canonical URL; of an entry without a page, the entry's."""
    entry_id: Id
    feed_id: Slug
    url: str
    """Canonical: what the page says within its own site, else where it was fetched."""
    fetched_url: str
    """Where the page was in the end, after redirects."""
    title: str
    text: str
    """Paragraphs, an empty line between two."""
    authors: tuple[str, ...] = ()
    published: UtcDatetime | None = None
    modified: UtcDatetime | None = None
    site_name: str | None = None
    language: LanguageTag | None = None
    """Detected on the text."""
    image: str | None = None
    page_kind: PageKind = PageKind.ARTICLE
    wire_agency: str | None = None
    """The agency whose text it says it is."""
    extractor: str
    """What the text was taken with, and its version: ``trafilatura 2.3.1``, ``feed content``."""
    fetched: UtcDatetime
