"""Figures for a yes-or-no decision with a score, and for sets of labels."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """How decisions and truth agree."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    n: int = 0

    @property
    def precision(self) -> float:
        """The share of what was called positive that is; 0 where nothing was."""
        called = self.true_positive + self.false_positive
        return self.true_positive / called if called else 0.0

    @property
    def recall(self) -> float:
        """The share of what is positive that was found; 0 where there is nothing."""
        there = self.true_positive + self.false_negative
        return self.true_positive / there if there else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = 2 * self.true_positive + self.false_positive + self.false_negative
        return 2 * self.true_positive / total if total else 0.0

    def as_dict(self) -> dict[str, float | int]:
        """For a report."""
        return {
            "n": self.n,
            "positive": self.true_positive + self.false_negative,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "false_positive": self.false_positive,
            "false_negative": self.false_negative,
        }


def count(truth: Sequence[bool], decision: Sequence[bool]) -> Counts:
    """Counts agreement, item by item."""
    pairs = list(zip(truth, decision, strict=True))
    return Counts(pairs.count((True, True)), pairs.count((False, True)), pairs.count((True, False)), len(pairs))


def count_sets(truth: Sequence[set[str]], decision: Sequence[set[str]]) -> Counts:
    """Counts labels over all items together (micro)."""
    both = sum(len(t & d) for t, d in zip(truth, decision, strict=True))
    return Counts(both, sum(map(len, decision)) - both, sum(map(len, truth)) - both, len(truth))


def average_precision(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """The area under the precision-recall curve, as average precision; items of one score are taken together."""
    ranked = sorted(zip(scores, truth, strict=True), key=lambda pair: -pair[0])
    positives = sum(truth)
    if not positives:
        return 0.0
    area = 0.0
    found = seen = 0
    start = 0
    while start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        here = sum(is_positive for _, is_positive in ranked[start:end])
        found, seen = found + here, seen + end - start
        area += here / positives * found / seen
        start = end
    return area


def brier(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """The mean squared distance of score and truth: 0 is best."""
    if not truth:
        return 0.0
    return sum((score - is_positive) ** 2 for score, is_positive in zip(scores, truth, strict=True)) / len(truth)
