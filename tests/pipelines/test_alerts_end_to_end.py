"""From feeds to alerts: two real rounds over the demo's news web, with news in between."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import store_of
from blockwire.pipelines.demo.server import DemoWeb
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.rounds import Choice, Wire, run_round, tasks_of
from blockwire.schemas import RoundSummary
from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.schemas.policies import FetchPolicy
from blockwire.transforms.stores.event_contract import EventQuery


@pytest.mark.thorough
def test_news_becomes_alerts_once(tmp_path: Path) -> None:
    log = tmp_path / "alerts.jsonl"
    policy = AlertPolicy(channels=(Channel(id="log", kind="jsonl", path=log),), lookback_hours=24 * 7)
    with DemoWeb() as web:
        fetching = FetchPolicy(allow_addresses=web.networks, per_host_delay_s=0)
        settings = Settings(store=f"sqlite:///{tmp_path}/wire.sqlite", fetch=fetching, alerts=policy)
        wire = Wire(settings, web.feeds, load_rules(), store_of(settings), beam_options([]))

        def one_round() -> RoundSummary:
            now = datetime.now(UTC)
            return run_round(
                wire, lambda store: tasks_of(Choice(web.feeds, all_feeds=True), store, now), trigger="demo", now=now
            )

        first = one_round()
        told = pairs(log)
        assert first.alerts_sent == len(told) > 0
        web.publish_more()
        second = one_round()
        assert second.alerts_sent == len(pairs(log)) - len(told) > 0
        assert one_round().alerts_sent == 0
    assert len(set(pairs(log))) == len(pairs(log))
    with wire.store.open() as store:
        events = {one.id for one in store.events.find(EventQuery(limit=None))}
        assert {event for event, _ in pairs(log)} <= events
        assert list(store.events.undecided()) == []


def pairs(log: Path) -> list[tuple[str, str]]:
    """Event and status of each alert."""
    return [(record["event_id"], record["status"]) for record in map(json.loads, log.read_text().splitlines())]
