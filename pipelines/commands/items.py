"""``blockwire items``: what was found."""

from datetime import UTC, datetime

import click

from blockwire.pipelines.commands.shared import MOMENT, format_option, settings_of, store_option, store_to_read
from blockwire.pipelines.display.items import show_csv, show_item, show_lines, show_table
from blockwire.schemas import Measure
from blockwire.transforms.stores.contract import ItemQuery

EPILOG = """\b
Examples:
  blockwire items list --country RU --service telegram --since 2026-11-01
  blockwire items list --measure internet_shutdown --format csv > shutdowns.csv
  blockwire items search "заблокировали звонки"
  blockwire items show 3f2a91c0
"""


@click.group("items", epilog=EPILOG, short_help="List, search and show what was found.")
def items_commands() -> None:
    """What was found: censorship items, newest first, or by words."""


def _conditions(command: click.Command) -> click.Command:
    """The options by which items are chosen."""
    for option in reversed(
        (
            click.Option(["--country"], multiple=True, metavar="CC", help="Affected, as ISO code: IR. Repeatable."),
            click.Option(["--service"], multiple=True, metavar="ID", help="As telegram. Repeatable."),
            click.Option(
                ["--measure", "--category"],
                multiple=True,
                type=click.Choice([m.value for m in Measure]),
                metavar="MEASURE",
                help="As website_block. Repeatable.",
            ),
            click.Option(["--language"], multiple=True, metavar="TAG", help="Of the text: fa. Repeatable."),
            click.Option(["--source"], multiple=True, metavar="FEED", help="Id of a feed. Repeatable."),
            click.Option(["--since"], type=MOMENT, help="Published then or later (UTC)."),
            click.Option(["--until"], type=MOMENT, help="Published then or earlier (UTC)."),
            click.Option(
                ["--limit"], type=click.IntRange(min=1), default=50, show_default=True, help="At most so many."
            ),
        )
    ):
        command.params.insert(0, option)
    return command


def _show(ctx: click.Context, words: str | None, store: str | None, form: str, **given: object) -> int:
    query = _query(words, **given)  # type: ignore[arg-type]
    with store_to_read(settings_of(ctx, {"store": store})).open() as opened:
        if form == "jsonl":
            show_lines(opened.items(query))
        elif form == "csv":
            show_csv(opened.items(query))
        else:
            found = list(opened.items(query))
            show_table(found)
            _say_how_many(len(found), opened.count_items(query))
    return 0


def _query(
    words: str | None,
    country: tuple[str, ...],
    service: tuple[str, ...],
    measure: tuple[str, ...],
    language: tuple[str, ...],
    source: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> ItemQuery:
    return ItemQuery(
        words=words,
        countries=tuple(code.upper() for code in country),
        services=service,
        measures=measure,
        languages=language,
        feeds=source,
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) if until else None,
        limit=limit,
    )


def _say_how_many(shown: int, found: int) -> None:
    if not found:
        click.echo("Nothing was found. blockwire ingest looks for news; fewer conditions find more.")
    elif shown < found:
        click.echo(f"{shown} of {found}; --limit shows more.")
    else:
        click.echo(f"{found} found." if found != 1 else "1 found.")


@items_commands.command("list", short_help="Newest first.")
@store_option
@format_option("table", "jsonl", "csv")
@click.pass_context
def list_command(ctx: click.Context, /, store: str | None, form: str, **given: object) -> int:
    """Items, newest first; several values of a condition mean any of them, several conditions all."""
    return _show(ctx, None, store, form, **given)


@items_commands.command("search", short_help="By words, best match first.")
@click.argument("words", nargs=-1, required=True)
@store_option
@format_option("table", "jsonl", "csv")
@click.pass_context
def search_command(ctx: click.Context, /, words: tuple[str, ...], store: str | None, form: str, **given: object) -> int:
    """Items by words of title and text, in any language; other forms of a word are found too."""
    return _show(ctx, " ".join(words), store, form, **given)


_conditions(list_command)
_conditions(search_command)


@items_commands.command("show", short_help="One item in full, with its evidence.")
@click.argument("item_id", metavar="ID")
@store_option
@format_option("text", "json")
@click.pass_context
def show_command(ctx: click.Context, item_id: str, store: str | None, form: str) -> int:
    """One item: decision, quotes and text. The beginning of its id will do."""
    with store_to_read(settings_of(ctx, {"store": store})).open() as opened:
        item = opened.item(item_id)
    if item is None:
        click.echo(f"Error: no item's id begins with {item_id!r}: see blockwire items list", err=True)
        return 1
    if form == "json":
        click.echo(item.model_dump_json(indent=2))
    else:
        show_item(item)
    return 0
