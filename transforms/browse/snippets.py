"""The words of an article that say most, within their sentence."""

from dataclasses import dataclass
from typing import Final

from blockwire.schemas import CensorshipItem, Evidence
from blockwire.transforms.classification.sentences import LONGEST, split

MOST_AROUND: Final = 160
"""Characters shown before and after the quote, at most."""


@dataclass(frozen=True)
class Snippet:
    """A quote, and what stands around it in the same sentence."""

    before: str
    quote: str
    after: str


def snippet(item: CensorshipItem) -> Snippet | None:
    """What speaks most for the item; from the text rather than the title, which is read anyway."""
    telling = [one for one in item.evidence if one.weight > 0 and one.field == "text"]
    best = max(telling, key=lambda one: one.weight, default=None)
    return None if best is None else _within_sentence(item.text, best)


def _within_sentence(text: str, evidence: Evidence) -> Snippet:
    around = max(evidence.start - LONGEST, 0)
    window = text[around : evidence.end + LONGEST]
    start, end = evidence.start - around, evidence.end - around
    holding = [one for one in split(window) if one.end > start and one.start < end]
    first, last = (holding[0].start, holding[-1].end) if holding else (start, end)
    before, after = window[first:start].lstrip(), window[end:last].rstrip()
    return Snippet(
        f"…{before[-MOST_AROUND:]}" if len(before) > MOST_AROUND else before,
        evidence.quote,
        f"{after[:MOST_AROUND]}…" if len(after) > MOST_AROUND else after,
    )
