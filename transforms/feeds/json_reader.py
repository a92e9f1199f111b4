"""The reader of JSON Feed, versions 1 and 1.1 (jsonfeed.org)."""

import json
from collections.abc import Mapping
from typing import Any

from blockwire.transforms.feeds.documents import ILLEGAL, MAX_ENTRIES, Document, sample_of
from blockwire.transforms.feeds.drafts import EntryDraft, FeedDraft, UnreadableFeed


def read_json(document: Document) -> FeedDraft:
    """Reads a JSON Feed.

    Raises:
        UnreadableFeed: ``bad_json``, ``not_a_feed``.
    """
    sample = sample_of(document.text[:4000].encode("utf-8", "replace"))
    try:
        # Numbers stay as written: an id of ten thousand digits is no reason to fail.
        feed = json.loads(document.text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise UnreadableFeed("bad_json", f"JSON that cannot be read: {error}", sample=sample) from error
    version = _text(feed.get("version"))
    items = feed.get("items")
    if not isinstance(items, list):
        raise UnreadableFeed("not_a_feed", "JSON without a list of items", sample=sample)
    return FeedDraft(
        title=_text(feed.get("title")),
        link=_text(feed.get("home_page_url")),
        format=f"json {version.rstrip('/').rpartition('/')[2] or '1'}"[:20],
        language=_text(feed.get("language")),
        entries=tuple(_draft(item, feed) for item in items[:MAX_ENTRIES] if isinstance(item, dict)),
    )


def _draft(item: Mapping[str, Any], feed: Mapping[str, Any]) -> EntryDraft:
    summary = _text(item.get("summary"))
    content = _text(item.get("content_html")) or _escaped(_text(item.get("content_text")))
    return EntryDraft(
        guid=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_text(item.get("title")),
        summary=summary,
        content=content,
        authors=_authors(item) or _authors(feed),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        tags=tuple(filter(None, map(_text, item["tags"]))) if isinstance(item.get("tags"), list) else (),
        image=_text(item.get("image")) or _text(item.get("banner_image")),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return ILLEGAL.sub("", value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _authors(owner: Mapping[str, Any]) -> tuple[str, ...]:
    listed = owner.get("authors")
    candidates = listed if isinstance(listed, list) else [owner.get("author")]
    named = (_text(author.get("name")) if isinstance(author, dict) else _text(author) for author in candidates)
    return tuple(filter(None, named))
