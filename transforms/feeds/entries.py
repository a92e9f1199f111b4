"""Entries made of drafts: cleaned, bounded, and with ids that are distinct within the feed and the same in every poll."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from blockwire.schemas.feeds import FeedEntry
from blockwire.schemas.ids import entry_id
from blockwire.transforms.feeds.dates import read_date
from blockwire.transforms.feeds.drafts import EntryDraft, FeedDraft
from blockwire.transforms.feeds.heads import language_tag
from blockwire.transforms.text.cleaning import clean_line, clean_time, html_to_text
from blockwire.transforms.text.urls import canonical_url, same_site

MAX_TITLE = 500
MAX_SUMMARY = 2000
MAX_CONTENT = 200_000
MAX_GUID = 500
MAX_AUTHORS = 20
MAX_TAGS = 30
MAX_NAME = 200
FULL_TEXT_CHARS = 1000
"""A text so long is the article itself, not only its summary."""

_EMAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}")
_BLANK = re.compile(r"\s+")
# Hosts whose links only count clicks; an entry's GUID often is where they lead.
_CLICK_COUNTERS = re.compile(
    r"https?://(?:feedproxy\.google\.com|feeds\d?\.feedburner\.com|[\w.-]+\.feedsportal\.com|feeds\.feedblitz\.com|feedpress\.me"
    r"|tracking\.feedpress\.it|[\w.-]*pheedo\.com|click\.linksynergy\.com)/",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class EntryProblem:
    """An entry that had to be left out, and why."""

    position: int
    """Its place in the feed, from 0."""
    reason: str
    message: str
    url: str | None = None
    sample: str = ""
    """The entry as the feed has it."""


@dataclass(frozen=True)
class _Made:
    """A clean entry that has no id yet."""

    position: int
    url: str | None
    guid: str
    """Whole, unlike the record's; empty where it only repeats the link."""
    fields: dict[str, object]

    @property
    def title(self) -> str:
        return str(self.fields["title"])

    @property
    def text(self) -> str:
        """What it says, for an entry that has nothing better to be known by."""
        fields = self.fields
        said = (
            fields["summary"] or fields["content_html"] or f"{fields['published']} {fields['authors']} {fields['tags']}"
        )
        return "".join(str(said).split())


def make_entries(
    feed: FeedDraft, *, url: str, feed_id: str, now: datetime
) -> tuple[tuple[FeedEntry, ...], tuple[EntryProblem, ...]]:
    """Makes the records of a feed's entries, and tells which could not be made.

    An entry that stands twice in the feed is taken once. One that says nothing at all is a problem.
    """
    base = _base_url(feed, url)
    language = language_tag(feed.language)
    made: list[_Made] = []
    problems: list[EntryProblem] = []
    for position, draft in enumerate(feed.entries):
        if draft == EntryDraft(base=draft.base):
            problems.append(EntryProblem(position, "empty_entry", f"entry {position} says nothing at all"))
        else:
            made.append(_make(position, draft, base=base, language=language, now=now))
    return tuple(_with_ids(_once(made), feed_id)), tuple(problems)


def _base_url(feed: FeedDraft, url: str) -> str:
    """What relative links are relative to: the site, where the feed is hosted elsewhere; else the feed."""
    site = canonical_url(feed.link) if feed.link else None
    return site if site and not same_site(site, url) else url


def _make(position: int, draft: EntryDraft, *, base: str, language: str | None, now: datetime) -> _Made:
    link, guid = draft.link.strip(), _BLANK.sub(" ", draft.guid).strip()
    title = html_to_text(_mended(draft.title), MAX_TITLE)
    summary, content = _texts(_mended(draft.summary), _mended(draft.content))
    published = clean_time(read_date(draft.published, language), now)
    updated = clean_time(read_date(draft.updated, language), now)
    base = canonical_url(draft.base, base) or base if draft.base else base
    fields: dict[str, object] = {
        "title": clean_line(title, MAX_TITLE),
        "summary": summary,
        "content_html": content[:MAX_CONTENT] or None,
        "authors": _names(draft.authors),
        "published": published or updated,
        "updated": updated,
        "language": language,
        "tags": tuple(sorted(set(_lines(draft.tags, MAX_NAME))))[:MAX_TAGS],
        "image": canonical_url(draft.image, base) if draft.image else None,
    }
    url = _entry_url(link, guid, base)
    if url is None:
        return _Made(position, None, guid or link, fields)
    says_more = guid != link and not (guid.startswith("http") and canonical_url(guid) == url)
    return _Made(position, url, guid if says_more else "", fields)


def _entry_url(link: str, guid: str, base: str) -> str | None:
    """The address of the entry's page: its link, and the GUID where there is none or it only counts clicks."""
    permalink = guid if guid.lower().startswith(("http://", "https://")) else ""
    url = canonical_url(link, base) if link else None
    if permalink and (url is None or (_CLICK_COUNTERS.match(url) and not _CLICK_COUNTERS.match(permalink))):
        return canonical_url(permalink) or url
    return url


def _texts(summary: str, content: str) -> tuple[str, str]:
    """The summary as plain text; and the content as HTML, where it says more than the summary.

    Readers make a summary of the content, or a content of the summary, each in its own way: then this is the way.
    """
    text = html_to_text(summary, MAX_SUMMARY)
    if content:
        whole = html_to_text(content, MAX_SUMMARY)
        if not _begins_with(whole, text):
            return text, content.strip()
        text, summary = whole, content
    # Where there is no text there may be a picture.
    return text, summary.strip() if len(text) >= FULL_TEXT_CHARS or not text else ""


def _begins_with(whole: str, text: str) -> bool:
    head = "".join(text[:400].split())[:200].rstrip("….")
    return "".join(whole[:2000].split()).startswith(head)


def _mended(text: str) -> str:
    """UTF-8 that somebody took for Latin-1 or Windows-1252 and encoded again."""
    if not text.isascii():
        for encoding in ("iso-8859-1", "cp1252"):
            try:
                # Stripping may have left half of a no-break space behind.
                return text.rstrip("\xc2\xa0 ").encode(encoding).decode("utf-8")
            except UnicodeError:
                continue
    return text


def _names(authors: Sequence[str]) -> tuple[str, ...]:
    """Names without e-mail addresses: ``desk@example.org (Ada Byron)`` is Ada Byron."""
    without = (_EMAIL.sub(" ", html_to_text(author, MAX_NAME)) for author in authors[:MAX_AUTHORS])
    return tuple(_lines((name.strip(" \n()<>,;:") for name in without), MAX_NAME))


def _lines(texts: Iterable[str], max_chars: int) -> Iterable[str]:
    cleaned = (clean_line(_mended(text), max_chars) for text in texts)
    return dict.fromkeys(line for line in cleaned if line)


def _once(made: Sequence[_Made]) -> list[_Made]:
    """The entries without those that repeat another: the same link and GUID, or the same link and title."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for entry in made:
        if entry.url:
            keys = [(entry.url, "title", entry.title)] + ([(entry.url, "guid", entry.guid)] if entry.guid else [])
        else:
            keys = [(entry.guid, entry.title, entry.text if not entry.guid else "")]
        if seen.isdisjoint(keys):
            kept.append(entry)
        seen.update(keys)
    return kept


def _with_ids(made: Sequence[_Made], feed_id: str) -> Iterable[FeedEntry]:
    """An id by what identifies the entry in this feed: URL, else GUID, else text. What several entries share is no identity."""
    urls = Counter(entry.url for entry in made)
    guids = _distinguishing(made)
    for entry in made:
        own_url = entry.url if urls[entry.url] == 1 else None
        own_guid = entry.guid if entry.guid in guids else None
        content = "" if own_url or own_guid else entry.text
        yield FeedEntry(
            id=entry_id(canonical_url=own_url, feed_id=feed_id, guid=own_guid, title=entry.title, content=content),
            feed_id=feed_id,
            url=entry.url,
            guid=clean_line(entry.guid, MAX_GUID) or None,
            **entry.fields,  # type: ignore[arg-type]
        )


def _distinguishing(made: Sequence[_Made]) -> set[str]:
    holders: defaultdict[str, int] = defaultdict(int)
    for entry in made:
        holders[entry.guid] += 1
    return {guid for guid, count in holders.items() if guid and count == 1}
