"""The recall audit: which entries to judge, and what their labels say of all the others. Pure."""

import hashlib
import heapq
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from blockwire.schemas import EntryFate, Fate

ACCEPTED, NEAR, DOUBTFUL, LOW, GATE = "accepted", "near the threshold", "doubtful", "low", "dropped by the gate"
SHARES = {ACCEPTED: 0.2, NEAR: 0.3, DOUBTFUL: 0.2, LOW: 0.2, GATE: 0.1}
"""How a sample is spread over the strata. Misses are thickest near the threshold; at random, most are far below it."""
NEAR_SCORE, DOUBTFUL_SCORE = 0.2, 0.05
"""From these scores on a rejected entry is near the threshold, or doubtful."""
GATE_MARK = ".gate"
"""How the rules' version ends where the gate dropped an entry."""
DRAWS = 10_000
LEVEL = 0.95


@dataclass
class Stratum:
    """Entries of a kind: how many there are, those drawn, and what was said of the judged ones."""

    name: str
    entries: int = 0
    judged: int = 0
    relevant: int = 0
    drawn: list[EntryFate] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of the judged that is relevant; 0 where nothing was judged."""
        return self.relevant / self.judged if self.judged else 0.0


@dataclass(frozen=True)
class Estimate:
    """What share of the relevant entries was found."""

    recall: float
    low: float
    high: float
    precision: float
    missed: float
    """The number of relevant entries among the rejected."""


def stratum_of(fate: EntryFate) -> str | None:
    """The stratum of an entry; nothing for one that was never judged."""
    if fate.fate is Fate.INDEXED:
        return ACCEPTED
    if fate.fate is not Fate.NOT_RELEVANT:
        return None
    if (fate.rules_version or "").endswith(GATE_MARK):
        return GATE
    score = fate.score or 0.0
    return NEAR if score >= NEAR_SCORE else DOUBTFUL if score >= DOUBTFUL_SCORE else LOW


def survey(fates: Iterable[EntryFate], size: int, seed: int, judged: Mapping[str, bool]) -> dict[str, Stratum]:
    """Counts the strata and draws a sample from each, in one pass.

    Within a stratum entries are ordered by a hash of seed and id and the first are drawn: at random, the same each time,
    and with new entries in the store mostly still the same, so that an audit can be gone on with.

    Args:
        fates: of all entries.
        size: of the whole sample.
        seed: another one draws another sample.
        judged: the labels so far, by entry id.
    """
    strata = {name: Stratum(name) for name in SHARES}
    first: dict[str, list[tuple[int, EntryFate]]] = {name: [] for name in SHARES}
    for fate in fates:
        name = stratum_of(fate)
        if name is None:
            continue
        stratum = strata[name]
        stratum.entries += 1
        if fate.id in judged:
            stratum.judged += 1
            stratum.relevant += judged[fate.id]
        entry = (-_order(seed, fate.id), fate)
        push = heapq.heappush if len(first[name]) < size else heapq.heappushpop
        push(first[name], entry)
    for name, number in _sizes(strata, size).items():
        ordered = sorted(first[name], key=lambda pair: -pair[0])
        strata[name].drawn = [fate for _, fate in ordered[:number]]
    return strata


def estimate(strata: Mapping[str, Stratum], seed: int) -> Estimate | None:
    """Recall and precision with a 95 % interval of the recall; nothing where accepted or rejected entries are unjudged.

    The point is the stratified one: each stratum's share of relevant entries times its number. For the interval each
    share is drawn from its beta posterior with a prior of one half, Jeffreys' (Brown, Cai, DasGupta, Interval estimation for
    a binomial proportion, 2001), as Webber recommends for recall (Approximate recall confidence intervals, ACM TOIS 31,
    2013). A stratum of which nothing was judged widens it as if anything could be there.
    """
    accepted = strata[ACCEPTED]
    rejected = [stratum for stratum in strata.values() if stratum is not accepted and stratum.entries]
    if not accepted.judged or not any(stratum.judged for stratum in rejected):
        return None
    found = accepted.share * accepted.entries
    missed = sum(stratum.share * stratum.entries for stratum in rejected)
    source = random.Random(seed)
    recalls = sorted(_drawn_recall(source, accepted, rejected) for _ in range(DRAWS))
    tail = int(DRAWS * (1 - LEVEL) / 2)
    recall = found / (found + missed) if found + missed else 0.0
    return Estimate(recall, recalls[tail], recalls[-1 - tail], accepted.share, missed)


def _drawn_recall(source: random.Random, accepted: Stratum, rejected: list[Stratum]) -> float:
    found = _drawn_number(source, accepted)
    missed = sum(_drawn_number(source, stratum) for stratum in rejected)
    return found / (found + missed) if found + missed else 0.0


def _drawn_number(source: random.Random, stratum: Stratum) -> float:
    """A likely number of relevant entries: those judged so, and a share of the others."""
    share = source.betavariate(stratum.relevant + 0.5, stratum.judged - stratum.relevant + 0.5)
    return stratum.relevant + share * (stratum.entries - stratum.judged)


def _order(seed: int, identity: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{identity}".encode()).digest()[:8], "big")


def _sizes(strata: Mapping[str, Stratum], size: int) -> dict[str, int]:
    """How many to draw of each: by shares; what a small stratum leaves goes to the others."""
    sizes: dict[str, int] = {}
    open_share = sum(SHARES.values())
    left = size
    for name in sorted(SHARES, key=lambda one: strata[one].entries):
        sizes[name] = min(strata[name].entries, round(left * SHARES[name] / open_share))
        left -= sizes[name]
        open_share -= SHARES[name]
    return sizes
