"""Reprints: which texts are copies of one another, whatever outlet they stand in.

MinHash (Broder 1997) over three tokens in a row, by rensa, which is written in Rust. Languages do not matter: a token is a word, or a
character in scripts without spaces. Two texts are compared where they share a band of their signatures, so that nothing is compared with
everything; 24 bands of 3 hashes find 96 % of the pairs that share half of their shingles.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rensa import RMinHash  # type: ignore[import-untyped]

from blockwire.schemas import Report
from blockwire.transforms.extraction.shingles import tokens

SHINGLE: Final = 3
HASHES: Final = 72
ROWS: Final = 3
"""Hashes in a band."""
SEED: Final = 8
_HEX: Final = 8

LIKE: Final = 0.4
"""From this share of shingles in common on, two texts are one. Rewritten agency texts have .6 to .9, different reports on one thing under .05."""
CONTAINED: Final = 0.75
"""A shortened reprint: this share of the shorter text is in the longer one ..."""
LEAST_LIKE: Final = 0.2
"""... and they have this much in common, or a chance agreement of the hashes would do."""
FEWEST: Final = 15
"""Shingles that a text needs: headlines are alike without being copies."""


@dataclass(frozen=True)
class Fingerprint:
    """What a text is compared by."""

    signature: str
    """In hexadecimal, eight characters a hash; empty where the text is too short."""
    shingles: int


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a text, as extracted."""
    words = [token.casefold() for token in tokens(text)]
    shingles = {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
    if len(shingles) < FEWEST:
        return Fingerprint("", len(shingles))
    sketch = RMinHash(num_perm=HASHES, seed=SEED)
    sketch.update(sorted(shingles))
    return Fingerprint("".join(f"{number:0{_HEX}x}" for number in sketch.digest()), len(shingles))


def bands(signature: str) -> tuple[str, ...]:
    """The parts of a signature of which two copies share at least one, each with its place."""
    width = ROWS * _HEX
    return tuple(f"{at // width}:{signature[at : at + width]}" for at in range(0, len(signature), width))


def likeness(one: Fingerprint | Report, other: Fingerprint | Report) -> float:
    """The estimated share of all their shingles that both have, 0 to 1; the standard error is .06 at most."""
    if not one.signature or not other.signature:
        return 0.0
    pairs = zip(_hashes(one.signature), _hashes(other.signature), strict=True)
    return sum(a == b for a, b in pairs) / HASHES


def is_copy(one: Fingerprint | Report, other: Fingerprint | Report) -> bool:
    """Whether one text is the other, reworded a little or shortened."""
    share = likeness(one, other)
    if share >= LIKE:
        return True
    if share < LEAST_LIKE:
        return False
    common = share / (1 + share) * (one.shingles + other.shingles)
    return common / min(one.shingles, other.shingles) >= CONTAINED


def originals(reports: Iterable[Report]) -> dict[str, str | None]:
    """Article id -> id of the earliest article whose text it repeats, or None.

    The result does not depend on the order in which reports are given: the earliest published is the original, then the lowest id.
    """
    found: dict[str, str | None] = {}
    first: dict[str, list[Report]] = {}
    for report in sorted(reports, key=lambda one: (one.at, one.article_id)):
        near = {one.article_id: one for band in bands(report.signature) for one in first.get(band, ())}
        original = next((one for one in near.values() if is_copy(one, report)), None)
        found[report.article_id] = original.article_id if original else None
        if original is None:
            for band in bands(report.signature):
                first.setdefault(band, []).append(report)
    return found


def _hashes(signature: str) -> list[str]:
    return [signature[at : at + _HEX] for at in range(0, len(signature), _HEX)]
