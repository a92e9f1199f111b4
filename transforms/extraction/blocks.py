"""A page as a list of blocks: runs of text that no block-level element or line break interrupts, with where they stand.

This is what paragraphs are chosen from (``features``, ``paragraph_model``). One walk over the tree; nothing here knows a site.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

MAX_DEPTH = 400
MAX_BLOCKS = 5_000
"""A page with more is no article; what follows is not looked at."""

MAX_BLOCK_CHARS = 50_000
"""The longest paragraphs of articles have 5,000."""

SKIPPED = frozenset(
    (
        *("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "embed", "select", "textarea"),
        *("input", "video", "audio", "canvas", "map", "math", "option"),
    )
)
INLINE = frozenset(
    (
        *(
            "a",
            "abbr",
            "acronym",
            "b",
            "bdi",
            "bdo",
            "big",
            "cite",
            "code",
            "data",
            "del",
            "dfn",
            "em",
            "font",
            "i",
            "ins",
        ),
        *(
            "kbd",
            "label",
            "mark",
            "nobr",
            "q",
            "s",
            "samp",
            "small",
            "span",
            "strike",
            "strong",
            "sub",
            "sup",
            "time",
            "tt",
        ),
        *("u", "var", "wbr", "img", "picture", "source", "noindex", "amp-img"),
    )
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# What the names that templates give their elements tell. Groups by meaning; each becomes one feature.
NAME_GROUPS = {
    "body": r"body|^text|content|article|story|^post(?!er)|entry|fulltext|texto|cuerpo|contenu|artikel|inhalt|tresc|articulo|noticia|zhengwen|neirong|detail|copy$",
    "comment": r"comment|kommentar|disqus|respond|replies|reply|discuss|feedback|otzyv|koment",
    "share": r"shar(?:e|ing)|social|addthis|addtoany|sns|facebook|twitter|likely|follow|bookmark|print",
    "related": r"relat|recommend|similar|popular|trending|latest|recent|more|also|most|teaser|promo|outbrain|taboola|suggest|next|prev|carousel|slider|swiper|feed|list|other|lenta|hot|rank|top$|read$|card",
    "chrome": r"^nav|menu|header|footer|breadcrumb|sidebar|aside|widget|toolbar|topbar|masthead|logo|search|pagination|pager|copyright|sitemap|rail|bottom|secondary|skip|login|user|right|left",
    "meta": r"meta|byline|author|date|time|info|source|category|rubric|kicker|views|counter|rating|vote|^tags?$|keyword|label|topic|^bio",
    "caption": r"caption|credit|figure|image|photo|gallery|media|thumb|picture|img|video|player|legend",
    "ad": r"^ads?$|advert|sponsor|adsense|banner|reklama|partner|dfp|gpt|commercial|doubleclick",
    "call": r"newsletter|subscri|signup|paywall|donat|membership|register|cookie|consent|gdpr|popup|modal|overlay|download|telegram|cta",
    "lead": r"^lead|lede|standfirst|summary|subtitle|subhead|intro|deck|excerpt|anons|annot|abstract|chapo|^dek|vorspann|sapo|headline|title|desc",
}
"""Patterns for one word of a class or id."""
NAMES = tuple(NAME_GROUPS)
_NAME_PATTERNS = tuple(re.compile(pattern) for pattern in NAME_GROUPS.values())
_NAME_WORD = re.compile(r"[A-Z]?[a-z]{2,24}|[A-Z]{2,24}")
_LANDMARKS = (
    "article",
    "main",
    "aside",
    "nav",
    "header",
    "footer",
    "figure",
    "form",
    "table",
    "ul",
    "ol",
    "section",
    "blockquote",
)
LANDMARKS = _LANDMARKS
_LANDMARK_BIT = {name: 1 << index for index, name in enumerate(_LANDMARKS)}
_ROLE_BIT = {
    "main": _LANDMARK_BIT["main"],
    "article": _LANDMARK_BIT["article"],
    "navigation": _LANDMARK_BIT["nav"],
    "complementary": _LANDMARK_BIT["aside"],
    "contentinfo": _LANDMARK_BIT["footer"],
    "banner": _LANDMARK_BIT["header"],
}


@dataclass(slots=True)
class Node:
    """A block-level element, with sums over the blocks inside it."""

    tag: str
    parent: "Node | None"
    depth: int
    own_names: int
    """Bits of ``NAMES`` in its class and id."""
    names: int
    """The same, of it and all around it."""
    near_names: int
    """The same, of it, its parent and its grandparent."""
    landmarks: int
    """Bits of ``LANDMARKS`` it is in."""
    article_body: bool
    """It or an element around it is marked as ``articleBody``."""
    hidden: bool
    signature: str
    """Tag and class of it and its parent: the same for what one template line made."""
    chars: int = 0
    link_chars: int = 0
    blocks: int = 0
    paragraph_chars: int = 0
    """Characters in ``p`` children and in lines of its own."""


@dataclass(slots=True)
class Block:
    """A run of text."""

    text: str
    link_chars: int
    links: int
    node: Node
    bold_chars: int = 0


@lru_cache(maxsize=65_536)
def _word_bits(word: str) -> int:
    bits = 0
    for index, pattern in enumerate(_NAME_PATTERNS):
        if pattern.search(word):
            bits |= 1 << index
    return bits


@lru_cache(maxsize=16_384)
def _name_bits(names: str) -> int:
    bits = 0
    for word in _NAME_WORD.findall(names):
        bits |= _word_bits(word.lower())
    return bits


class _Reader:
    """One walk over a tree. Keeps the block being read and the place where it stands."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.link_chars = 0
        self.links = 0
        self.bold_chars = 0

    def flush(self, node: Node) -> None:
        if self.pieces:
            text = " ".join("".join(self.pieces)[: 2 * MAX_BLOCK_CHARS].split())[:MAX_BLOCK_CHARS]
            if text:
                self.blocks.append(Block(text, min(self.link_chars, len(text)), self.links, node, self.bold_chars))
            self.pieces.clear()
        self.link_chars = self.links = self.bold_chars = 0

    def read(self, element: HtmlElement, node: Node, in_link: bool, bold: bool, depth: int) -> None:
        """Reads the content of an element; ``node`` is the block-level element it is or is in."""
        if element.text:
            self.take(element.text, in_link, bold)
        for child in element:
            tag = child.tag
            if isinstance(tag, str) and tag not in SKIPPED and depth < MAX_DEPTH and len(self.blocks) < MAX_BLOCKS:
                if tag == "br":
                    self.flush(node)
                elif tag in INLINE:
                    link = tag == "a"
                    self.links += link
                    if not self.is_hidden(child):
                        self.read(child, node, in_link or link, bold or tag in {"b", "strong"}, depth + 1)
                else:
                    self.flush(node)
                    inner = _node(child, tag, node)
                    self.read(child, inner, in_link, bold, depth + 1)
                    self.flush(inner)
            if child.tail:
                self.take(child.tail, in_link, bold)

    def take(self, text: str, in_link: bool, bold: bool) -> None:
        self.pieces.append(text)
        if in_link or bold:
            chars = len(text.strip())
            self.link_chars += chars if in_link else 0
            self.bold_chars += chars if bold else 0

    @staticmethod
    def is_hidden(element: HtmlElement) -> bool:
        style = element.get("style")
        return style is not None and _HIDDEN_STYLE.search(style) is not None


def _node(element: HtmlElement, tag: str, parent: Node | None) -> Node:
    get = element.get
    names = f"{get('class') or ''} {get('id') or ''}".strip()
    own = _name_bits(names[:200]) if names else 0
    landmarks = _LANDMARK_BIT.get(tag, 0)
    role = get("role")
    if role:
        landmarks |= _ROLE_BIT.get(role, 0)
    body = "articlebody" in (get("itemprop") or "").lower()
    hidden = get("hidden") is not None or _Reader.is_hidden(element)
    line = f"{tag}.{get('class') or ''}"
    if parent is None:
        return Node(tag, None, 0, own, own, own, landmarks, body, hidden, line)
    grand = parent.parent.own_names if parent.parent is not None else 0
    return Node(
        tag,
        parent,
        parent.depth + 1,
        own,
        own | parent.names,
        own | parent.own_names | grand,
        landmarks | parent.landmarks,
        body or parent.article_body,
        hidden or parent.hidden,
        f"{parent.signature.rpartition('>')[2]}>{line}",
    )


def read_blocks(tree: HtmlElement) -> list[Block]:
    """The blocks of a page in their order, with the sums over their nodes filled in."""
    body = tree.find("body")
    root = body if body is not None else tree
    top = _node(root, "body", None)
    reader = _Reader()
    reader.read(root, top, in_link=False, bold=False, depth=0)
    reader.flush(top)
    for block in reader.blocks:
        chars = len(block.text)
        for node in around(block.node):
            node.chars += chars
            node.link_chars += block.link_chars
            node.blocks += 1
        holder = block.node.parent if block.node.tag == "p" and block.node.parent is not None else block.node
        holder.paragraph_chars += chars - block.link_chars
    return reader.blocks


def around(node: Node | None) -> Iterator[Node]:
    """The node and all around it, outwards."""
    while node is not None:
        yield node
        node = node.parent
