"""Words that say what goes on around a restriction: an election, protests, an accident."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import ahocorasick

from blockwire.schemas.severity import Signal
from blockwire.transforms.classification.sentences import latest_year, split

HEAD: Final = 400
"""Characters of a text that say what it is about."""
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u9fff]")
_ANY_ENDING: Final = "*"
_ARABIC_PREFIXES: Final = frozenset(
    ("و", "ف", "ب", "ل", "ك", "ال", "وال", "فال", "بال", "كال", "لل", "ولل", "وب", "ول")
)
"""Conjunctions, prepositions and the article are written together with the word."""
_DOT_ABOVE: Final = "\u0307"
"""What is left of a Turkish capital İ in lower case."""


@dataclass(frozen=True)
class _Shown:
    length: int
    spaced: bool
    ending: bool
    """Whether the word may go on."""
    head: bool
    name: str


class Signals:
    """Finds them, all at once.

    Args:
        signals: the words, by what they show.
    """

    def __init__(self, signals: Mapping[str, Signal]) -> None:
        self._automaton = ahocorasick.Automaton()
        shown: dict[str, list[_Shown]] = {}
        for name, signal in signals.items():
            for word in signal.words:
                form = _folded(word).removesuffix(_ANY_ENDING)
                spaced = not _UNSPACED.match(form)
                ending = word.endswith(_ANY_ENDING)
                shown.setdefault(form, []).append(_Shown(len(form), spaced, ending, signal.head, name))
        for form, meanings in shown.items():
            self._automaton.add_word(form, tuple(meanings))
        if shown:
            self._automaton.make_automaton()

    def shown_by(self, title: str, text: str = "", told_at: Collection[int] = (), year: int | None = None) -> set[str]:
        """What title and text show. Words count whole; in scripts without spaces, anywhere.

        Args:
            title: of the report.
            text: of the report.
            told_at: the places in the text that tell of the restriction.
            year: of the report; what a sentence tells of years before goes on no more.
        """
        if not len(self._automaton):
            return set()
        names = {shown.name for _, shown in self._found(_folded(title))}
        for sentence in split(text):
            if year is not None and (told := latest_year(text, *sentence)) is not None and told < year:
                continue
            tells = any(sentence.start <= at < sentence.end for at in told_at)
            for first, shown in self._found(_folded(text[sentence.start : sentence.end])):
                if tells or not shown.head or sentence.start + first <= HEAD:
                    names.add(shown.name)
        return names

    def _found(self, text: str) -> Iterator[tuple[int, _Shown]]:
        for last, meanings in self._automaton.iter(text):
            for shown in meanings:
                first, end = last - shown.length + 1, last + 1
                if not shown.spaced or (_begins(text, first) and (shown.ending or not _goes_on(text, end))):
                    yield first, shown


def _folded(text: str) -> str:
    return text.casefold().replace(_DOT_ABOVE, "")


def _begins(text: str, at: int) -> bool:
    """Whether a word begins here, perhaps behind what Arabic writes together with it."""
    before = at
    while before and _goes_on(text, before - 1):
        before -= 1
    return before == at or text[before:at] in _ARABIC_PREFIXES


def _goes_on(text: str, at: int) -> bool:
    """Whether a letter, its mark or a digit stands here."""
    return at < len(text) and (text[at].isalnum() or unicodedata.category(text[at]).startswith("M"))
