"""Tells people what is new about events."""

from collections.abc import Iterator
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import PCollection

from blockwire.schemas import BlockEvent
from blockwire.schemas.alerting import AlertPolicy
from blockwire.transforms.after_all import AfterAll
from blockwire.transforms.alerts.outbox import AlertTally, send_alerts
from blockwire.transforms.clock import Clock
from blockwire.transforms.metrics import count
from blockwire.transforms.stores.contract import StoreConfig


class SendAlerts(beam.PTransform[PCollection[BlockEvent], PCollection[AlertTally]]):
    """PCollection[BlockEvent] -> PCollection[AlertTally], one, when everything is sent that could be.

    The events themselves are only waited for: decisions are made from the store, so that what an interrupted round left
    undecided or unsent is made up for.

    Args:
        store: the events, and the outbox.
        policy: rules and channels.
        clock: tells the time.
    """

    def __init__(self, store: StoreConfig, policy: AlertPolicy, clock: Clock) -> None:
        super().__init__()
        self._send = SendWhatIsDue(store, policy, clock)

    def expand(self, events: PCollection[BlockEvent]) -> PCollection[AlertTally]:
        """Waits for all events, then decides and sends."""
        tally: PCollection[AlertTally] = events | "Wait for events" >> AfterAll() | self._send
        return tally


class SendWhatIsDue(beam.PTransform[PCollection[Any], PCollection[AlertTally]]):
    """PCollection[pulse] -> PCollection[AlertTally]: for each pulse the same work, without waiting. No two may be at it at once.

    Args: as of ``SendAlerts``.
    """

    def __init__(self, store: StoreConfig, policy: AlertPolicy, clock: Clock) -> None:
        super().__init__()
        self._do_fn = _Send(store, policy, clock)

    def expand(self, pulses: PCollection[Any]) -> PCollection[AlertTally]:
        """Decides and sends."""
        tally: PCollection[AlertTally] = pulses | "Decide and send" >> beam.ParDo(self._do_fn).with_output_types(
            AlertTally
        )
        return tally


class _Send(beam.DoFn):
    def __init__(self, config: StoreConfig, policy: AlertPolicy, clock: Clock) -> None:
        self._config = config
        self._policy = policy
        self._clock = clock

    def setup(self) -> None:
        self._store = self._config.open()

    def process(self, element: Any) -> Iterator[AlertTally]:
        tally = send_alerts(self._store, self._policy, self._clock())
        for state, number in (("sent", tally.sent), ("failed", tally.failed), ("given_up", tally.given_up)):
            count("alerts", state, by=number)
        yield tally

    def teardown(self) -> None:
        self._store.close()
