"""A scenario is replayed through the real pipeline, by its own clock, and its answers stay unseen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from absent import skipped_where_absent
from click.testing import CliRunner

from bench.shared_data import shared
from blockwire.pipelines.main import cli
from blockwire.pipelines.replay.rounds import round_times
from blockwire.pipelines.replay.scenario import ScenarioError, read_scenario
from blockwire.pipelines.replay.web import ScenarioWeb, on_time, shuffled

BLOCKED = """CARACAS. Internet providers in Venezuela blocked the messenger Telegram on Sunday evening on the order of the regulator
Conatel, users and engineers said. {more}

The application does not connect on the networks of Cantv, Movistar and Digitel. No reason was given, and the ministry did not answer
questions. WhatsApp works."""

OUTLETS = (
    {"outlet_id": "north", "name": "North Wire", "host": "north.example", "language": "en", "country": "GB", "owner": "North",
     "kind": "newswire", "template": "t1", "feed": "rss2", "full_text_in_feed": False},
    {"outlet_id": "south", "name": "South Watch", "host": "south.example", "language": "en", "country": "US", "owner": "South",
     "kind": "rights_group", "template": "t6", "feed": "atom", "full_text_in_feed": True},
)  # fmt: skip
FEW = 36
"""Articles of the shared month for which all ways are tried."""
EVENTS = (
    {"event_id": "e1", "severity": "critical", "status_history": [{"status": "in_force"}, {"status": "lifted"}]},
)  # fmt: skip


def _article(
    number: int, outlet: str, at: str, title: str, text: str, *events: str, status: str | None
) -> dict[str, object]:
    return {
        "article_id": f"a{number}",
        "outlet_id": outlet,
        "published_at": at,
        "url_path": f"/news/{number}",
        "title": title,
        "summary": f"{title}, in short.",
        "text": text,
        "relevant": bool(events),
        "categories": ["messaging_block"] if events else [],
        "event_ids": list(events),
        "event_role": "none",
        "status": status,
        "wire_of": None,
    }


ARTICLES = (
    _article(1, "north", "2027-03-01T08:10:00Z", "Venezuela blocks Telegram", BLOCKED.format(more="It is the second time."), "e1", status="in_force"),
    _article(2, "south", "2027-03-01T09:40:00Z", "Venezuela: Telegram blocked by order of Conatel",
             "Since Sunday Telegram has been blocked in Venezuela by order of the regulator Conatel. We measured it on four networks.", "e1", status="in_force"),
    _article(3, "north", "2027-03-02T10:00:00Z", "Cotton harvest grows", "Farmers expect fifteen per cent more cotton than last year. Prices are stable.", status=None),
    _article(4, "north", "2027-03-05T12:00:00Z", "Telegram is available again in Venezuela",
             "Telegram was unblocked in Venezuela on Friday, five days after Conatel ordered providers to block it. Cantv restored access first.", "e1", status="lifted"),
)  # fmt: skip


def write(folder: Path, **files: Iterable[Mapping[str, object]]) -> Path:
    """A scenario in a folder."""
    for name, rows in {"outlets": OUTLETS, "articles": ARTICLES, "events": EVENTS, **files}.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Replay:
    """What the command printed and wrote."""

    out: str
    figures: dict[str, object]
    predictions: list[dict[str, object]]
    alerts: list[dict[str, object]]
    events: list[dict[str, object]]


def evaluate(scenario: Path, folder: Path, *options: str) -> Replay:
    figures = folder / "figures.json"
    written = {kind: folder / f"{kind}.written.jsonl" for kind in ("predictions", "alerts", "events")}
    files = [word for kind, path in written.items() for word in (f"--{kind}", str(path))]
    arguments = ["--json", str(figures), *files, *options]
    done = CliRunner().invoke(
        cli, ["evaluate", "events", "--scenario", str(scenario), *arguments], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    lines = [[json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in written.values()]
    return Replay(done.output, json.loads(figures.read_text("utf-8")), *lines)


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    folder = tmp_path_factory.mktemp("scenario")
    return evaluate(write(folder), folder, "--round", "1h")


def test_one_event_comes_of_three_articles(replay: Replay) -> None:
    keys = {str(row["article_id"]): row["event_keys"] for row in replay.predictions}
    assert len(keys["a1"]) == 1  # type: ignore[arg-type]
    assert keys["a1"] == keys["a2"] == keys["a4"]
    assert keys["a3"] == []
    found = next(row for row in replay.predictions if row["article_id"] == "a1")
    assert (found["relevant"], found["countries"], found["services"]) == (True, ["VE"], ["telegram"])


def test_alerts_fire_in_the_hour_of_the_article_that_moved_the_event(replay: Replay) -> None:
    assert [(row["article_id"], row["status"], row["time"]) for row in replay.alerts] == [
        ("a1", "in_force", "2027-03-01T09:00:00+00:00"),
        ("a4", "lifted", "2027-03-05T12:00:00+00:00"),
    ]


def test_only_rounds_with_something_new_are_run(replay: Replay) -> None:
    assert replay.figures["rounds"] == len(ARTICLES)
    assert replay.figures["events_exactly_one"] == "1/1"
    (event,) = replay.events
    assert [step["article_id"] for step in event["history"]] == ["a1", "a4"]  # type: ignore[attr-defined]
    assert "grouping, B-cubed" in replay.out


def test_rounds_stand_on_the_clock(tmp_path: Path) -> None:
    schedule = on_time(read_scenario(write(tmp_path)))
    days = round_times(schedule, timedelta(days=1))
    assert days == [datetime(2027, 3, day, tzinfo=UTC) for day in (2, 3, 6)]
    assert len(round_times(schedule, timedelta(minutes=5))) == len(ARTICLES)


def test_a_shuffled_day_appears_after_it_one_by_one(tmp_path: Path) -> None:
    scenario = read_scenario(write(tmp_path))
    for seed in range(5):
        schedule = shuffled(scenario, seed)
        assert {at.date().day for at in schedule.values()} == {2, 3, 6}
        assert len(set(schedule.values())) == len(ARTICLES)


def test_a_page_is_the_same_whenever_it_is_asked_for(tmp_path: Path) -> None:
    """What stands around an article must not decide what it is about."""
    scenario = read_scenario(write(tmp_path))
    first = scenario.published["north"][-1]
    pages = set()
    for schedule in (on_time(scenario), shuffled(scenario, 1)):
        web = ScenarioWeb(scenario, schedule, max(schedule.values()))
        pages.add(tuple(web.beside(web.outlets[0], first)))
    assert pages == {(first,)}


def test_what_readers_see_holds_no_answer(tmp_path: Path) -> None:
    scenario = read_scenario(write(tmp_path))
    seen = str((scenario.outlets, scenario.published))
    assert "e1" not in seen
    assert "messaging_block" not in seen


@pytest.mark.parametrize(
    ("articles", "said"),
    [
        ([{"article_id": "a1"}], "no scenario as its README describes it"),
        ([dict(ARTICLES[0], published_at="soon")], "no scenario"),
    ],
)
def test_what_is_no_scenario_is_refused(tmp_path: Path, articles: list[dict[str, object]], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        read_scenario(write(tmp_path, articles=articles))
    (tmp_path / "events.jsonl").unlink()
    with pytest.raises(ScenarioError, match=r"events\.jsonl: cannot be read"):
        read_scenario(tmp_path)


def test_an_odd_time_between_rounds_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["evaluate", "events", "--scenario", str(tmp_path), "--round", "soon"])
    assert done.exit_code != 0


@pytest.fixture(scope="module")
def hourly(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """The shared month, in rounds of an hour."""
    with skipped_where_absent():
        scenario = shared("scenario")
    return evaluate(scenario, tmp_path_factory.mktemp("hourly"), "--round", "1h")


@pytest.mark.shared
@pytest.mark.thorough
def test_rounds_of_a_day_end_in_the_same_events(hourly: Replay, tmp_path: Path) -> None:
    daily = evaluate(shared("scenario"), tmp_path, "--round", "1d")
    assert int(str(daily.figures["rounds"])) < int(str(hourly.figures["rounds"]))
    assert daily.events == hourly.events


@pytest.mark.shared
@pytest.mark.thorough
def test_any_rounds_and_any_order_within_a_day_end_in_the_same_events(tmp_path: Path) -> None:
    """Its first articles, which are enough for several events with several steps; the whole month takes a quarter of an hour."""
    with skipped_where_absent():
        folder = shared("scenario")
    rows = {
        name: [json.loads(line) for line in (folder / f"{name}.jsonl").open("r")]
        for name in ("outlets", "articles", "events")
    }
    scenario = write(tmp_path, **rows | {"articles": rows["articles"][:FEW]})
    daily = evaluate(scenario, tmp_path, "--round", "1d")
    assert len({str(event["status"]) for event in daily.events}) > 1
    for options in (("--round", "5m"), ("--round", "1h", "--shuffle", "1")):
        assert evaluate(scenario, tmp_path, *options).events == daily.events


@pytest.mark.shared
@pytest.mark.thorough
def test_the_shared_month_holds_its_floors(hourly: Replay) -> None:
    """Floors under what was measured; they are never lowered silently."""
    replay = hourly
    bcubed, alerts = replay.figures["bcubed"], replay.figures["alerts"]
    assert isinstance(bcubed, dict)
    assert isinstance(alerts, dict)
    assert bcubed["f1"] >= 0.95
    assert int(str(replay.figures["events_exactly_one"]).partition("/")[0]) >= 24
    assert alerts["missed"]["critical"] == []
    assert len(alerts["missed"]["alert"]) <= 1
    told, wanted = map(int, alerts["status_recall"].split("/"))
    assert told >= 0.9 * wanted
    assert alerts["extra"] <= 3
    assert alerts["false"] <= 2
    assert replay.figures["wire_copies_counted"] == []
