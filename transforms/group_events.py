"""Groups what a round brought into events, after all of it is in the store."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas import BlockEvent, CensorshipItem, Classification
from blockwire.schemas.rules import RuleSet
from blockwire.schemas.severity import SeverityRules
from blockwire.transforms.after_all import AfterAll
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.shared import classifier_of
from blockwire.transforms.clock import Clock
from blockwire.transforms.events.framing import Framing
from blockwire.transforms.events.reading import ReportReader
from blockwire.transforms.events.regrouping import Regrouper
from blockwire.transforms.events.signals import Signals
from blockwire.transforms.metrics import count
from blockwire.transforms.packed import Packed
from blockwire.transforms.stores.contract import Receipt, Store, StoreConfig


class GroupBlockEvents(beam.PTransform[PCollection[Receipt], PCollection[BlockEvent]]):
    """PCollection[Receipt] -> PCollection[BlockEvent], the events that changed.

    It waits for all receipts, and then works from the store, once and in one place: it takes every item that no grouping looked at yet, also
    those that an interrupted round left. So it runs in a round without receipts too. The elements only say that the writing is done.

    Args:
        store: where items and events are.
        rules: what roundups are read by, section by section.
        severity: how severe events are.
        clock: tells the time.
    """

    def __init__(self, store: StoreConfig, rules: Packed[RuleSet], severity: SeverityRules, clock: Clock) -> None:
        super().__init__()
        self._group = GroupWhatIsNew(store, rules, severity, clock)

    def expand(self, receipts: PCollection[Receipt]) -> PCollection[BlockEvent]:
        """Waits, and groups."""
        events: PCollection[BlockEvent] = receipts | "Wait for all" >> AfterAll() | self._group
        return events


class GroupWhatIsNew(beam.PTransform[PCollection[Any], PCollection[BlockEvent]]):
    """PCollection[pulse] -> PCollection[BlockEvent]: for each pulse the same work, without waiting. No two may be at it at once.

    Args: as of ``GroupBlockEvents``.
    """

    def __init__(self, store: StoreConfig, rules: Packed[RuleSet], severity: SeverityRules, clock: Clock) -> None:
        super().__init__()
        self._do_fn = _Group(store, rules, Packed.of(severity), clock)

    def expand(self, pulses: PCollection[Any]) -> PCollection[BlockEvent]:
        """Groups."""
        events: PCollection[BlockEvent] = pulses | "Group" >> beam.ParDo(self._do_fn).with_output_types(BlockEvent)
        return events


class _Group(beam.DoFn):
    def __init__(
        self, config: StoreConfig, rules: Packed[RuleSet], severity: Packed[SeverityRules], clock: Clock
    ) -> None:
        self._config = config
        self._rules = rules
        self._severity = severity
        self._clock = clock

    def setup(self) -> None:
        self._store = self._config.open()

    def process(self, element: Any) -> Iterator[BlockEvent]:
        # Most rounds bring nothing new: then the rules are not needed.
        if self._store.events.ungrouped(1):
            regrouper = regrouper_of(self._store, self._rules.unpacked(), self._severity.unpacked(), self._clock())
            for event in regrouper.everything_new():
                count("events")
                yield event

    def teardown(self) -> None:
        self._store.close()


def regrouper_of(store: Store, rules: RuleSet, severity: SeverityRules, now: datetime) -> Regrouper:
    """What groups in an open store."""
    reader = ReportReader(RulesJudge(rules), Signals(severity.signals), Framing(rules))
    return Regrouper(store.events, reader, severity, now, bury=lambda letter: store.put_feed_dead_letters([letter], ()))


class RulesJudge:
    """A ``SectionJudge`` by the rules. The classifier is made for the first one."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules

    @cached_property
    def _classifier(self) -> Classifier:
        return classifier_of(self._rules)

    def read(self, text: str, item: CensorshipItem) -> Classification:
        """The decision about an article with this text and no title."""
        return self._classifier.classify(item.model_copy(update={"title": "", "text": text}))

    def countries(self, text: str) -> frozenset[str]:
        """Those that names of places and agencies stand for."""
        return self._classifier.countries(text)
