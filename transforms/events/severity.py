"""How severe an event is, and why: the rules that hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from blockwire.schemas import Measure, Scope, Severity, Status
from blockwire.schemas.severity import Conditions, SeverityRules

LEVELS = tuple(Severity)
"""From the quietest."""


@dataclass(frozen=True)
class Known:
    """What the rules look at."""

    measure: Measure
    status: Status
    scope: Scope
    targets: tuple[str, ...]
    countries: frozenset[str]
    context: frozenset[str]
    sources: int
    """Independent ones."""
    score: float
    """The highest of its reports."""
    actor: bool
    """Whether a body that orders such things is named."""
    official: bool
    measurement: bool


@dataclass(frozen=True)
class Judgement:
    """A level with its reasons, each as ``rule: why``."""

    severity: Severity
    reasons: tuple[str, ...]


def judge(known: Known, rules: SeverityRules) -> Judgement:
    """Of all rules that hold, the highest floor, but no more than the lowest ceiling."""
    holding = [rule for rule in rules.rules if _holds(rule.when, known, rules.service_kinds)]
    floor = max((LEVELS.index(rule.at_least) for rule in holding if rule.at_least), default=0)
    ceiling = min((LEVELS.index(rule.at_most) for rule in holding if rule.at_most), default=len(LEVELS) - 1)
    level = LEVELS[min(floor, ceiling)]
    deciding = [
        rule for rule in holding if (rule.at_most is level and floor > ceiling) or (rule.at_least is LEVELS[floor])
    ]
    return Judgement(level, tuple(f"{rule.id}: {rule.reason}" for rule in deciding))


def _holds(when: Conditions, known: Known, kinds: Mapping[str, str]) -> bool:
    return (
        (not when.measures or known.measure in when.measures)
        and (not when.statuses or known.status in when.statuses)
        and (not when.scopes or known.scope in when.scopes)
        and (not when.targets or not set(when.targets).isdisjoint(known.targets))
        and (not when.kinds or any(kinds.get(target) in when.kinds for target in known.targets))
        and (not when.countries or not known.countries.isdisjoint(when.countries))
        and (not when.context or not known.context.isdisjoint(when.context))
        and known.sources >= when.at_least_sources
        and (when.at_most_sources is None or known.sources <= when.at_most_sources)
        and (when.score_below == 1 or known.score < when.score_below)
        and (when.actor is None or known.actor is when.actor)
        and (when.official is None or known.official is when.official)
        and (when.measurement is None or known.measurement is when.measurement)
    )
