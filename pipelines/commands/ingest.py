"""``blockwire ingest``: one round of the main job."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import click

from blockwire.config.catalogue import load_feeds
from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.commands.shared import (
    MOMENT,
    allow_address_option,
    beam_arguments,
    chosen,
    feeds_option,
    only_option,
    settings_of,
    store_of,
    store_option,
    watch_of,
)
from blockwire.pipelines.display.round_summary import show_round
from blockwire.pipelines.feed_health import attention, feed_rows
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.repeat import repeat_day
from blockwire.pipelines.rounds import Choice, Wire, nothing_done, run_round, tasks_of
from blockwire.schemas.alerting import AlertPolicy
from blockwire.transforms.skip_known import Selection
from blockwire.transforms.stores.contract import StoreConfig
from blockwire.transforms.stores.opening import store_config
from blockwire.transforms.stores.rehearsal import RehearsalConfig
from blockwire.transforms.warc_pages import WarcError

EPILOG = """\b
Examples:
  blockwire ingest                                     the feeds that are due
  blockwire ingest --only unian,khpg --all             these two, due or not
  blockwire ingest --limit 20 --dry-run                try it, write nothing
  blockwire ingest --store http://localhost:9200       into Elasticsearch
  blockwire --log-format json ingest --feeds my.opml   own feeds, logs for machines
  blockwire ingest --archive evidence                  keep the pages that led to items, as WARC
  blockwire ingest --from-archive evidence --day 2026-11-22 --store sqlite:///again.sqlite

\b
Exit status: 0 the round ran (single failed feeds are in the summary), 1 nothing could be done (the store
cannot be used, another round is running, every feed failed), 2 wrong usage or configuration.
All options of Apache Beam can be given too, such as --runner or --direct_num_workers.
"""


@click.command(
    "ingest",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True},
    short_help="Run one round: poll feeds, fetch, classify, index.",
)
@store_option
@feeds_option
@only_option
@click.option("--due/--all", "due", default=True, help="The feeds that are due, or all of them.  [default: due]")
@click.option(
    "--limit", type=click.IntRange(min=1), help="At most so many new entries; the rest is left for later rounds."
)
@click.option(
    "--since",
    type=MOMENT,
    help="Leave out entries published before (UTC).",
)
@click.option("--dry-run", is_flag=True, help="Do everything but keep nothing; show what would have been found.")
@click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep every page and feed that led to an item in this folder, as WARC files.",
)
@click.option(
    "--from-archive",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Instead of polling, repeat the rounds of --day from such a folder. Nothing is fetched, nobody is alerted.",
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day to repeat (UTC).")
@click.option(
    "--metrics-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add the round to this file of metrics for Prometheus (node_exporter's textfile collector).",
)
@allow_address_option
@beam_arguments
@click.pass_context
def ingest_command(
    ctx: click.Context,
    store: str | None,
    feeds_file: Path | None,
    only: str | None,
    due: bool,
    limit: int | None,
    since: datetime | None,
    dry_run: bool,
    archive: Path | None,
    from_archive: Path | None,
    day: datetime | None,
    metrics_file: Path | None,
    allow_addresses: tuple[str, ...],
    beam_arguments: tuple[str, ...],
) -> int:
    """Runs one round of the main job and leaves.

    Polls the feeds that are due, skips what is known, fetches the new pages, takes the articles out, classifies them and
    indexes those about internet censorship. Made for cron and systemd timers: a second round at the same time says so and
    leaves, and a round after a crash completes what was begun.
    """
    options = beam_options(beam_arguments)
    flags = {"store": store, "feeds": feeds_file, "archive": archive, "metrics_file": metrics_file}
    settings = settings_of(ctx, {**flags, "fetch.allow_addresses": allow_addresses})
    if dry_run:
        settings = settings.model_copy(update={"alerts": AlertPolicy(), "metrics_file": None, "archive": None})
    catalogue = load_feeds(settings.feeds)
    feeds = chosen(catalogue, only)
    rules = load_rules(settings.rules)
    if from_archive or day:
        if not (from_archive and day) or dry_run:
            raise click.UsageError("--from-archive DIR and --day YYYY-MM-DD go together, and without --dry-run.")
        wire = Wire(settings, catalogue, rules, store_of(settings), options)
        return _repeat(wire, from_archive, day.date(), ctx.obj["log_format"])
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="blockwire-rehearsal-") as scratch:
        real = store_of(settings, waits=True)
        where = rehearsal(real, settings.store, Path(scratch)) if dry_run else real
        summary = run_round(
            Wire(settings, catalogue, rules, where, options),
            lambda opened: tasks_of(Choice(feeds, all_feeds=not due), opened, now),
            trigger="ingest",
            now=now,
            selection=Selection(limit=limit, since=since.replace(tzinfo=UTC) if since else None),
            watch=watch_of(ctx),
        )
        with where.open() as opened:
            rows = feed_rows(feeds, opened.feed_states(), now, settings.polling)
    show_round(summary, ctx.obj["log_format"], attention(rows), rehearsal=dry_run)
    if not nothing_done(summary):
        return 0
    click.echo(
        "Error: every feed failed; check this machine's connection, then blockwire feeds status --failing", err=True
    )
    return 1


def _repeat(wire: Wire, folder: Path, day: date, log_format: str) -> int:
    try:
        for summary in repeat_day(wire, folder, day):
            show_round(summary, log_format)
    except WarcError as error:
        raise click.ClickException(str(error)) from error
    return 0


def rehearsal(real: StoreConfig, url: str, scratch: Path) -> StoreConfig:
    """Where a dry run reads and writes: a database that is not there yet is not made for it."""
    aside = store_config(f"sqlite:///{scratch}/scratch.sqlite", {})
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).exists():
        return aside
    return RehearsalConfig(real, aside)
