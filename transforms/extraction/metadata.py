"""What a page says about itself besides its text: title, authors, dates, site, canonical address, image.

In this order: JSON-LD, meta elements (OpenGraph, Dublin Core, itemprop), then what is visible. Values are raw here;
``article`` cleans and checks them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lxml.html import HtmlElement

from blockwire.transforms.extraction.structured_data import StructuredData, read_structured_data
from blockwire.transforms.extraction.visible_date import CHANGE

MAX_VALUE_CHARS = 2_000
MAX_AUTHORS = 10

_PUBLISHED = [
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "date_published",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "published_time",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "sailthru.date",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "mediator_published_time",
    "citation_publication_date",
    "citation_online_date",
    "dc.date",
    "dcterms.date",
    "dc:date",
    "bt:pubdate",
    "ptime",
    "originalpublicationdate",
    "rnews:datepublished",
    "firstpublished",
    "article_date_original",
    "date",
]
_MODIFIED = [
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
    "rnews:datemodified",
    "utime",
]
_TITLE = [
    "og:title",
    "twitter:title",
    "headline",
    "dc.title",
    "dcterms.title",
    "sailthru.title",
    "parsely-title",
    "title",
]
_AUTHOR = [
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "citation_author",
]
_SITE = ["og:site_name", "application-name", "al:android:app_name"]
_IMAGE = ["og:image:secure_url", "og:image:url", "og:image", "twitter:image", "twitter:image:src", "thumbnail"]
_DESCRIPTION = ["og:description", "description", "twitter:description", "dc.description"]

_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:byline|author|authors|autor|автор)(?:$|[\s_-]|name)", re.IGNORECASE)
_BY = re.compile(
    r"^(?:by|von|par|por|da|di|door|av|af|автор|текст|text|from|written by|yazan|oleh|przez|από|作者|文|記者|记者)\b[\s:：]*",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s*(?:,|;|\||/|\n|\band\b|\bund\b|\bet\b|\by\b|\bи\b|、|，)\s*")
_NO_NAME = re.compile(r"https?:|www\.|@|\d{3}|[{}<>\[\]]")


class Stated(NamedTuple):
    """A value, and where the page states it: ``JSON-LD datePublished``, ``meta og:title``."""

    value: str
    source: str


TIME_ELEMENT = "time element"
TIME_ELEMENTS = "one of several time elements"
"""They name different days: some are of other articles."""


@dataclass(frozen=True)
class PageMetadata:
    """Raw values, the most trusted first where there are several."""

    titles: tuple[Stated, ...]
    authors: tuple[Stated, ...]
    """One name each, all from one source."""
    published: tuple[Stated, ...]
    modified: tuple[Stated, ...]
    site_name: Stated | None
    addresses: tuple[Stated, ...]
    """What it calls its canonical address."""
    images: tuple[Stated, ...]
    description: str | None
    og_type: str | None
    declared_languages: tuple[str, ...]
    structured: StructuredData


def read_metadata(tree: HtmlElement) -> PageMetadata:
    """Reads the metadata of a parsed page in one pass over its head and one over the visible marks of date and author."""
    structured = read_structured_data(tree)
    meta = _meta_elements(tree)
    return PageMetadata(
        titles=_given(
            _json_ld("headline", structured.headline), _named(meta, _TITLE), _headings(tree), _document_title(tree)
        ),
        authors=_authors(tree, structured, meta),
        published=_given(_json_ld("datePublished", structured.published), _named(meta, _PUBLISHED), _times(tree)),
        modified=_given(_json_ld("dateModified", structured.modified), _named(meta, _MODIFIED)),
        site_name=next(iter(_given(_named(meta, _SITE), _json_ld("publisher", structured.publisher))), None),
        addresses=_given(_canonical(tree), _named(meta, ["og:url"]), _json_ld("url", structured.url)),
        images=_given(_named(meta, _IMAGE), _json_ld("image", structured.image)),
        description=next((each.value for each in _named(meta, _DESCRIPTION)), None) or structured.description,
        og_type=meta.get("og:type"),
        declared_languages=tuple(filter(None, (tree.get("lang"), meta.get("og:locale"), meta.get("content-language")))),
        structured=structured,
    )


def _meta_elements(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or element.get("datetime") or "").strip()
        if not content or len(content) > MAX_VALUE_CHARS:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name:
                found.setdefault(name.strip().lower(), content)
    return found


def _json_ld(name: str, *values: str | None) -> Iterator[Stated]:
    return (Stated(value, f"JSON-LD {name}") for value in values if value)


def _named(meta: dict[str, str], names: list[str]) -> Iterator[Stated]:
    return (Stated(meta[name], f"meta {name}") for name in names if name in meta)


def _given(*groups: Iterable[Stated]) -> tuple[Stated, ...]:
    """Each value once, by the source that comes first."""
    found: dict[str, Stated] = {}
    for stated in (each for group in groups for each in group):
        if stated.value and len(stated.value) <= MAX_VALUE_CHARS:
            found.setdefault(stated.value, stated)
    return tuple(found.values())


def _plain(element: HtmlElement, limit: int = MAX_VALUE_CHARS) -> str:
    text = " ".join(" ".join(element.itertext()).split())
    return text if len(text) <= limit else ""


def _headings(tree: HtmlElement) -> Iterator[Stated]:
    headings = [_plain(each, 400) for each in tree.iter("h1")]
    return (Stated(text, "heading") for text in headings[:3])


def _document_title(tree: HtmlElement) -> Iterator[Stated]:
    document = next(tree.iter("title"), None)
    if document is not None:
        yield Stated(_plain(document), "title element")


def _canonical(tree: HtmlElement) -> Iterator[Stated]:
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            yield Stated(str(link.get("href")).strip(), "canonical link")
            return


def _times(tree: HtmlElement) -> Iterator[Stated]:
    """Dates in ``time`` elements and microdata; those in lists, where other articles stand, only if there is one and no other."""
    elements = tree.xpath(
        '(.//*[@itemprop="datePublished"] | .//time[@datetime] | .//abbr[@class="published"])[position()<=20]'
    )
    elements = [element for element in elements if not _is_of_something_else(element)]
    around = [{each.tag for each in element.iterancestors()} for element in elements]
    own = [each for each, tags in zip(elements, around, strict=True) if not tags & {"aside", "nav", "footer", "li"}]
    found = [(each, _time_of(each)) for each in own or (elements if len(elements) == 1 else [])]
    agree = len({value[:10] for _, value in found}) == 1
    for element, value in found:
        if element.get("itemprop"):
            yield Stated(value, "itemprop datePublished")
        else:
            yield Stated(value, TIME_ELEMENT if agree else TIME_ELEMENTS)


def _time_of(element: HtmlElement) -> str:
    return element.get("datetime") or element.get("content") or element.get("title") or _plain(element, 60)


def _is_of_something_else(element: HtmlElement) -> bool:
    """Whether it is the time of a change or of a comment."""
    parent = element.getparent()
    if parent is not None and CHANGE.search(f"{parent.text or ''} {_plain(element, 100)}"):
        return True
    return any("comment" in (each.get("class") or "").lower() for each in element.iterancestors())


def _authors(tree: HtmlElement, structured: StructuredData, meta: dict[str, str]) -> tuple[Stated, ...]:
    stated = (_json_ld("author", *structured.authors), [*_named(meta, _AUTHOR)][:1], _bylines(tree))
    for source in stated:
        names = _given(Stated(name, raw.source) for raw in source for name in split_names(raw.value))
        if names:
            return names[:MAX_AUTHORS]
    return ()


def _bylines(tree: HtmlElement) -> Iterator[Stated]:
    marked = tree.xpath('(.//*[@rel="author"] | .//*[@itemprop="author"])[position()<=5]')
    if not marked:
        marked = [
            each
            for each in tree.xpath("(.//*[contains(@class, 'author') or contains(@class, 'byline')])[position()<=8]")
            if _BYLINE_CLASS.search(each.get("class") or "")
        ][:2]
    return (Stated(_plain(each, 120), "byline") for each in marked)


def split_names(raw: str) -> list[str]:
    """Takes a byline apart into names; what cannot be a name (addresses, long texts) is left out."""
    if len(raw) > 300:
        return []
    names = []
    for part in _SEPARATORS.split(_BY.sub("", raw.strip())):
        name = " ".join(_BY.sub("", part).split()).strip(" .:-–—·")
        if 2 <= len(name) <= 60 and len(name.split()) <= 6 and not _NO_NAME.search(name):
            names.append(name)
    return names
