"""The gate: whether a page is worth extracting in full. It looks at cheap text and drops only what is safely irrelevant."""

import math
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from blockwire.schemas import Evidence
from blockwire.schemas.rules import Position, RuleSet
from blockwire.transforms.classification.analysis import LEAD, Analysis, Analyst, SentenceView
from blockwire.transforms.classification.quoting import quotes
from blockwire.transforms.classification.scoring import Scorer
from blockwire.transforms.classification.vocabulary import Vocabulary

LONGEST = 6_000
"""Characters that are read, if nothing else is asked for: more than of an article, for menus stand before it in a page's cheap text."""
FEW = 3
"""Quotes that a decision carries."""
_ANY_YEAR = 0
"""Nothing is long past here."""
_LEAD = frozenset({"title", "headline", "lead"})
_TITLE = frozenset({"title", "headline"})
_BEGINNING = 10 * LEAD
"""Characters of a page in which the beginning of an article stands, whatever else stands between its sentences."""
MARGIN: Final = math.exp(-0.5)
"""In odds: half a point."""
_MENUS: Final = ["nav", "footer", "aside", "li a"]
"""Where little of an article's text stands: links in lists, and what says itself that it is beside the point."""


@dataclass(frozen=True)
class GateDecision:
    """Whether to extract a page in full."""

    passed: bool
    score: float
    """The probability that it is relevant, by all that speaks for it and nothing that speaks against it; of all that a page says, the most."""
    evidence: tuple[Evidence, ...]
    """Its strongest matches. Offsets are of the title, and of all that was read besides, joined by line breaks."""
    lead_only: bool
    """It passed by what title and lead are about, though nothing in all of the text adds up."""
    rules_version: str
    """The rules' version with ``.gate`` behind it, so that an audit can tell who dropped an entry."""


class Gate:
    """Reads title, summary and cheap text.

    It can be sent to another process, which builds its own: that takes most of a second, so send it once.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self.threshold = rules.tuning.threshold
        vocabulary = Vocabulary(rules)
        lenient = _lenient(rules)
        self._position = lenient.tuning.position
        self._analyst = Analyst(vocabulary)
        self._scorer = Scorer(lenient, vocabulary)
        self._most = _AnyBeginning(lenient, vocabulary)
        self._lead = [tuple(vocabulary.mask(group) for group in entry) for entry in rules.gate.lead]
        self._version = f"{rules.version}.gate"

    def __reduce__(self) -> tuple[type["Gate"], tuple[RuleSet]]:
        return Gate, (self._rules,)

    def passes(
        self, title: str, summary: str, cheap_text: str, longest: int = LONGEST, languages: Collection[str] = ()
    ) -> GateDecision:
        """The decision.

        Args:
            title: the feed's, or several that the article may have, a line each.
            summary: what else the feed says; plain text, perhaps empty.
            cheap_text: the page's text, taken without care: menus and related links may be in it.
            longest: characters of summary and text that are read.
            languages: what the article may be written in, besides what most of the text is: menus are in another at times.
        """
        text = f"{summary}\n{cheap_text}" if summary else cheap_text
        reading = self._analyst.read(title, text, None, longest, languages)
        if not (self._scorer.may_match(reading.mask) or self._leads(reading.mask)):
            return self._nothing()
        analysis = self._analyst.analyse(reading, self._position)
        matches = self._scorer.matches(analysis, _ANY_YEAR)
        enough = sum(match.weight for match in matches) >= self._rules.gate.points
        leads = any(self._leads(sentence.mask) for sentence in analysis.sentences if sentence.place in _LEAD)
        return GateDecision(
            enough or leads,
            self._scorer.score(matches),
            quotes(analysis, matches, FEW),
            leads and not enough,
            self._version,
        )

    def adds_up(self, title: str, said: str, languages: Collection[str], enough: float) -> GateDecision:
        """Whether any text that is made of parts of another could have a certain score.

        Each sentence counts as if it stood in the lead, with any others that stand near it, and the title as if it stood alone.

        Args:
            title: the article's, or several that it may have, a line each.
            said: all that the text may be made of, a paragraph a line; all of it is read.
            languages: what the article may be written in, besides what most of ``said`` is.
            enough: the score from which on it passes; half a point less is enough, for sentences may end elsewhere in the other.
        """
        reading = self._analyst.read(title, said, None, len(said), languages)
        if not self._most.may_match(reading.mask):
            return self._nothing(enough)
        analysis = self._analyst.analyse(reading, self._position.model_copy(update={"title": self._position.headline}))
        matches = self._most.matches(analysis, _ANY_YEAR)
        score = self._most.score(matches)
        return GateDecision(
            _odds(score) >= MARGIN * _odds(enough), score, quotes(analysis, matches, FEW), False, self._version
        )

    def _nothing(self, enough: float = 1.0) -> GateDecision:
        score = self._scorer.score([])
        return GateDecision(_odds(score) >= MARGIN * _odds(enough), score, (), False, self._version)

    def _leads(self, mask: int) -> bool:
        """Whether one of the entries for title and lead has all its groups among some concepts."""
        return any(all(mask & group for group in entry) for entry in self._lead)


class _AnyBeginning(Scorer):
    """For texts whose beginning is not known: rules for title and lead hold where sentences near each other would be enough."""

    def leads(self, analysis: Analysis) -> Iterator[list[SentenceView]]:
        """The title with what begins within reach of each sentence."""
        title = [one for one in analysis.sentences if one.place in _TITLE]
        text = [one for one in analysis.sentences if one.mask and one.place not in _TITLE]
        starts = [one.start for one in text]
        yield title
        for number, start in enumerate(starts):
            yield [*title, *text[number : bisect_left(starts, start + _BEGINNING)]]


def cheap_text(html: str | HTMLTree, *, whole: bool = False) -> str:
    """A page's text, taken fast and without care: without most of its menus, or all that it says, a cell of a table a line."""
    if whole:
        return extract_plain_text(html, list_bullets=False, form_fields=True).replace("\t", "\n")
    return extract_plain_text(html, list_bullets=False, skip_elements=_MENUS)


def _lenient(rules: RuleSet) -> RuleSet:
    """The rules without what speaks against relevance, and with every sentence of the text weighing as much as the lead."""
    tuning = rules.tuning
    flat, cap = tuning.position.lead, tuning.sentence_cap.lead
    lenient = tuning.model_copy(
        update={
            "position": _flat(tuning.position, flat),
            "sentence_cap": _flat(tuning.sentence_cap, cap),
            "history_factor": 1.0,
            "negation_factor": 1.0,
            "own_factor": 1.0,
        }
    )
    speaking = tuple(rule.model_copy(update={"unless": ()}) for rule in rules.rules if rule.weight > 0)
    return rules.model_copy(update={"tuning": lenient, "rules": speaking})


def _odds(score: float) -> float:
    return score / (1 - score) if score < 1 else math.inf


def _flat(position: Position, value: float) -> Position:
    return position.model_copy(update={"body": value, "late": value, "tail": value})
