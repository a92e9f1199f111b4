"""What ``blockwire ingest`` does once Beam is imported: a round, a rehearsal of one, or the rounds of an archived day."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import store_of, watch_of
from blockwire.pipelines.display.round_summary import show_round
from blockwire.pipelines.feed_health import attention, feed_rows
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.repeat import repeat_day
from blockwire.pipelines.rounds import Choice, Wire, nothing_done, run_round, tasks_of
from blockwire.schemas import Feed
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.skip_known import Selection
from blockwire.transforms.stores.contract import StoreConfig
from blockwire.transforms.stores.opening import store_config
from blockwire.transforms.stores.rehearsal import RehearsalConfig
from blockwire.transforms.warc_pages import WarcError


@dataclass(frozen=True)
class Given:
    """What the command line, the settings and the files that they name come to."""

    settings: Settings
    catalogue: Sequence[Feed]
    rules: RuleSet
    beam_arguments: Sequence[str]
    log_format: str

    def wire(self, store: StoreConfig) -> Wire:
        """What rounds run with.

        Raises:
            click.UsageError: where Beam does not know an argument.
        """
        return Wire(self.settings, self.catalogue, self.rules, store, beam_options(self.beam_arguments))


def ingest_round(
    ctx: click.Context,
    given: Given,
    feeds: Sequence[Feed],
    *,
    all_feeds: bool,
    limit: int | None,
    since: datetime | None,
    dry_run: bool,
) -> int:
    """Runs a round over some feeds and shows how it went; see the command's options. Returns the exit status."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="blockwire-rehearsal-") as scratch:
        real = store_of(given.settings, waits=True)
        where = rehearsal(real, given.settings.store, Path(scratch)) if dry_run else real
        summary = run_round(
            given.wire(where),
            lambda opened: tasks_of(Choice(feeds, all_feeds=all_feeds), opened, now),
            trigger="ingest",
            now=now,
            selection=Selection(limit=limit, since=since),
            watch=watch_of(ctx),
        )
        with where.open() as opened:
            rows = feed_rows(feeds, opened.feed_states(), now, given.settings.polling)
    show_round(summary, given.log_format, attention(rows), rehearsal=dry_run)
    if not nothing_done(summary):
        return 0
    click.echo(
        "Error: every feed failed; check this machine's connection, then blockwire feeds status --failing", err=True
    )
    return 1


def repeat_archived_day(given: Given, folder: Path, day: date) -> int:
    """Runs the rounds of a day again from an archive and shows how each went. Returns the exit status."""
    try:
        for summary in repeat_day(given.wire(store_of(given.settings)), folder, day):
            show_round(summary, given.log_format)
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
