"""What tells a paragraph of an article from the rest of a page, as numbers: one row for each block.

Of the block itself (length, links, sentences), of where it stands (landmarks, words in class names, the densest container), of its
neighbours, and of what other extractors make of it. Nothing is in a language or of a site.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log1p

import numpy as np
import numpy.typing as npt

from blockwire.transforms.extraction import furniture
from blockwire.transforms.extraction.blocks import LANDMARKS, NAMES, Block, Node, around
from blockwire.transforms.text.letters import squeeze

MIN_INFIX_CHARS = 16
"""Shorter texts are found inside of others by accident."""

MAX_OPINION_CHARS = 500_000
MAX_TITLE_CHARS = 500

_UNIT = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]+"
)
_SENTENCE_MARK = re.compile(r"[.!?…。！？؟।;；]")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
_COMMA = re.compile(r"[,，、،]")
_CONTACT = re.compile(r"©|\(c\)|@|https?:|www\.|\.(?:com|ru|org|net)\b|\+?\d[\d ()-]{8,}", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?:19|20)\d{2}\b|\d{1,2}[:.]\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_TAGS = (
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "li",
    "td",
    "div",
    "figcaption",
    "blockquote",
    "dd",
    "span",
    "section",
    "article",
    "center",
    "body",
)


@dataclass(frozen=True)
class Opinion:
    """A text that somebody takes for the article: an extractor, the page's own JSON-LD, the feed."""

    whole: str
    lines: frozenset[str]

    @classmethod
    def of(cls, text: str | None) -> "Opinion | None":
        """None where there is no text."""
        if not text or len(text) < 40:
            return None
        lines = [squeeze(line) for line in text[:MAX_OPINION_CHARS].split("\n")]
        return cls("\n".join(lines) if len(lines) < 3 else "".join(lines), frozenset(lines))

    def has(self, key: str) -> float:
        """How much of a squeezed text is in it: 0, 0.5 or 1."""
        if not key:
            return 0.0
        if key in self.lines:
            return 1.0
        if len(key) < MIN_INFIX_CHARS:
            return 0.0
        if key in self.whole:
            return 1.0
        half = len(key) // 2
        return 0.5 if half >= MIN_INFIX_CHARS and (key[:half] in self.whole or key[half:] in self.whole) else 0.0


@dataclass(frozen=True)
class PageSigns:
    """What is known of the page as a whole."""

    titles: Sequence[str] = ()
    description: str = ""
    opinions: dict[str, Opinion | None] = field(default_factory=dict)
    """By the names of ``OPINIONS``."""


OPINIONS = ("resiliparse", "trafilatura", "stated")
_OWN = (
    *(
        "chars",
        "units",
        "link_share",
        "links",
        "bold_share",
        "ends_sentence",
        "sentence_rate",
        "comma_rate",
        "digit_share",
    ),
    *("upper_start", "upper_share", "word_length", "contact", "clock", "furniture", "pointer", "call", "credit"),
    *("title_match", "description_match", "repeats"),
)
_PLACE = (
    *("index_share", "chars_before", "depth", "article_body", "hidden", "from_title", "after_title"),
    *(f"tag_{tag}" for tag in _TAGS),
    *(f"own_{name}" for name in NAMES),
    *(f"near_{name}" for name in NAMES),
    *(f"any_{name}" for name in NAMES),
    *(f"in_{landmark}" for landmark in LANDMARKS),
    *("node_chars", "node_link_share", "parent_share", "parent_link_share", "parent_paragraphs", "grand_share"),
    *("grand_link_share", "grand_paragraphs", "best_up", "best_in"),
    *("line_count", "line_chars", "line_share", "line_link_share", "line_mean"),
)
_AROUND = ("chars", "link_share", "ends_sentence", "resiliparse", "trafilatura")
_OFFSETS = (-3, -2, -1, 1, 2, 3)
FEATURES = (
    *_OWN,
    *_PLACE,
    *(f"says_{name}" for name in OPINIONS),
    *(f"{name}_{edge}" for name in OPINIONS[:2] for edge in ("before_first", "after_last")),
    *(f"{name}@{offset:+d}" for offset in _OFFSETS for name in _AROUND),
    *("same_line@-1", "same_line@+1"),
    *("page_blocks", "page_chars", "page_link_share"),
    *(f"{name}_share" for name in OPINIONS),
)


class BlockFeatures:
    """The features of a page's blocks. What does not depend on opinions is made once.

    Args:
        blocks: of one page, all of them.
        signs: of the same page.
    """

    def __init__(self, blocks: Sequence[Block], signs: PageSigns) -> None:
        self._blocks = blocks
        self._keys = [squeeze(block.text) for block in blocks]
        own = np.array([_own(block) for block in blocks], np.float32)
        self._fixed = np.hstack([own, _matches(blocks, self._keys, signs), _places(blocks, self._keys, signs)])

    def rows(self, stated: Mapping[str, Opinion | None]) -> npt.NDArray[np.float32]:
        """A row for each block, in the order of ``FEATURES``; NaN where something is not known.

        Args:
            stated: what is taken for the article, by the names of ``OPINIONS``.
        """
        opinions = _opinions(self._keys, stated)
        table = np.hstack([self._fixed, opinions])
        beside = _neighbours(table, opinions, self._blocks)
        return np.hstack([table, _edges(opinions), beside, _page(self._blocks, opinions)])


def _own(block: Block) -> list[float]:
    text = block.text
    chars = len(text)
    units = len(_UNIT.findall(text)) or 1
    short = chars <= 260
    lower = text.lower() if short else ""
    upper = sum(map(str.isupper, text)) if chars < 400 else 0
    return [
        log1p(chars),
        log1p(units),
        block.link_chars / chars,
        min(block.links, 20),
        min(1.0, block.bold_chars / chars),
        _SENTENCE_END.search(text[-8:]) is not None,
        len(_SENTENCE_MARK.findall(text)) / units,
        len(_COMMA.findall(text)) / units,
        sum(map(str.isdigit, text)) / chars if short else 0.0,
        text[0].isupper(),
        upper / chars,
        chars / units,
        short and _CONTACT.search(text) is not None,
        short and _CLOCK.search(text) is not None,
        chars < 60 and furniture.WHOLE_LINE.match(lower) is not None,
        short and furniture.POINTER.match(lower) is not None,
        short and furniture.CALL.match(lower) is not None,
        short and furniture.CREDIT_LINE.match(lower) is not None,
    ]


def _matches(blocks: Sequence[Block], keys: Sequence[str], signs: PageSigns) -> npt.NDArray[np.float32]:
    titles = [squeeze(title) for title in signs.titles if title]
    description = squeeze(signs.description)
    counts = Counter(keys)
    rows = [
        (
            any(key and (key == title or (len(key) > MIN_INFIX_CHARS and key in title)) for title in titles),
            bool(description) and len(key) > MIN_INFIX_CHARS and (key in description or description[:60] in key),
            min(counts[key], 5),
        )
        for key in keys
    ]
    return np.array(rows, np.float32)


def _bits(values: Sequence[int], count: int) -> npt.NDArray[np.float32]:
    return (np.array(values, np.int64)[:, None] >> np.arange(count) & 1).astype(np.float32)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _places(blocks: Sequence[Block], keys: Sequence[str], signs: PageSigns) -> npt.NDArray[np.float32]:
    nodes = list({id(block.node): block.node for block in blocks}.values())
    which = {id(node): index for index, node in enumerate(nodes)}
    rows = np.hstack(
        [
            np.array([_TAGS.index(node.tag) if node.tag in _TAGS else -1 for node in nodes])[:, None]
            == np.arange(len(_TAGS)),
            _bits([node.own_names for node in nodes], len(NAMES)),
            _bits([node.near_names for node in nodes], len(NAMES)),
            _bits([node.names for node in nodes], len(NAMES)),
            _bits([node.landmarks for node in nodes], len(LANDMARKS)),
            _containers(nodes),
            _template_lines(blocks, nodes),
        ],
        dtype=np.float32,
    )
    return np.hstack([_positions(blocks, keys, signs), rows[[which[id(block.node)] for block in blocks]]])


def _positions(blocks: Sequence[Block], keys: Sequence[str], signs: PageSigns) -> npt.NDArray[np.float32]:
    count = len(blocks)
    chars = np.array([len(block.text) for block in blocks], np.float32)
    marked = any(block.node.article_body for block in blocks)
    heading = _heading(blocks, keys, signs)
    offset = (np.arange(count) - heading) / 10 if heading is not None else np.full(count, np.nan)
    return np.column_stack(
        [
            np.arange(count) / count,
            (np.cumsum(chars) - chars) / chars.sum(),
            [block.node.depth for block in blocks],
            [block.node.article_body if marked else np.nan for block in blocks],
            [block.node.hidden for block in blocks],
            np.clip(offset, -5, 10),
            np.where(np.isnan(offset), np.nan, offset >= 0),
        ]
    ).astype(np.float32)


def _template_lines(blocks: Sequence[Block], nodes: Sequence[Node]) -> npt.NDArray[np.float32]:
    """How much text came out of the same line of the page's template, and how much of that are links."""
    lines: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for block in blocks:
        line = lines[block.node.signature]
        line[0] += 1
        line[1] += len(block.text)
        line[2] += block.link_chars
    longest = max(line[1] - line[2] for line in lines.values())
    counts, chars, links = np.array([lines[node.signature] for node in nodes], np.float64).T
    share = (chars - links) / (longest or 1)
    return np.column_stack([np.log1p(counts), np.log1p(chars), share, links / chars, np.log1p(chars / counts)]).astype(
        np.float32
    )


def _containers(nodes: Sequence[Node]) -> npt.NDArray[np.float32]:
    """How full of text and links the elements around are, and how far the fullest of the page is."""
    best = max((each for node in nodes for each in _holders(node)), key=lambda each: each.paragraph_chars)
    chain = {id(node): hops for hops, node in enumerate(around(best))}
    total = next(reversed(list(around(best)))).chars
    rows = []
    for node in nodes:
        parent = node.parent or node
        grand = parent.parent or parent
        up, meeting = next(
            ((hops, chain[id(each)]) for hops, each in enumerate(around(node)) if id(each) in chain), (9, 9)
        )
        rows.append(
            (
                log1p(node.chars),
                _share(node.link_chars, node.chars),
                parent.chars / total,
                _share(parent.link_chars, parent.chars),
                _share(parent.paragraph_chars, best.paragraph_chars),
                grand.chars / total,
                _share(grand.link_chars, grand.chars),
                _share(grand.paragraph_chars, best.paragraph_chars),
                min(up, 9),
                min(meeting, 9),
            )
        )
    return np.array(rows, np.float32)


def _holders(node: Node) -> list[Node]:
    return [node] if node.parent is None else [node, node.parent]


def _heading(blocks: Sequence[Block], keys: Sequence[str], signs: PageSigns) -> int | None:
    """Where the article's title stands: the first ``h1`` that is it, else the first block that is it, else the first ``h1``."""
    titles = {squeeze(title) for title in signs.titles if title}
    same = [index for index, key in enumerate(keys) if key in titles and len(key) > 8]
    top = [index for index in same if blocks[index].node.tag == "h1"]
    if top or same:
        return (top or same)[0]
    return next((index for index, block in enumerate(blocks) if block.node.tag == "h1"), None)


def title_block(blocks: Sequence[Block], titles: Sequence[str], before: int) -> int | None:
    """The last block up to ``before`` that is one of the titles, or a heading that is a part of one; None where there is none."""
    keys = {squeeze(title) for title in titles}
    for index in range(min(before, len(blocks) - 1), -1, -1):
        key = squeeze(blocks[index].text) if len(blocks[index].text) <= MAX_TITLE_CHARS else ""
        if len(key) > 8 and (key in keys or (blocks[index].node.tag == "h1" and any(key in each for each in keys))):
            return index
    return None


def _opinions(keys: Sequence[str], stated: Mapping[str, Opinion | None]) -> npt.NDArray[np.float32]:
    columns = []
    for name in OPINIONS:
        opinion = stated.get(name)
        columns.append([opinion.has(key) for key in keys] if opinion else [float("nan")] * len(keys))
    return np.array(columns, np.float32).T


def _edges(opinions: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    count = len(opinions)
    columns = []
    for which in range(2):
        taken = np.flatnonzero(opinions[:, which] >= 0.5)
        if len(taken):
            columns += [np.arange(count) < taken[0], np.arange(count) > taken[-1]]
        else:
            columns += [np.full(count, np.nan), np.full(count, np.nan)]
    return np.array(columns, np.float32).T


def _neighbours(
    table: npt.NDArray[np.float32], opinions: npt.NDArray[np.float32], blocks: Sequence[Block]
) -> npt.NDArray[np.float32]:
    watched = np.column_stack([table[:, 0], table[:, 2], table[:, 5], opinions[:, 0], opinions[:, 1]])
    count = len(watched)
    parts = []
    for offset in _OFFSETS:
        shifted = np.full_like(watched, np.nan)
        if offset < 0:
            shifted[-offset:] = watched[:offset]
        elif offset < count:
            shifted[:-offset] = watched[offset:]
        parts.append(shifted)
    lines = [block.node.signature for block in blocks]
    same = np.array([one == two for one, two in pairwise(lines)], np.float32)
    parts.append(np.column_stack([np.append([np.nan], same), np.append(same, [np.nan])]).astype(np.float32))
    return np.hstack(parts)


def _page(blocks: Sequence[Block], opinions: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    chars = np.array([len(block.text) for block in blocks], np.float32)
    links = sum(block.link_chars for block in blocks)
    shares = [float((opinions[:, which] * chars).sum() / chars.sum()) for which in range(len(OPINIONS))]
    row = [log1p(len(blocks)), log1p(float(chars.sum())), links / float(chars.sum()), *shares]
    return np.tile(np.array(row, np.float32), (len(blocks), 1))
