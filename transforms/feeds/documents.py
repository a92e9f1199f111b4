"""A feed's bytes made into text that no parser trips over: decoded, bounded, without entities, controls and doctypes.

What costs parsers dearly is refused or cut before they see it: entity expansion, elements with thousands of attributes, tens of
thousands of entries. External entities vanish with the doctype. All in linear time.
"""

import codecs
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from itertools import islice

from blockwire.transforms.feeds.drafts import UnreadableFeed
from blockwire.transforms.text.cleaning import clean_line

MAX_ENTRIES = 2000
"""Entries read of one feed. Of more, the first and the last thousand: the newest are at one of the ends."""
MAX_ATTRIBUTES = 100
"""On one element. The tolerant reader takes time with their square."""
MAX_TAGS = 400_000
"""For the tolerant reader, which takes microseconds for each."""
MAX_CATEGORIES = 50
MAX_BASES = 3
"""For each entry, where the tolerant reader is needed: these too cost it their square."""
MAX_ENTITY_GROWTH = 1_000_000
"""Characters that entities of the document's own may add."""
SAMPLE_CHARS = 1000

_HEAD_CHARS = 65_536
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<?" or "<r" without a byte order mark.
_WIDE_STARTS = ((b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"), (b"<\x00r\x00", "utf-16-le"), (b"\x00<\x00r", "utf-16-be"),
                (b"<\x00\x00\x00", "utf-32-le"), (b"\x00\x00\x00<", "utf-32-be"), (b"Lo\xa7\x94", "cp037"))  # fmt: skip
_SUPERSETS = {"iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
              "gb2312": "gb18030", "gbk": "gb18030", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "shift_jis": "cp932",
              "big5": "big5hkscs", "tis-620": "cp874", "iso-8859-11": "cp874", "iso-8859-9": "cp1254"}  # fmt: skip
# Never what a feed is in, and dangerous or odd in Python's hands.
_REFUSED_CODECS = frozenset(
    {"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "palmos"}
)

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]+")
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_EMPTY_ROOT = re.compile(r"<[A-Za-z_][^<>]*/>\s*\Z")
_BURIED_ROOT = re.compile(r"<\?xml\s|<(?:rss|feed|rdf:RDF|channel)[\s>]", re.IGNORECASE)
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]{1,64})\s+(?:"([^"<&%]{0,2000})"|'([^'<&%]{0,2000})')\s*>""")
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#(\d{1,40}|[xX][0-9a-fA-F]{1,40})|([A-Za-z][\w.-]{0,63}));")
_LONE_AMPERSAND = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{1,64});)")
_ENTRY_START = re.compile(r"<(?:[A-Za-z][\w-]*:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
# An entry in full: without content, or up to its end, or to the next one where it has no end.
_WHOLE_ENTRY = re.compile(
    r"<(?:[A-Za-z][\w-]*:)?(item|entry)(?=[\s>/])(?:[^<>]*/>|.*?(?:</(?:[A-Za-z][\w-]*:)?\1\s*>|(?=<(?:[A-Za-z][\w-]*:)?\1[\s>/])|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_LONG_TAG = re.compile(r"<[^<>]{1000,}")
# What a picture or an episode says of itself, which both readers mistake for the entry's.
_MEDIA_OR_SHOW = re.compile("<(?:media|itunes|googleplay|podcast):")
_ASIDE = re.compile(
    r"<(/?)(media|itunes|googleplay|podcast):(title|description|summary|subtitle|author|guid|category|keywords)\b[^<>]*?(/?)>",
    re.IGNORECASE,
)
FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel", "entry", "item"})
_HTML_ROOTS = frozenset(
    {"html", "head", "body", "div", "br", "p", "script", "meta", "title", "table", "center", "h1", "span", "a", "b"}
)


@dataclass(frozen=True)
class Document:
    """The text of a feed, safe to parse, with what was noticed on the way."""

    text: str
    root: str
    """The local name of its root element, in lower case; empty for JSON."""
    entry_count: int
    warnings: tuple[str, ...] = ()
    cut_off: bool = False
    """Whether the end is missing: more entries may have stood there."""
    last_cut: bool = False
    """Whether the last entry is among what was cut."""

    @property
    def is_json(self) -> bool:
        """Whether to read it as a JSON Feed."""
        return self.text.startswith("{")

    @property
    def head(self) -> str:
        """What stands before the first entry, bounded."""
        first = _ENTRY_START.search(self.text, 0, _HEAD_CHARS)
        return self.text[: first.start() if first else _HEAD_CHARS]

    def entry_text(self, position: int) -> str:
        """The entry at a place, from 0, as the feed has it; empty where there is none.

        It takes a walk through the text: for entries that nothing can be made of.
        """
        if self.is_json:
            items = [item for item in json.loads(self.text)["items"] if isinstance(item, dict)]
            return json.dumps(items[position], sort_keys=True) if position < len(items) else ""
        found = next(islice(_WHOLE_ENTRY.finditer(self.text), position, None), None)
        return " ".join(found[0].split()) if found else ""


def open_document(body: bytes, content_type: str | None) -> Document:
    """Makes the text of a body, which may call itself whatever it likes.

    Raises:
        UnreadableFeed: ``empty``, ``bad_encoding``, ``html_page`` (without alternatives), ``not_a_feed``, ``too_complex``, ``entity_expansion``.
    """
    text, warnings = _decode(body, content_type)
    text = ILLEGAL.sub("", text).strip().lstrip("\ufeff").lstrip()
    if not text:
        raise UnreadableFeed("empty", f"the answer has {len(body)} bytes and no text", sample=sample_of(body))
    if text.startswith("{"):
        return Document(text, "", 0, tuple(warnings))
    text, root = _from_root(text, body)
    text, entities = _without_doctype(text)
    text = _resolve_entities(text, entities)
    if _MEDIA_OR_SHOW.search(text):
        text = _ASIDE.sub(r"<\1\2:own-\3\4>", text)
    _check_attributes(text)
    cut_off = not _closing(text, root) and not _EMPTY_ROOT.search(text)
    last_cut = cut_off and len(_ENTRY_START.findall(text)) > _closing(text, "item") + _closing(text, "entry")
    if cut_off:
        warnings.append("the feed is cut off: its end is missing")
    text, count = _bound_entries(text, warnings)
    return Document(text, root, count, tuple(warnings), cut_off, last_cut)


def check_cost(document: Document) -> None:
    """Refuses what takes the tolerant reader time with the square of its length.

    Raises:
        UnreadableFeed: ``too_complex``.
    """
    tags = document.text.count("<")
    if tags > MAX_TAGS:
        raise UnreadableFeed("too_complex", f"{tags} tags, more than {MAX_TAGS}")
    for thing, each in (("category", MAX_CATEGORIES), ("subject", MAX_CATEGORIES), ("xml:base", MAX_BASES)):
        found = document.text.count(thing)
        if found > 1000 + each * document.entry_count:
            raise UnreadableFeed("too_complex", f"{found} times {thing!r} with {document.entry_count} entries")


def sample_of(body: bytes) -> str:
    """The beginning of a body, to show to a person."""
    return clean_line(body[: 4 * SAMPLE_CHARS].decode("utf-8", "replace"), SAMPLE_CHARS)


def _decode(body: bytes, content_type: str | None) -> tuple[str, list[str]]:
    stripped = body.lstrip(b" \t\r\n")
    for bom, encoding in _BOMS:
        if stripped.startswith(bom):
            return stripped[len(bom) :].decode(encoding, "replace"), []
    for start, encoding in _WIDE_STARTS:
        if stripped.startswith(start):
            return stripped.decode(encoding, "replace"), []
    declared = _DECLARED.match(stripped)
    in_header = _CHARSET.search(content_type or "")
    if declared and declared[1].lower() in (b"utf-7", b"unicode-1-1-utf-7"):
        raise UnreadableFeed(
            "bad_encoding", "the feed says that it is in UTF-7, which is refused", sample=sample_of(body)
        )
    stated = [name for name in (declared and declared[1].decode("ascii"), in_header and in_header[1]) if name]
    for name in (*stated, "utf-8"):
        codec = _codec(name.lower())
        # The declaration is often a leftover: text that is valid UTF-8 beyond ASCII is nothing else.
        for candidate in ("utf-8", codec) if codec in ("cp1252", "cp1254") else (codec,):
            try:
                if candidate:
                    return stripped.decode(candidate), []
            except (UnicodeError, ValueError):
                continue
    tried = _codec(stated[0].lower()) if stated else None
    return stripped.decode(tried or "utf-8", "replace"), [f"bytes that are not {tried or 'utf-8'} were replaced"]


@lru_cache(maxsize=256)
def _codec(name: str) -> str | None:
    """The codec for a charset's name, wide enough for what is served under it; None if unknown, refused or 16 bits wide."""
    try:
        found = codecs.lookup(_SUPERSETS.get(name, name))
    except (LookupError, UnicodeError, ValueError):
        return None
    refused = (
        found.name in _REFUSED_CODECS or found.name.startswith(("utf-16", "utf-32")) or not found._is_text_encoding
    )
    return None if refused else _SUPERSETS.get(found.name, found.name)


def _from_root(text: str, body: bytes) -> tuple[str, str]:
    """The text from its declaration or root element on, and the root's name. Skips junk that stands before."""
    root = _root_name(text)
    if root in FEED_ROOTS and text.startswith("<"):
        return text, root
    buried = None if root == "html" else _BURIED_ROOT.search(text, 0, 8192)
    if buried and _root_name(text[buried.start() :]) in FEED_ROOTS:
        text = text[buried.start() :]
        return text, _root_name(text)
    if root in _HTML_ROOTS or text[:15].lower().startswith("<!doctype html"):
        raise UnreadableFeed("html_page", "an HTML page where a feed should be", sample=sample_of(body))
    if not text.startswith("<"):
        raise UnreadableFeed("not_a_feed", "neither XML nor JSON", sample=sample_of(body))
    return text, root


def _root_name(text: str) -> str:
    at = 0
    while (start := text.find("<", at, at + _HEAD_CHARS)) != -1:
        for opening, closing in (("<!--", "-->"), ("<?", ">"), ("<!DOCTYPE", None), ("<!", ">")):
            if text.startswith(opening, start):
                at = _doctype_end(text, start) if closing is None else text.find(closing, start + len(opening))
                break
        else:
            name = _ROOT.match(text, start)
            return name[2].lower() if name else ""
        if at == -1:
            break
    return ""


def _doctype_end(text: str, start: int) -> int:
    """Behind the ``>`` that ends the document type, with its internal subset; -1 if none does."""
    subset = text.find("[", start)
    end = text.find(">", start)
    if subset != -1 and subset < end:
        close = text.find("]", subset)
        end = -1 if close == -1 else text.find(">", close)
    return -1 if end == -1 else end + 1


def _without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """The text without its document type, and the plain entities that it declared (those made of others are left out)."""
    start = text.find("<!DOCTYPE", 0, _HEAD_CHARS)
    if start == -1 or (first := _ROOT.search(text)) is None or first.start() < start:
        return text, {}
    end = _doctype_end(text, start)
    if end == -1:
        raise UnreadableFeed("bad_xml", "the document type has no end", sample=clean_line(text, SAMPLE_CHARS))
    entities = {m[1]: m[2] if m[2] is not None else m[3] for m in _ENTITY.finditer(text, start, end)}
    return text[:start] + text[end:], entities


def _resolve_entities(text: str, own: dict[str, str]) -> str:
    """Named and odd numeric references replaced, lone ampersands escaped; CDATA keeps its own."""
    if "&" not in text:
        return text
    growth = 0

    def resolve(match: re.Match[str]) -> str:
        nonlocal growth
        if match[1]:
            return _numeric(match[1], match[0])
        name = match[2]
        if name in own:
            growth += len(own[name])
            if growth > MAX_ENTITY_GROWTH:
                raise UnreadableFeed(
                    "entity_expansion", f"entities of its own add more than {MAX_ENTITY_GROWTH} characters"
                )
            return own[name]
        known = html5.get(name + ";")
        if known is None:
            return f"&amp;{name};"
        return known.translate(_ESCAPED)

    parts: list[str] = []
    at = 0
    while at < len(text):
        opened = text.find("<![CDATA[", at)
        closed = text.find("]]>", opened) if opened != -1 else -1
        outside = text[at:] if closed == -1 else text[at:opened]
        parts.append(_REFERENCE.sub(resolve, _LONE_AMPERSAND.sub("&amp;", outside)))
        if closed == -1:
            break
        parts.append(text[opened : closed + 3])
        at = closed + 3
    return "".join(parts)


_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


@lru_cache(maxsize=4096)
def _numeric(digits: str, whole: str) -> str:
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if code in (0x22, 0x26, 0x27, 0x3C, 0x3E):
        return whole
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("cp1252", "ignore")
    legal = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return chr(code) if legal else "\ufffd"


def _closing(text: str, name: str) -> int:
    """How many end tags of this name there are, whatever their prefix."""
    return len(re.findall(rf"</(?:[A-Za-z][\w.-]*:)?{re.escape(name)}\s*(?:>|\Z)", text, re.IGNORECASE))


def _check_attributes(text: str) -> None:
    for tag in _LONG_TAG.finditer(text):
        if tag.group().count("=") > MAX_ATTRIBUTES:
            # Quoted text has "=" too: count what looks like attributes.
            found = len(re.findall(r"""[\w:.-]\s*=\s*["'\w]""", tag.group()))
            if found > 10 * MAX_ATTRIBUTES or (tag.group()[1:2].isalpha() and found > MAX_ATTRIBUTES):
                raise UnreadableFeed("too_complex", f"an element with {found} attributes, more than {MAX_ATTRIBUTES}")


def _bound_entries(text: str, warnings: list[str]) -> tuple[str, int]:
    starts = [match.start() for match in _ENTRY_START.finditer(text)]
    if len(starts) <= MAX_ENTRIES:
        return text, len(starts)
    half = MAX_ENTRIES // 2
    warnings.append(f"of {len(starts)} entries the first and the last {half} were read")
    return text[: starts[half]] + text[starts[-half] :], MAX_ENTRIES
