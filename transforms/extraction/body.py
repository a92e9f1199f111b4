"""The main text of a page, chosen block by block: cheap signs first, trafilatura where they leave doubt.

On sites they have not seen the trees make F1 .942 without trafilatura and .945 with it, where trafilatura alone makes .916; so most
pages need only resiliparse, which reads ten times as fast. What the page or the feed state as the article's text is one more sign.
"""

from copy import copy
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
import trafilatura
from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.settings import Document

from blockwire.transforms.extraction.blocks import Block, read_blocks
from blockwire.transforms.extraction.features import Opinion, PageSigns, feature_rows
from blockwire.transforms.extraction.leftovers import Paragraph
from blockwire.transforms.extraction.metadata import PageMetadata
from blockwire.transforms.extraction.paragraph_model import paragraph_model

TRAFILATURA = f"trafilatura {version('trafilatura')}"
STATED = "JSON-LD articleBody"
TAKEN = 0.5
"""A block is taken from this probability on."""
DOUBT = 0.12
"""Trafilatura is asked where more of the text than this is expected to be chosen wrongly."""
MANY_TAGS = 10_000
STATED_CHARS = 400
STATED_LONGER = 2.0
"""What the page states as the article's text is taken where so many times more than what is visible."""
_ITEMS = frozenset({"li", "td", "th", "dt", "dd"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True)
class Body:
    """A main text and what took it."""

    paragraphs: tuple[Paragraph, ...]
    extractor: str

    @property
    def chars(self) -> int:
        """Characters in all paragraphs."""
        return sum(len(each.text) for each in self.paragraphs)


def extract_body(
    source: str, tree: HtmlElement, metadata: PageMetadata, url: str, feed_title: str = "", feed_text: str = ""
) -> Body:
    """The main text; no paragraphs where there is none.

    Args:
        source: the page.
        tree: the same, parsed. It is not changed.
        metadata: what the page says about itself.
        url: where it is, for trafilatura.
        feed_title: of the entry that led here.
        feed_text: the full content that the feed carries, in plain text; a summary is none.
    """
    blocks = read_blocks(tree)
    body = _choose(blocks, source, tree, metadata, url, feed_title, feed_text) if blocks else Body((), "")
    if not body.paragraphs:
        body = _from_lines(trafilatura_text(tree, url), TRAFILATURA)
    stated = metadata.structured.body or ""
    if len(stated) >= STATED_CHARS and len(stated) > STATED_LONGER * body.chars and "<" not in stated:
        return _from_lines(stated, STATED)
    return body


def trafilatura_text(tree: HtmlElement, url: str | None) -> str:
    """The main text by trafilatura, a paragraph a line; empty where it finds none."""
    document = trafilatura.bare_extraction(copy(tree), url=url, include_comments=False, with_metadata=False)
    return document.text or "" if isinstance(document, Document) else ""


def signs_of(
    source: str, tree: HtmlElement, metadata: PageMetadata, feed_title: str = "", feed_text: str = ""
) -> PageSigns:
    """The cheap signs of a page."""
    plain = ""
    if not _lost_tags(source, tree):
        plain = extract_plain_text(
            source, main_content=True, alt_texts=False, preserve_formatting=True, list_bullets=False, noscript=False
        )
    opinions = {"resiliparse": Opinion.of(plain), "stated": Opinion.of(metadata.structured.body or feed_text)}
    titles = (*metadata.titles, feed_title) if feed_title else metadata.titles
    return PageSigns(titles, metadata.description or "", opinions)


def _lost_tags(source: str, tree: HtmlElement) -> bool:
    """Whether libxml2 gave up on the nesting (at 256): resiliparse goes on, in a time that grows with its square."""
    tags = source.count("<")
    return tags > MANY_TAGS and tags > 4 * sum(1 for _ in tree.iter())


def _choose(
    blocks: list[Block],
    source: str,
    tree: HtmlElement,
    metadata: PageMetadata,
    url: str,
    feed_title: str,
    feed_text: str,
) -> Body:
    model = paragraph_model()
    signs = signs_of(source, tree, metadata, feed_title, feed_text)
    likely = model.predict(feature_rows(blocks, signs))
    extractor = f"blockwire paragraphs {model.version}"
    if _doubt(blocks, likely) > DOUBT:
        signs = signs.joined_by("trafilatura", trafilatura_text(tree, url))
        likely = model.predict(feature_rows(blocks, signs))
        extractor = f"{extractor} with {TRAFILATURA}"
    taken = [block for block, chance in zip(blocks, likely, strict=True) if chance >= TAKEN]
    visible = [block for block in taken if not block.node.hidden]
    if sum(len(block.text) for block in visible) >= 0.5 * sum(len(block.text) for block in taken):
        taken = visible
    return Body(
        tuple(_paragraph(block) for block in {block.text: block for block in reversed(taken)}.values())[::-1], extractor
    )


def _doubt(blocks: list[Block], likely: npt.NDArray[np.float64]) -> float:
    chars = np.array([len(block.text) for block in blocks], np.float64)
    wrong = float((chars * np.minimum(likely, 1 - likely)).sum())
    text = float((chars * likely).sum())
    return wrong / max(text, 200.0)


def _paragraph(block: Block) -> Paragraph:
    return Paragraph(
        block.text,
        link_share=block.link_chars / len(block.text),
        heading=block.node.tag in _HEADINGS,
        item=block.node.tag in _ITEMS,
        caption=block.node.tag == "figcaption",
    )


def _from_lines(text: str, extractor: str) -> Body:
    lines = (line.strip().removeprefix("- ") for line in text.split("\n"))
    return Body(tuple(Paragraph(line) for line in lines if line), extractor)
