"""Tries one address: what a poll would make of it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from blockwire.config.settings import Settings
from blockwire.transforms.feeds.discovery import discover_feeds
from blockwire.transforms.feeds.reading import ReadFeed, UnreadableFeed, read_feed
from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError, Response

PROBED = "probed"
"""The feed id of an address that is only tried."""


@dataclass(frozen=True)
class Probe:
    """What an address gave."""

    url: str
    response: Response
    read: ReadFeed | None
    unreadable: UnreadableFeed | None


def probe(url: str, settings: Settings) -> Probe:
    """Fetches and reads a feed once.

    Raises:
        click.ClickException: where it cannot be fetched.
    """
    response = _fetch(url, settings)
    try:
        read = read_feed(
            response.body,
            url=response.url,
            feed_id=PROBED,
            now=datetime.now(UTC),
            content_type=response.headers.get("content-type"),
        )
    except UnreadableFeed as unreadable:
        return Probe(url, response, None, unreadable)
    return Probe(url, response, read, None)


def discover(url: str, settings: Settings) -> tuple[str, ...]:
    """The feeds that a page names.

    Raises:
        click.ClickException: where it cannot be fetched.
    """
    response = _fetch(url, settings)
    return discover_feeds(response.body, response.url)


def _fetch(url: str, settings: Settings) -> Response:
    async def get() -> Response:
        async with HttpClient(settings.fetch) as client:
            return await client.get_feed(url)

    try:
        return asyncio.run(get())
    except FetchError as error:
        raise click.ClickException(error.message) from error
