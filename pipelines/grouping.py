"""Grouping outside a pipeline: after a person's correction."""

from datetime import datetime

from blockwire.config.severity import load_severity
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.events.reading import ReportReader
from blockwire.transforms.events.regrouping import Regrouper
from blockwire.transforms.events.signals import Signals
from blockwire.transforms.group_events import section_reader
from blockwire.transforms.stores.contract import Store


def regrouper_of(store: Store, rules: RuleSet, now: datetime) -> Regrouper:
    """Groups in an open store, by the shipped rules of severity."""
    severity = load_severity(rules)
    return Regrouper(store.events, ReportReader(section_reader(rules), Signals(severity.signals)), severity, now)
