"""From a page or a feed entry to an article, or to what it is instead."""

import logging
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from blockwire.schemas import Article, FeedEntry, PageKind
from blockwire.schemas.ids import article_id
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.extraction import page_kinds
from blockwire.transforms.extraction.body import Body, extract_body
from blockwire.transforms.extraction.dates import date_in_url, first_time, search_date
from blockwire.transforms.extraction.leftovers import Paragraph, clean_leftovers
from blockwire.transforms.extraction.metadata import PageMetadata, read_metadata
from blockwire.transforms.extraction.page_kinds import NotArticle
from blockwire.transforms.extraction.parsing import parse_html
from blockwire.transforms.extraction.titles import choose_title
from blockwire.transforms.extraction.wire_agencies import wire_agency
from blockwire.transforms.http.charset import decode_html
from blockwire.transforms.text.cleaning import clean_line, clean_text, html_to_text
from blockwire.transforms.text.language import detect_language
from blockwire.transforms.text.urls import canonical_url, same_site

TITLE_CHARS = 500
NAME_CHARS = 120
FULL_CONTENT_CHARS = 600
"""A feed's content that is at least this long is more than a teaser."""
MIN_COVERED = 0.5
"""A page's text that holds less of the feed's full content is another text."""

_BULLETS = "•·▪■● "
_FEED_CONTENT = "feed content"
_FEED_SUMMARY = "feed summary"
# A page of these kinds has hidden an article that the feed gave in full.
_HIDES_ARTICLE = frozenset(
    {
        PageKind.LOGIN_OR_PAYWALL,
        PageKind.CONSENT_WALL,
        PageKind.BOT_CHALLENGE,
        PageKind.JAVASCRIPT_SHELL,
        PageKind.EMPTY,
    }
)

# trafilatura logs each page that it finds no text in; that is said in the result.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def extract_article(
    html: str | bytes,
    *,
    url: str,
    content_type: str | None,
    entry: FeedEntry,
    fetched: datetime,
    policy: ExtractionPolicy,
) -> Article | NotArticle:
    """Takes the article out of a page.

    Args:
        html: the body as it came, decompressed, or decoded already.
        url: where the body came from, after redirects.
        content_type: the header's value.
        entry: the entry of the feed that led here: its title, date and content are signals.
        fetched: when; dates later than a day after it are not believed.
        policy: how much text is kept.

    Returns:
        The article; or what the page is instead. Where the page only hides an article that the feed carries in full, the feed's.
    """
    result = _from_page(html, url, content_type, entry, fetched, policy)
    if isinstance(result, NotArticle) and result.kind in _HIDES_ARTICLE and _full_content(entry, policy):
        return article_from_entry(entry, fetched, policy)
    return result


def article_from_entry(entry: FeedEntry, fetched: datetime, policy: ExtractionPolicy) -> Article | NotArticle:
    """The article that a feed entry is by itself: it has no page, or its feed carries the full text."""
    content = html_to_text(entry.content_html or "", policy.max_text_chars)
    text = content if len(content) >= len(entry.summary) else clean_text(entry.summary, policy.max_text_chars)
    cleaned = clean_leftovers([Paragraph(each.strip()) for each in text.split("\n\n") if each.strip()], entry.title)
    paragraphs = [each.text for each in cleaned.kept] or [entry.title]
    if not any(each.strip() for each in paragraphs):
        return NotArticle(PageKind.EMPTY, "the entry has neither text nor title", "")
    text = "\n\n".join(paragraphs)
    return Article(
        id=article_id(entry.url) if entry.url else entry.id,
        entry_id=entry.id,
        feed_id=entry.feed_id,
        url=entry.url or "",
        fetched_url=entry.url or "",
        title=clean_line(entry.title, TITLE_CHARS),
        text=text,
        authors=entry.authors,
        published=entry.published,
        modified=entry.updated,
        language=detect_language(f"{entry.title}. {text}") or entry.language,
        image=entry.image,
        wire_agency=wire_agency(entry.authors, paragraphs),
        extractor=_FEED_CONTENT if text and content else _FEED_SUMMARY,
        fetched=fetched,
    )


def _from_page(
    html: str | bytes, url: str, content_type: str | None, entry: FeedEntry, fetched: datetime, policy: ExtractionPolicy
) -> Article | NotArticle:
    if (other := page_kinds.not_html(html, content_type)) is not None:
        return other
    source = html if isinstance(html, str) else decode_html(html, content_type)
    tree = parse_html(source)
    if tree is None:
        return NotArticle(PageKind.EMPTY, "it cannot be parsed as a page", clean_line(source, page_kinds.SAMPLE_CHARS))
    metadata = read_metadata(tree)
    shape = page_kinds.measure(tree)
    heading = "\n".join(metadata.titles[-3:])
    if (other := page_kinds.interstitial(source, shape, metadata, heading, entry.title)) is not None:
        return _cleaned_sample(other)
    content = _full_content(entry, policy)
    body = extract_body(source, tree, metadata, url, entry.title, "\n".join(content))
    title = _title(metadata, entry, url)
    paragraphs = _paragraphs(body, title, policy)
    text = "\n\n".join(paragraphs)
    if (
        other := page_kinds.without_article(shape, metadata, heading, text, urlsplit(url).path, entry.title)
    ) is not None:
        return _cleaned_sample(other)
    extractor = body.extractor
    if content and _covered(content, text) < MIN_COVERED:
        paragraphs, extractor = content, _FEED_CONTENT
        text = "\n\n".join(paragraphs)
    return _build(tree, metadata, url, title, paragraphs, extractor, heading, entry, fetched)


def _build(
    tree: HtmlElement,
    metadata: PageMetadata,
    url: str,
    title: str,
    paragraphs: Sequence[str],
    extractor: str,
    heading: str,
    entry: FeedEntry,
    fetched: datetime,
) -> Article:
    address = _address(url, metadata)
    text = "\n\n".join(paragraphs)
    authors = tuple(clean_line(each, NAME_CHARS) for each in metadata.authors) or entry.authors
    return Article(
        id=article_id(address),
        entry_id=entry.id,
        feed_id=entry.feed_id,
        url=address,
        fetched_url=url,
        title=title,
        text=text,
        authors=authors,
        published=_published(tree, metadata, url, entry, fetched),
        modified=entry.updated or first_time(metadata.modified, fetched),
        site_name=clean_line(metadata.site_name, NAME_CHARS) or None if metadata.site_name else None,
        language=detect_language(text if len(text) > 200 else f"{title}. {text}"),
        image=_image(url, metadata, entry),
        page_kind=PageKind.LIVE_BLOG if page_kinds.is_live(metadata, heading) else PageKind.ARTICLE,
        wire_agency=wire_agency(authors, paragraphs, metadata.structured.source_organization),
        extractor=extractor,
        fetched=fetched,
    )


def _cleaned_sample(other: NotArticle) -> NotArticle:
    return NotArticle(other.kind, other.reason, clean_line(other.sample, page_kinds.SAMPLE_CHARS))


def _title(metadata: PageMetadata, entry: FeedEntry, url: str) -> str:
    host_name = max((urlsplit(url).hostname or "").split("."), key=len)
    sites = [metadata.site_name or "", metadata.structured.publisher or "", host_name]
    candidates = [clean_line(each, TITLE_CHARS) for each in (*metadata.titles, entry.title)]
    return choose_title(candidates, sites)


def _paragraphs(body: Body, title: str, policy: ExtractionPolicy) -> tuple[str, ...]:
    kept = []
    left = policy.max_text_chars
    for paragraph in clean_leftovers(body.paragraphs, title).kept:
        text = clean_line(paragraph.text, left).lstrip(_BULLETS)
        if text:
            kept.append(text)
            left -= len(text) + 2
        if left <= 0:
            break
    return tuple(kept)


def _full_content(entry: FeedEntry, policy: ExtractionPolicy) -> tuple[str, ...]:
    """The feed's own content in paragraphs where it is long enough to be the article, else none."""
    if not entry.content_html or len(entry.content_html) < FULL_CONTENT_CHARS:
        return ()
    text = html_to_text(entry.content_html, policy.max_text_chars)
    if len(text) < FULL_CONTENT_CHARS:
        return ()
    cleaned = clean_leftovers([Paragraph(each.strip()) for each in text.split("\n\n") if each.strip()], entry.title)
    return tuple(each.text for each in cleaned.kept)


def _covered(paragraphs: Sequence[str], text: str) -> float:
    """The part of the paragraphs' characters whose beginnings stand in the text."""
    squeezed = "".join(text.split())
    total = sum(len(each) for each in paragraphs)
    return sum(len(each) for each in paragraphs if "".join(each.split())[:40] in squeezed) / max(1, total)


def _address(url: str, metadata: PageMetadata) -> str:
    """The canonical URL: as the page states it within its own site, else where it was fetched."""
    own = canonical_url(url) or url
    for stated in (metadata.canonical, metadata.og_url, metadata.structured.url):
        candidate = canonical_url(stated, base=url) if stated else None
        if candidate is None or not same_site(candidate, url):
            continue
        # Some templates name the front page as the canonical form of everything.
        if urlsplit(candidate).path.strip("/") or not urlsplit(own).path.strip("/"):
            return candidate
    return own


def _image(url: str, metadata: PageMetadata, entry: FeedEntry) -> str | None:
    for stated in metadata.images:
        if (image := canonical_url(stated, base=url)) is not None:
            return image
    return entry.image


def _published(
    tree: HtmlElement, metadata: PageMetadata, url: str, entry: FeedEntry, fetched: datetime
) -> datetime | None:
    return (
        entry.published
        or first_time(metadata.published, fetched)
        or date_in_url(url, fetched)
        or search_date(tree, url, fetched)
    )
