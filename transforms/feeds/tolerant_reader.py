"""The tolerant reader, with feedparser: reads what is broken, old or odd, and is slow."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import feedparser

from blockwire.transforms.feeds.documents import FEED_ROOTS, Document, check_cost, sample_of
from blockwire.transforms.feeds.drafts import EntryDraft, FeedDraft, UnreadableFeed
from blockwire.transforms.feeds.heads import read_head

# What the library raises on broken input: nothing of its own, but what its code does not foresee.
PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, AssertionError)


def read_tolerant(document: Document) -> FeedDraft:
    """Reads whatever feedparser can.

    Raises:
        UnreadableFeed: ``too_complex``, ``bad_xml``, ``not_a_feed``.
    """
    check_cost(document)
    body = document.text.encode("utf-8", "replace")
    try:
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
        feed = parsed.feed
        entries = tuple(_draft(entry, parsed.version.startswith("atom")) for entry in parsed.entries)
    except PARSER_ERRORS as error:
        raise UnreadableFeed("bad_xml", f"feedparser fails: {error!r}", sample=sample_of(body)) from error
    if not entries and document.root not in FEED_ROOTS:
        raise UnreadableFeed(
            "not_a_feed", f"XML with the root element {document.root!r}, no feed", sample=sample_of(body)
        )
    head = read_head(document)
    return FeedDraft(
        title=feed.get("title") or "",
        link=feed.get("link") or "",
        format=head.format,
        language=head.language,
        ttl_s=head.ttl_s,
        entries=entries,
    )


def _draft(entry: Mapping[str, Any], atom: bool) -> EntryDraft:
    contents = [c.get("value") or "" for c in entry.get("content") or ()]
    content = next((value for value in contents if value.strip()), "")
    published = entry.get("published") or entry.get("created") or ""
    # Its own get() passes off the time of publication as that of the update.
    updated = entry["updated"] if "updated" in entry.keys() else ""  # noqa: SIM118
    return EntryDraft(
        guid=entry.get("id") or "",
        link=_link(entry),
        base=_base(entry),
        title=entry.get("title") or entry.get("media_own-title") or "",
        summary=entry.get("summary") or entry.get("media_own-description") or "",
        content=content,
        authors=tuple(_authors(entry)),
        published=published or updated,
        updated=updated if atom else "",
        tags=tuple(tag["term"] for tag in entry.get("tags") or () if tag.get("term")),
        image=_image(entry),
    )


def _link(entry: Mapping[str, Any]) -> str:
    original = entry.get("feedburner_origlink")
    if isinstance(original, str) and original.startswith(("http://", "https://")):
        return original
    links: Iterable[Mapping[str, Any]] = entry.get("links") or ()
    pages = [found["href"] for found in links if found.get("rel") == "alternate" and found.get("href")]
    if pages:
        return str(pages[0])
    # What feedparser calls the link then is the id.
    link: str = entry.get("link") or ""
    return link if link.startswith("http") else ""


def _base(entry: Mapping[str, Any]) -> str:
    details = (entry.get(name) for name in ("title_detail", "summary_detail"))
    return next((detail["base"] for detail in details if detail and detail.get("base")), "")


def _authors(entry: Mapping[str, Any]) -> Iterable[str]:
    named = [author.get("name") or author.get("email") or "" for author in entry.get("authors") or ()]
    return filter(None, named if any(named) else [entry.get("author")])


def _image(entry: Mapping[str, Any]) -> str:
    for media in entry.get("media_content") or ():
        if media.get("medium") == "image" or str(media.get("type", "")).startswith("image/"):
            return str(media.get("url") or "")
    for thumbnail in entry.get("media_thumbnail") or ():
        if thumbnail.get("url"):
            return str(thumbnail["url"])
    for link in entry.get("links") or ():
        if link.get("rel") == "enclosure" and str(link.get("type", "")).startswith("image/"):
            return str(link.get("href") or "")
    return ""
