"""Where sentences are, and the years that they tell of."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_END = re.compile(r"[.!?…]{1,20}[\"»”'’)\]]*(?=\s|$)|[。！？；｡।။።؟!?؛]+[\"」』”’)]*|\n+")
"""Of a longer run of points its last part is an end: to begin anew with each of them takes time with their square."""
_MAY_END = re.compile("[.!?…。！？；｡।။።؟؛\n]")
"""Where the expression for an end can begin: it is slow to look for."""
_YEAR = re.compile(r"(?<![\d.,/$€-])(1[34]\d\d|19[89]\d|20[0-4]\d)(?![\d%]|[.,]\d)")
_DIGITS = re.compile(r"\d{4}")
LONGEST = 700
"""Characters after which a sentence is cut: some texts have no full stops, some are made to be slow."""
_SHORTEST = 3


class Sentence(NamedTuple):
    """A stretch of a text."""

    start: int
    end: int


@lru_cache(maxsize=8)
def split(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, without gaps: each begins where the last one ended, none is longer than ``LONGEST``.

    The last texts' are kept: one after the other asks for the same.
    """
    sentences: list[Sentence] = []
    start = 0
    for end in (*_ends(text), len(text)):
        while end - start > LONGEST:
            middle = text.rfind(" ", start + LONGEST // 2, start + LONGEST) + 1 or start + LONGEST
            sentences.append(Sentence(start, middle))
            start = middle
        if end - start > _SHORTEST or (end == len(text) and end > start):
            sentences.append(Sentence(start, end))
            start = end
    return tuple(sentences)


def _ends(text: str) -> Iterator[int]:
    place = _MAY_END.search(text)
    while place:
        end = _END.match(text, place.start())
        if end:
            yield end.end()
        place = _MAY_END.search(text, (end or place).end())


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence, or the sentences, that hold a stretch of the text."""
    holding = [one for one in split(text) if one.end > start and one.start < end]
    return text[holding[0].start : holding[-1].end].strip() if holding else text[start:end]


def latest_year(text: str, start: int, end: int) -> int | None:
    """The latest year that is named; years of the Iranian calendar (1360 to 1420) are turned into ours."""
    found = None
    if not _DIGITS.search(text, start, end):
        return None
    for match in _YEAR.finditer(text, start, end):
        year = int(match[1])
        if 1360 <= year <= 1420:
            year += 621
        if 1980 <= year <= 2049 and (found is None or year > found):
            found = year
    return found
