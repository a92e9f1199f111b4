"""Asks a model about the articles that the rules are not sure of."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.metrics.metric import Metrics
from apache_beam.ml.inference.base import ModelHandler, RunInference
from apache_beam.pvalue import PCollection

from blockwire.schemas.policies import SecondOpinionPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.opinion import OpinionError, ask, combined
from blockwire.transforms.classification.shared import classifier_of
from blockwire.transforms.elements import Judged
from blockwire.transforms.packed import Packed

NAMESPACE = "second_opinion"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What came of asking about an article."""

    judged: Judged
    probability: float | None
    """That it is about internet censorship; None where the endpoint failed."""
    model: str


class ChatEndpoint(ModelHandler[Judged, Asked, SecondOpinionPolicy]):
    """A model behind an endpoint with OpenAI's chat interface, for ``RunInference``."""

    def __init__(self, policy: SecondOpinionPolicy) -> None:
        super().__init__(max_batch_size=1)
        self._policy = policy

    def load_model(self) -> SecondOpinionPolicy:
        """Nothing is loaded: the model is elsewhere."""
        return self._policy

    def run_inference(
        self, batch: Sequence[Judged], model: SecondOpinionPolicy, inference_args: dict[str, Any] | None = None
    ) -> Iterable[Asked]:
        """Asks about each article."""
        for judged in batch:
            try:
                probability: float | None = ask(model, judged.article)
                Metrics.counter(NAMESPACE, "answered").inc()
            except OpinionError as error:
                Metrics.counter(NAMESPACE, "failed").inc()
                _LOG.warning("second opinion on %s: %s", judged.article.url, error)
                probability = None
            yield Asked(judged, probability, model.model or "unnamed")


class SecondOpinion(beam.PTransform[PCollection[Judged], PCollection[Judged]]):
    """PCollection[Judged] -> PCollection[Judged]: articles with scores in the band of the policy get a second opinion.

    Args:
        handler: whom to ask: any ``ModelHandler`` that takes ``Judged`` and gives ``Asked``.
        policy: the band of scores.
        rules: what facts are read by where the opinion makes an article relevant.
    """

    def __init__(
        self,
        handler: ModelHandler[Judged, Asked, Any],
        policy: SecondOpinionPolicy,
        rules: Packed[RuleSet],
    ) -> None:
        super().__init__()
        self._handler = handler
        self._policy = policy
        self._rules = rules

    def expand(self, judged: PCollection[Judged]) -> PCollection[Judged]:
        """Asks."""
        sure = judged | "Sure" >> beam.Filter(_is_sure, self._policy)
        asked: PCollection[Judged] = (
            judged
            | "Not sure" >> beam.Filter(lambda one, policy: not _is_sure(one, policy), self._policy)
            | "Ask" >> RunInference(self._handler)
            | "Reconsider" >> beam.ParDo(_Reconsider(self._rules)).with_output_types(Judged)
        )
        both: PCollection[Judged] = (sure, asked) | beam.Flatten()
        return both


def _is_sure(judged: Judged, policy: SecondOpinionPolicy) -> bool:
    return not policy.low <= judged.decision.score <= policy.high


class _Reconsider(beam.DoFn):
    def __init__(self, rules: Packed[RuleSet]) -> None:
        self._rules = rules

    def setup(self) -> None:
        # Made for the first answer: most rounds ask nobody.
        self._classifier: Classifier | None = None

    def process(self, element: Asked) -> Iterator[Judged]:
        judged = element.judged
        if element.probability is None:
            yield judged
            return
        if self._classifier is None:
            self._classifier = classifier_of(self._rules.unpacked())
        score = combined(judged.decision.score, element.probability)
        decision = self._classifier.reconsider(judged.article, score, element.model)
        yield Judged(judged.origin, judged.article, decision)
