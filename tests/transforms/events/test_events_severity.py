"""How severe an event is, and why."""

from dataclasses import replace

import pytest
from events_samples import SEVERITY, hours

from blockwire.schemas import Measure, Scope, Severity, Status
from blockwire.schemas.severity import Conditions, SeverityRule, SeverityRules
from blockwire.transforms.events.measurement_links import measurement_links
from blockwire.transforms.events.severity import Known, judge

KNOWN = Known(
    measure=Measure.MESSAGING_BLOCK,
    status=Status.IN_FORCE,
    scope=Scope.NATIONAL,
    targets=("telegram",),
    countries=frozenset({"IR"}),
    context=frozenset(),
    sources=1,
    score=0.95,
    actor=True,
    official=False,
    measurement=False,
)


@pytest.mark.parametrize(
    ("changes", "severity", "rule"),
    [
        ({}, Severity.CRITICAL, "messenger-national"),
        ({"measure": Measure.INTERNET_SHUTDOWN, "scope": Scope.REGIONAL}, Severity.CRITICAL, "shutdown"),
        ({"measure": Measure.WEBSITE_BLOCK, "targets": ("a.example",)}, Severity.ALERT, "access"),
        ({"scope": Scope.REGIONAL}, Severity.ALERT, "access"),
        ({"scope": Scope.REGIONAL, "context": frozenset({"protest"})}, Severity.CRITICAL, "protest"),
        ({"measure": Measure.ARREST_PROSECUTION}, Severity.WATCH, "restriction"),
        ({"measure": Measure.ARREST_PROSECUTION, "sources": 2}, Severity.ALERT, "arrests-corroborated"),
        ({"measure": Measure.WEBSITE_BLOCK, "context": frozenset({"copyright"})}, Severity.INFO, "copyright"),
        ({"score": 0.6}, Severity.WATCH, "unsure"),
        ({"actor": False}, Severity.WATCH, "nobody-named"),
        ({"actor": False, "score": 1.0, "context": frozenset({"accident"})}, Severity.WATCH, "accident"),
        ({"score": 0.6, "sources": 2}, Severity.CRITICAL, "messenger-national"),
    ],
)
def test_the_shipped_rules(changes: dict[str, object], severity: Severity, rule: str) -> None:
    judgement = judge(replace(KNOWN, **changes), SEVERITY)  # type: ignore[arg-type]
    assert judgement.severity is severity
    assert rule in [reason.partition(":")[0] for reason in judgement.reasons]


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        (Conditions(countries=("IR",)), True),
        (Conditions(countries=("RU",)), False),
        (Conditions(kinds=("messaging",)), True),
        (Conditions(kinds=("social",)), False),
        (Conditions(official=True), False),
        (Conditions(official=False, measurement=False), True),
        (Conditions(targets=("signal",)), False),
        (Conditions(at_most_sources=0), False),
    ],
)
def test_each_condition(when: Conditions, holds: bool) -> None:
    rules = SeverityRules(
        version="t",
        signals={},
        rules=(SeverityRule(id="one", reason="why", at_least=Severity.ALERT, when=when),),
        service_kinds={"telegram": "messaging"},
    )
    assert (judge(KNOWN, rules).severity is Severity.ALERT) is holds


def test_measurements_can_be_looked_up() -> None:
    links = measurement_links("IR", Measure.INTERNET_SHUTDOWN, ("internet",), hours(0), hours(48))
    assert [link.provider for link in links] == ["ooni", "ioda", "cloudflare_radar"]
    assert "probe_cc=IR" in links[0].url
    assert "since=2026-04-28" in links[0].url
    assert "until=2026-05-06" in links[0].url
    domain = measurement_links("EG", Measure.WEBSITE_BLOCK, ("a.example", "telegram"), hours(0), hours(0))
    assert [("domain=a.example" in link.url, "test_name=telegram" in link.url) for link in domain] == [
        (True, False),
        (False, True),
    ]
