"""From the bytes of a page to a tree."""

from lxml.html import HtmlElement
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
from trafilatura.utils import load_html

MAX_CHARS = 10_000_000


def decode(body: bytes, content_type: str | None) -> str:
    """The text of a page by its charset."""
    return bytes_to_str(body, detect_encoding(body) or "utf-8", errors="replace")


def parse_html(source: str) -> HtmlElement | None:
    """The tree of a page; None where there is nothing to parse."""
    tree = load_html(source[:MAX_CHARS])
    return tree if tree is not None and len(tree) else None
