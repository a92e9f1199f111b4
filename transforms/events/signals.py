"""Words that say what goes on around a restriction: an election, protests, an accident."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import ahocorasick

_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u9fff]")


class Signals:
    """Finds them, all at once.

    Args:
        words: beginnings of words in any language, by what they show.
    """

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._automaton = ahocorasick.Automaton()
        shown: dict[str, set[str]] = {}
        for name, some in words.items():
            for word in some:
                shown.setdefault(word.casefold(), set()).add(name)
        for word, names in shown.items():
            self._automaton.add_word(word, (len(word), not _UNSPACED.match(word), frozenset(names)))
        if shown:
            self._automaton.make_automaton()

    def shown_by(self, text: str) -> set[str]:
        """What a text shows. A word counts where it begins; in scripts without spaces, anywhere."""
        found: set[str] = set()
        if not len(self._automaton):
            return found
        folded = text.casefold()
        for last, (length, spaced, names) in self._automaton.iter(folded):
            first = last - length + 1
            if not names <= found and not (spaced and first and folded[first - 1].isalnum()):
                found |= names
        return found
