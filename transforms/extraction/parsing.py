"""From the source of a page to a tree."""

from lxml.etree import ErrorTypes, ParserError, XMLSyntaxError
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.utils import repair_faulty_html

MAX_CHARS = 10_000_000


def parse_html(source: str) -> HtmlElement | None:
    """The tree of a page; None where there is nothing to parse, or it is nested deeper than libxml2 follows.

    Raises:
        MemoryError: where the address space ends before the page does.
    """
    # libxml2 stops at NUL, and does not take text that declares an encoding.
    source = repair_faulty_html(source[:MAX_CHARS].replace("\x00", ""), source[:50].lower())
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False
    )
    try:
        tree = document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (ParserError, XMLSyntaxError):
        tree = None
    if tree is not None and len(tree):
        return tree
    if any(entry.type == ErrorTypes.ERR_NO_MEMORY for entry in parser.error_log):
        raise MemoryError("no memory left for the page's tree")
    return None
