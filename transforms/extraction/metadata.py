"""What a page says about itself besides its text: title, authors, dates, site, canonical address, image.

In this order: JSON-LD, meta elements (OpenGraph, Dublin Core, itemprop), then what is visible. Values are raw here;
``article`` cleans and checks them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from blockwire.transforms.extraction.structured_data import StructuredData, read_structured_data

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


@dataclass(frozen=True)
class PageMetadata:
    """Raw values, the most trusted first where there are several."""

    titles: tuple[str, ...]
    authors: tuple[str, ...]
    published: tuple[str, ...]
    modified: tuple[str, ...]
    site_name: str | None
    canonical: str | None
    og_url: str | None
    images: tuple[str, ...]
    description: str | None
    og_type: str | None
    declared_language: str | None
    structured: StructuredData


def read_metadata(tree: HtmlElement) -> PageMetadata:
    """Reads the metadata of a parsed page in one pass over its head and one over the visible marks of date and author."""
    structured = read_structured_data(tree)
    meta = _meta_elements(tree)
    return PageMetadata(
        titles=tuple(_titles(tree, structured, meta)),
        authors=_authors(tree, structured, meta),
        published=tuple(_given(structured.published, *(meta.get(name) for name in _PUBLISHED), *_times(tree))),
        modified=tuple(_given(structured.modified, *(meta.get(name) for name in _MODIFIED))),
        site_name=_first(meta, _SITE) or structured.publisher,
        canonical=_canonical(tree),
        og_url=meta.get("og:url"),
        images=tuple(_given(*(meta.get(name) for name in _IMAGE), structured.image)),
        description=_first(meta, _DESCRIPTION) or structured.description,
        og_type=meta.get("og:type"),
        declared_language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
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


def _first(meta: dict[str, str], names: list[str]) -> str | None:
    return next((meta[name] for name in names if name in meta), None)


def _given(*values: str | None) -> Iterator[str]:
    seen = set()
    for value in values:
        if value and value not in seen and len(value) <= MAX_VALUE_CHARS:
            seen.add(value)
            yield value


def _plain(element: HtmlElement, limit: int = MAX_VALUE_CHARS) -> str:
    text = " ".join(" ".join(element.itertext()).split())
    return text if len(text) <= limit else ""


def _titles(tree: HtmlElement, structured: StructuredData, meta: dict[str, str]) -> Iterator[str]:
    headings = [_plain(each, 400) for each in tree.iter("h1")]
    document = next(tree.iter("title"), None)
    yield from _given(
        structured.headline,
        *(meta.get(name) for name in _TITLE),
        *headings[:3],
        _plain(document) if document is not None else None,
    )


def _canonical(tree: HtmlElement) -> str | None:
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            return str(link.get("href")).strip()
    return None


def _times(tree: HtmlElement) -> Iterator[str]:
    """Dates in ``time`` elements and microdata, outside of lists and asides, where those of other articles stand."""
    for element in tree.xpath(
        '(.//*[@itemprop="datePublished"] | .//time[@datetime] | .//abbr[@class="published"])[position()<=20]'
    ):
        if any(each.tag in {"aside", "nav", "footer", "li"} for each in element.iterancestors()):
            continue
        yield element.get("datetime") or element.get("content") or element.get("title") or _plain(element, 60)


def _authors(tree: HtmlElement, structured: StructuredData, meta: dict[str, str]) -> tuple[str, ...]:
    for source in (structured.authors, tuple(meta[name] for name in _AUTHOR if name in meta)[:1], _bylines(tree)):
        names = list(dict.fromkeys(name for raw in source for name in split_names(raw)))
        if names:
            return tuple(names[:MAX_AUTHORS])
    return ()


def _bylines(tree: HtmlElement) -> tuple[str, ...]:
    marked = tree.xpath('(.//*[@rel="author"] | .//*[@itemprop="author"])[position()<=5]')
    if not marked:
        marked = [
            each
            for each in tree.xpath("(.//*[contains(@class, 'author') or contains(@class, 'byline')])[position()<=8]")
            if _BYLINE_CLASS.search(each.get("class") or "")
        ][:2]
    return tuple(_plain(each, 120) for each in marked)


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
