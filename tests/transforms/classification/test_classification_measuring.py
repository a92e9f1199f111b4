"""Figures, labels, explanation and the pinned floors."""

import json
import pickle

import pytest
from classification_samples import article, shared_classifier, shared_file, shared_gate

from blockwire.schemas import Status
from blockwire.transforms.classification.evaluation import Report, evaluate, predict
from blockwire.transforms.classification.explanation import explain
from blockwire.transforms.classification.labels import LabelError, read_labels
from blockwire.transforms.classification.metrics import average_precision, brier, count, count_sets


def measured(name: str) -> Report:
    with shared_file(name).open(encoding="utf-8") as lines:
        items = read_labels(lines)
    classifier = shared_classifier()
    predictions, seconds = predict(classifier, shared_gate(), items)
    return evaluate(predictions, seconds, classifier.rules.version)


def test_counts() -> None:
    counts = count([True, True, False, False], [True, False, True, False])
    assert (counts.precision, counts.recall, counts.f1) == (0.5, 0.5, 0.5)
    assert count([], []).f1 == 0.0
    assert count_sets([{"a", "b"}, set()], [{"a"}, {"c"}]).f1 == pytest.approx(0.5)


def test_average_precision_takes_equal_scores_together() -> None:
    assert average_precision([True, False], [0.9, 0.1]) == 1.0
    assert average_precision([False, True], [0.5, 0.5]) == 0.5
    assert average_precision([False], [0.5]) == 0.0
    assert brier([True, False], [1.0, 0.0]) == 0.0


def test_labels_of_both_forms_are_read() -> None:
    first = {
        "id": "a",
        "title": "t",
        "text": "x",
        "label": 1,
        "categories": ["throttling"],
        "language": "en",
        "date": "2020-01-02",
    }
    second = {
        "article_id": "b",
        "title": "t",
        "text": "x",
        "relevant": False,
        "targets": ["google_play", "internet"],
        "status": None,
    }
    one, two = read_labels([json.dumps(first), "", json.dumps(second)])
    assert one.relevant and one.published is not None and one.countries is None and not one.has_status
    assert not two.relevant and two.services == {"google-play"} and two.has_status


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: no valid JSON"),
        ("[]", "expected an object"),
        ('{"label": 1}', "expected a text in 'id'"),
        ('{"id": "a", "label": 3}', "label 3; expected 0, 1"),
        ('{"id": "a", "label": 1, "categories": ["x"]}', "category 'x'"),
        ('{"id": "a", "label": 1, "categories": "x"}', "expected a list"),
        ('{"id": "a", "label": 1, "status": "soon"}', "status 'soon'"),
    ],
)
def test_a_bad_line_is_named(line: str, message: str) -> None:
    with pytest.raises(LabelError, match=message):
        read_labels([line])


def test_the_report_counts_and_lists_mistakes() -> None:
    lines = [
        json.dumps(
            {
                "id": "a",
                "title": "Government blocks news website",
                "text": "",
                "label": 1,
                "categories": ["website_block"],
            }
        ),
        json.dumps({"id": "b", "title": "A quiet day in the park", "text": "", "label": 1}),
        json.dumps({"id": "c", "title": "Rain tomorrow", "text": "", "label": 0}),
    ]
    classifier = shared_classifier()
    predictions, seconds = predict(classifier, shared_gate(), read_labels(lines), lambda text: "en")
    report = evaluate(predictions, seconds, classifier.rules.version)
    assert (report.n, report.overall.true_positive, report.overall.false_negative) == (3, 1, 1)
    assert [(m.id, m.kind) for m in report.mistakes] == [("b", "missed")]
    assert report.countries_exact is None
    assert json.dumps(report.as_dict())
    line = predictions[0].as_dict()
    assert line["id"] == "a" and line["relevant"] is True and line["evidence"]


def test_an_explanation_holds_verdict_contributions_and_quotes_in_context() -> None:
    classifier = shared_classifier()
    one = article("Regulator orders providers to block Telegram in Russia", "The messenger stopped working on Monday.")
    explanation = explain(one, classifier.classify(one), classifier.rules)
    assert explanation.verdict == "about internet censorship"
    assert dict(explanation.facts)["services"] == ("telegram",)
    assert explanation.contributions[0].comment
    assert all(quote.quote in getattr(one, quote.field) for quote in explanation.quotes)
    rain = article("Rain tomorrow")
    assert explain(rain, classifier.classify(rain), classifier.rules).verdict == "not about internet censorship"


def test_rules_are_picklable() -> None:
    rules = shared_classifier().rules
    assert pickle.loads(pickle.dumps(rules)) == rules


@pytest.mark.shared
@pytest.mark.slow
def test_floors_on_the_labelled_set() -> None:
    """Raise them when the figures rise; never lower them silently."""
    report = measured("labels/dev.jsonl")
    assert report.overall.f1 >= 0.92
    assert report.pr_auc >= 0.96
    assert report.brier <= 0.04
    assert report.mainstream.f1 >= 0.86
    assert report.by_difficulty["hard"].f1 >= 0.75
    assert report.gate_recall == 1.0
    # 500 are wanted on a quiet core; tests share theirs with others, which has cost half of it.
    assert report.documents_per_second >= 250
    assert report.recall_by_category["arrest_prosecution"][1] >= 0.75
    assert report.recall_by_category["surveillance_of_users"][1] >= 0.75
    for language in ("en", "ru", "tr", "ar", "fa", "zh", "es"):
        assert report.by_language[language].f1 >= 0.85, language
    for category in ("website_block", "social_media_block", "messaging_block", "internet_shutdown"):
        assert report.recall_by_category[category][1] >= 0.96


@pytest.mark.shared
@pytest.mark.slow
def test_floors_on_the_scenario() -> None:
    report = measured("scenario/articles.jsonl")
    assert report.overall.f1 >= 0.95
    assert report.categories.f1 >= 0.80
    assert report.gate_recall == 1.0
    assert report.countries_exact is not None and report.countries_exact >= 0.90
    assert report.services_exact is not None and report.services_exact >= 0.85
    assert report.status_right is not None and report.status_right >= 0.82


UNDER_WAY = {Status.PROPOSED, Status.ORDERED, Status.IN_FORCE}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "country", "jurisdiction", "services", "measure", "statuses", "censor"),
    [
        ("000_8b8e1843a1779bca.txt", "UA", "UA", {"vkontakte"}, "surveillance_of_users", UNDER_WAY, "ua-national-security-and-defense-council"),
        ("001_28c70f46745a03d7.txt", "UA", "RU", {"whatsapp", "telegram"}, "messaging_block", UNDER_WAY, "ru-roskomnadzor"),
        ("002_b3bb1ac8af7f88b1.txt", "RU", "RU", {"vkontakte"}, "content_takedown", {Status.ORDERED}, "ru-prosecutor-generals-office-of-russia"),
    ],
)  # fmt: skip
def test_the_seeds(
    name: str, country: str, jurisdiction: str, services: set[str], measure: str, statuses: set[Status], censor: str
) -> None:
    """The documents that the project was created from: each with the quotes that led to what was read."""
    title, _, text = shared_file(f"seeds/{name}").read_text(encoding="utf-8").partition("\n")
    one = article(title, text)
    decision = shared_classifier().classify(one)
    assert decision.relevant
    assert (decision.countries, decision.jurisdictions) == ((country,), (jurisdiction,))
    assert set(decision.services) == services
    assert decision.measures[0] == measure
    assert decision.status in statuses
    assert decision.censors[0] == censor
    quoted = {evidence.supports for evidence in decision.evidence}
    assert {f"measure:{measure}", f"country:{country}", f"censor:{censor}", f"status:{decision.status}"} <= quoted
    assert {f"service:{service}" for service in services} <= quoted
    assert all(e.quote == getattr(one, e.field)[e.start : e.end] for e in decision.evidence)
    if name.startswith("001"):
        assert (decision.scope, decision.features) == ("occupied_territory", ("calls",))
