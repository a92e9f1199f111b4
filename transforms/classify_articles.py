"""Decides which articles are about internet censorship."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas import DeadLetter, Feed, Outcome, Source, Stage
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.elements import Extracted, Judged
from blockwire.transforms.outcomes import outcome_of_decision
from blockwire.transforms.packed import Packed
from blockwire.transforms.result import Result, bury
from blockwire.transforms.text.search_names import SearchNames

EXPECTED = (ValueError, RecursionError, MemoryError)
"""What an article can provoke: a record that does not validate (a ValueError to pydantic), or one too large."""


class ClassifyArticles(beam.PTransform[PCollection[Extracted], Result[Outcome]]):
    """PCollection[Extracted] -> Result(PCollection[Outcome], PCollection[DeadLetter]).

    Args:
        rules: what to judge by.
        feeds: the catalogue by id.
        now: the time of the round.
    """

    def __init__(self, rules: RuleSet, feeds: Mapping[str, Feed], now: datetime) -> None:
        super().__init__()
        self._rules = Packed.of(rules)
        self._sources = Packed.of({feed.id: Source.of(feed) for feed in feeds.values()})
        self._now = now

    def expand(self, articles: PCollection[Extracted]) -> Result[Outcome]:
        """Classifies."""
        do_fn = _Classify(self._rules, self._sources, self._now)
        good, failed = articles | beam.ParDo(do_fn).with_exception_handling(exc_class=EXPECTED).with_output_types(
            Outcome
        )
        dead = failed | "Bury" >> beam.Map(_bury, self._now).with_output_types(DeadLetter)
        return Result(good, dead)


class _Classify(beam.DoFn):
    def __init__(self, rules: Packed[RuleSet], sources: Packed[dict[str, Source]], now: datetime) -> None:
        self._rules = rules
        self._sources = sources
        self._now = now

    def setup(self) -> None:
        # Made for the first article: most rounds bring none, and it takes a second.
        self._ready: tuple[Classifier, Mapping[str, Source], SearchNames] | None = None

    def process(self, element: Extracted) -> Iterator[Outcome]:
        article = element.article
        if self._ready is None:
            rules = self._rules.unpacked()
            self._ready = Classifier(rules), self._sources.unpacked(), SearchNames(rules)
        classifier, sources, names = self._ready
        judged = Judged(element.origin, article, classifier.classify(article))
        source = sources.get(article.feed_id) or Source.unlisted(article.feed_id)
        yield outcome_of_decision(judged, source, names, self._now)


def _bury(failed: tuple[Extracted, tuple[type, str, list[str]]], now: datetime) -> DeadLetter:
    extracted, (kind, text, _traceback) = failed
    entry = extracted.origin.entry
    return bury(entry, Stage.CLASSIFY, kind.__name__, text, now=now, url=extracted.article.url)
