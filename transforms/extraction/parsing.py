"""From the source of a page to a tree."""

from lxml.html import HtmlElement
from trafilatura.utils import load_html

MAX_CHARS = 10_000_000


def parse_html(source: str) -> HtmlElement | None:
    """The tree of a page; None where there is nothing to parse."""
    tree = load_html(source[:MAX_CHARS])
    return tree if tree is not None and len(tree) else None
