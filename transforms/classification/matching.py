"""Finds the words of the rules in folded text: one automaton for all languages, word boundaries checked here."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import ahocorasick

from blockwire.transforms.classification.folding import Folded, Folding

_SEPARATORS = frozenset(" \n\t.,;:!?-()[]\"'/|…–—，。、：；？！「」")
"""The most frequent characters between words, looked at first."""
_FREQUENT = " .,\n-"
"""Characters that no word begins with, and that a text is full of."""
_OTHER_SCRIPTS = "\u0590"
BETWEEN = r'[\s\-"]+'
"""Between two words of a pattern: a space or a hyphen, and quotation marks."""
GAP = r"[\W_]+(?:\w+[\W_]+){0,3}?"

_PIECES = re.compile(r"(\*|~|\s*\.\.\s*|\s+)")
_LITERAL_ENDS = re.compile(r"[*~]|\s*\.\.")
_compiled = lru_cache(maxsize=None)(re.compile)
"""Compiled when first needed: few of the thousand expressions are met in a run."""


class PatternError(ValueError):
    """A pattern that cannot be looked for."""


@dataclass(slots=True)
class Wanted:
    """A pattern to look for and the label that its matches get. Not frozen: making twenty thousand frozen ones takes long."""

    pattern: str
    label: int
    substring: bool = False
    prefixes: frozenset[str] = frozenset()


Hit = tuple[int, int, int]
"""A match: start and end, in offsets of the folded text, and its label. A plain tuple: there are many, and they are short-lived."""


@dataclass(slots=True)
class _Entry:
    label: int
    size: int
    """Of the literal beginning that the automaton finds."""
    free_start: bool
    free_end: bool
    rest: str
    """What has to follow the literal beginning, as an expression; empty for nothing."""
    prefixes: frozenset[str]
    exact: str | None
    """How the original has to be written, where that matters."""


def compile_pattern(wanted: Wanted, folding: Folding) -> tuple[str, _Entry]:
    """The literal beginning of a pattern and how to check the rest.

    Raises:
        PatternError: where nothing literal is left to look for.
    """
    pattern = wanted.pattern.strip()
    exact = None
    if pattern.startswith("="):
        exact = unicodedata.normalize("NFC", pattern[1:])
        pattern = pattern[1:]
    free_start = pattern.startswith("*")
    folded = folding.pattern(pattern.lstrip("*"))
    literal = _LITERAL_ENDS.split(folded, maxsplit=1)[0]
    if not literal.strip():
        raise PatternError(f"pattern {wanted.pattern!r} begins with no letter; expected a literal beginning")
    tail = folded[len(literal) :]
    if wanted.substring and not tail:
        return literal, _Entry(wanted.label, len(literal), True, True, "", frozenset(), exact)
    pieces = _PIECES.split(tail) if tail else ()
    rest = "".join(_expression(piece, wanted.substring) for piece in pieces if piece)
    return literal, _Entry(
        wanted.label, len(literal), free_start or wanted.substring, wanted.substring, rest, wanted.prefixes, exact
    )


def _expression(piece: str, substring: bool) -> str:
    if piece == "*":
        return r"\w*"
    if piece == "~":
        return r"\w{0,4}"
    if piece.strip() == "..":
        return ".{0,8}?" if substring else GAP
    if piece.isspace():
        return BETWEEN
    return re.escape(piece)


class _Bucket(NamedTuple):
    """The entries that begin with one literal, sorted by what has to be checked. There are twenty thousand."""

    size: int
    whole: tuple[int, ...]
    """Labels of those that are the literal and nothing more, as a whole word."""
    others: tuple[_Entry, ...]
    inside: tuple[_Entry, ...]
    """Those that may begin inside a word."""
    entries: tuple[_Entry, ...]

    @classmethod
    def of(cls, entries: list[_Entry]) -> "_Bucket":
        whole, others, inside = [], [], []
        for entry in entries:
            if entry.rest or entry.exact or entry.free_end:
                others.append(entry)
            else:
                whole.append(entry.label)
            if entry.free_start or entry.prefixes:
                inside.append(entry)
        return cls(entries[0].size, tuple(whole), tuple(others), tuple(inside), tuple(entries))


_NOTHING = _Bucket(2, (), (), (), ())


class Matcher:
    """Finds all patterns in one pass."""

    def __init__(self, wanted: Iterable[Wanted], folding: Folding) -> None:
        entries: dict[str, list[_Entry]] = {}
        for one in wanted:
            literal, entry = compile_pattern(one, folding)
            for spelling in _spellings(literal):
                bucket = entries.setdefault(spelling, [])
                if entry not in bucket:
                    bucket.append(entry)
        self._automaton = _automaton({literal: _Bucket.of(bucket) for literal, bucket in entries.items()})

    def find(self, folded: Folded) -> Iterator[Hit]:
        """All matches, in order of where their literal beginning ends."""
        text = folded.text
        size = len(text)
        for last, bucket in self._automaton.iter(text):
            after = last + 1
            start = after - bucket.size
            before = text[start - 1] if start else " "
            if before in _SEPARATORS:
                if bucket.whole and (
                    after == size or text[after] in _SEPARATORS or not _joined(text[after - 1], text[after])
                ):
                    for label in bucket.whole:
                        yield start, after, label
                for entry in bucket.others:
                    if (end := _end(folded, start, after, entry)) is not None:
                        yield start, end, entry.label
                continue
            inside = before < _OTHER_SCRIPTS and text[start] < _OTHER_SCRIPTS and before.isalnum()
            for entry in bucket.inside if inside else bucket.entries:
                if _begins(text, start, entry) and (end := _end(folded, start, after, entry)) is not None:
                    yield start, end, entry.label


def _automaton(buckets: Mapping[str, _Bucket]) -> Any:
    """The automaton. It looks for its next step among those of a state in the order in which they were added: the frequent come first."""
    automaton = ahocorasick.Automaton()
    for separator in _FREQUENT:
        automaton.add_word(f"{separator}\0", _NOTHING)
    for literal in sorted(buckets):
        automaton.add_word(literal, buckets[literal])
    automaton.make_automaton()
    return automaton


def _spellings(literal: str) -> Iterable[str]:
    """With spaces and with hyphens between its words. One at its end stays: ``e-`` is not the word ``e``."""
    words = literal.strip(" -")
    if " " in words or "-" in words:
        return {literal, literal.replace(" ", "-"), literal.replace("-", " ")}
    return (literal,)


def _end(folded: Folded, start: int, end: int, entry: _Entry) -> int | None:
    """Where a match ends whose literal beginning is found; None where the rest is not there, or not so written."""
    text = folded.text
    if entry.rest:
        match = _compiled(entry.rest).match(text, end)
        if match is None:
            return None
        end = match.end()
    if end < len(text) and text[end] not in _SEPARATORS and not _ends(text, end, entry):
        return None
    if entry.exact is not None:
        first, after = folded.span(start, end)
        if unicodedata.normalize("NFC", folded.original[first:after]) != entry.exact:
            return None
    return end


def _joined(left: str, right: str) -> bool:
    """Whether two characters belong to one word: Latin letters and those of Asia's and Arabia's scripts do not."""
    if left.isascii() != right.isascii() and max(left, right) >= _OTHER_SCRIPTS:
        return False
    return left.isalnum() and right.isalnum()


def _ends(text: str, end: int, entry: _Entry) -> bool:
    """Whether a word may end there."""
    return not _joined(text[end - 1], text[end]) or (entry.free_end and _mixed(text, end))


def _mixed(text: str, place: int) -> bool:
    """Whether it is not the inside of a Latin word."""
    return not (text[place - 1].isascii() and text[place].isascii())


def _begins(text: str, start: int, entry: _Entry) -> bool:
    """Whether a word may begin there. In scripts without spaces Latin words still have their bounds."""
    if not _joined(text[start - 1], text[start]):
        return True
    if entry.free_start and (not entry.free_end or _mixed(text, start)):
        return True
    return bool(entry.prefixes) and _prefixed(text, start, entry.prefixes)


def _prefixed(text: str, start: int, prefixes: frozenset[str]) -> bool:
    """Whether all that precedes in the word is a prefix that the language writes together with it."""
    begin = start
    while begin and text[begin - 1].isalnum() and start - begin < 5:
        begin -= 1
    return text[begin:start] in prefixes
