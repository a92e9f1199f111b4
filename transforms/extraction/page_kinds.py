"""What a fetched page is: an article, or one of the many things that come with status 200 instead of one.

By structure (how much text, how many links, what the page states about itself) and by wording (``page_wording``), never by host. A
wording decides only where the structure fits: an article about block pages quotes them, but stands in a site, among links, with a
date. Wrong articles are cheaper to see than lost ones, so in doubt a page is an article.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult

from lxml.html import HtmlElement

from blockwire.schemas import PageKind
from blockwire.transforms.extraction import page_wording
from blockwire.transforms.extraction.leftovers import Paragraph, is_sentence
from blockwire.transforms.extraction.messages import NotArticle
from blockwire.transforms.extraction.metadata import PageMetadata
from blockwire.transforms.extraction.structured_data import ARTICLE_TYPES

SAMPLE_CHARS = 2_000
SMALL_PAGE_CHARS = 2_500
"""Block pages, challenges and walls say little; what says more is a page of a site."""
STUB_CHARS = 500
"""A text shorter than this can be a teaser in front of a wall."""
HARDLY_ANY_CHARS = 200
EXPECTED_CHARS = 20
SHELL_CHARS = 250
LONG_RUN_CHARS = 120
ARTICLE_RUNS = 4
"""A page with so many long runs of text has an article."""
FLASH_CHARS = 40
"""The shortest line that can be news by itself."""
LIST_MAX_TEXT = 300
DENSE_FACTOR = 3
"""A Chinese character or a kana says as much as so many letters."""
LIST_MIN_LINKS = 30

LIST_MIN_TEASERS = 12

_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"\x00\x00\x00")
_HTML_TYPES = re.compile(r"html|xml|text/plain|octet-stream|^\s*$", re.IGNORECASE)
_FEED = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.IGNORECASE | re.DOTALL
)
_ELEMENT = re.compile(r"<[a-z!/?]", re.IGNORECASE)
_HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "textarea"}
)


@dataclass(frozen=True)
class PageShape:
    """How a page is built, in numbers."""

    visible: str
    """All visible text, cut at ``SMALL_PAGE_CHARS`` x 4."""
    visible_chars: int
    links: int
    link_chars: int
    teasers: int
    """Links that are headlines: long, in a heading or an article element."""
    long_runs: int
    """Runs of text outside of links that are as long as an article's paragraphs."""
    scripts: int
    password_fields: int
    noscript: str


def not_html(body: bytes | str, content_type: str | None) -> NotArticle | None:
    """Recognises by content type and first bytes what cannot be read as a page at all; an empty body too."""
    if not body.strip():
        return NotArticle(PageKind.EMPTY, "the body is empty", "")
    if isinstance(body, bytes) and body.lstrip()[:8].startswith(_BINARY):
        return NotArticle(PageKind.NOT_HTML, "the body is a file of another kind, by its first bytes", "")
    mime = (content_type or "").split(";")[0]
    if not _HTML_TYPES.search(mime):
        return NotArticle(PageKind.NOT_HTML, f"the content type is {mime!r}", "")
    start = body[:4000] if isinstance(body, str) else body[:4000].decode("utf-8", "replace").replace("\x00", "")
    if _FEED.match(start):
        return NotArticle(PageKind.NOT_HTML, "it is a feed or a sitemap", start[:SAMPLE_CHARS])
    if not _ELEMENT.search(start) and start.lstrip()[:1] in {"{", "["}:
        return NotArticle(PageKind.NOT_HTML, "it is data, not a page", start[:SAMPLE_CHARS])
    return None


def measure(tree: HtmlElement) -> PageShape:
    """Counts what the kinds are told apart by, in one walk."""
    parts: list[str] = []
    chars = links = link_chars = teasers = scripts = passwords = long_runs = 0
    noscript: list[str] = []
    stack: list[tuple[HtmlElement, bool, bool]] = [(tree, False, False)]
    while stack:
        element, in_link, in_heading = stack.pop()
        tag = element.tag
        if element.tail and (text := element.tail.strip()):
            parent_link = in_link and tag != "a"
            chars += len(text)
            link_chars += len(text) if parent_link else 0
            long_runs += len(text) >= LONG_RUN_CHARS and not parent_link
            parts.append(text)
        if tag == "script":
            scripts += 1
        elif tag == "noscript":
            noscript.append(" ".join(element.itertext())[:500])
        elif tag == "input" and (element.get("type") or "").lower() == "password":
            passwords += 1
        if not isinstance(tag, str) or tag in _HIDDEN:
            continue
        if tag == "a" and element.get("href"):
            links += 1
            in_link = True
            label = " ".join(element.itertext()).strip()
            teasers += len(label) > 25 and (
                in_heading or element.find(".//h2") is not None or element.find(".//h3") is not None
            )
        in_heading = in_heading or tag in {"h1", "h2", "h3", "h4"}
        if element.text and (text := element.text.strip()):
            chars += len(text)
            link_chars += len(text) if in_link else 0
            long_runs += len(text) >= LONG_RUN_CHARS and not in_link
            parts.append(text)
        stack.extend((child, in_link, in_heading) for child in reversed(element))
    return PageShape(
        visible=" ".join(parts)[: 4 * SMALL_PAGE_CHARS],
        visible_chars=chars,
        links=links,
        link_chars=link_chars,
        teasers=teasers,
        long_runs=long_runs,
        scripts=scripts,
        password_fields=passwords,
        noscript=" ".join(noscript)[:SAMPLE_CHARS],
    )


def states_article(metadata: PageMetadata) -> bool:
    """Whether the page says of itself that it is an article."""
    return (
        bool(ARTICLE_TYPES & metadata.structured.types)
        or (metadata.og_type or "").lower() in {"article", "news", "blog", "newsarticle"}
        or bool(metadata.published)
    )


def is_expected(heading: str, expected_title: str) -> bool:
    """Whether the page has the title that the feed gave; short titles prove nothing."""
    wanted = "".join(expected_title.casefold().split())
    return len(wanted) >= EXPECTED_CHARS and wanted in "".join(heading.casefold().split())


def interstitial(
    html: str, shape: PageShape, metadata: PageMetadata, heading: str, expected_title: str = ""
) -> NotArticle | None:
    """Recognises what stands in the place of a whole page: block page, challenge, wall, shell.

    Args:
        html: the source, for the code of protection services.
        shape: from ``measure``.
        metadata: what the page says about itself.
        heading: its title and first heading.
        expected_title: what the feed says that the article is called.
    """
    if shape.visible_chars > SMALL_PAGE_CHARS or shape.links > 60 or shape.long_runs >= ARTICLE_RUNS:
        return None
    text = f"{heading}\n{shape.visible}"
    stated = states_article(metadata) or is_expected(heading, expected_title)

    def found(kind: PageKind, reason: str) -> NotArticle:
        return NotArticle(kind, reason, (shape.visible or shape.noscript)[:SAMPLE_CHARS])

    guarded = page_wording.CHALLENGE_CODE.search(html) is not None and shape.visible_chars < 1_200 and not stated
    if guarded and page_wording.CHALLENGE_TEXT.search(text + shape.noscript):
        return found(PageKind.BOT_CHALLENGE, "the page asks for a proof that a person is reading")
    if not stated and (page_wording.BLOCK_PAGE.search(text) or page_wording.BLOCK_TITLE.search(heading)):
        return found(PageKind.BLOCK_PAGE, "the page says that access is blocked by law, order or provider")
    if page_wording.CHALLENGE_TITLE.search(heading) and shape.visible_chars < 1_500 and not stated:
        return found(PageKind.BOT_CHALLENGE, "its title is that of a bot check")
    if shape.visible_chars < 800 and not stated and page_wording.CHALLENGE_TEXT.search(text):
        return found(PageKind.BOT_CHALLENGE, "the page asks for a proof that a person is reading")
    if page_wording.SOFT_404.search(heading) and not stated:
        return found(PageKind.SOFT_404, "its title says that there is no such page")
    if page_wording.CONSENT_WALL.search(text) and shape.visible_chars < 2_000 and not stated:
        return found(PageKind.CONSENT_WALL, "there is only a request for consent")
    if shape.visible_chars < SHELL_CHARS and (shape.scripts or shape.noscript) and not metadata.structured.body:
        return found(PageKind.JAVASCRIPT_SHELL, "there is no text without running its scripts")
    return None


def without_article(
    shape: PageShape,
    metadata: PageMetadata,
    heading: str,
    paragraphs: Sequence[Paragraph],
    address: SplitResult,
    expected_title: str = "",
) -> NotArticle | None:
    """Recognises, once the main text is known, a page whose main text is no article's.

    Args:
        shape: from ``measure``.
        metadata: what the page says about itself.
        heading: its title and first heading.
        paragraphs: the main text that was found, maybe none.
        address: its URL.
        expected_title: what the feed says that the article is called.
    """
    stated = states_article(metadata) or is_expected(heading, expected_title)
    text = "\n\n".join(each.text for each in paragraphs)
    lead = text[:STUB_CHARS]
    size = text_size(text)

    def found(kind: PageKind, reason: str) -> NotArticle:
        return NotArticle(kind, reason, (text or shape.visible)[:SAMPLE_CHARS])

    few = shape.long_runs < ARTICLE_RUNS
    if (
        page_wording.SOFT_404.search(heading)
        and few
        and not (metadata.structured.published or is_expected(heading, expected_title))
    ):
        return found(PageKind.SOFT_404, "its title says that there is no such page")
    if size < STUB_CHARS:
        if shape.password_fields and not stated:
            return found(PageKind.LOGIN_OR_PAYWALL, "there is a form to log in and hardly any text")
        if page_wording.PAYWALL.search(text + "\n" + (shape.visible if size < HARDLY_ANY_CHARS else "")):
            return found(PageKind.LOGIN_OR_PAYWALL, "the text ends at an invitation to subscribe or log in")
        if page_wording.SOFT_404.search(lead[:300]) and not stated:
            return found(PageKind.SOFT_404, "the text says that there is no such page")
    if size < STUB_CHARS and page_wording.CONSENT_WALL.search(lead) and not stated:
        return found(PageKind.CONSENT_WALL, "the text asks for consent")
    if _is_list(shape, stated, size, address):
        return found(PageKind.LIST, "it consists of links to articles")
    if not text.strip():
        return found(PageKind.EMPTY, "there is no main text")
    if not _tells_something(paragraphs, stated):
        return found(
            PageKind.EMPTY, "its text is captions, labels or links, as of a gallery: no sentence, no long line"
        )
    return None


def _tells_something(paragraphs: Sequence[Paragraph], stated: bool) -> bool:
    """Whether a text has a sentence or a long line; of a page that says it is an article, a line of a headline's length is enough."""
    for paragraph in paragraphs:
        size = text_size(paragraph.text)
        if size >= LONG_RUN_CHARS or (
            not paragraph.caption and (is_sentence(paragraph.text) or (stated and size >= FLASH_CHARS))
        ):
            return True
    return False


def text_size(text: str) -> int:
    """The length of a text in letters of an alphabet."""
    return len(text) + (DENSE_FACTOR - 1) * len(_DENSE.findall(text))


def _is_list(shape: PageShape, stated: bool, size: int, address: SplitResult) -> bool:
    link_share = shape.link_chars / max(1, shape.visible_chars)
    if shape.links < LIST_MIN_LINKS or link_share < 0.4:
        return False
    # An address like ``/?p=123`` is an article's.
    front = not address.path.strip("/") and not address.query
    if front and (size < 1_500 or shape.teasers >= LIST_MIN_TEASERS):
        return True
    if stated or shape.long_runs >= ARTICLE_RUNS:
        return False
    return size < LIST_MAX_TEXT or (shape.teasers >= LIST_MIN_TEASERS and size < 2 * LIST_MAX_TEXT)


def article_kind(metadata: PageMetadata, heading: str) -> tuple[PageKind, str]:
    """Which kind of article a page is, and why. A live blog is a running report that grows."""
    if "LiveBlogPosting" in metadata.structured.types:
        return PageKind.LIVE_BLOG, "the page says that it is a live blog"
    if page_wording.LIVE.search(heading) is not None:
        return PageKind.LIVE_BLOG, "its title is that of a live report"
    if states_article(metadata):
        return PageKind.ARTICLE, "the page says that it is an article"
    return PageKind.ARTICLE, "it has a text, and no sign of another kind"
