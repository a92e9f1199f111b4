"""Text and times from outside, cleaned at the border: what passes here is safe to store, match and show.

Removed: characters no text needs (controls, lone surrogates, non-characters) and those that deceive reader and matcher
(bidirectional overrides, zero-width spaces, soft hyphens; Unicode TR 36). Everything takes linear time: the input is hostile.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from html import unescape

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No article online is older."""
LATEST_AHEAD = timedelta(hours=24)
"""Clocks and zones may be off by so much."""

MAX_COMBINING = 12
"""Marks on one letter. Thai and Hebrew need 4; a thousand make the sort in NFC quadratic."""
_INPUT_FACTOR = 6
"""So many times the wanted length is looked at; markup and white space rarely take more."""
_INPUT_MARGIN = 20_000


def _character_class(characters: list[int]) -> str:
    ranges: list[list[int]] = []
    for code in characters:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


_COMBINING = _character_class([c for c in range(0x300, 0x1F000) if unicodedata.combining(chr(c))])
_MARK_RUN = re.compile(f"([{_COMBINING}]{{{MAX_COMBINING}}})[{_COMBINING}]+")
_JUNK_CLASS = (
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
_LINE_END_CLASS = "\r\x0b\x0c\x1c-\x1e\u2028\u2029"
_JUNK = re.compile(f"[{_JUNK_CLASS}]+")
_LINE_ENDS = re.compile(f"\r\n|[{_LINE_END_CLASS}]")
# Ranges beyond the basic plane are looked at one by one in the end: here all of it counts as one.
_BASIC_COMBINING = _character_class([c for c in range(0x300, 0xFFFF) if unicodedata.combining(chr(c))])
_SPECIAL = re.compile(
    f"[{_JUNK_CLASS}{_LINE_END_CLASS}\u200c\u200d{_BASIC_COMBINING}\U00010000-\U0010ffff]".replace(
        "\U000e0000-\U000e007f", ""
    )
)
_MANY_MARKS = re.compile(f"[{_BASIC_COMBINING}\U00010000-\U0010ffff]{{{MAX_COMBINING + 1}}}")
_C1 = re.compile("[\x80-\x9f]")
# What Windows-1252 has where Latin-1 has controls: quotation marks, dashes, the ellipsis.
_CP1252 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
_JOINERS = re.compile("[\u200c\u200d]+")
# Letters that a joiner shapes: Arabic to Thaana, the Indic scripts, Tibetan, Myanmar, Khmer, Mongolian; and emoji sequences.
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufefc\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]"
)
_PARAGRAPHS = re.compile(r"\n\n+")
_HUGE_REFERENCE = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")


def clean_line(text: str, max_chars: int) -> str:
    """One line without control, invisible or deceiving characters, in NFC, of at most ``max_chars`` characters."""
    return _cut(" ".join(_clean(text, max_chars).split()), max_chars)


def clean_text(text: str, max_chars: int) -> str:
    """Clean text that keeps its lines, with one empty line between two paragraphs, of at most ``max_chars`` characters."""
    lines = (" ".join(line.split()) for line in _clean(text, max_chars).split("\n"))
    return _cut(_PARAGRAPHS.sub("\n\n", "\n".join(lines)).strip(), max_chars)


def html_to_text(fragment: str, max_chars: int) -> str:
    """The text of an HTML fragment (or of plain text, which has few tags), cleaned as by ``clean_text``.

    Scripts, styles and the like are dropped; entities are resolved. What was escaped twice, as many feeds do, is read twice.
    """
    enough = 2 * max_chars + 200
    text = _strip_markup(_bounded(fragment, max_chars), enough)
    if "<" in text and _KNOWN_TAG.search(text):
        text = _strip_markup(text, enough)
    return clean_text(text[:enough], max_chars)


def clean_time(value: datetime | None, now: datetime) -> datetime | None:
    """The time in UTC if an article can bear it, from 1990 to a day after ``now``; else None. A time without a zone is UTC."""
    if value is None:
        return None
    try:
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if EARLIEST <= moment <= now + LATEST_AHEAD else None


def _bounded(text: str, max_chars: int) -> str:
    return text[: max_chars * _INPUT_FACTOR + _INPUT_MARGIN]


def _clean(text: str, max_chars: int) -> str:
    text = _bounded(text, max_chars)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    if _SPECIAL.search(text):
        if _C1.search(text):
            text = text.translate(_CP1252)
        text = _JUNK.sub("", _LINE_ENDS.sub("\n", text))
        if "\u200c" in text or "\u200d" in text:
            text = _JOINERS.sub(_needed_joiner, text)
        if _MANY_MARKS.search(text):
            text = _MARK_RUN.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def _needed_joiner(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    needed = _JOINED.match(before) and (_JOINED.match(after) or (match.group()[0] == "\u200d" and after))
    return match.group()[0] if needed else ""


def _cut(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    end = max_chars
    while end > max(0, max_chars - MAX_COMBINING) and unicodedata.combining(text[end]):
        end -= 1
    return text[:end].rstrip().rstrip("\u200c\u200d")


# Markup. No pattern can run past the next "<", so that a flood of them costs linear time.
_PARAGRAPHS_OF = (
    "article|aside|blockquote|div|dl|figure|footer|form|h[1-6]|header|hr|main|nav|ol|p|pre|section|table|ul"
)
_LINES_OF = "br|caption|dd|dt|figcaption|li|tr"
_INLINE = (
    "a|abbr|b|big|body|center|cite|code|del|em|embed|font|html|i|img|input|ins|kbd|link|mark|meta|picture|q|s|small|source|span|strike|strong"
    "|sub|sup|tbody|thead|time|tt|u|var|wbr"
)
_DROPPED = "applet|audio|canvas|head|iframe|math|noembed|noframes|noscript|object|script|select|style|svg|template|textarea|video"
_REST = r"""(?=[\s/>])(?>[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>"""
_INLINE_TAG = re.compile(f"<(?=[a-z/])/?(?:{_INLINE}){_REST}", re.IGNORECASE)
_LINE_TAG = re.compile(f"<(?=[bcdlt/])/?(?:{_LINES_OF}){_REST}", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(f"<(?=[abdfhmnopstu/])/?(?:{_PARAGRAPHS_OF}){_REST}", re.IGNORECASE)
_KNOWN_TAG = re.compile(
    rf"</?(?:{_INLINE}|{_LINES_OF}|{_PARAGRAPHS_OF}|{_DROPPED}|td|th)(?=[\s/>])[^<>]*>", re.IGNORECASE
)
_RUNS_ON = frozenset({"script", "style", "textarea", "template", "math", "svg"})
_BLOCK_END = {
    name: re.compile(rf"</(?:\w{{1,20}}:)?{name}(?=[\s/>])[^<>]*>", re.IGNORECASE) for name in _DROPPED.split("|")
}
_TAG_START = re.compile(r"<(?:/?([a-zA-Z][a-zA-Z0-9:-]{0,30})(?![^\s/<>])|[!?])")
_TAG_REST = re.compile(r"""(?>[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""")


def _strip_markup(fragment: str, enough: int) -> str:
    """The text between the tags, with references resolved; at least ``enough`` characters of it, white space included."""
    # The common tags go at the speed of C; what is odd or holds no text is left for the loop.
    fragment = _PARAGRAPH_TAG.sub("\n\n", _LINE_TAG.sub("\n", _INLINE_TAG.sub("", fragment)))
    parts: list[str] = []
    at = length = 0
    while length < enough and (start := fragment.find("<", at)) != -1:
        parts.append(fragment[at:start])
        length += start - at
        opening = _TAG_START.match(fragment, start)
        if opening is None:
            parts.append("<")
            at = start + 1
            continue
        at, put = _read_tag(fragment, start, opening)
        parts.append(put)
    parts.append(fragment[at : at + max(0, enough - length)])
    text = "".join(parts)
    return unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _read_tag(fragment: str, start: int, opening: re.Match[str]) -> tuple[int, str]:
    """Where reading goes on after the markup that begins at ``start``, and what stands for it in the text."""
    if fragment.startswith("<!--", start):
        end = fragment.find("-->", start + 4)
        return (len(fragment) if end == -1 else end + 3), ""
    if fragment.startswith("<![CDATA[", start):
        return start + 9, ""
    name = (opening.group(1) or "").lower().rpartition(":")[2]
    closing = fragment.startswith("</", start)
    rest = _TAG_REST.match(fragment, opening.end())
    if rest is not None:
        end = rest.end()
    else:
        # Cut off in the middle, or an odd quote: the tag ends with the next ">" before another one begins.
        following = fragment.find("<", opening.end())
        limit = len(fragment) if following == -1 else following
        close = fragment.find(">", opening.end(), limit)
        end = limit if close == -1 else close + 1
    if name in _BLOCK_END and not closing and fragment[end - 2 : end] != "/>":
        ending = _BLOCK_END[name].search(fragment, end)
        if ending is not None:
            return ending.end(), " "
        # An open script runs to the end, as in a browser; what else is open hides nothing.
        return (len(fragment) if name in _RUNS_ON else end), " "
    return end, " "
