"""``blockwire feeds``: the feed list, how its feeds fare, and what an address would give."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from blockwire.config.catalogue import add_feeds, load_feeds, new_feeds, proposed_feed, remove_feed, write_feeds
from blockwire.config.errors import ConfigurationError
from blockwire.config.opml import to_opml
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.feed_probe import discover, probe
from blockwire.pipelines.commands.shared import (
    allow_address_option,
    feeds_option,
    format_option,
    settings_of,
    store_of,
    store_option,
)
from blockwire.pipelines.display.feeds import show_feeds, show_probe, show_status
from blockwire.pipelines.feed_health import as_json, feed_rows, troubled
from blockwire.schemas import FeedKind
from blockwire.transforms.feeds.reading import ReadFeed

EPILOG = """\b
Examples:
  blockwire feeds status --failing               which feeds cannot be read, and why
  blockwire feeds check https://example.org/rss  what would be read of it, and what is wrong
  blockwire feeds export mine.yaml               the shipped list, to change it
  blockwire feeds list --kind official           the feeds themselves
  blockwire feeds discover https://example.org/  the feeds that a site has
  blockwire feeds add https://example.org/rss --kind national_media --feeds mine.yaml
  blockwire feeds remove unian --feeds mine.yaml
  blockwire feeds import other.opml --feeds mine.yaml
  blockwire feeds status --format jsonl | jq 'select(.condition == "failing")'
"""


@click.group("feeds", epilog=EPILOG, short_help="The feed list, and how its feeds fare.")
def feeds_commands() -> None:
    """The feeds: which there are, how they fare, and trying, adding, importing and exporting them."""


@feeds_commands.command("list")
@feeds_option
@click.option("--country", metavar="CC", help="Only feeds on this country.")
@click.option("--language", metavar="TAG", help="Only feeds in this language.")
@click.option("--kind", type=click.Choice([kind.value for kind in FeedKind]), help="Only feeds of this kind.")
@format_option("table", "jsonl")
@click.pass_context
def list_command(
    ctx: click.Context, feeds_file: Path | None, country: str | None, language: str | None, kind: str | None, form: str
) -> int:
    """The feeds of the list."""
    feeds = [
        feed
        for feed in load_feeds(settings_of(ctx, {"feeds": feeds_file}).feeds)
        if (country is None or country.upper() in feed.countries)
        and (language is None or language in feed.languages)
        and (kind is None or feed.kind == kind)
    ]
    if form == "jsonl":
        for feed in feeds:
            click.echo(feed.model_dump_json())
    else:
        show_feeds(feeds)
    return 0


@feeds_commands.command("status", short_help="How the feeds fare, and which fell silent.")
@feeds_option
@store_option
@click.option("--failing", is_flag=True, help="Only those with a problem.")
@format_option("table", "jsonl")
@click.pass_context
def status_command(ctx: click.Context, feeds_file: Path | None, store: str | None, failing: bool, form: str) -> int:
    """How the feeds fare: health, rhythm, last new entry, failures, next poll; and languages and countries that fell silent."""
    settings = settings_of(ctx, {"feeds": feeds_file, "store": store})
    now = datetime.now(UTC)
    with store_of(settings).open() as opened:
        states = opened.feed_states()
    rows = feed_rows(load_feeds(settings.feeds), states, now, settings.polling)
    if form == "jsonl":
        for row in troubled(rows) if failing else rows:
            click.echo(json.dumps(as_json(row), ensure_ascii=False))
    else:
        show_status(rows, now, failing=failing, unlisted=len(states.keys() - {feed.id for feed, *_ in rows}))
    return 0


@feeds_commands.command("check")
@click.argument("url")
@allow_address_option
@click.pass_context
def check_command(ctx: click.Context, url: str, allow_addresses: tuple[str, ...]) -> int:
    """Fetches a feed once and shows what would be read of it, and what is wrong. Nothing is kept."""
    result = probe(url, settings_of(ctx, {"fetch.allow_addresses": allow_addresses}))
    show_probe(result)
    return 0 if result.read else 1


@feeds_commands.command("discover")
@click.argument("url")
@allow_address_option
@click.pass_context
def discover_command(ctx: click.Context, url: str, allow_addresses: tuple[str, ...]) -> int:
    """The feeds that a page names, one a line."""
    found = discover(url, settings_of(ctx, {"fetch.allow_addresses": allow_addresses}))
    for address in found:
        click.echo(address)
    if not found:
        click.echo("No feed is named there. Many sites have one at /feed, /rss or /rss.xml: try feeds check.", err=True)
    return 0 if found else 1


def _own_list(ctx: click.Context, feeds_file: Path | None) -> Path:
    """The feed list that may be changed.

    Raises:
        click.UsageError: where only the shipped one is in use.
    """
    file = settings_of(ctx, {"feeds": feeds_file}).feeds
    if file is None:
        raise click.UsageError(
            "The shipped list is not changed in place. Copy it with blockwire feeds export mine.yaml, then name the copy: "
            '--feeds mine.yaml, or feeds = "mine.yaml" in blockwire.toml.'
        )
    return file


@feeds_commands.command("add")
@click.argument("url")
@click.option("--id", "feed_id", help="Short name.  [made from the name]")
@click.option("--name", help="[the title that the feed states]")
@click.option("--kind", type=click.Choice([kind.value for kind in FeedKind]), required=True)
@click.option("--language", "languages", multiple=True, help="ISO 639, as ru. Repeatable.  [as the feed states]")
@click.option("--country", "countries", multiple=True, help="Mainly reports on; ISO 3166, as RU. Repeatable.")
@click.option("--owner", help="Who answers for it.  [made from the address]")
@click.option("--home", help="The site a person would visit.")
@click.option("--try/--no-try", "tried", default=True, show_default=True, help="Read it once before it is added.")
@feeds_option
@allow_address_option
@click.pass_context
def add_command(
    ctx: click.Context,
    url: str,
    feed_id: str | None,
    name: str | None,
    kind: str,
    languages: tuple[str, ...],
    countries: tuple[str, ...],
    owner: str | None,
    home: str | None,
    tried: bool,
    feeds_file: Path | None,
    allow_addresses: tuple[str, ...],
) -> int:
    """Reads a feed once, and adds it to your feed list if it can be read."""
    file = _own_list(ctx, feeds_file)
    read = _tried(url, settings_of(ctx, {"fetch.allow_addresses": allow_addresses})) if tried else None
    stated = (read.language,) if read and read.language else ()
    if not (languages or stated):
        raise click.UsageError("The feed does not state its language: give --language, as --language ru.")
    feed = proposed_feed(
        url,
        name=name or (read.title if read else ""),
        feed_id=feed_id,
        home=home,
        owner=owner,
        kind=FeedKind(kind),
        languages=languages or stated,
        countries=[code.upper() for code in countries],
        present=load_feeds(file) if file.exists() else (),
    )
    add_feeds(file, [feed])
    entries = f", {len(read.entries)} entries today" if read else ""
    click.echo(f"{feed.id} ({feed.name}, {' '.join(feed.languages)}{entries}) was added to {file}.")
    return 0


def _tried(url: str, settings: Settings) -> ReadFeed:
    """What the feed holds.

    Raises:
        click.ClickException: where it cannot be fetched or read.
    """
    found = probe(url, settings)
    if found.read is not None:
        return found.read
    problem = found.unreadable
    reason = problem.message if problem else "there is nothing to read"
    others = f" The page names {', '.join(problem.alternatives)}." if problem and problem.alternatives else ""
    raise click.ClickException(f"{url}: {reason}.{others} It was not added; --no-try adds it unread.")


@feeds_commands.command("remove")
@click.argument("feed_id", metavar="ID")
@feeds_option
@click.pass_context
def remove_command(ctx: click.Context, feed_id: str, feeds_file: Path | None) -> int:
    """Removes a feed from your feed list. What was found in it stays."""
    file = _own_list(ctx, feeds_file)
    gone = remove_feed(file, feed_id)
    click.echo(f"{gone.id} ({gone.url}) was removed from {file}.")
    return 0


@feeds_commands.command("import", short_help="Add the feeds of another list to yours.")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@feeds_option
@click.pass_context
def import_command(ctx: click.Context, source: Path, feeds_file: Path | None) -> int:
    """Adds the feeds of another list, OPML or in our form, to yours; addresses that are in it already are passed over."""
    file = _own_list(ctx, feeds_file)
    present = load_feeds(file) if file.exists() else ()
    read = load_feeds(source)
    added = new_feeds(present, read)
    add_feeds(file, added)
    click.echo(f"{len(added)} feeds were added to {file}, {len(read) - len(added)} were in it already.")
    return 0


@feeds_commands.command("export", short_help="Write the feed list to a file.")
@click.argument("target", metavar="FILE|-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@feeds_option
@click.pass_context
def export_command(ctx: click.Context, target: Path, feeds_file: Path | None) -> int:
    """Writes the feed list to a file: OPML where its name ends in .opml, else in our form; - prints OPML."""
    feeds = load_feeds(settings_of(ctx, {"feeds": feeds_file}).feeds)
    if str(target) == "-":
        click.echo(to_opml(feeds))
        return 0
    if target.exists():
        raise ConfigurationError(None, None, "file", target, "a file that is not there yet", "choose another name")
    write_feeds(target, feeds)
    click.echo(f"{len(feeds)} feeds were written to {target}.")
    return 0
