"""The rules of severity are read, and what is wrong with them is told."""

from pathlib import Path

import pytest

from blockwire.config.rules.loading import RulesError, load_rules
from blockwire.config.severity import load_severity
from blockwire.schemas import Measure

RULES = load_rules()


def test_the_shipped_rules_are_sound() -> None:
    severity = load_severity(RULES)
    ids = [rule.id for rule in severity.rules]
    assert len(ids) == len(set(ids))
    for rule in severity.rules:
        assert (rule.at_least is None) is not (rule.at_most is None), rule.id
        assert set(rule.when.context) <= set(severity.signals), rule.id
        assert set(rule.when.kinds) <= set(severity.service_kinds.values()), rule.id
    assert all(words for words in severity.signals.values())


def test_every_measure_is_at_least_watched() -> None:
    severity = load_severity(RULES)
    unconditional = [
        rule for rule in severity.rules if rule.at_least and not rule.when.measures and not rule.when.model_fields_set
    ]
    assert [rule.at_least for rule in unconditional] == ["watch"]
    named = {measure for rule in severity.rules for measure in rule.when.measures}
    assert named == set(Measure)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "found; expected a mapping"),
        ("version: [", "no valid YAML"),
        ("version: v\nsignals: {}\nrules: [{id: a, reason: b, at_least: loud}]", r"rules\.0\.at_least: 'loud' found"),
        ("version: v\nsignals: {}\nrules: [{id: a, reason: b, when: {mesures: [x]}}]", r"rules\.0\.when\.mesures"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "severity.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=said):
        load_severity(RULES, path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="cannot be read"):
        load_severity(RULES, tmp_path / "severity.yaml")
