"""Tells people what is new about events."""

from collections.abc import Iterator
from datetime import datetime

import apache_beam as beam
from apache_beam.pvalue import PCollection
from apache_beam.transforms.combiners import Count

from blockwire.schemas import BlockEvent
from blockwire.schemas.alerting import AlertPolicy
from blockwire.transforms.alerts.outbox import AlertTally, send_alerts
from blockwire.transforms.metrics import count
from blockwire.transforms.stores.contract import StoreConfig


class SendAlerts(beam.PTransform[PCollection[BlockEvent], PCollection[AlertTally]]):
    """PCollection[BlockEvent] -> PCollection[AlertTally], one, when everything is sent that could be.

    The events themselves are only waited for: decisions are made from the store, so that what an interrupted round left
    undecided or unsent is made up for.

    Args:
        store: the events, and the outbox.
        policy: rules and channels.
        now: the time of the round.
    """

    def __init__(self, store: StoreConfig, policy: AlertPolicy, now: datetime) -> None:
        super().__init__()
        self._store = store
        self._policy = policy
        self._now = now

    def expand(self, events: PCollection[BlockEvent]) -> PCollection[AlertTally]:
        """Waits for all events, then decides and sends."""
        tally: PCollection[AlertTally] = (
            events
            | "Wait for events" >> Count.Globally()
            | "Decide and send" >> beam.ParDo(_Send(self._store, self._policy, self._now)).with_output_types(AlertTally)
        )
        return tally


class _Send(beam.DoFn):
    def __init__(self, config: StoreConfig, policy: AlertPolicy, now: datetime) -> None:
        self._config = config
        self._policy = policy
        self._now = now

    def setup(self) -> None:
        self._store = self._config.open()

    def process(self, element: int) -> Iterator[AlertTally]:
        tally = send_alerts(self._store, self._policy, self._now)
        for state, number in (("sent", tally.sent), ("failed", tally.failed), ("given_up", tally.given_up)):
            count("alerts", state, by=number)
        yield tally

    def teardown(self) -> None:
        self._store.close()
