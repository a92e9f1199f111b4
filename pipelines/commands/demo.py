"""``blockwire demo``: the main job on a small news web of its own."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import click

from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import store_of, watch_of
from blockwire.pipelines.demo.server import DemoWeb
from blockwire.pipelines.display.events import show_events
from blockwire.pipelines.display.round_summary import show_round
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.rounds import Choice, Wire, run_round, tasks_of
from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.schemas.policies import FetchPolicy
from blockwire.transforms.stores.contract import ItemQuery
from blockwire.transforms.stores.event_contract import EventQuery

STORE = Path("blockwire-demo.sqlite")

EPILOG = """\b
Examples:
  blockwire demo
  blockwire demo --store /tmp/demo.sqlite
"""


@click.command("demo", epilog=EPILOG, short_help="See it work on a small news web of its own, without internet.")
@click.option(
    "--store",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=STORE,
    show_default=True,
    help="SQLite file to keep it in; one that is there is replaced.",
)
@click.pass_context
def demo_command(ctx: click.Context, path: Path) -> int:
    """Serves invented outlets on this machine, runs the main job on them twice, with news in between, and shows what was found.

    The outlets and their articles are made up; the fetching, reading, classifying, grouping and alerting are real. Alerts go
    into an Atom feed beside the database.
    """
    feed = path.with_suffix(".alerts.xml")
    _remove(path, feed)
    alerts = AlertPolicy(channels=(Channel(id="demo", kind="atom", path=feed),))
    with DemoWeb() as web:
        fetching = FetchPolicy(allow_addresses=web.networks, per_host_delay_s=0)
        settings = Settings(store=f"sqlite:///{path}", fetch=fetching, alerts=alerts)
        wire = Wire(settings, web.feeds, load_rules(), store_of(settings), beam_options([]))
        click.echo(f"A news web of {len(web.feeds)} feeds is running on this machine. First round:")
        _round(ctx, wire)
        published = web.publish_more()
        click.echo(f"\n{published} more articles were published. Second round:")
        _round(ctx, wire)
    with store_of(settings).open() as store:
        items = store.count_items(ItemQuery())
        events = list(store.events.find(EventQuery()))
        click.echo(f"\n{items} articles are about internet censorship. They tell of {len(events)} events:")
        show_events(events, corrections=None)
    click.echo(f"All is kept in {path}, and the alerts in {feed}, for any feed reader. The outlets are gone again:")
    click.echo("links to them lead nowhere, and the texts of their articles are in the store. Look closer:")
    event = events[0].id[:8] if events else "ID"
    for more in (
        "browse",
        f"events show {event}",
        "items search дзвінок",
        "report --output week.html",
        "dead-letters list",
    ):
        click.echo(f"  {_called()} {more} --store sqlite:///{path}")
    return 0


def _called() -> str:
    """How the command is called from here: a newcomer's ``make demo`` leaves it off the path."""
    started = Path(sys.argv[0])
    return "blockwire" if which("blockwire") or started.name != "blockwire" else str(started)


def _round(ctx: click.Context, wire: Wire) -> None:
    now = datetime.now(UTC)
    summary = run_round(
        wire,
        lambda store: tasks_of(Choice(wire.feeds, all_feeds=True), store, now),
        trigger="demo",
        now=now,
        watch=watch_of(ctx),
    )
    show_round(summary, ctx.obj["log_format"])


def _remove(path: Path, feed: Path) -> None:
    for file in (feed, path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", ".lock"))):
        file.unlink(missing_ok=True)
