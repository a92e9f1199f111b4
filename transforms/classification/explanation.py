"""A decision as a person wants to read it: verdict, score, what added up to it, and the quotes. Data only; the command prints it."""

from dataclasses import dataclass

from blockwire.schemas import Article, Classification, Evidence
from blockwire.schemas.rules import RuleSet

CONTEXT = 60
"""Characters shown on either side of a quote."""


@dataclass(frozen=True)
class Contribution:
    """What one rule added to the log-odds, over all its matches."""

    rule: str
    comment: str
    weight: float
    matches: int


@dataclass(frozen=True)
class Quote:
    """A quote with what stands around it."""

    supports: str
    rule: str
    field: str
    before: str
    quote: str
    after: str
    weight: float


@dataclass(frozen=True)
class Explanation:
    """Everything to show about a decision."""

    title: str
    url: str
    verdict: str
    score: float
    threshold: float
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    """What was found, by name: measures, status, countries ... Only what there is."""
    contributions: tuple[Contribution, ...]
    """Strongest first."""
    quotes: tuple[Quote, ...]
    """In the order of the text, the title's first."""
    rules_version: str
    model_version: str | None


def explain(article: Article, decision: Classification, rules: RuleSet) -> Explanation:
    """The explanation of a decision about an article, from the evidence it carries."""
    return Explanation(
        title=article.title,
        url=article.url,
        verdict="about internet censorship" if decision.relevant else "not about internet censorship",
        score=decision.score,
        threshold=rules.tuning.threshold,
        facts=_facts(decision),
        contributions=_contributions(decision, {rule.id: rule.comment for rule in rules.rules}),
        quotes=tuple(_quote(article, one) for one in sorted(decision.evidence, key=_place)),
        rules_version=decision.rules_version,
        model_version=decision.model_version,
    )


def _facts(decision: Classification) -> tuple[tuple[str, tuple[str, ...]], ...]:
    status = (str(decision.status),) if decision.status else ()
    scope = (str(decision.scope),) if decision.relevant else ()
    facts = (
        ("measures", tuple(map(str, decision.measures))),
        ("status", status),
        ("countries", decision.countries),
        ("ordered by", decision.jurisdictions),
        ("regions", decision.regions),
        ("scope", scope),
        ("services", decision.services),
        ("domains", decision.domains),
        ("features", tuple(map(str, decision.features))),
        ("methods", tuple(map(str, decision.methods))),
        ("censors", decision.censors),
        ("providers", decision.providers),
        ("tools", decision.tools),
    )
    return tuple(fact for fact in facts if fact[1])


def _contributions(decision: Classification, comments: dict[str, str]) -> tuple[Contribution, ...]:
    weights: dict[str, tuple[float, int]] = {}
    for one in decision.evidence:
        if one.rule in comments:
            weight, matches = weights.get(one.rule, (0.0, 0))
            weights[one.rule] = (weight + one.weight, matches + 1)
    some = [
        Contribution(rule, comments[rule], round(weight, 3), matches) for rule, (weight, matches) in weights.items()
    ]
    return tuple(sorted(some, key=lambda one: -abs(one.weight)))


def _quote(article: Article, one: Evidence) -> Quote:
    text = article.title if one.field == "title" else article.text
    before = text[max(0, one.start - CONTEXT) : one.start]
    after = text[one.end : one.end + CONTEXT]
    return Quote(one.supports, one.rule, one.field, before, one.quote, after, one.weight)


def _place(one: Evidence) -> tuple[bool, int, int]:
    return one.field == "text", one.start, one.end
