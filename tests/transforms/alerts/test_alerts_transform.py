"""``SendAlerts`` in a pipeline: waits for events, and gives one tally."""

from pathlib import Path

import pytest
from alerts_samples import NOON, event, policy
from eager import eagerly

from blockwire.schemas import BlockEvent
from blockwire.schemas.alerting import Channel
from blockwire.transforms.alerts.outbox import AlertTally
from blockwire.transforms.clock import stopped_at
from blockwire.transforms.send_alerts import SendAlerts
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.opening import store_config


@pytest.mark.parametrize("passing", [[], [event()], [event(), event(id="b" * 32)]])
def test_events_are_waited_for_and_decided_from_the_store(tmp_path: Path, passing: list[BlockEvent]) -> None:
    """What an interrupted round left behind is made up for, whatever passes by now."""
    config = store_config(f"sqlite:///{tmp_path}/wire.sqlite", {})
    with config.open() as store:
        store.events.regroup(Regrouping(events=[event(id="a" * 32)]))
    log = Channel(id="log", kind="jsonl", path=tmp_path / "a.jsonl")
    transform = SendAlerts(config, policy(channels=[log]), stopped_at(NOON))
    assert eagerly(transform, passing) == [AlertTally(decided=1, sent=1)]
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 1
    assert eagerly(transform, passing) == [AlertTally()]
