"""The main text of a page, as paragraphs with what is known of the elements they came from."""

from copy import copy
from dataclasses import dataclass
from importlib.metadata import version

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document

from blockwire.transforms.extraction.leftovers import Paragraph

TRAFILATURA = f"trafilatura {version('trafilatura')}"


@dataclass(frozen=True)
class Body:
    """A main text and what took it."""

    paragraphs: tuple[Paragraph, ...]
    extractor: str


def extract_body(tree: HtmlElement, url: str) -> Body:
    """The main text by trafilatura; no paragraphs where it finds none."""
    document = trafilatura.bare_extraction(copy(tree), url=url, include_comments=False, with_metadata=False)
    text = document.text or "" if isinstance(document, Document) else ""
    lines = (line.strip() for line in text.split("\n"))
    return Body(tuple(Paragraph(line.removeprefix("- ")) for line in lines if line), TRAFILATURA)
