"""How far a measure has come, as the article tells it."""

from collections import defaultdict

from blockwire.schemas.taxonomy import Measure, Status
from blockwire.transforms.classification.analysis import Found
from blockwire.transforms.classification.scoring import Match
from blockwire.transforms.classification.vocabulary import Vocabulary

_CONCEPTS = {
    "s_proposed": Status.PROPOSED,
    "s_ordered": Status.ORDERED,
    "s_in_force": Status.IN_FORCE,
    "s_partly": Status.PARTLY_LIFTED,
    "s_lifted": Status.LIFTED,
    "s_denied": Status.DENIED,
}
_LIFTING = (Status.PARTLY_LIFTED, Status.LIFTED)
BACKGROUND = 0.55
"""From this share of matches in sentences about years past the article is background, and tells no status."""
REACH = 90
"""A cue stands at most so many characters from the words of the rule."""


class StatusReader:
    """Weighs the words for the stage that stand near what matched."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._history = vocabulary.rules.tuning.history_factor or 1.0
        self._status = {vocabulary.bits[concept]: status for concept, status in _CONCEPTS.items()}
        self._mask = vocabulary.mask(tuple(_CONCEPTS))

    def read(
        self, matches: list[Match], measures: tuple[Measure, ...]
    ) -> tuple[Status | None, list[tuple[Match, Found, Status]]]:
        """The status and the words it was read from; None where the matches tell of years past only."""
        told = [m for m in matches if m.rule.weight > 0]
        weight = {id(m): m.weight / (self._history if m.past and m.sentence.field == "text" else 1.0) for m in told}
        past = sum(weight[id(m)] for m in told if m.past)
        if not told or past > BACKGROUND * sum(weight.values()):
            return None, []
        told = [m for m in told if not m.past]
        votes: dict[Status, float] = defaultdict(float)
        cues: list[tuple[Match, Found, Status]] = []
        seen = set()
        ended = set()
        for match in sorted(told, key=lambda m: -m.weight):
            sentence = match.sentence
            if Measure.UNBLOCKING in match.rule.measures and (sentence.field, sentence.start) not in ended:
                # Telling of an end is a word for its stage too.
                ended.add((sentence.field, sentence.start))
                votes[Status.LIFTED] += sentence.weight**2
            for found in sentence.found:
                if not found.label.mask & self._mask:
                    continue
                key = (sentence.field, found.start, found.label.mask)
                gap = max(found.start - match.end, match.start - found.end, 0)
                if key in seen or gap > REACH:
                    continue
                seen.add(key)
                status = self._status[found.label.mask & self._mask]
                votes[status] += sentence.weight**2 * (1.0 if gap == 0 else 0.8)
                cues.append((match, found, status))
        return self._decide(votes, measures), cues

    def _decide(self, votes: dict[Status, float], measures: tuple[Measure, ...]) -> Status:
        if votes[Status.DENIED] >= 1.4 and votes[Status.DENIED] * 2.2 >= max(votes.values()):
            return Status.DENIED
        if Measure.UNBLOCKING in measures:
            if votes[Status.PARTLY_LIFTED] >= 1.0:
                return Status.PARTLY_LIFTED
            if votes[Status.LIFTED] * 1.2 >= max(votes[Status.PROPOSED], votes[Status.ORDERED]):
                return Status.LIFTED
        else:
            for status in _LIFTING:
                votes[status] = 0.0
        votes[Status.DENIED] = 0.0
        best = max(votes.values(), default=0.0)
        if best == 0:
            return Status.PROPOSED if measures == (Measure.LEGAL_REGULATION,) else Status.IN_FORCE
        for status in (Status.PROPOSED, Status.ORDERED, Status.IN_FORCE):
            if votes[status] == best:
                return status
        return Status.LIFTED if votes[Status.LIFTED] >= votes[Status.PARTLY_LIFTED] else Status.PARTLY_LIFTED
