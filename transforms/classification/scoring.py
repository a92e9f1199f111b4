"""Rules over the concepts of a sentence: what matched, where, and what it adds to the score."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from blockwire.schemas.rules import Rule, RuleSet
from blockwire.transforms.classification.analysis import Analysis, Found, SentenceView
from blockwire.transforms.classification.vocabulary import Vocabulary

_REMEMBERED = 50_000
_MOST = 6
"""Matches of one concept group that are tried in one sentence."""
BACKWARD = 25
"""A negation stands at most so many characters before the words it turns round, or after them."""

SUBJECT = 110
"""A subject stands at most so many characters before its verb."""


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds in a sentence."""

    rule: Rule
    sentence: SentenceView
    start: int
    end: int
    parts: tuple[Found, ...]
    strength: float
    """The share of the rule's weight that counts here: position, history, negation, repetition."""
    negated: bool = False
    past: bool = False

    @property
    def weight(self) -> float:
        """What it adds to the log-odds."""
        return self.rule.weight * self.strength


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    groups: tuple[int, ...]
    unless: int


class Scorer:
    """Applies the rules of a set."""

    def __init__(self, rules: RuleSet, vocabulary: Vocabulary) -> None:
        self._tuning = rules.tuning
        self._bits = vocabulary.bits
        compiled = []
        for rule in rules.rules:
            groups = tuple(vocabulary.mask(group) for group in rule.needs)
            compiled.append(_Compiled(rule, groups, vocabulary.mask(rule.unless)))
        self._of_sentence = [one for one in compiled if one.rule.where in ("sentence", "title")]
        self._by_concept: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(self._of_sentence):
            for concept in _bits(min(one.groups, key=int.bit_count)):
                self._by_concept[concept].append(number)
        self._of_lead = [one for one in compiled if one.rule.where == "lead"]
        self._of_document = [one for one in compiled if one.rule.where == "document"]
        self._known: dict[int, tuple[_Compiled, ...]] = {}
        self._speaking = [one.groups for one in compiled if one.rule.weight > 0]
        self._speak: dict[int, bool] = {}
        self._used = 0
        for one in self._of_sentence:
            self._used |= one.unless
            for group in one.groups:
                self._used |= group
        self._negation = self._bits["neg"]
        self._past = self._bits["past"]
        self._active = self._bits["active"]
        self._nation = self._bits["nation"]
        self._authority = vocabulary.mask(("state", "court", "regulator", "police", "law", "isp", "censor", "order"))

    def may_match(self, mask: int) -> bool:
        """Whether concepts are there, anywhere, that a rule which speaks for relevance needs: most texts lack them."""
        known = self._speak.get(mask)
        if known is None:
            known = any(all(mask & group for group in groups) for groups in self._speaking)
            if len(self._speak) < _REMEMBERED:
                self._speak[mask] = known
        return known

    def matches(self, analysis: Analysis, year: int) -> list[Match]:
        """All that holds, each with the share of its weight that counts."""
        raw: dict[str, list[Match]] = {}
        for sentence in analysis.sentences:
            if not sentence.mask & self._used:
                continue
            for one in self._candidates(sentence.mask & self._used):
                if one.rule.where == "title" and sentence.field != "title":
                    continue
                match = self._in_sentence(one, sentence, year)
                if match:
                    raw.setdefault(one.rule.id, []).append(match)
        result: list[Match] = []
        for some in raw.values():
            result += self._repeated(some)
        result = self._capped(result)
        whole = _mask(analysis.sentences)
        if asked := [one for one in self._of_lead if _has_all(one, whole)]:
            leads = [(lead, _mask(lead)) for lead in self.leads(analysis)]
            for one in asked:
                for lead, mask in leads:
                    if _holds(one, mask):
                        result.append(self._in_lead(one, lead))
                        break
        for one in self._of_document:
            if _holds(one, whole):
                result.append(self._in_document(one, analysis))
        return result

    def leads(self, analysis: Analysis) -> Iterable[list[SentenceView]]:
        """The sentences that count as title and beginning together: of a text whose beginning is known there is one such set."""
        return [[sentence for sentence in analysis.sentences if sentence.place in ("title", "headline", "lead")]]

    def score(self, matches: list[Match]) -> float:
        """The probability that the item is relevant, by the rules alone."""
        total = self._tuning.bias + sum(match.weight for match in matches)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def _candidates(self, mask: int) -> tuple[_Compiled, ...]:
        """The rules whose concepts are all there; remembered, since sentences resemble each other."""
        known = self._known.get(mask)
        if known is None:
            known = tuple(one for one in self._asked(mask) if _holds(one, mask))
            if len(self._known) < _REMEMBERED:
                self._known[mask] = known
        return known

    def _asked(self, mask: int) -> list[_Compiled]:
        """The rules that need one of the concepts in the group that fewest concepts would do for, in their order."""
        numbers: set[int] = set()
        for concept in _bits(mask):
            numbers.update(self._by_concept.get(concept, ()))
        return [self._of_sentence[number] for number in sorted(numbers)]

    def _capped(self, matches: list[Match]) -> list[Match]:
        """No sentence adds more than its place allows."""
        caps = self._tuning.sentence_cap
        by_place = {
            "title": caps.title,
            "headline": caps.headline,
            "lead": caps.lead,
            "body": caps.body,
            "late": caps.late,
            "tail": caps.tail,
        }
        totals: dict[int, float] = defaultdict(float)
        for match in matches:
            totals[id(match.sentence)] += max(0.0, match.weight)
        result = []
        for match in matches:
            total = totals[id(match.sentence)]
            cap = by_place[match.sentence.place]
            if total > cap and match.weight > 0:
                match = replace(match, strength=match.strength * cap / total)
            result.append(match)
        return result

    def _in_sentence(self, one: _Compiled, sentence: SentenceView, year: int) -> Match | None:
        found = sentence.found
        groups = [[f for f in found if f.label.mask & group][:_MOST] for group in one.groups]
        best: tuple[Found, ...] | None = None
        span = (int(one.rule.within * self._tuning.dense_factor) if sentence.dense else one.rule.within) + 1
        for parts in product(*groups):
            start = min(p.start for p in parts)
            end = max(p.end for p in parts)
            if end - start < span and len({(p.start, p.end) for p in parts}) == len(parts):
                best, span = parts, end - start
        if best is None:
            return None
        start, end = min(p.start for p in best), max(p.end for p in best)
        strength = sentence.weight
        negated = any(
            f.label.mask & self._negation
            and start - BACKWARD <= f.start
            and f.end <= end + BACKWARD
            and not any(part.start <= f.start and f.end <= part.end for part in best)
            for f in found
        )
        past = bool(sentence.mask & self._past) or ((told := sentence.year) is not None and told < year - 1)
        if past and sentence.field == "text":
            strength *= self._tuning.history_factor
        if negated:
            strength *= self._tuning.negation_factor
        if sentence.mask & self._active and not self._has_authority(sentence) and self._acts_itself(sentence):
            strength *= self._tuning.own_factor
        return Match(one.rule, sentence, start, end, best, strength, negated, past)

    def _has_authority(self, sentence: SentenceView) -> bool:
        """Whether somebody is named who can order; a country too, where it comes first, or has a store of applications.

        In scripts that say much in little a country is enough.
        """
        if sentence.mask & self._authority:
            return True
        if sentence.mask & self._nation and (sentence.dense or sentence.mask & self._bits["store"]):
            return True
        return any(f.label.mask & self._nation and f.start == sentence.start for f in sentence.found)

    def _acts_itself(self, sentence: SentenceView) -> bool:
        """Whether a service's or company's name stands before the verb that says what it does."""
        verbs = [f.start for f in sentence.found if f.label.mask & self._active]
        names = [f.end for f in sentence.found if f.label.kind == "service" or f.label.mask & self._bits["platform"]]
        reach = SUBJECT * self._tuning.dense_factor if sentence.dense else SUBJECT
        return any(0 <= verb - name <= reach for verb in verbs for name in names)

    def _repeated(self, some: list[Match]) -> list[Match]:
        some.sort(key=lambda match: -match.strength)
        kept = []
        for number, match in enumerate(some[:4]):
            share = match.strength * self._tuning.repeat_factor**number
            kept.append(
                Match(match.rule, match.sentence, match.start, match.end, match.parts, share, match.negated, match.past)
            )
        return kept

    def _in_lead(self, one: _Compiled, lead: list[SentenceView]) -> Match:
        group = one.groups[0]
        sentence = next(sentence for sentence in lead if sentence.mask & group)
        found = next(found for found in sentence.found if found.label.mask & group)
        return Match(one.rule, sentence, found.start, found.end, (found,), 1.0)

    def _in_document(self, one: _Compiled, analysis: Analysis) -> Match:
        group = one.groups[0]
        for sentence in analysis.sentences:
            for found in sentence.found:
                if found.label.mask & group:
                    strength = min(sentence.weight, self._tuning.position.title)
                    return Match(one.rule, sentence, found.start, found.end, (found,), strength)
        raise AssertionError(f"rule {one.rule.id!r}: its concept is in the document's mask and in no sentence")


def _has_all(one: _Compiled, mask: int) -> bool:
    """Whether the concepts are there that a rule needs."""
    return all(mask & group for group in one.groups)


def _holds(one: _Compiled, mask: int) -> bool:
    """Whether they are there, and none that it excludes."""
    return not mask & one.unless and _has_all(one, mask)


def _bits(mask: int) -> Iterator[int]:
    """Each concept of a mask by itself."""
    while mask:
        concept = mask & -mask
        yield concept
        mask ^= concept


def _mask(sentences: list[SentenceView]) -> int:
    """All concepts of some sentences."""
    mask = 0
    for sentence in sentences:
        mask |= sentence.mask
    return mask
