"""Text made comparable, with the way back: every folded character knows where it stood in the original."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

DROPPED = frozenset(
    "\u00ad\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u0640\u0670"
) | {chr(code) for code in (*range(0x064B, 0x0653), *range(0xFE00, 0xFE10))}
"""Soft hyphen, joiners, direction marks, tatweel, Arabic short vowels, variants of signs: no meaning changes with them."""

_PAIRS = {
    "ё": "е", "ı": "i", "ß": "s", "ς": "σ", "\u200c": " ", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
    "\u3000": " ", "«": '"', "»": '"', "“": '"', "”": '"', "„": '"',
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "\u2010": "-", "\u2011": "-",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ی", "ي": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ە": "ه", "ؤ": "و",
    "ø": "o", "đ": "d", "ł": "l", "æ": "a", "œ": "o",
}  # fmt: skip

_DROPPED = re.compile(f"[{''.join(sorted(DROPPED))}]")
_CHANGING = re.compile(
    rf"[^\W_]?[\u0300-\u036f]+|[{''.join(sorted(DROPPED))}]+|[\u0627\u0648\u064a\u06cc\u06d2][\u0653-\u0655]"
)
"""Letters with combining marks that NFC joins, and characters that are dropped."""
_EUROPE = range(0x300, 0x590)
"""Marks in the scripts of Europe."""
_SYMBOLS = range(0x20D0, 0x2100)
"""Marks on digits and signs, such as the frame of a key: no letters follow from them."""
_ARCHAIC, _TANGUT = range(0x461, 0x482, 2), 0x17000
"""Small letters of Cyrillic, and the first of six thousand of another script, that no news is written in."""
MARKS = "\U00017000-\U000187ff"
"""What marks have become, except Europe's: a range for expressions."""


def _table(characters: Mapping[str, str]) -> dict[str, str]:
    """What becomes of characters that are in lower case already."""
    table: dict[str, str] = {}
    # Accents of western Latin, full-width forms.
    for code in (*range(0xC0, 0x180), *range(0x218, 0x21C), *range(0xFF01, 0xFF5F)):
        lower = chr(code).lower()
        plain = unicodedata.normalize("NFKD", lower)[:1]
        if len(lower) == 1 and plain != lower:
            table[lower] = plain
    table |= _marks() | _PAIRS
    for zero in (0x0660, 0x06F0, 0x0966, 0x1040):
        table |= {chr(zero + digit): str(digit) for digit in range(10)}
    return table | {character.lower(): folded for character, folded in characters.items()}


def _marks() -> dict[str, str]:
    """Marks that no letter takes in, such as the vowels of Thai and Hindi, as letters.

    For expressions and ``str.isalnum`` too they are parts of words then.
    """
    codes = (code for code in range(_EUROPE.start, 0x10000) if code not in _SYMBOLS)
    marks = [code for code in codes if unicodedata.category(chr(code))[0] == "M"]
    return {
        chr(code): chr(_ARCHAIC[code % len(_ARCHAIC)] if code in _EUROPE else _TANGUT + number)
        for number, code in enumerate(marks)
    }


@dataclass(frozen=True)
class Folded:
    """Folded text; ``offsets`` is None where every character stands where it stood."""

    original: str
    text: str
    offsets: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a stretch of the folded text came from."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1 if end > start else self.offsets[start]


class Folding:
    """Folds case, western accents, Arabic and Persian letter variants, digits, and what the rules' data adds."""

    def __init__(self, characters: Mapping[str, str]) -> None:
        self._table = _table(characters)
        # A third of the time of str.translate: of most texts few characters change.
        self._folded = re.compile(f"[{''.join(map(re.escape, self._table))}]")

    def pattern(self, text: str) -> str:
        """A pattern's words in the form that texts are compared in."""
        return self._translated(text) if text.isascii() else self.fold(text).text

    def fold(self, text: str) -> Folded:
        """Folds a text of any length; NFC or not, with invisible characters or without."""
        if unicodedata.is_normalized("NFC", text) and not _DROPPED.search(text):
            return Folded(text, self._translated(text))
        return self._slow(text)

    def _translated(self, text: str) -> str:
        # Of all letters this one alone would become two.
        lower = text.replace("İ", "i").lower()
        return self._folded.sub(lambda match: self._table[match[0]], lower)

    def _slow(self, text: str) -> Folded:
        """Only the clusters that change are taken one by one; what is between them keeps its place."""
        pieces: list[str] = []
        offsets: list[int] = []
        start = 0
        for match in _CHANGING.finditer(text):
            pieces.append(self._translated(text[start : match.start()]))
            offsets.extend(range(start, match.start()))
            start = match.end()
            for index, character in enumerate(unicodedata.normalize("NFC", match[0])):
                if character not in DROPPED:
                    pieces.append(self._translated(character))
                    offsets.append(min(match.start() + index, start - 1))
        pieces.append(self._translated(text[start:]))
        offsets.extend(range(start, len(text) + 1))
        return Folded(text, "".join(pieces), tuple(offsets))
