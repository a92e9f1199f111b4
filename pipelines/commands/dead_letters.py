"""``blockwire dead-letters``: what failed, why, and trying again."""

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.config.catalogue import load_feeds
from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.commands.shared import (
    allow_address_option,
    feeds_option,
    format_option,
    settings_of,
    store_of,
    store_option,
    store_to_read,
    watch_of,
)
from blockwire.pipelines.display.listing import listing
from blockwire.pipelines.display.round_summary import show_round
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.rounds import Wire, replay_tasks, run_round
from blockwire.schemas import DeadLetter, Stage
from blockwire.transforms.stores.contract import DeadLetterQuery, Store, StoreError

EPILOG = """\b
Examples:
  blockwire dead-letters list --stage fetch --reason http_404
  blockwire dead-letters show 3f2a91c0
  blockwire dead-letters replay --reason timeout
  blockwire dead-letters drop 3f2a91c0
"""


@click.group("dead-letters", epilog=EPILOG, short_help="What failed: list, show, replay, drop.")
def dead_letters_commands() -> None:
    """Entries and feeds that could not be processed, with the reason and all that is needed to try again."""


def _chosen_by(command: click.Command) -> click.Command:
    """The options by which dead letters are chosen."""
    stages = click.Choice([stage.value for stage in Stage])
    for option in reversed(
        (
            click.Option(["--stage"], multiple=True, type=stages, help="Where it failed. Repeatable."),
            click.Option(["--reason"], multiple=True, metavar="NAME", help="As timeout or http_404. Repeatable."),
            click.Option(["--feed"], multiple=True, metavar="ID", help="Repeatable."),
        )
    ):
        command.params.insert(0, option)
    return command


def _query(
    stage: tuple[str, ...],
    reason: tuple[str, ...],
    feed: tuple[str, ...],
    ids: tuple[str, ...] = (),
    limit: int | None = None,
) -> DeadLetterQuery:
    return DeadLetterQuery(
        ids=ids, stages=tuple(Stage(name) for name in stage), reasons=reason, feeds=feed, limit=limit
    )


@dead_letters_commands.command("list", short_help="Newest first.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@format_option("table", "jsonl")
@store_option
@click.pass_context
def list_command(
    ctx: click.Context,
    store: str | None,
    form: str,
    limit: int,
    stage: tuple[str, ...],
    reason: tuple[str, ...],
    feed: tuple[str, ...],
) -> int:
    """Dead letters, newest first."""
    with store_to_read(settings_of(ctx, {"store": store})).open() as opened:
        letters = list(opened.dead_letters(_query(stage, reason, feed, limit=limit)))
    if form == "jsonl":
        for letter in letters:
            click.echo(letter.model_dump_json())
    elif letters:
        Console().print(_table(letters))
    else:
        click.echo("No dead letters.")
    return 0


def _table(letters: list[DeadLetter]) -> Table:
    table = listing()
    for letter in letters:
        head = Text(letter.id[:8], style="cyan").append(f"\n{letter.last_failed:%Y-%m-%d %H:%M}", style="dim")
        tries = f" · {letter.attempts} tries" if letter.attempts > 1 else ""
        body = Text(f"{letter.stage} · {letter.reason}{tries}  ", style="bold").append(letter.feed_id, style="cyan")
        table.add_row(head, body.append(f"\n{letter.message}", style="default"))
    return table


def _one(store: Store, beginning: str) -> DeadLetter:
    found = [letter for letter in store.dead_letters(DeadLetterQuery()) if letter.id.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} dead letters have ids that begin" if found else "no dead letter's id begins"
    raise StoreError(f"{what} with {beginning!r}: see blockwire dead-letters list")


@dead_letters_commands.command("show", short_help="One, as JSON.")
@click.argument("letter_id", metavar="ID")
@store_option
@click.pass_context
def show_command(ctx: click.Context, letter_id: str, store: str | None) -> int:
    """One dead letter in full, as JSON. The beginning of its id will do."""
    with store_to_read(settings_of(ctx, {"store": store})).open() as opened:
        click.echo(_one(opened, letter_id).model_dump_json(indent=2))
    return 0


def _pick(
    store: Store,
    ids: tuple[str, ...],
    every: bool,
    stage: tuple[str, ...],
    reason: tuple[str, ...],
    feed: tuple[str, ...],
) -> list[DeadLetter]:
    """The dead letters that were named, one way or another.

    Raises:
        click.UsageError: where nothing says which.
    """
    if ids:
        return [_one(store, beginning) for beginning in ids]
    if not (every or stage or reason or feed):
        raise click.UsageError("Say which: by id, --stage, --reason, --feed, or --all.")
    return list(store.dead_letters(_query(stage, reason, feed)))


@dead_letters_commands.command("drop", short_help="Remove for good.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="All of them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_option
@click.pass_context
def drop_command(
    ctx: click.Context,
    ids: tuple[str, ...],
    every: bool,
    yes: bool,
    store: str | None,
    stage: tuple[str, ...],
    reason: tuple[str, ...],
    feed: tuple[str, ...],
) -> int:
    """Removes dead letters for good. Their entries count as known and are not fetched again."""
    with store_of(settings_of(ctx, {"store": store})).open() as opened:
        letters = _pick(opened, ids, every, stage, reason, feed)
        if letters and not yes:
            click.confirm(f"Remove {len(letters)} for good?", abort=True, err=True)
        dropped = opened.drop_dead_letters([letter.id for letter in letters])
    click.echo(f"{dropped} dropped.")
    return 0


@dead_letters_commands.command(
    "replay",
    short_help="Try again now.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True},
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="All of them.")
@store_option
@feeds_option
@allow_address_option
@click.pass_context
def replay_command(
    ctx: click.Context,
    ids: tuple[str, ...],
    every: bool,
    store: str | None,
    feeds_file: object,
    allow_addresses: tuple[str, ...],
    stage: tuple[str, ...],
    reason: tuple[str, ...],
    feed: tuple[str, ...],
) -> int:
    """Sends entries through the pipeline again; dead letters of feeds have the feed polled.

    What succeeds leaves the dead letters; what fails again stays, with one attempt more.
    """
    flags = {"store": store, "feeds": feeds_file, "fetch.allow_addresses": allow_addresses}
    settings = settings_of(ctx, flags)
    catalogue = load_feeds(settings.feeds)
    where = store_of(settings)
    with where.open() as opened:
        letters = _pick(opened, ids, every, stage, reason, feed)
    if not letters:
        click.echo("No dead letters to replay.")
        return 0
    summary = run_round(
        Wire(settings, catalogue, load_rules(settings.rules), where, beam_options([])),
        lambda opened: replay_tasks(letters, {listed.id: listed for listed in catalogue}, opened.feed_states()),
        trigger="replay",
        now=datetime.now(UTC),
        watch=watch_of(ctx),
    )
    show_round(summary, ctx.obj["log_format"])
    return 0


for _command in (list_command, drop_command, replay_command):
    _chosen_by(_command)
