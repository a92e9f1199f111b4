"""Bytes of a page to text: by BOM, by what they can only be, by header and meta, by content.

The order differs from that of browsers in one thing: bytes that are valid UTF-8 and not plain ASCII are read as UTF-8, whatever
is declared. By accident that hardly happens to a page; a server that adds ``charset=iso-8859-1`` to every page is common.
"""

import codecs
import re

from resiliparse.parse.encoding import detect_encoding

_HEAD = 4096
"""Bytes in which a meta element or an XML declaration is looked for; browsers take 1024."""
_SAMPLE = 128 * 1024
"""Bytes that the detector looks at."""
_TOLERATED = 0.1
"""The share of bytes beyond ASCII that may be broken in text that still counts as read rightly."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_META = re.compile(rb"<meta\s[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)

_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "johab": "cp949",
    "big5": "big5hkscs",
}
"""Encodings are declared by the name of a subset so often that the web standard reads the superset (https://encoding.spec.whatwg.org/#names-and-labels)."""
_KNOWN = frozenset(
    [
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "gb18030",
        "big5hkscs",
        "cp932",
        "euc_jp",
        "iso2022_jp",
        "cp949",
        "cp874",
        "cp866",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "koi8-r",
        "koi8-u",
        "mac-roman",
        "mac-cyrillic",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-10",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
    ]
)
"""No others: Python's codecs include UTF-7 (an attack) and some that are no text encodings."""
_ODD_LABELS = {"win1251": "cp1251", "win-1251": "cp1251", "sjis": "cp932", "iso-8859-8-i": "iso8859-8"}
_WEAK = ("cp1252", "utf-8", "utf-16", "utf-16-le", "utf-16-be")
"""Declarations that prove nothing: a page that can name UTF-16 in ASCII is none, and UTF-8 is tried anyway."""
_HIGH = bytes(range(0x80, 0x100))
_JAPANESE = re.compile(rb"\x1b\$[@B]")
"""How ISO-2022-JP, all ASCII bytes, begins a run of Japanese."""


def decode_html(body: bytes, content_type: str | None) -> str:
    """The text of a page.

    Args:
        body: as it came, decompressed.
        content_type: the header, if there was one.

    Returns:
        The text; what cannot be read is U+FFFD. Nothing is cleaned.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _wide_encoding(body):
        return body.decode(wide, "replace")
    if b"\x1b" not in body:
        try:
            return body.decode()
        except UnicodeDecodeError:
            pass
    return _decode_narrow(body, declared_encodings(body, content_type))


def declared_encodings(body: bytes, content_type: str | None) -> list[str]:
    """The encodings that the header and then the page itself name, as Python calls them; those that are none left out."""
    head = body[:_HEAD]
    labels = [match[1] for match in [_HEADER.search(content_type or "")] if match]
    labels += [match[1].decode("ascii", "replace") for match in (_META.search(head), _XML.match(head)) if match]
    return [encoding for encoding in map(_python_name, labels) if encoding]


def _python_name(label: str) -> str | None:
    label = label.lower().removeprefix("x-")
    try:
        name = codecs.lookup(_ODD_LABELS.get(label, label)).name
    except LookupError:
        return None
    name = _SUPERSETS.get(name, name)
    return name if name in _KNOWN else None


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without a mark: half of the bytes of markup are zero then. Cyrillic in it would pass for ASCII."""
    head = body[:_HEAD]
    if 0 not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _decode_narrow(body: bytes, declared: list[str]) -> str:
    high = len(body) - len(body.translate(None, _HIGH))
    # Western European is what servers declare that know nothing: it is believed only where the content agrees.
    candidates = ["utf-8", *(name for name in declared if name not in _WEAK)]
    if _JAPANESE.search(body) and not high:
        candidates = ["iso2022_jp"]
    for encoding in candidates:
        text = body.decode(encoding, "replace")
        if text.count("\ufffd") <= high * _TOLERATED:
            return text
    return body.decode(_detected(body), "replace")


def _detected(body: bytes) -> str:
    found = detect_encoding(body, max_len=_SAMPLE, html5_compatible=False)
    name = _python_name(found) if found else None
    # UTF-8 has been tried already, and has failed.
    return "cp1252" if name is None or name == "utf-8" else name
