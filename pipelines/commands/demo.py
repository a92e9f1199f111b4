"""``blockwire demo``: the main job on a small news web of its own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import store_of, watch_of
from blockwire.pipelines.demo.server import DemoWeb
from blockwire.pipelines.display.items import show_table
from blockwire.pipelines.display.round_summary import show_round
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.rounds import Choice, Wire, run_round, tasks_of
from blockwire.schemas import Feed
from blockwire.schemas.policies import FetchPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.stores.contract import ItemQuery

STORE = Path("blockwire-demo.sqlite")


@click.command("demo", short_help="See it work on a small news web of its own, without internet.")
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

    The outlets and their articles are made up; the fetching, reading, classifying and storing are real.
    """
    _remove(path)
    with DemoWeb() as web:
        fetching = FetchPolicy(allow_addresses=web.networks, per_host_delay_s=0)
        settings = Settings(store=f"sqlite:///{path}", fetch=fetching)
        rules = load_rules()
        click.echo(f"A news web of {len(web.feeds)} feeds is running on this machine. First round:")
        _round(ctx, settings, web.feeds, rules)
        published = web.publish_more()
        click.echo(f"\n{published} more articles were published. Second round:")
        _round(ctx, settings, web.feeds, rules)
    with store_of(settings).open() as store:
        click.echo("\nFound:")
        show_table(store.items(ItemQuery(limit=100)))
    click.echo(f"It is kept in {path}. Look closer:")
    for more in ("items show ID", "items search blocked", "dead-letters list"):
        click.echo(f"  blockwire {more} --store sqlite:///{path}")
    return 0


def _round(ctx: click.Context, settings: Settings, feeds: Sequence[Feed], rules: RuleSet) -> None:
    now = datetime.now(UTC)
    summary = run_round(
        Wire(settings, feeds, rules, store_of(settings), beam_options([])),
        lambda store: tasks_of(Choice(feeds, all_feeds=True), store, now),
        trigger="demo",
        now=now,
        watch=watch_of(ctx),
    )
    show_round(summary, ctx.obj["log_format"])


def _remove(path: Path) -> None:
    for file in (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", ".lock"))):
        file.unlink(missing_ok=True)
