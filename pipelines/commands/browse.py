"""``blockwire browse``: look at what was found, in a web browser."""

import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import click
import uvicorn

from blockwire.config.catalogue import load_feeds
from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.browse.app import browse_app
from blockwire.pipelines.browse.rendering import environment
from blockwire.pipelines.browse.views import Library
from blockwire.pipelines.commands.shared import feeds_option, settings_of, store_option
from blockwire.pipelines.feed_health import Row, feed_rows, with_unlisted
from blockwire.schemas import FeedState
from blockwire.transforms.browse.names import Names
from blockwire.transforms.browse.wire import Wire
from blockwire.transforms.stores.contract import ItemQuery
from blockwire.transforms.stores.opening import open_to_read
from blockwire.transforms.stores.sqlite import SqliteStore

PORT = 8650
LOCAL = ("localhost", "127.0.0.1", "[::1]")
EPILOG = """\b
Examples:
  blockwire browse                                         then open http://127.0.0.1:8650/
  blockwire browse --store sqlite:///blockwire-demo.sqlite   what blockwire demo found
  blockwire browse --port 0 --open                         at a free port, and open the browser
  blockwire browse --host 10.0.0.5 --allow-host wire.example.org
  curl -s 'http://127.0.0.1:8650/items.json?country=IR&since=2026-11-01'
"""


@click.command("browse", epilog=EPILOG, short_help="Look at what was found, in a web browser.")
@store_option
@feeds_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on. Others than this machine's are for a reverse proxy with a login.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="A name by which it may be called, besides this machine's own. Repeatable.",
)
@click.option(
    "--labels",
    type=click.Path(path_type=Path, dir_okay=False),
    default="blockwire-audit.jsonl",
    show_default=True,
    help="Where blockwire audit keeps its labels.",
)
@click.option("--open", "opened", is_flag=True, help="Open the web browser, too.")
@click.pass_context
def browse_command(
    ctx: click.Context,
    store: str | None,
    feeds_file: Path | None,
    host: str,
    port: int,
    allowed: Sequence[str],
    labels: Path,
    opened: bool,
) -> int:
    """A web page over the SQLite store, to look at only: the wire with search and filters, events with their evidence, charts,
    feeds, dead letters and the audit sample. Every page has a .json form, lists have .csv, .jsonl and an Atom feed.

    A round may run meanwhile: what it writes is there at the next look. Nothing is asked of any other machine. Ctrl+C ends it.
    """
    settings = settings_of(ctx, {"store": store, "feeds": feeds_file})
    try:
        looked_at = open_to_read(settings.store)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
    listener = _listener(host, port)
    with listener, looked_at:
        wire = Wire(looked_at.browsing)
        wire.refresh()
        library = Library(looked_at, wire, lambda: _feeds(settings, looked_at.feed_states()), labels)
        app = browse_app(library, environment(names_of(settings, looked_at)), [*LOCAL, _in_url(host), *allowed])
        address = f"http://{_in_url(host)}:{listener.getsockname()[1]}/"
        click.echo(f"{looked_at.path} is at {address} (Ctrl+C ends)")
        if not ip_address(listener.getsockname()[0]).is_loopback:
            click.echo(
                "Anyone who reaches this address can read everything: put a reverse proxy with a login before it.",
                err=True,
            )
        if opened:
            click.launch(address)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
        # It has shut down in order when it says, by this, that it was interrupted.
        with suppress(KeyboardInterrupt):
            server.run([listener])
    return 0


def _listener(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        click.ClickException: where the address is not this machine's, or taken.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise click.ClickException(
            f"{_in_url(host)}:{port} cannot be listened on ({error.strerror}): choose another --port (0: any that is free) or --host"
        ) from error


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def names_of(settings: Settings, store: SqliteStore) -> Names:
    """Names from the gazetteers and the feed list; of feeds that are in no list, the one that they were polled or filed under."""
    rules = load_rules(settings.rules)
    feeds = {feed.id: feed.name for feed in load_feeds(settings.feeds)}

    def name_of(feed_id: str) -> str:
        if feed_id not in feeds:
            feeds.update({key: state.name for key, state in store.feed_states().items() if state.name})
        if feed_id not in feeds:
            feeds.update((feed_id, one.source.name) for one in store.items(ItemQuery(feeds=(feed_id,), limit=1)))
        return feeds.get(feed_id, feed_id)

    return Names(
        services={service.id: service.name for service in rules.services},
        agencies={agency.id: agency.name for agency in rules.agencies},
        feeds=name_of,
    )


def _feeds(settings: Settings, states: Mapping[str, FeedState]) -> list[Row]:
    feeds = with_unlisted(load_feeds(settings.feeds), states)
    return feed_rows(feeds, states, datetime.now(UTC), settings.polling)
