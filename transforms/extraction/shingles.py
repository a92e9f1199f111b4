"""How much of one text is in another: the measure of the article extraction benchmark of Scrapinghub (2020).

Texts are compared as bags of four words in a row. Scripts without spaces between words count by character.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

SHINGLE = 4

_BY_CHARACTER = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_BY_CHARACTER}]|[^\W{_BY_CHARACTER}]+")

Shingles = Counter[tuple[str, ...]]


def tokens(text: str) -> list[str]:
    """Words, and single characters of Chinese, Japanese, Thai, Lao, Khmer and Burmese."""
    return _TOKEN.findall(text)


def shingles(text: str) -> Shingles:
    """Every four tokens in a row with their number; of a shorter text, all its tokens as one."""
    words = tokens(text)
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)) if words)


@dataclass(frozen=True)
class Overlap:
    """Precision and recall of one page; None where there is nothing to divide by."""

    precision: float | None
    recall: float | None

    @property
    def f1(self) -> float:
        """Zero where nothing is shared; one where both are empty."""
        if self.precision is None and self.recall is None:
            return 1.0
        return harmonic(self.precision or 0.0, self.recall or 0.0)


def overlap(gold: Shingles, found: Shingles) -> Overlap:
    """Compares an extraction with the reference."""
    shared, wanted, given = (gold & found).total(), gold.total(), found.total()
    return Overlap(shared / given if given else None, shared / wanted if wanted else None)


def harmonic(precision: float, recall: float) -> float:
    """F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True)
class TextScore:
    """Over some pages: mean precision, mean recall, their F1, and the mean of the pages' own F1."""

    pages: int
    f1: float
    precision: float
    recall: float
    page_f1: float


def text_score(overlaps: Iterable[Overlap]) -> TextScore:
    """The benchmark's way: precision over pages with an extraction, recall over pages with a reference."""
    every = list(overlaps)
    given = [each.precision for each in every if each.precision is not None]
    wanted = [each.recall for each in every if each.recall is not None]
    precision = fmean(given) if given else 0.0
    recall = fmean(wanted) if wanted else 0.0
    page = fmean(each.f1 for each in every) if every else 0.0
    return TextScore(len(every), harmonic(precision, recall), precision, recall, page)
