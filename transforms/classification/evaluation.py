"""Measures the classifier on labelled items. Pure: items in, a report out; files and printing are the pipeline's."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from blockwire.schemas import Article, Classification, Measure
from blockwire.schemas.ids import digest
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.gate import Gate
from blockwire.transforms.classification.labels import Labelled
from blockwire.transforms.classification.metrics import Counts, average_precision, brier, count, count_sets

SPEED_TEXT = 2_000
"""Characters of a text on which the speed is measured."""
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Prediction:
    """An item, the decision about it, and whether the gate would have let it through."""

    item: Labelled
    decision: Classification
    gate_passed: bool

    def as_dict(self) -> dict[str, object]:
        """A line of a predictions file."""
        one = self.decision
        return {
            "id": self.item.id,
            "score": round(one.score, 6),
            "relevant": one.relevant,
            "categories": [str(measure) for measure in one.measures],
            "countries": list(one.countries),
            "jurisdictions": list(one.jurisdictions),
            "services": list(one.services),
            "censors": list(one.censors),
            "status": str(one.status) if one.status else None,
            "evidence": [evidence.model_dump(mode="json") for evidence in one.evidence],
        }


@dataclass(frozen=True)
class Mistake:
    """An item that was decided wrongly, with what led there."""

    id: str
    kind: str
    """``false_alarm`` or ``missed``."""
    language: str
    difficulty: str
    title: str
    score: float
    because: tuple[tuple[str, str, float], ...]
    """Rule, quote and weight, strongest first."""


@dataclass(frozen=True)
class Report:
    """All figures of an evaluation."""

    n: int
    overall: Counts
    pr_auc: float
    brier: float
    by_language: dict[str, Counts]
    by_difficulty: dict[str, Counts]
    by_source: dict[str, Counts]
    mainstream: Counts
    """The sources that carry news, without the reports of those who work against censorship: the honest figure."""
    recall_by_category: dict[str, tuple[int, float]]
    """Number of items and the share of them called relevant."""
    categories: Counts
    """Micro figures of the measures named."""
    countries_exact: float | None
    """The share of relevant items whose countries are just those of the label; None where labels have none."""
    services_exact: float | None
    status_right: float | None
    gate_recall: float
    gate_passed: float
    """The share of irrelevant items that the gate lets through."""
    documents_per_second: float
    """Of one core, for the full decision."""
    mistakes: tuple[Mistake, ...]
    rules_version: str

    def as_dict(self) -> dict[str, object]:
        """For a JSON file."""
        return {
            "n": self.n,
            **self.overall.as_dict(),
            "pr_auc": round(self.pr_auc, 4),
            "brier": round(self.brier, 4),
            "by_language": {key: value.as_dict() for key, value in self.by_language.items()},
            "by_difficulty": {key: value.as_dict() for key, value in self.by_difficulty.items()},
            "mainstream": self.mainstream.as_dict(),
            "by_source": {key: value.as_dict() for key, value in self.by_source.items()},
            "recall_by_category": {key: {"n": n, "recall": round(share, 4)} for key, (n, share) in self.recall_by_category.items()},
            "categories_micro": self.categories.as_dict(),
            "countries_exact": self.countries_exact,
            "services_exact": self.services_exact,
            "status_right": self.status_right,
            "gate_recall": round(self.gate_recall, 4),
            "gate_passed_irrelevant": round(self.gate_passed, 4),
            "documents_per_second": round(self.documents_per_second, 1),
            "rules_version": self.rules_version,
            "mistakes": [
                {"id": m.id, "kind": m.kind, "language": m.language, "difficulty": m.difficulty, "title": m.title, "score": round(m.score, 4),
                 "because": [{"rule": rule, "quote": quote, "weight": round(weight, 3)} for rule, quote, weight in m.because]}
                for m in self.mistakes
            ],
        }  # fmt: skip


def as_article(item: Labelled, language: str | None = None) -> Article:
    """An item in the form that the classifier reads."""
    identity = digest("label", item.id)
    return Article(
        id=identity,
        entry_id=identity,
        feed_id="labels",
        url="https://labels.example/" + identity,
        fetched_url="https://labels.example/" + identity,
        title=item.title,
        text=item.text,
        language=language,
        published=item.published,
        extractor="labels",
        fetched=item.published or _NO_DATE,
    )


def predict(
    classifier: Classifier,
    gate: Gate,
    items: Iterable[Labelled],
    language_of: Callable[[str], str | None] | None = None,
) -> tuple[list[Prediction], float]:
    """Decisions on all items, and the CPU seconds that decisions took on them cut to ``SPEED_TEXT`` characters.

    ``language_of`` names the language of a text, as the extraction does it for real articles; labels are not looked at.
    """
    predictions = []
    seconds = 0.0
    for item in items:
        article = as_article(item, language_of(f"{item.title}\n{item.text}") if language_of else None)
        passed = gate.passes(item.title, item.summary, item.text).passed
        predictions.append(Prediction(item, classifier.classify(article), passed))
        short = article.model_copy(update={"text": item.text[:SPEED_TEXT]})
        start = time.process_time()
        classifier.classify(short)
        seconds += time.process_time() - start
    return predictions, seconds


def evaluate(predictions: Sequence[Prediction], seconds: float, rules_version: str) -> Report:
    """All figures over some predictions."""
    truth = [p.item.relevant for p in predictions]
    scores = [p.decision.score for p in predictions]
    relevant = [p for p in predictions if p.item.relevant]
    irrelevant = [p for p in predictions if not p.item.relevant]
    return Report(
        n=len(predictions),
        overall=_count(predictions),
        pr_auc=average_precision(truth, scores),
        brier=brier(truth, scores),
        by_language=_by(predictions, lambda p: p.item.language),
        by_difficulty=_by(predictions, lambda p: p.item.difficulty),
        by_source=_by(predictions, lambda p: p.item.source),
        mainstream=_count([p for p in predictions if p.item.is_mainstream]),
        recall_by_category=_by_category(relevant),
        categories=count_sets(
            [set(p.item.categories) for p in predictions],
            [{str(m) for m in p.decision.measures} if p.decision.relevant else set() for p in predictions],
        ),
        countries_exact=_share(
            [set(p.decision.countries) == p.item.countries for p in relevant if p.item.countries is not None]
        ),
        services_exact=_share(
            [set(p.decision.services) == p.item.services for p in relevant if p.item.services is not None]
        ),
        status_right=_share([p.decision.status == p.item.status for p in relevant if p.item.has_status]),
        gate_recall=_share([p.gate_passed for p in relevant]) or 0.0,
        gate_passed=_share([p.gate_passed for p in irrelevant]) or 0.0,
        documents_per_second=len(predictions) / seconds if seconds else 0.0,
        mistakes=tuple(_mistakes(predictions)),
        rules_version=rules_version,
    )


def _count(some: Sequence[Prediction]) -> Counts:
    return count([p.item.relevant for p in some], [p.decision.relevant for p in some])


def _by(predictions: Sequence[Prediction], key: Callable[[Prediction], str]) -> dict[str, Counts]:
    groups: dict[str, list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        groups[key(prediction)].append(prediction)
    return {name: _count(some) for name, some in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))}


def _by_category(relevant: Sequence[Prediction]) -> dict[str, tuple[int, float]]:
    result = {}
    for measure in Measure:
        some = [p.decision.relevant for p in relevant if measure in p.item.categories]
        if some:
            result[str(measure)] = (len(some), sum(some) / len(some))
    return result


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _mistakes(predictions: Sequence[Prediction]) -> Iterable[Mistake]:
    wrong = [p for p in predictions if p.item.relevant != p.decision.relevant]
    for p in sorted(wrong, key=lambda one: -abs(one.decision.score - float(one.item.relevant))):
        yield Mistake(
            p.item.id,
            "missed" if p.item.relevant else "false_alarm",
            p.item.language,
            p.item.difficulty,
            p.item.title or p.item.text[:80],
            p.decision.score,
            tuple((e.rule, e.quote, e.weight) for e in p.decision.evidence[:6]),
        )
