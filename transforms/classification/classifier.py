"""The classifier: rules over words in, a decision with its evidence out. Pure; no network."""

import math
from collections import defaultdict

from blockwire.schemas import Article, Classification, Evidence, Feature, Measure, Method
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.classification.analysis import Analysis, Analyst, Reading
from blockwire.transforms.classification.entities import EntityReader, Named
from blockwire.transforms.classification.quoting import evidence_of, quotes
from blockwire.transforms.classification.scoring import Match, Scorer
from blockwire.transforms.classification.status import StatusReader
from blockwire.transforms.classification.vocabulary import Vocabulary

FEW = 6
"""Quotes that are kept of an article that is not relevant."""
_FEATURES = {
    "calls": Feature.CALLS,
    "d_media": Feature.MEDIA,
    "d_registration": Feature.REGISTRATION,
    "d_api": Feature.API,
}
_METHODS = {
    "m_dns": Method.DNS,
    "m_ip": Method.IP,
    "m_sni": Method.SNI_TLS,
    "m_page": Method.HTTP_BLOCK_PAGE,
    "m_bgp": Method.BGP,
    "m_geoblock": Method.PLATFORM_GEOBLOCK,
    "m_power": Method.POWER_CUT,
}
_METHOD_OF_MEASURE = {
    Measure.THROTTLING: Method.THROTTLING,
    Measure.INTERNET_SHUTDOWN: Method.SHUTDOWN,
    Measure.CONTENT_TAKEDOWN: Method.PLATFORM_ORDER,
    Measure.APP_STORE_REMOVAL: Method.PLATFORM_ORDER,
}
_GENERIC = (
    (Measure.WEBSITE_BLOCK, frozenset({Measure.SOCIAL_MEDIA_BLOCK, Measure.MESSAGING_BLOCK, Measure.SEARCH_FILTERING})),
    (
        Measure.SOCIAL_MEDIA_BLOCK,
        frozenset({Measure.THROTTLING, Measure.UNBLOCKING, Measure.CONTENT_TAKEDOWN, Measure.SEARCH_FILTERING}),
    ),
    (Measure.MESSAGING_BLOCK, frozenset({Measure.THROTTLING, Measure.SEARCH_FILTERING, Measure.ARREST_PROSECUTION})),
)
"""Measures whose words also stand in reports on another one: beside a clearly stronger one of those they are not named."""
_SERVICE_MEASURES = frozenset(
    {Measure.MESSAGING_BLOCK, Measure.SOCIAL_MEDIA_BLOCK, Measure.WEBSITE_BLOCK, Measure.THROTTLING}
)


class Classifier:
    """Decides whether an article is about internet censorship, and what it tells. Build it once, it is not small."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        vocabulary = Vocabulary(rules)
        self._bits = vocabulary.bits
        self._analyst = Analyst(vocabulary)
        self._scorer = Scorer(rules, vocabulary)
        self._status = StatusReader(vocabulary)
        self._entities = EntityReader(rules, vocabulary)

    @property
    def points_needed(self) -> float:
        """What has to be added to the bias for a score at the threshold."""
        threshold = self.rules.tuning.threshold
        return math.log(threshold / (1 - threshold)) - self.rules.tuning.bias

    def bit(self, concept: str) -> int:
        """The bit by which a concept is known in masks."""
        return self._bits[concept]

    def countries(self, text: str) -> frozenset[str]:
        """All countries that words of a text stand for, whatever it says of them: a decision about it names no other."""
        return self._analyst.countries(text)

    def read(self, article: Article) -> tuple[Analysis, list[Match]]:
        """What is found in an article, and the rules that hold in it, whatever comes of them."""
        return self._analysed(self._analyst.read(article.title, article.text, article.language), article)

    def classify(self, article: Article) -> Classification:
        """The decision about an article. ``relevant`` is the score against the threshold of the rules' data."""
        reading = self._analyst.read(article.title, article.text, article.language)
        if not self._scorer.may_match(reading.mask):
            return self._irrelevant(self._scorer.score([]), ())
        analysis, matches = self._analysed(reading, article)
        return self._decided(analysis, matches, self._scorer.score(matches))

    def reconsider(self, article: Article, score: float, model: str) -> Classification:
        """The decision where the score is another one than the rules', by a model's opinion; facts are by the rules."""
        analysis, matches = self.read(article)
        return self._decided(analysis, matches, score).model_copy(update={"model_version": model})

    def _analysed(self, reading: Reading, article: Article) -> tuple[Analysis, list[Match]]:
        analysis = self._analyst.analyse(reading, self.rules.tuning.position)
        return analysis, self._scorer.matches(analysis, (article.published or article.fetched).year)

    def _decided(self, analysis: Analysis, matches: list[Match], score: float) -> Classification:
        if score < self.rules.tuning.threshold:
            return self._irrelevant(score, quotes(analysis, matches, FEW))
        return self._relevant(analysis, matches, score)

    def _irrelevant(self, score: float, evidence: tuple[Evidence, ...]) -> Classification:
        return Classification(relevant=False, score=score, evidence=evidence, rules_version=self.rules.version)

    def _relevant(self, analysis: Analysis, matches: list[Match], score: float) -> Classification:
        measures = self._measures(matches)
        status, cues = self._status.read(matches, measures)
        entities = self._entities.read(analysis, matches)
        features, methods = self._details(matches, measures)
        evidence = [*quotes(analysis, matches), *(_named(analysis, named) for named in entities.named)]
        for match, found, told in cues:
            if told is status:
                stretch = found.start, found.end
                evidence.append(
                    evidence_of(analysis, match.sentence.field, stretch, found.label.rule, f"status:{status}")
                )
                break
        return Classification(
            relevant=True,
            score=score,
            measures=measures,
            status=status,
            features=features,
            methods=methods,
            scope=entities.scope,
            countries=entities.countries,
            jurisdictions=entities.jurisdictions,
            regions=entities.regions,
            services=entities.services,
            domains=entities.domains,
            censors=entities.censors,
            providers=entities.providers,
            tools=entities.tools,
            evidence=tuple(evidence),
            rules_version=self.rules.version,
        )

    def _measures(self, matches: list[Match]) -> tuple[Measure, ...]:
        """The measures that have weight enough, strongest first."""
        tuning = self.rules.tuning
        weights: dict[Measure, float] = defaultdict(float)
        for match in matches:
            share = getattr(tuning.measure_position, match.sentence.place)
            for measure in match.rule.measures:
                weights[measure] += match.weight * share
        if not weights:
            return ()
        best = max(weights.values())

        def floor(measure: Measure) -> float:
            special = tuning.measure_floors.get(measure)
            return special if special is not None else max(tuning.measure_floor, best * tuning.measure_share)

        named = {m for m in weights if weights[m] >= min(best, floor(m))}
        for generic, specific in _GENERIC:
            if generic in named and any(weights[generic] < weights[m] * tuning.generic_share for m in named & specific):
                named.discard(generic)
        return tuple(sorted(named, key=lambda m: (-weights[m], m)))

    def _details(
        self, matches: list[Match], measures: tuple[Measure, ...]
    ) -> tuple[tuple[Feature, ...], tuple[Method, ...]]:
        mask = 0
        for match in matches:
            if match.rule.weight > 0 and match.sentence.weight >= 1.0 and not match.past:
                mask |= match.sentence.mask
        features = [feature for concept, feature in _FEATURES.items() if mask & self._bits[concept]]
        if Feature.CALLS in features and not mask & self._bits["messenger"]:
            features.remove(Feature.CALLS)
        if Measure.APP_STORE_REMOVAL in measures:
            features.append(Feature.APP_STORE)
        if not features and _SERVICE_MEASURES & set(measures):
            features = [Feature.WHOLE_SERVICE]
        methods = [method for concept, method in _METHODS.items() if mask & self._bits[concept]]
        if mask & self._bits["dpi"] and not methods:
            methods.append(Method.DPI)
        methods += [method for measure, method in _METHOD_OF_MEASURE.items() if measure in measures]
        return tuple(features), tuple(methods)


def _named(analysis: Analysis, named: Named) -> Evidence:
    stretch = named.start, named.end
    return evidence_of(analysis, named.sentence.field, stretch, named.rule, f"{named.kind}:{named.identity}")
