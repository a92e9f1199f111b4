"""Tries a rule set: each rule with its own tests, the whole with examples in every language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from blockwire.schemas import Article, Classification
from blockwire.schemas.ids import digest
from blockwire.schemas.rules import Example, RuleTest, Trials
from blockwire.transforms.classification.classifier import Classifier

_DAY = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Failure:
    """A trial that did not go as the data says."""

    what: str
    """The rule's id, or the example's language."""
    title: str
    problem: str


def sample(title: str, text: str = "", language: str | None = None) -> Article:
    """A text in the form that the classifier reads."""
    identity = digest("trial", title, text)
    return Article(
        id=identity,
        entry_id=identity,
        feed_id="trials",
        url="https://trials.example/" + identity,
        fetched_url="https://trials.example/" + identity,
        title=title,
        text=text,
        language=language,
        extractor="trials",
        fetched=_DAY,
    )


def rules_that_hold(classifier: Classifier, article: Article) -> dict[str, float]:
    """The ids of the rules that hold in an article, with what each adds to the log-odds."""
    points: dict[str, float] = {}
    for match in classifier.read(article)[1]:
        points[match.rule.id] = points.get(match.rule.id, 0.0) + match.weight
    return points


def failures(classifier: Classifier, trials: Trials) -> Iterator[Failure]:
    """Every trial that fails, and every rule without a test."""
    rules = {rule.id for rule in classifier.rules.rules}
    tested = {test.rule for test in trials.tests}
    for rule in sorted(rules - tested):
        yield Failure(rule, "", "has no test: give it one in tests.yaml")
    for test in trials.tests:
        if test.rule in rules:
            yield from _of_rule(classifier, test)
        else:
            yield Failure(test.rule, "", "is no rule: take the test out, or mend its name")
    for example in trials.examples:
        yield from _of_example(classifier, example)


def _of_rule(classifier: Classifier, test: RuleTest) -> Iterator[Failure]:
    for titles, wanted in ((test.holds, True), (test.fails, False)):
        for title in titles:
            if (test.rule in rules_that_hold(classifier, sample(title))) is not wanted:
                yield Failure(test.rule, title, "does not hold" if wanted else "holds")


def _of_example(classifier: Classifier, example: Example) -> Iterator[Failure]:
    decision = classifier.classify(sample(example.title, example.text, example.language))
    if decision.relevant is not example.relevant:
        wanted = "relevant" if example.relevant else "not relevant"
        yield Failure(example.language, example.title, f"expected {wanted}; score {decision.score:.2f}")
    elif example.relevant:
        for name, expected, found in _differences(example, decision):
            yield Failure(example.language, example.title, f"expected {name} {expected}; found {found}")


def _differences(example: Example, decision: Classification) -> Iterator[tuple[str, str, str]]:
    missing = set(example.measures) - set(decision.measures)
    if missing:
        yield "measures", ", ".join(sorted(missing)), ", ".join(decision.measures) or "none"
    for name, found in (
        ("countries", decision.countries),
        ("jurisdictions", decision.jurisdictions),
        ("services", (*decision.services, *decision.tools)),
        ("censors", decision.censors),
    ):
        expected = getattr(example, name)
        if expected is not None and set(expected) != set(found):
            yield name, ", ".join(expected) or "none", ", ".join(found) or "none"
    if example.status is not None and example.status is not decision.status:
        yield "status", example.status, str(decision.status)
