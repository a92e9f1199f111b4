"""The fast reader, with fastfeedparser: some sixty times as fast as the tolerant one.

It takes shortcuts that lose things in some feeds: the text behind an element inside a title, all authors but the first, ``xml:base``.
So it reads only what it reads like the tolerant reader does; ``read_fast`` gives None for the rest. A test compares the two.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import fastfeedparser
from lxml import etree

from blockwire.transforms.feeds.dates import read_date
from blockwire.transforms.feeds.documents import Document
from blockwire.transforms.feeds.drafts import EntryDraft, FeedDraft
from blockwire.transforms.feeds.heads import Head, read_head

# What the library raises on broken input: its own ValueError, and what its code does not foresee.
PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, etree.LxmlError)

# Things that it leaves out or mistakes, as they look in the text.
_TEXT = r"(?:atom:)?(?:title|summary|description|content|content:encoded|link|guid|id|pubDate|dc:creator|name)"
_LOSSY = re.compile(
    r"feedburner:origLink|"
    rf"<(?!(?:atom:)?link){_TEXT}\s[^<>]{{0,500}}?(?:type=[\"'](?:xhtml|application/|text/(?!html|plain))|mode=[\"'](?:base64|xml))|"
    # Elements of other vocabularies with a name of the core.
    r"<dc:(?:title|description)\b|<(?!atom:(?:link|id|updated)\b|dc:|content:|media:|itunes:)[\w-]+:(?:title|description|summary|link|guid|pubdate|author|"
    r"creator|date|updated|published|modified|issued|content)\b|"
    # A child element or a comment in what should be text.
    rf"<{_TEXT}(?:\s[^<>]*)?(?<!/)>[^<]*<(?!/|!\[CDATA\[)|\]\]>\s*<(?!/)|<xhtml:body|<body\b|<fullitem\b|<(?:abstract|info|tagline)\b",
)
_DATE = re.compile(
    r"<(?:[\w-]+:)?(?:pubdate|published|updated|issued|modified|created|date|lastbuilddate)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]{0,200})",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"<(?:author|dc:creator|atom:author)\b", re.IGNORECASE)
_MEDIA = "http://search.yahoo.com/mrss/"
_MARKUP = re.compile(r"<[^>]+>")
_ENTRY_LINK_RELS = (None, "", "alternate")


def read_fast(document: Document) -> FeedDraft | None:
    """Reads a feed the fast way; None where the tolerant reader would see more, or where it fails."""
    text = document.text
    if (
        _LOSSY.search(text)
        or _repeats(document)
        or len(_AUTHOR.findall(text, len(document.head))) > document.entry_count
    ):
        return None
    head = read_head(document)
    dates = _dates(text, head.language)
    if dates is None:
        return None
    draft = _parse(document, head, dates)
    losses = _Losses.of(text, bool(dates))
    if draft is None or len(draft.entries) != document.entry_count or any(map(losses.hit, draft.entries)):
        return None
    return draft


def read_anyway(document: Document) -> FeedDraft | None:
    """Reads a feed the fast way whatever is lost, where the tolerant reader finds nothing; None where this one does neither."""
    head = read_head(document)
    draft = _parse(document, head, _dates(document.text, head.language) or {})
    return draft if draft and draft.entries else None


def _parse(document: Document, head: Head, dates: Mapping[str, str]) -> FeedDraft | None:
    try:
        parsed = fastfeedparser.parse(_declared_utf8(document.text))
        feed = parsed["feed"]
        entries = tuple(_draft(entry, dates, head.atom) for entry in parsed["entries"])
    except PARSER_ERRORS:
        return None
    return FeedDraft(
        title=feed.get("title") or "",
        link=feed.get("link") or "",
        format=head.format,
        language=head.language,
        ttl_s=head.ttl_s,
        entries=entries,
    )


def _repeats(document: Document) -> bool:
    """Whether entries have several of what there should be one: of some the readers take the first, of some the last."""
    counts = {tag: document.text.count(tag) for tag in ("<summary", "<guid", "<updated>", "<pubDate>")}
    once, also_of_feed = document.entry_count, document.entry_count + 1
    return (
        max(counts["<summary"], counts["<guid"]) > once or max(counts["<updated>"], counts["<pubDate>"]) > also_of_feed
    )


@dataclass(frozen=True)
class _Losses:
    """What the feed may have in a form that the library leaves out."""

    dates: bool
    bases: bool
    encoded: bool
    titles: bool
    descriptions: bool
    images: bool

    @classmethod
    def of(cls, text: str, dates: bool) -> "_Losses":
        return cls(
            dates=dates,
            bases="xml:base" in text,
            encoded=":encoded" in text,
            titles="own-title" in text,
            descriptions="own-description" in text,
            images="<media:thumbnail" in text or ("<media:content" in text and _MEDIA not in text),
        )

    def hit(self, draft: EntryDraft) -> bool:
        """Whether the entry lacks something that the feed may have for it."""
        return (
            not draft.link
            or "[" in draft.link  # no URL to feedparser
            or (self.dates and not draft.published)
            or (self.bases and not draft.link.startswith("http"))
            or (self.encoded and not draft.content)
            or (self.titles and not draft.title)
            or (self.descriptions and not draft.summary and not draft.content)
            or (self.images and not draft.image)
        )


_DECLARATION = re.compile(r"<\?xml[^>]{0,300}\?>\s*")


def _declared_utf8(text: str) -> bytes:
    """The bytes without their old declaration, which may name another encoding."""
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _dates(text: str, language: str) -> dict[str, str] | None:
    """The dates that the feed states, as the library writes them; None if it states one that only the other reader understands."""
    dates: dict[str, str] = {}
    for raw in set(_DATE.findall(text)):
        if not raw.strip():
            continue
        moment = read_date(raw, language or None)
        if moment is None:
            return None
        dates[moment.isoformat()] = raw
        dates[moment.isoformat()[:19]] = raw
    return dates


def _draft(entry: Mapping[str, Any], dates: Mapping[str, str], atom: bool) -> EntryDraft:
    published, updated = (dates.get((entry.get(name) or "")[:19], "") for name in ("published", "updated"))
    link = _link(entry, atom)
    contents = [c.get("value") or "" for c in entry.get("content") or ()]
    content = contents[0] if contents else ""
    summary = entry.get("description") or ""
    return EntryDraft(
        # Without an id the library takes the link for it.
        guid="" if entry.get("id") == link else entry.get("id") or "",
        link=link,
        title=entry.get("title") or "",
        summary="" if _is_invented(summary, content) else summary,
        content=content,
        authors=(entry["author"],) if entry.get("author") else (),
        published=published,
        updated=updated if atom else "",
        tags=tuple(tag["term"] for tag in entry.get("tags") or () if tag.get("term")),
        image=_image(entry),
    )


def _is_invented(summary: str, content: str) -> bool:
    """Whether the library made the summary of the beginning of the content, as it does where there is none."""
    beginning = html.unescape(_MARKUP.sub(" ", content[:2048]))
    return "".join(beginning.split()).startswith("".join(summary.split()))


def _link(entry: Mapping[str, Any], atom: bool) -> str:
    own: str = entry.get("link") or ""
    if not atom and own:
        return own
    links: Iterable[Mapping[str, Any]] = entry.get("links") or ()
    pages = [link["href"] for link in links if link.get("rel") in _ENTRY_LINK_RELS and link.get("href")]
    return pages[0] if pages else ""


def _image(entry: Mapping[str, Any]) -> str:
    for media in entry.get("media_content") or ():
        if media.get("medium") == "image" or str(media.get("type", "")).startswith("image/"):
            return str(media.get("url") or "")
    links = [link for link in entry.get("links") or () if link.get("rel") == "enclosure"]
    for enclosure in (*(entry.get("enclosures") or ()), *links):
        if str(enclosure.get("type", "")).startswith("image/"):
            return str(enclosure.get("url") or enclosure.get("href") or "")
    return ""
