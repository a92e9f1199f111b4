"""The gate: whether a page is worth extracting in full. It looks at cheap text and drops only what is safely irrelevant."""

from dataclasses import dataclass

from resiliparse.extract.html2text import extract_plain_text

from blockwire.schemas import Evidence
from blockwire.schemas.rules import Position, RuleSet
from blockwire.transforms.classification.analysis import Analyst
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


@dataclass(frozen=True)
class GateDecision:
    """Whether to extract a page in full."""

    passed: bool
    score: float
    """The probability that it is relevant, by all that speaks for it and nothing that speaks against it."""
    evidence: tuple[Evidence, ...]
    """Its strongest matches. Offsets are of the title, and of summary and page text, joined by a line break."""
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
        vocabulary = Vocabulary(rules)
        lenient = _lenient(rules)
        self._position = lenient.tuning.position
        self._analyst = Analyst(vocabulary)
        self._scorer = Scorer(lenient, vocabulary)
        self._lead = [tuple(vocabulary.mask(group) for group in entry) for entry in rules.gate.lead]
        self._version = f"{rules.version}.gate"

    def __reduce__(self) -> tuple[type["Gate"], tuple[RuleSet]]:
        return Gate, (self._rules,)

    def passes(self, title: str, summary: str, cheap_text: str, longest: int = LONGEST) -> GateDecision:
        """The decision.

        Args:
            title: the feed's.
            summary: what else the feed says; plain text, perhaps empty.
            cheap_text: the page's text, taken without care: menus and related links may be in it.
            longest: characters of summary and text that are read.
        """
        reading = self._analyst.read(title, f"{summary}\n{cheap_text}" if summary else cheap_text, None, longest)
        if not (self._scorer.may_match(reading.mask) or self._leads(reading.mask)):
            return GateDecision(False, self._scorer.score([]), (), False, self._version)
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

    def _leads(self, mask: int) -> bool:
        """Whether one of the entries for title and lead has all its groups among some concepts."""
        return any(all(mask & group for group in entry) for entry in self._lead)


def cheap_text(html: str, *, whole: bool = False) -> str:
    """A page's text, taken fast and without care: of its article, or with menus and all."""
    return extract_plain_text(html, main_content=not whole, alt_texts=False)


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
    speaking = tuple(rule for rule in rules.rules if rule.weight > 0)
    return rules.model_copy(update={"tuning": lenient, "rules": speaking})


def _flat(position: Position, value: float) -> Position:
    return position.model_copy(update={"body": value, "late": value, "tail": value})
