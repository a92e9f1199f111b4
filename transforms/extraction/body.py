"""The main text of a page, chosen block by block: cheap signs first, trafilatura where they leave doubt.

On sites they have not seen the trees make F1 .942 without trafilatura and .945 with it, where trafilatura alone makes .916; so most
pages need only resiliparse, which reads ten times as fast. What the page or the feed state as the article's text is one more sign.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version

import numpy as np
import numpy.typing as npt
import trafilatura
from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.settings import Document

from blockwire.transforms.extraction.blocks import Block, read_blocks
from blockwire.transforms.extraction.features import BlockFeatures, Opinion, PageSigns
from blockwire.transforms.extraction.leftovers import Paragraph
from blockwire.transforms.extraction.metadata import PageMetadata
from blockwire.transforms.extraction.paragraph_model import ParagraphModel, paragraph_model
from blockwire.transforms.text.letters import squeeze

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
    why: str = ""
    """Why this extractor, for a person."""
    blocks: tuple[Block, ...] = ()
    """All of the page."""
    likely: tuple[float, ...] = ()
    """How likely each block is a part of the article, 0 to 1."""
    taken: tuple[int, ...] = ()
    """Which blocks are the paragraphs, in order."""

    @property
    def chars(self) -> int:
        """Characters in all paragraphs."""
        return sum(len(each.text) for each in self.paragraphs)


def extract_body(
    source: str,
    tree: HtmlElement,
    metadata: PageMetadata,
    url: str,
    feed_title: str = "",
    feed_text: str = "",
    model: ParagraphModel | None = None,
) -> Body:
    """The main text; no paragraphs where there is none.

    Args:
        source: the page.
        tree: the same, parsed. It is not changed.
        metadata: what the page says about itself.
        url: where it is, for trafilatura.
        feed_title: of the entry that led here.
        feed_text: the full content that the feed carries, in plain text; a summary is none.
        model: another than the one that comes with this package, for evaluation.
    """
    blocks = read_blocks(tree)
    signs = signs_of(source, tree, metadata, feed_title, feed_text)

    @cache
    def asked() -> str:
        return trafilatura_text(tree, url)

    body = _choose(blocks, signs, asked, model or paragraph_model()) if blocks else Body((), "")
    if not body.paragraphs:
        paragraphs = as_on_page(_from_lines(asked()), blocks)
        body = replace(body, paragraphs=paragraphs, extractor=TRAFILATURA, why="no block is likely to be the article's")
    stated = metadata.structured.body or ""
    if len(stated) >= STATED_CHARS and len(stated) > STATED_LONGER * body.chars and "<" not in stated:
        why = f"the page states a text of {len(stated):,} characters, and shows {body.chars:,}"
        return replace(body, paragraphs=_from_lines(stated), extractor=STATED, why=why)
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
    titles = tuple(each.value for each in metadata.titles) + ((feed_title,) if feed_title else ())
    return PageSigns(titles, metadata.description or "", opinions)


def _lost_tags(source: str, tree: HtmlElement) -> bool:
    """Whether libxml2 gave up on the nesting (at 256): resiliparse goes on, in a time that grows with its square."""
    tags = source.count("<")
    return tags > MANY_TAGS and tags > 4 * sum(1 for _ in tree.iter())


def _choose(blocks: list[Block], signs: PageSigns, asked: Callable[[], str], model: ParagraphModel) -> Body:
    """The likely blocks; ``asked`` gives what trafilatura takes, which costs more than all the rest."""
    features = BlockFeatures(blocks, signs)
    likely = model.predict(features.rows(signs.opinions))
    extractor = f"blockwire paragraphs {model.version}"
    doubt = _doubt(blocks, likely)
    why = f"cheap signs leave little doubt ({doubt:.2f})"
    if doubt > DOUBT:
        likely = model.predict(features.rows(signs.opinions | {"trafilatura": Opinion.of(asked())}))
        extractor = f"{extractor} with {TRAFILATURA}"
        why = f"cheap signs leave doubt ({doubt:.2f}, more than {DOUBT:g}): trafilatura was asked too"
    taken = _taken(blocks, likely)
    paragraphs = tuple(_paragraph(blocks[index]) for index in taken)
    return Body(paragraphs, extractor, why, tuple(blocks), tuple(likely.tolist()), taken)


def _taken(blocks: Sequence[Block], likely: npt.NDArray[np.float64]) -> tuple[int, ...]:
    """The likely blocks, each text once; hidden ones only where they are most of the text."""
    taken = [index for index, chance in enumerate(likely) if chance >= TAKEN]
    visible = [index for index in taken if not blocks[index].node.hidden]
    if sum(len(blocks[index].text) for index in visible) >= 0.5 * sum(len(blocks[index].text) for index in taken):
        taken = visible
    first = {blocks[index].text: index for index in reversed(taken)}
    return tuple(sorted(first.values()))


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


def _from_lines(text: str) -> tuple[Paragraph, ...]:
    lines = (line.strip().removeprefix("- ") for line in text.split("\n"))
    return tuple(Paragraph(line) for line in lines if line)


def as_on_page(paragraphs: Iterable[Paragraph], blocks: Iterable[Block]) -> tuple[Paragraph, ...]:
    """The same paragraphs as the page spells them: trafilatura drops the joiners that Persian and Indic words need."""
    spelt = {squeeze(block.text): block for block in blocks}
    own = ((paragraph, spelt.get(squeeze(paragraph.text))) for paragraph in paragraphs)
    return tuple(paragraph if block is None else _paragraph(block) for paragraph, block in own)
