"""Runs a scenario through the pipeline, round by round, by the scenario's clock."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from blockwire.config.settings import Settings
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.replay.scenario import Scenario
from blockwire.pipelines.replay.web import ScenarioWeb, Schedule
from blockwire.pipelines.rounds import Choice, Wire, run_round, tasks_of
from blockwire.schemas import Alert, BlockEvent, CensorshipItem
from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.schemas.policies import FetchPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.events.evaluation import Prediction
from blockwire.transforms.extraction.pool import kept_ready
from blockwire.transforms.packed import Packed
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.contract import ItemQuery, Store
from blockwire.transforms.stores.event_contract import EventQuery
from blockwire.transforms.stores.opening import store_config

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ALL: Final = 1_000_000
_OF_ROUNDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("id", "developments", "revision", "first_seen", "last_seen"), True),
    "evidence": {"__all__": {"url"}},
}


@dataclass(frozen=True)
class Replayed:
    """What came of a replay."""

    items: tuple[CensorshipItem, ...]
    events: tuple[BlockEvent, ...]
    alerts: tuple[Alert, ...]
    """In the order of firing."""
    rounds: int


def round_times(schedule: Schedule, every: timedelta) -> list[datetime]:
    """The rounds in which there is something new: the clock jumps over the others."""
    return sorted({_EPOCH + every * (-((_EPOCH - at) // every)) for at in schedule.values()})


def replay(
    scenario: Scenario,
    schedule: Schedule,
    every: timedelta,
    rules: RuleSet,
    database: Path,
    tell: Callable[[int, int], None] | None = None,
) -> Replayed:
    """Publishes a scenario on a news web of its own and runs rounds over it.

    Args:
        scenario: what is published; of the answers nothing is read.
        schedule: when.
        every: the time between two rounds.
        rules: of classification.
        database: where to keep what is found; a new file.
        tell: is told after each round how many there were, and of how many.
    """
    store = store_config(f"sqlite:///{database}", {})
    times = round_times(schedule, every)
    alerts: list[Alert] = []
    # One channel, by the rule that holds where there is no other.
    channel = Channel(id="replay", kind="jsonl", path=database.with_suffix(".alerts.jsonl"))
    with ScenarioWeb(scenario, schedule, times[0]) as web, kept_ready(Packed.of(rules)):
        settings = Settings(
            fetch=FetchPolicy(allow_addresses=web.networks, per_host_delay_s=0), alerts=AlertPolicy(channels=(channel,))
        )
        wire = Wire(settings, web.feeds, rules, store, beam_options([]))
        for number, now in enumerate(times, start=1):
            web.now = now
            choose = partial(tasks_of, Choice(wire.feeds, all_feeds=True), now=now)
            run_round(wire, choose, trigger="replay", now=now)
            with store.open() as opened:
                alerts += fired(opened, now)
            if tell is not None:
                tell(number, len(times))
    with store.open() as opened:
        return Replayed(
            items=tuple(opened.items(ItemQuery(limit=_ALL))),
            events=tuple(opened.events.find(EventQuery(limit=None))),
            alerts=tuple(alerts),
            rounds=len(times),
        )


def fired(store: Store, now: datetime) -> list[Alert]:
    """The alerts that a round gives rise to, in the order in which their news was published."""
    new = list(store.alerts.find(AlertQuery(since=now)))
    published = {one.article_id: one.published or now for alert in new for one in alert.event.evidence}
    return sorted(new, key=lambda alert: (published.get(alert.article_id, now), alert.id))


def predictions(replayed: Replayed, scenario: Scenario) -> dict[str, Prediction]:
    """What was made of each article of the scenario that was found."""
    groups: dict[str, set[str]] = {}
    own: set[str] = set()
    for event in replayed.events:
        for one in event.evidence:
            groups.setdefault(one.article_id, set()).add(event.id)
            if one.independent:
                own.add(one.article_id)
    return {
        article: Prediction(
            relevant=True,
            categories=frozenset(measure.value for measure in item.measures),
            events=frozenset(groups.get(item.id, ())),
            status=item.status.value if item.status else None,
            independent=item.id in own,
        )
        for article, item in articles(replayed.items, scenario)
    }


def final_events(replayed: Replayed, scenario: Scenario) -> list[dict[str, object]]:
    """What the events came to, in one order: the same for every length of the rounds and every order within a day.

    Articles go by their ids in the answers, since addresses differ from replay to replay. Left out is what tells of the rounds: ids,
    revisions, and when the wire noticed what.
    """
    names = {item.id: article for article, item in articles(replayed.items, scenario)}
    return sorted((_final(event, names) for event in replayed.events), key=lambda one: json.dumps(one, sort_keys=True))


def _final(event: BlockEvent, names: Mapping[str, str]) -> dict[str, object]:
    told = event.model_dump(mode="json", exclude=_OF_ROUNDS)
    return told | {
        "history": [{**step, "article_id": names[step["article_id"]]} for step in told["history"]],
        "evidence": [{**one, "article_id": names[one["article_id"]]} for one in told["evidence"]],
    }


def articles(items: Sequence[CensorshipItem], scenario: Scenario) -> Iterator[tuple[str, CensorshipItem]]:
    """Each item with the id of its article in the answers."""
    for item in items:
        yield scenario.ids[item.feed_id, urlsplit(item.url).path], item
