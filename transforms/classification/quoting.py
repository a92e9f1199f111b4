"""Evidence: what was found in folded text, as exact quotes of the original."""

from typing import Literal

from blockwire.schemas import Evidence
from blockwire.transforms.classification.analysis import Analysis
from blockwire.transforms.classification.scoring import Match

MOST_EVIDENCE = 24
QUOTE_LIMIT = 240
"""The longest quote, in characters."""


def evidence_of(
    analysis: Analysis,
    field: Literal["title", "text"],
    stretch: tuple[int, int],
    rule: str,
    supports: str,
    weight: float = 0.0,
) -> Evidence:
    """What a stretch of the folded field speaks for, quoted from the original."""
    start, end, quote = analysis.quote(field, *stretch)
    return Evidence(
        field=field, start=start, end=end, quote=quote, rule=rule, supports=supports, weight=round(weight, 4)
    )


def quotes(analysis: Analysis, matches: list[Match], most: int = MOST_EVIDENCE) -> tuple[Evidence, ...]:
    """The matches that weigh most, for or against, each with its quote."""
    strongest = sorted(matches, key=lambda match: -abs(match.weight))[:most]
    return tuple(_quoted(analysis, match) for match in strongest)


def _quoted(analysis: Analysis, match: Match) -> Evidence:
    measures = match.rule.measures
    supports = f"measure:{measures[0]}" if measures else match.rule.supports or "relevance"
    stretch = match.start, min(match.end, match.start + QUOTE_LIMIT)
    return evidence_of(analysis, match.sentence.field, stretch, match.rule.id, supports, match.weight)
