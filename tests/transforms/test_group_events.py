"""Grouping as a step of a pipeline: after everything, from the store, once."""

from pathlib import Path

import pytest
from eager import eagerly
from events_samples import RULES, SEVERITY, hours, item, outcome

from blockwire.schemas import Fate, Measure
from blockwire.schemas.rules import RuleSet
from blockwire.transforms import group_events
from blockwire.transforms.classification.shared import classifier_of
from blockwire.transforms.clock import stopped_at
from blockwire.transforms.group_events import GroupBlockEvents, RulesJudge
from blockwire.transforms.packed import Packed
from blockwire.transforms.stores.contract import Receipt, Written
from blockwire.transforms.stores.event_contract import EventQuery
from blockwire.transforms.stores.opening import store_config

SECTION = "Venezuela: providers blocked Telegram on the order of Conatel."
RECEIPT = Receipt(feed_id="f", entry_id="0" * 32, fate=Fate.INDEXED, written=Written.CREATED)


def test_what_is_in_the_store_is_grouped_once_whatever_the_receipts_say(tmp_path: Path) -> None:
    store = store_config(f"sqlite:///{tmp_path / 'wire.sqlite'}", {})
    items = [
        item(name, at, "Telegram blocked", "Since Monday.", services=("telegram",)) for name, at in (("a", 0), ("b", 1))
    ]
    with store.open() as opened:
        opened.write_outcomes([outcome(one) for one in items])
    step = GroupBlockEvents(store, Packed.of(RULES), SEVERITY, stopped_at(hours(2)))

    (event,) = eagerly(step, [RECEIPT] * 3)

    assert {one.source_name for one in event.evidence} == {"a", "b"}
    with store.open() as opened:
        assert list(opened.events.find(EventQuery())) == [event]
    assert eagerly(step, [RECEIPT]) == []


def test_a_round_without_receipts_makes_good_what_an_interrupted_one_left(tmp_path: Path) -> None:
    store = store_config(f"sqlite:///{tmp_path / 'wire.sqlite'}", {})
    with store.open() as opened:
        opened.write_outcomes([outcome(item("a", 0, "Telegram blocked", "Since Monday.", services=("telegram",)))])
    assert len(eagerly(GroupBlockEvents(store, Packed.of(RULES), SEVERITY, stopped_at(hours(2))), [])) == 1


def test_sections_of_a_roundup_are_judged_by_themselves() -> None:
    roundup = item("roundup", 0, "The month in review", "Everything.")
    decision = RulesJudge(RULES).read(SECTION, roundup)
    assert (decision.countries, decision.services) == (("VE",), ("telegram",))
    assert Measure.MESSAGING_BLOCK in decision.measures


def test_the_countries_of_a_section_are_those_of_its_places_and_agencies() -> None:
    assert RulesJudge(RULES).countries(SECTION) == {"VE"}
    assert RulesJudge(RULES).countries("Blocked again, by nobody knows whom.") == frozenset()


def test_sections_are_judged_by_one_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the rules are still the same was looked up for each section: most of the time of a round with items."""
    asked: list[RuleSet] = []
    monkeypatch.setattr(group_events, "classifier_of", lambda rules: asked.append(rules) or classifier_of(rules))
    reader = RulesJudge(RULES)
    for _ in range(3):
        reader.read(SECTION, item("roundup", 0, "The month", "All."))
    assert asked == [RULES]
