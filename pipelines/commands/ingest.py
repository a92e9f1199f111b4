"""``blockwire ingest``: one round of the main job."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from blockwire.config.catalogue import load_feeds
from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
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
)
from blockwire.pipelines.extractors import brings_news, extractors_ready
from blockwire.schemas import Feed
from blockwire.schemas.alerting import AlertPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.feeds.schedule import is_wanted
from blockwire.transforms.packed import Packed

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
    flags = {"store": store, "feeds": feeds_file, "archive": archive, "metrics_file": metrics_file}
    settings = settings_of(ctx, {**flags, "fetch.allow_addresses": allow_addresses})
    if dry_run:
        settings = settings.model_copy(update={"alerts": AlertPolicy(), "metrics_file": None, "archive": None})
    if (from_archive or day) and (not (from_archive and day) or dry_run):
        raise click.UsageError("--from-archive DIR and --day YYYY-MM-DD go together, and without --dry-run.")
    catalogue = load_feeds(settings.feeds)
    feeds = chosen(catalogue, only)
    rules = load_rules(settings.rules)
    plain = not (beam_arguments or dry_run or from_archive)
    with _extractors_on_the_way(settings, rules, feeds, all_feeds=not due) if plain else nullcontext():
        # Here and not above: to import Beam takes as long as to load the extractors.
        from blockwire.pipelines.commands.ingest_round import Given, ingest_round, repeat_archived_day

        given = Given(settings, catalogue, rules, beam_arguments, ctx.obj["log_format"])
        if from_archive and day:
            return repeat_archived_day(given, from_archive, day.date())
        since = since and since.replace(tzinfo=UTC)
        return ingest_round(ctx, given, feeds, all_feeds=not due, limit=limit, since=since, dry_run=dry_run)


def _extractors_on_the_way(
    settings: Settings, rules: RuleSet, feeds: Sequence[Feed], *, all_feeds: bool
) -> AbstractContextManager[None]:
    """Begins to load them where the round is likely to need them. Whether another round is running is not known yet."""
    now = datetime.now(UTC)
    with store_of(settings, waits=True).open() as opened:
        states = opened.feed_states()
        polls = any(is_wanted(feed, states.get(feed.id), now, all_feeds=all_feeds) for feed in feeds)
        wanted = polls and brings_news(opened)
    return extractors_ready(settings, Packed.of(rules)) if wanted else nullcontext()
