"""Decides which articles are about internet censorship."""

from collections.abc import Iterator, Mapping

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas import DeadLetter, Feed, Outcome, Source, Stage
from blockwire.schemas.policies import SecondOpinionPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.shared import classifier_of
from blockwire.transforms.clock import Clock
from blockwire.transforms.elements import Extracted, Judged
from blockwire.transforms.outcomes import outcome_of_decision
from blockwire.transforms.packed import Packed
from blockwire.transforms.result import Result, bury
from blockwire.transforms.second_opinion import ChatEndpoint, SecondOpinion
from blockwire.transforms.text.search_names import SearchNames

NOBODY = SecondOpinionPolicy()
EXPECTED = (ValueError, RecursionError, MemoryError)
"""What an article can provoke: a record that does not validate (a ValueError to pydantic), or one too large."""


class ClassifyArticles(beam.PTransform[PCollection[Extracted], Result[Outcome]]):
    """PCollection[Extracted] -> Result(PCollection[Outcome], PCollection[DeadLetter]).

    Args:
        rules: what to judge by.
        feeds: the catalogue by id.
        clock: tells when an article was judged.
        second_opinion: whom to ask about what the rules are not sure of; without a URL nobody.
    """

    def __init__(
        self,
        rules: Packed[RuleSet],
        feeds: Mapping[str, Feed],
        clock: Clock,
        second_opinion: SecondOpinionPolicy = NOBODY,
    ) -> None:
        super().__init__()
        self._rules = rules
        self._sources = Packed.of({feed.id: Source.of(feed) for feed in feeds.values()})
        self._clock = clock
        self._second_opinion = second_opinion

    def expand(self, articles: PCollection[Extracted]) -> Result[Outcome]:
        """Classifies."""
        judged, failed = articles | "Judge" >> beam.ParDo(_Judge(self._rules)).with_exception_handling(
            exc_class=EXPECTED
        ).with_output_types(Judged)
        if self._second_opinion.url:
            handler = ChatEndpoint(self._second_opinion)
            judged = judged | "Second opinion" >> SecondOpinion(handler, self._second_opinion, self._rules)
        good, unwritten = judged | "Sum up" >> beam.ParDo(
            _SumUp(self._rules, self._sources, self._clock)
        ).with_exception_handling(exc_class=EXPECTED).with_output_types(Outcome)
        dead = (
            (failed, unwritten) | beam.Flatten() | "Bury" >> beam.Map(_bury, self._clock).with_output_types(DeadLetter)
        )
        return Result(good, dead)


class _Judge(beam.DoFn):
    def __init__(self, rules: Packed[RuleSet]) -> None:
        self._rules = rules

    def setup(self) -> None:
        # Made for the first article: most rounds bring none, and it takes a second.
        self._classifier: Classifier | None = None

    def process(self, element: Extracted) -> Iterator[Judged]:
        if self._classifier is None:
            self._classifier = classifier_of(self._rules.unpacked())
        yield Judged(element.origin, element.article, self._classifier.classify(element.article))


class _SumUp(beam.DoFn):
    def __init__(self, rules: Packed[RuleSet], sources: Packed[dict[str, Source]], clock: Clock) -> None:
        self._rules = rules
        self._sources = sources
        self._clock = clock

    def setup(self) -> None:
        self._ready: tuple[Mapping[str, Source], SearchNames] | None = None

    def process(self, element: Judged) -> Iterator[Outcome]:
        if self._ready is None:
            self._ready = self._sources.unpacked(), SearchNames(self._rules.unpacked())
        sources, names = self._ready
        feed = element.article.feed_id
        yield outcome_of_decision(element, sources.get(feed) or Source.unlisted(feed), names, self._clock())


def _bury(failed: tuple[Extracted | Judged, tuple[type, str, list[str]]], clock: Clock) -> DeadLetter:
    element, (kind, text, _traceback) = failed
    entry = element.origin.entry
    return bury(entry, Stage.CLASSIFY, kind.__name__, text, now=clock(), url=element.article.url)
