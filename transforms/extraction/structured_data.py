"""What a page says about itself in JSON-LD (schema.org), read with bounds: it is written by strangers and often broken."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml.html import HtmlElement

MAX_SCRIPT_CHARS = 1_000_000
MAX_NODES = 2_000
ARTICLE_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "AdvertiserContentArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "SocialMediaPosting",
        "Report",
        "ScholarlyArticle",
        "TechArticle",
        "SatiricalArticle",
    ]
)
LIST_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ItemList"})

_DATA_DAY = re.compile(r':\s*(?:\\?"|&quot;)((?:19|20)\d\d-\d\d-\d\d)')
_DATA_NAME = re.compile(
    r'(?:"|&quot;)(?:(published_?(?:date|at|time|on)?|publish_?date|publication_?date|pub_?date|date_?published)|created_?at|date_?created)'
    r'(?:\\?"|&quot;)$',
    re.IGNORECASE,
)
_MAX_NAME_CHARS = 40
_WRAPPING = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$")


@dataclass(frozen=True)
class StructuredData:
    """The article node of a page's JSON-LD, in plain values; empty where there is none."""

    types: frozenset[str] = frozenset()
    """Every ``@type`` of the page."""
    headline: str | None = None
    body: str | None = None
    description: str | None = None
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    url: str | None = None
    image: str | None = None
    source_organization: str | None = None
    free: bool | None = None
    """``isAccessibleForFree`` where the page states it."""


def read_structured_data(tree: HtmlElement) -> StructuredData:
    """Reads the JSON-LD of a page; scripts that are too long, too deep or no JSON are passed over."""
    nodes = list(_nodes(tree))
    types = frozenset(name for node in nodes for name in _types(node))
    articles = [node for node in nodes if ARTICLE_TYPES & set(_types(node))]
    if not articles:
        return StructuredData(types=types, published=_published_of_any(nodes))
    # The page's own article says most about itself; teasers of others say little.
    node = max(articles, key=lambda each: (bool(_text(each.get("articleBody"))), len(each)))
    return StructuredData(
        types=types,
        headline=_text(node.get("headline")) or _text(node.get("name")),
        body=_text(node.get("articleBody")),
        description=_text(node.get("description")),
        published=_text(node.get("datePublished")) or _text(node.get("dateCreated")),
        modified=_text(node.get("dateModified")),
        authors=tuple(_names(node.get("author") or node.get("creator"))),
        publisher=next(iter(_names(node.get("publisher"))), None),
        url=_link(node.get("mainEntityOfPage")) or _link(node.get("url")),
        image=_link(node.get("image")) or _link(node.get("thumbnailUrl")),
        source_organization=next(iter(_names(node.get("sourceOrganization"))), None),
        free=_truth(node.get("isAccessibleForFree")),
    )


def _published_of_any(nodes: list[dict[str, Any]]) -> str | None:
    """What a page, a video or a question says of itself."""
    return next((stated for node in nodes if (stated := _text(node.get("datePublished")))), None)


def day_in_data(source: str) -> date | None:
    """The day on which the data in a page (scripts, attributes) say that something was published, if all of them say the same."""
    published: set[str] = set()
    created: set[str] = set()
    for value in _DATA_DAY.finditer(source):
        name = _DATA_NAME.search(source[max(0, value.start() - _MAX_NAME_CHARS) : value.start()].rstrip())
        if name is not None:
            (published if name[1] else created).add(value[1])
    days = published or created
    return _day(days.pop()) if len(days) == 1 else None


def _day(stated: str) -> date | None:
    try:
        return date.fromisoformat(stated)
    except ValueError:
        return None


def _scripts(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        source = script.text or ""
        if "ld+json" in (script.get("type") or "").lower() and len(source) <= MAX_SCRIPT_CHARS:
            yield source


def _nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    left = MAX_NODES
    for source in _scripts(tree):
        waiting = [_parse(source)]
        while waiting and left:
            left -= 1
            value = waiting.pop()
            if isinstance(value, dict):
                yield value
                waiting.extend(each for key, each in value.items() if key not in {"author", "publisher", "image"})
            elif isinstance(value, list):
                waiting.extend(reversed(value[:MAX_NODES]))


def _parse(source: str) -> object:
    try:
        return json.loads(_WRAPPING.sub("", source), strict=False)
    except (ValueError, RecursionError):
        return None


def _types(node: dict[str, Any]) -> list[str]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return [each.rsplit("/", 1)[-1] for each in values if isinstance(each, str)]


def _text(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value.strip() or None if isinstance(value, str) else None


def _link(value: object) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url") or value.get("contentUrl")
    return value.strip() or None if isinstance(value, str) else None


def _names(value: object) -> Iterator[str]:
    for each in value[:50] if isinstance(value, list) else [value]:
        name = _text(each.get("name")) if isinstance(each, dict) else _text(each)
        if name:
            yield name


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return None
