"""Why a decision is what it is, for those who extend the rules: the words read, and the rules that lacked one concept."""

from dataclasses import dataclass

from blockwire.schemas import Article
from blockwire.schemas.rules import Rule
from blockwire.transforms.classification.analysis import Analysis, SentenceView
from blockwire.transforms.classification.classifier import Classifier

NEAR_MISSES = 8
WORDS = 40


@dataclass(frozen=True)
class Word:
    """A word that was read: its quote, and what list it is in."""

    quote: str
    label: str


@dataclass(frozen=True)
class NearMiss:
    """A rule that would have held, had one more concept been there, or had they stood nearer to each other."""

    rule: str
    comment: str
    weight: float
    missing: tuple[str, ...]
    """Any of these concepts; empty where all were there, but too far apart."""
    quote: str
    """The sentence."""


@dataclass(frozen=True)
class Inspection:
    """What the rules saw in an article."""

    points: float
    """What was added to the bias."""
    needed: float
    """What is needed for the threshold."""
    words: tuple[Word, ...]
    near_misses: tuple[NearMiss, ...]


def inspect(classifier: Classifier, article: Article) -> Inspection:
    """What the rules see in an article, decided either way."""
    analysis, matches = classifier.read(article)
    held = {match.rule.id for match in matches}
    return Inspection(
        points=sum(match.weight for match in matches),
        needed=classifier.points_needed,
        words=tuple(dict.fromkeys(_words(analysis)))[:WORDS],
        near_misses=tuple(_near_misses(classifier, analysis, held)),
    )


def _words(analysis: Analysis) -> list[Word]:
    return [
        Word(analysis.quote(sentence.field, found.start, found.end)[2], found.label.rule)
        for sentence in analysis.sentences
        for found in sentence.found
    ]


def _near_misses(classifier: Classifier, analysis: Analysis, held: set[str]) -> list[NearMiss]:
    """The strongest, at most one for each rule, from the sentences that weigh most."""
    misses = []
    sentences = sorted(analysis.sentences, key=lambda sentence: -sentence.weight)
    for rule in sorted(classifier.rules.rules, key=lambda one: -one.weight):
        if rule.id in held or rule.weight <= 0 or len(rule.needs) < 2:
            continue
        for sentence in sentences:
            missing = _missing(rule, _concepts(classifier, sentence))
            if missing is not None:
                quote = analysis.quote(sentence.field, sentence.start, sentence.end)[2].strip()
                misses.append(NearMiss(rule.id, rule.comment, rule.weight, missing, quote))
                break
    return misses[:NEAR_MISSES]


def _concepts(classifier: Classifier, sentence: SentenceView) -> set[str]:
    return {concept for concept in classifier.rules.concepts if sentence.mask & classifier.bit(concept)}


def _missing(rule: Rule, there: set[str]) -> tuple[str, ...] | None:
    """The concepts of the one group that is not there; nothing where more are missing."""
    absent = [group for group in rule.needs if not there & set(group)]
    if len(absent) > 1:
        return None
    return absent[0] if absent else ()
