"""``blockwire evaluate events``: a month of news with answers, replayed through the pipeline."""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.commands.shared import settings_of
from blockwire.pipelines.display.progress import counting

if TYPE_CHECKING:
    from blockwire.pipelines.replay.rounds import Replayed  # brings in Beam, which other evaluations do without
    from blockwire.pipelines.replay.scenario import Scenario

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Span(click.ParamType[timedelta]):
    """A time between rounds: ``5m``, ``1h``, ``1d``."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The time, positive."""
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"([1-9]\d{0,3})([mhd])", str(value))
        if match is None:
            self.fail(f"{value!r} is no time between rounds; expected something like 5m, 1h or 1d", param, ctx)
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


@click.command("events")
@click.option(
    "--scenario",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="A folder with outlets.jsonl, articles.jsonl and events.jsonl.",
)
@click.option("--round", "every", type=Span(), default="1h", show_default=True, help="Time between two rounds.")
@click.option("--shuffle", type=int, metavar="SEED", help="Let the articles of each day appear in any order.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
@click.option("--predictions", type=click.Path(path_type=Path), help="Write what was made of each, as JSON Lines.")
@click.option("--alerts", type=click.Path(path_type=Path), help="Write the alerts in order of firing, as JSON Lines.")
@click.option("--events", type=click.Path(path_type=Path), help="Write the final events, as JSON Lines.")
@click.pass_context
def events_command(
    ctx: click.Context,
    folder: Path,
    every: timedelta,
    shuffle: int | None,
    json_file: Path | None,
    predictions: Path | None,
    alerts: Path | None,
    events: Path | None,
) -> int:
    """Replays a scenario through the real pipeline, in order of publication, and compares events and alerts with its answers.

    Pages and feeds are made from its rows and served on this machine; the clock is the scenario's, and jumps over rounds in which nothing
    would be new. Alerts go to a file by the rule that holds where there is no other: severity alert and above, at once. The final events
    are the same whatever the rounds and the order within a day: compare two files of --events.
    """
    from blockwire.pipelines.display.evaluation_events import show_events_report
    from blockwire.pipelines.replay.rounds import final_events, replay
    from blockwire.pipelines.replay.rounds import predictions as predicted
    from blockwire.pipelines.replay.scenario import ScenarioError, read_scenario
    from blockwire.pipelines.replay.web import on_time, shuffled
    from blockwire.transforms.events.evaluation import evaluate

    rules = load_rules(settings_of(ctx).rules)
    try:
        scenario = read_scenario(folder)
    except ScenarioError as error:
        raise click.ClickException(str(error)) from error
    schedule = on_time(scenario) if shuffle is None else shuffled(scenario, shuffle)
    wanted = ctx.obj["log_format"] == "text"
    with tempfile.TemporaryDirectory(prefix="blockwire-replay-") as scratch, counting("rounds", wanted=wanted) as tell:
        replayed = replay(scenario, schedule, every, rules, Path(scratch) / "replay.sqlite", tell)
    made = predicted(replayed, scenario)
    fired = list(_alerts(replayed, scenario))
    report = evaluate(scenario.gold, made, [str(row["article_id"]) for row in fired])
    if json_file:
        figures = {**report.as_dict(), "rounds": replayed.rounds}
        json_file.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _write_lines(predictions, _predictions(replayed, scenario))
    _write_lines(alerts, fired)
    _write_lines(events, final_events(replayed, scenario))
    show_events_report(report, replayed.rounds)
    return 0


def _predictions(replayed: "Replayed", scenario: "Scenario") -> Iterator[dict[str, object]]:
    """A row for each article of the scenario, those that were not found too."""
    from blockwire.pipelines.replay.rounds import articles, predictions

    made = predictions(replayed, scenario)
    items = dict(articles(replayed.items, scenario))
    for article in scenario.gold.articles:
        item, one = items.get(article.id), made.get(article.id)
        yield {
            "article_id": article.id,
            "relevant": item is not None,
            "categories": sorted(one.categories) if one else [],
            "event_keys": sorted(one.events) if one else [],
            "countries": list(item.countries) if item else [],
            "services": list(item.services) if item else [],
            "status": one.status if one else None,
        }


def _alerts(replayed: "Replayed", scenario: "Scenario") -> Iterator[dict[str, object]]:
    from blockwire.pipelines.replay.rounds import articles

    ids = {item.id: article for article, item in articles(replayed.items, scenario)}
    for alert in replayed.alerts:
        yield {
            "article_id": ids[alert.article_id],
            "event": alert.event_id,
            "status": alert.status.value,
            "severity": alert.severity.value,
            "time": alert.created.isoformat(),
            "channel": alert.channel,
        }


def _write_lines(file: Path | None, rows: Iterable[Mapping[str, object]]) -> None:
    if file:
        with file.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
