"""``blockwire backfill``: what was published before the wire listened."""

from datetime import UTC, datetime
from pathlib import Path

import click

from blockwire.config.catalogue import load_feeds
from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.backfill import backfill, finish_interrupted, quiet
from blockwire.pipelines.commands.shared import (
    MOMENT,
    allow_address_option,
    beam_arguments,
    chosen,
    feeds_option,
    settings_of,
    store_of,
    store_option,
)
from blockwire.pipelines.display.headway import show_backfill, show_headway
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.rounds import Wire
from blockwire.schemas import Feed
from blockwire.schemas.policies import MIB
from blockwire.transforms.backfill.found import Found, Sites
from blockwire.transforms.backfill.sitemaps import SitemapError
from blockwire.transforms.backfill.supply import Supply, addresses, archived, from_feeds, from_sitemaps, listed
from blockwire.transforms.feeds.reading import UnreadableFeed
from blockwire.transforms.http.engine import FetchEngine
from blockwire.transforms.http.messages import FetchError
from blockwire.transforms.warc_pages import WarcError

SITEMAP_BYTES = 50 * MIB
"""The protocol's own bound."""

EPILOG = """\b
Examples:
  blockwire backfill --urls addresses.txt
  blockwire backfill --sitemap https://example.org/sitemap.xml --since 2026-01-01
  blockwire backfill --older unian,khpg                      older pages of these feeds
  blockwire backfill --warc CC-NEWS-20261101000000-00001.warc.gz --warc more.warc.gz
  blockwire backfill --urls addresses.txt --limit 100        try it

\b
It can be stopped at any time, and goes on where it was when it is called again. Nobody is alerted unless --alerts is given.
All options of Apache Beam can be given too, such as --runner.
"""


@click.command(
    "backfill",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True},
    short_help="Take up older articles: URLs, sitemaps, feeds' older pages, WARC.",
)
@click.option(
    "--urls",
    type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    help="A file of addresses, one a line; - reads them from standard input.",
)
@click.option(
    "--sitemap", "sitemaps", multiple=True, metavar="URL", help="A sitemap, news sitemap or index. Repeatable."
)
@click.option("--older", metavar="ID[,ID...]", help="Older pages of these feeds, where the feeds name them.")
@click.option(
    "--warc",
    "warcs",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A WARC file, compressed or not. Repeatable.",
)
@click.option("--since", type=MOMENT, help="Leave out what a sitemap or feed dates before (UTC).")
@click.option("--limit", type=click.IntRange(min=1), help="Look at so many at most.")
@click.option("--chunk", type=click.IntRange(min=1), default=500, show_default=True, help="Articles in one round.")
@click.option("--alerts", is_flag=True, help="Send alerts for what is found, by the rules in the settings.")
@store_option
@feeds_option
@allow_address_option
@beam_arguments
@click.pass_context
def backfill_command(
    ctx: click.Context,
    urls: Path | None,
    sitemaps: tuple[str, ...],
    older: str | None,
    warcs: tuple[Path, ...],
    since: datetime | None,
    limit: int | None,
    chunk: int,
    alerts: bool,
    store: str | None,
    feeds_file: Path | None,
    allow_addresses: tuple[str, ...],
    beam_arguments: tuple[str, ...],
) -> int:
    """Takes up articles from before, through the same steps as a round: fetched politely, extracted, classified, indexed, grouped.

    Events are dated by the publication of their articles. An article that states no date counts as published when its
    list or archive has it, or else today.
    """
    if not (urls or sitemaps or older or warcs):
        raise click.UsageError("Say what to take up: --urls, --sitemap, --older or --warc.")
    options = beam_options(beam_arguments)
    settings = settings_of(ctx, {"store": store, "feeds": feeds_file, "fetch.allow_addresses": allow_addresses})
    catalogue = load_feeds(settings.feeds)
    wire = Wire(settings, catalogue, load_rules(settings.rules), store_of(settings), options)
    sites = Sites(catalogue)
    if not alerts:
        finish_interrupted(wire)
        wire = quiet(wire)
    moment = since.replace(tzinfo=UTC) if since else None
    try:
        supplies = [archived(warcs, sites)] if warcs else []
        supplies += _listed(settings, urls, sitemaps, chosen(catalogue, older) if older else [], moment, sites)
        for supply in supplies:
            headway = backfill(wire, supply, chunk, show_headway, limit)
            show_backfill(headway, ctx.obj["log_format"])
    except (FetchError, SitemapError, UnreadableFeed, WarcError) as error:
        raise click.ClickException(f"{error} What was taken up stays; call it again without this source.") from error
    return 0


def _listed(
    settings: Settings,
    urls: Path | None,
    sitemaps: tuple[str, ...],
    feeds: list[Feed],
    since: datetime | None,
    sites: Sites,
) -> list[Supply]:
    """What can be counted before it begins."""
    engine = FetchEngine.acquire(settings.fetch.model_copy(update={"feed_max_bytes": SITEMAP_BYTES}))
    try:
        found = [*(_addresses(urls) if urls else []), *from_sitemaps(sitemaps, engine, since)]
        entries = from_feeds(feeds, engine, datetime.now(UTC), since)
    finally:
        engine.release()
    return [listed([*found, *entries], sites)] if found or entries else []


def _addresses(file: Path) -> list[Found]:
    with click.open_file(str(file), encoding="utf-8") as lines:
        return addresses(lines)
