"""From a page or a feed entry to an article, or to what it is instead."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from blockwire.schemas import Article, FeedEntry, PageKind
from blockwire.schemas.ids import article_id
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.extraction import page_kinds
from blockwire.transforms.extraction.body import Body, extract_body
from blockwire.transforms.extraction.facts import TITLE_CHARS, PageSources, choose_facts, choose_page_title
from blockwire.transforms.extraction.leftovers import Cleaned, Paragraph, clean_leftovers
from blockwire.transforms.extraction.messages import NotArticle
from blockwire.transforms.extraction.metadata import read_metadata
from blockwire.transforms.extraction.paragraph_model import ParagraphModel
from blockwire.transforms.extraction.parsing import parse_html
from blockwire.transforms.extraction.wire_agencies import wire_agency
from blockwire.transforms.http.charset import decode_html
from blockwire.transforms.text.cleaning import clean_line, clean_text, html_to_text
from blockwire.transforms.text.language import detect_language

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


@dataclass(frozen=True)
class Examination:
    """What was made of a page, and out of what."""

    made: Article | NotArticle
    kind_reason: str = ""
    """Why it counts as the kind of page that it is."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where the article's fields come from, by their names."""
    body: Body | None = None
    """None where the page was no article before its text was looked at."""
    cleaned: Cleaned | None = None


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
    result = examine_page(html, url=url, content_type=content_type, entry=entry, fetched=fetched, policy=policy).made
    if isinstance(result, NotArticle) and result.kind in _HIDES_ARTICLE and _full_content(entry, policy):
        return article_from_entry(entry, fetched, policy)
    return result


def article_from_entry(entry: FeedEntry, fetched: datetime, policy: ExtractionPolicy) -> Article | NotArticle:
    """The article that a feed entry is by itself: it has no page, or its feed carries the full text."""
    content = html_to_text(entry.content_html or "", policy.max_text_chars)
    text = content if len(content) >= len(entry.summary) else clean_text(entry.summary, policy.max_text_chars)
    paragraphs = _plain_paragraphs(text, entry.title) or (entry.title,)
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


def examine_page(
    html: str | bytes,
    *,
    url: str,
    content_type: str | None,
    entry: FeedEntry,
    fetched: datetime,
    policy: ExtractionPolicy,
    model: ParagraphModel | None = None,
) -> Examination:
    """The same as ``extract_article``, with what led to it: for a person who wants to know why, and for evaluation with another ``model``."""
    page = _read(html, content_type)
    if isinstance(page, NotArticle):
        return _other(page)
    source, tree = page
    metadata = read_metadata(tree)
    shape = page_kinds.measure(tree)
    heading = "\n".join(each.value for each in metadata.titles[-3:])
    if (other := page_kinds.interstitial(source, shape, metadata, heading, entry.title)) is not None:
        return _other(other)
    content = _full_content(entry, policy)
    body = extract_body(source, tree, metadata, url, entry.title, "\n".join(content), model)
    title = choose_page_title(metadata, entry, url)
    cleaned = clean_leftovers(body.paragraphs, title.value)
    paragraphs = _bounded(cleaned.kept, policy.max_text_chars)
    address = urlsplit(url)
    if (other := page_kinds.without_article(shape, metadata, heading, cleaned.kept, address, entry.title)) is not None:
        return replace(_other(other), body=body, cleaned=cleaned)
    extractor = body.extractor
    if content and _covered(content, "".join(paragraphs)) < MIN_COVERED:
        paragraphs, extractor = content, _FEED_CONTENT
    facts = choose_facts(PageSources(source, url, metadata, body, entry, fetched), title, paragraphs)
    kind, kind_reason = page_kinds.article_kind(metadata, heading)
    made = Article(
        id=article_id(facts.url.value),
        entry_id=entry.id,
        feed_id=entry.feed_id,
        url=facts.url.value,
        fetched_url=url,
        title=title.value,
        text="\n\n".join(paragraphs),
        authors=facts.authors,
        published=facts.published.moment if facts.published else None,
        modified=facts.modified.moment if facts.modified else None,
        site_name=facts.site_name.value if facts.site_name else None,
        language=facts.language,
        image=facts.image.value if facts.image else None,
        page_kind=kind,
        wire_agency=wire_agency(facts.authors, paragraphs, metadata.structured.source_organization),
        extractor=extractor,
        fetched=fetched,
    )
    return Examination(made, kind_reason, facts.sources(), body, cleaned)


def _read(html: str | bytes, content_type: str | None) -> tuple[str, HtmlElement] | NotArticle:
    if (other := page_kinds.not_html(html, content_type)) is not None:
        return other
    source = html if isinstance(html, str) else decode_html(html, content_type)
    tree = parse_html(source)
    if tree is None:
        sample = clean_line(source, page_kinds.SAMPLE_CHARS)
        return NotArticle(PageKind.EMPTY, "it cannot be parsed as a page", sample)
    return source, tree


def _other(other: NotArticle) -> Examination:
    sample = clean_line(other.sample, page_kinds.SAMPLE_CHARS)
    return Examination(NotArticle(other.kind, other.reason, sample), other.reason)


def _bounded(paragraphs: Iterable[Paragraph], max_chars: int) -> tuple[str, ...]:
    kept = []
    left = max_chars
    for paragraph in paragraphs:
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
    return _plain_paragraphs(text, entry.title) if len(text) >= FULL_CONTENT_CHARS else ()


def _plain_paragraphs(text: str, title: str) -> tuple[str, ...]:
    cleaned = clean_leftovers([Paragraph(each.strip()) for each in text.split("\n\n") if each.strip()], title)
    return tuple(each.text for each in cleaned.kept)


def _covered(paragraphs: Sequence[str], text: str) -> float:
    """The part of the paragraphs' characters whose beginnings stand in the text."""
    squeezed = "".join(text.split())
    total = sum(len(each) for each in paragraphs)
    return sum(len(each) for each in paragraphs if "".join(each.split())[:40] in squeezed) / max(1, total)
