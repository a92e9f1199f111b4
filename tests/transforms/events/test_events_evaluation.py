"""Our figures are those of the scenario's reference scorer."""

import importlib.util
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from absent import skipped_where_absent

from bench.shared_data import shared
from blockwire.pipelines.replay.scenario import read_scenario
from blockwire.transforms.events.evaluation import Gold, GoldArticle, GoldEvent, Prediction, evaluate

START = datetime(2026, 5, 1, tzinfo=UTC)


def article(
    name: str, *events: str, status: str | None = "in_force", roundup: bool = False, wire_of: str | None = None
) -> GoldArticle:
    at = START + timedelta(hours=int(name))
    return GoldArticle(
        name, at, bool(events) or roundup, frozenset({"website_block"}), events, roundup, status, wire_of
    )


GOLD = Gold(
    articles=(
        article("1", "a"),
        article("2", "a", wire_of="1"),
        article("3", "a", status="lifted"),
        article("4", "b"),
        article("5", status=None),
        article("6", "a", "b", roundup=True, status=None),
        article("7", "c"),
    ),
    events=(
        GoldEvent("a", "critical", ("in_force", "lifted")),
        GoldEvent("b", "alert", ("in_force",)),
        GoldEvent("c", "watch", ("in_force",)),
    ),
)


def made(**groups: str) -> dict[str, Prediction]:
    return {
        name: Prediction(True, frozenset({"website_block"}), frozenset(keys.split())) for name, keys in groups.items()
    }


PERFECT = {"1": "x", "2": "x", "3": "x", "4": "y", "7": "z", "6": "x y"}


def test_all_right() -> None:
    figures = evaluate(GOLD, made(**PERFECT), ["1", "3", "4"])
    assert (figures.bcubed.f1, figures.pairwise.f1, figures.exactly_one, figures.spurious) == (1, 1, 3, 0)
    assert (figures.alerts.pairs_alerted, figures.alerts.pairs_wanted, figures.alerts.extra, figures.alerts.false) == (
        3,
        3,
        0,
        (),
    )
    assert figures.alerts.median_delay_minutes == 0


def test_what_goes_wrong_is_told() -> None:
    figures = evaluate(GOLD, made(**PERFECT | {"4": "x", "5": "w"}), ["2", "1", "5", "6", "7"])
    assert figures.exactly_one == 1
    assert figures.spurious == 2
    assert figures.bcubed.precision < 1
    alerts = figures.alerts
    assert (alerts.extra, alerts.false, alerts.on_quiet) == (1, ("5", "6"), 1)
    assert alerts.missed == {"alert": ("b",), "critical": ()}
    assert alerts.median_delay_minutes == 60


def test_a_wire_copy_that_counts_is_told() -> None:
    counted = made(**PERFECT) | {"2": Prediction(True, independent=True)}
    assert evaluate(GOLD, counted, []).wire_copies_counted == ("2",)


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    with skipped_where_absent():
        path = shared("scenario", "score.py")
    spec = importlib.util.spec_from_file_location("reference_scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.parametrize("seed", range(4))
def test_the_reference_scorer_says_the_same(reference: ModuleType, seed: int) -> None:
    with skipped_where_absent():
        gold = read_scenario(Path(shared("scenario"))).gold
    chance = random.Random(seed)
    predictions = {
        one.id: Prediction(
            relevant=chance.random() < 0.8,
            categories=one.categories if chance.random() < 0.7 else frozenset({"website_block"}),
            events=frozenset(e if chance.random() < 0.8 else "wrong" for e in one.events),
        )
        for one in gold.articles
    }
    alerts = [one.id for one in gold.articles if chance.random() < 0.5]
    theirs = reference.score(
        [
            {
                "article_id": name,
                "relevant": one.relevant,
                "categories": sorted(one.categories),
                "event_keys": sorted(one.events),
            }
            for name, one in predictions.items()
        ],
        [{"article_id": one} for one in alerts],
    )
    ours = json.loads(json.dumps(evaluate(gold, predictions, alerts).as_dict()))
    for key, value in theirs.items():
        if key == "alerts":
            assert {name: ours["alerts"][name] for name in value} == value
        else:
            assert ours[key] == value
