"""How a text frames what it tells: as long ago, as what may come, as told before, or with a year in passing.

The words are data: ``framing`` in each language's lexicon.
"""

import re
from collections.abc import Iterator
from typing import Final

from blockwire.schemas.rules import FramingKind, Lexicon, RuleSet
from blockwire.transforms.classification.folding import Folded, Folding
from blockwire.transforms.classification.matching import Matcher, Wanted

_ASKS: Final = re.compile(r"[?？؟]\W*$")
_YEAR_BEHIND: Final = re.compile(r"\W{0,2}(\d{4})(?!\d)")
_YEAR_BEFORE: Final = re.compile(r"(?<!\d)(\d{4})年?\W{0,2}$")
_REACH: Final = 8
"""Characters before a word in which a year may stand."""
_KINDS: Final = tuple(FramingKind)


class Framing:
    """Finds the words that frame what is told.

    Args:
        rules: the words of each language.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._folding = Folding(rules.characters)
        wanted = [one for lexicon in rules.lexicons for one in self._wanted(lexicon)]
        self._matcher = Matcher(wanted, self._folding)

    def _wanted(self, lexicon: Lexicon) -> Iterator[Wanted]:
        prefixes = frozenset(map(self._folding.pattern, lexicon.prefixes))
        for kind, patterns in lexicon.framing.items():
            for pattern in patterns:
                yield Wanted(pattern, _KINDS.index(kind), lexicon.substring, prefixes)

    def of(self, text: str) -> frozenset[FramingKind]:
        """What the words of a title, or of a sentence, do."""
        return frozenset(_KINDS[label] for _, _, label in self._matcher.find(self._folding.fold(text)))

    def without_passing_years(self, text: str) -> str:
        """A text in which the years that date a service or a law are blanks."""
        folded = self._folding.fold(text)
        kept = list(text)
        for start, end, label in self._matcher.find(folded):
            if _KINDS[label] is FramingKind.PASSING_YEAR:
                for first, after in _years_beside(folded, start, end):
                    kept[first:after] = " " * (after - first)
        return "".join(kept)


def asks(title: str) -> bool:
    """Whether a title ends in a question."""
    return _ASKS.search(title) is not None


def _years_beside(folded: Folded, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where years stand in the original that are next to a stretch of the folded text."""
    behind = _YEAR_BEHIND.match(folded.text, end)
    if behind:
        yield folded.span(*behind.span(1))
    before = _YEAR_BEFORE.search(folded.text[max(0, start - _REACH) : start])
    if before:
        first, after = before.span(1)
        offset = max(0, start - _REACH)
        yield folded.span(offset + first, offset + after)
