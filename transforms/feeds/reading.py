"""Reading a feed: bytes in, clean entries out, or a reason why not.

Two readers for XML, the fast one where it loses nothing and the tolerant one for all else, and one for JSON Feed. Which one read a
feed makes no difference to its entries.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from blockwire.schemas.feeds import FeedEntry
from blockwire.transforms.feeds.discovery import discover_feeds
from blockwire.transforms.feeds.documents import SAMPLE_CHARS, Document, open_document
from blockwire.transforms.feeds.drafts import FeedDraft, UnreadableFeed
from blockwire.transforms.feeds.entries import MAX_TITLE, EntryProblem, make_entries
from blockwire.transforms.feeds.fast_reader import read_anyway, read_fast
from blockwire.transforms.feeds.heads import language_tag
from blockwire.transforms.feeds.json_reader import read_json
from blockwire.transforms.feeds.tolerant_reader import read_tolerant
from blockwire.transforms.text.cleaning import clean_line, html_to_text

__all__ = ["EntryProblem", "ReadFeed", "Reader", "UnreadableFeed", "read_feed"]

Reader = Literal["fastfeedparser", "feedparser", "json"]


@dataclass(frozen=True)
class ReadFeed:
    """A feed that could be read."""

    title: str
    entries: tuple[FeedEntry, ...]
    format: str
    """``rss 2.0``, ``rdf``, ``atom 1.0``, ``json 1.1`` ..."""
    ttl_s: float | None
    """The pause that the feed asks for, in seconds."""
    language: str | None
    warnings: tuple[str, ...]
    problems: tuple[EntryProblem, ...]
    """Entries that had to be left out."""
    reader: Reader
    complete: bool = True
    """Whether all of the feed came; if not, what the server says of its version is not to be remembered."""


def read_feed(body: bytes, *, url: str, feed_id: str, now: datetime, content_type: str | None = None) -> ReadFeed:
    """Reads RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, CDF or JSON Feed, whatever the content type says.

    Args:
        body: what the server sent, decompressed.
        url: where it came from, which relative links are relative to.
        feed_id: the feed's id in the catalogue.
        now: times more than a day later are taken for wrong.
        content_type: the header, for its charset.

    Raises:
        UnreadableFeed: with the reason; of an HTML page with the feeds that it names.
    """
    try:
        document = open_document(body, content_type)
        draft, reader = _read(document)
    except UnreadableFeed as error:
        if error.reason != "html_page":
            raise
        alternatives = discover_feeds(body, url)
        raise UnreadableFeed("html_page", error.message, sample=error.sample, alternatives=alternatives) from None
    if document.cut_off:
        draft = _without_cut_entry(draft, last_cut=document.last_cut)
    entries, problems = make_entries(draft, url=url, feed_id=feed_id, now=now)
    told = {problem.sample: problem for problem in (_with_sample(each, document) for each in problems)}
    warnings = document.warnings if entries else (*document.warnings, "the feed has no entries")
    return ReadFeed(
        title=clean_line(html_to_text(draft.title, MAX_TITLE), MAX_TITLE),
        entries=entries,
        format=draft.format,
        ttl_s=draft.ttl_s,
        language=language_tag(draft.language),
        warnings=warnings,
        problems=tuple(told.values()),
        reader=reader,
        complete=not document.cut_off,
    )


def _with_sample(problem: EntryProblem, document: Document) -> EntryProblem:
    return replace(problem, sample=document.entry_text(problem.position)[:SAMPLE_CHARS])


def _without_cut_entry(draft: FeedDraft, *, last_cut: bool) -> FeedDraft:
    """Half an entry would get another id than the whole, which the next poll may bring.

    Raises:
        UnreadableFeed: ``incomplete``, where nothing is left.
    """
    whole = draft.entries[:-1] if last_cut else draft.entries
    if not whole:
        raise UnreadableFeed("incomplete", "the feed is cut off before the end of its first entry")
    return replace(draft, entries=whole)


def _read(document: Document) -> tuple[FeedDraft, Reader]:
    if document.is_json:
        return read_json(document), "json"
    fast = read_fast(document)
    if fast is not None:
        return fast, "fastfeedparser"
    try:
        tolerant = read_tolerant(document)
    except UnreadableFeed as error:
        return _last_resort(document, error), "fastfeedparser"
    if tolerant.entries or not document.entry_count:
        return tolerant, "feedparser"
    return (anyway, "fastfeedparser") if (anyway := read_anyway(document)) else (tolerant, "feedparser")


def _last_resort(document: Document, error: UnreadableFeed) -> FeedDraft:
    anyway = read_anyway(document) if document.entry_count else None
    if anyway is None:
        raise error
    return anyway
