"""Reads the one article that a person names: an address, a file, or standard input."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from blockwire.config.settings import Settings
from blockwire.schemas import Article, FeedEntry
from blockwire.schemas.ids import digest
from blockwire.transforms.extraction.article import Examination, examine_page
from blockwire.transforms.extraction.messages import NotArticle
from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError, Response
from blockwire.transforms.text.language import detect_language

FROM_HAND = "by-hand"
"""The feed id of what no feed brought."""


def read_article(source: str, settings: Settings) -> Article | NotArticle:
    """The article at an ``http(s)://`` address, in a file, or on standard input (``-``): HTML, or text with the title in its first line.

    Raises:
        click.ClickException: where it cannot be read or fetched, in a line.
    """
    return examine_source(source, settings).made


def examine_source(source: str, settings: Settings) -> Examination:
    """The same, with what led to it.

    Raises:
        click.ClickException: where it cannot be read or fetched, in a line.
    """
    now = datetime.now(UTC)
    if source.startswith(("http://", "https://")):
        page = _fetch(source, settings)
        return examine_page(
            page.body,
            url=page.url,
            content_type=page.headers.get("content-type"),
            entry=_entry(source),
            fetched=now,
            policy=settings.extraction,
        )
    body = _read(source)
    url = "https://localhost.invalid/" if source == "-" else Path(source).resolve().as_uri()
    if b"<" in body[:2000] and (b"<html" in body[:5000].lower() or b"<!doctype" in body[:5000].lower()):
        return examine_page(
            body, url=url, content_type=None, entry=_entry(url), fetched=now, policy=settings.extraction
        )
    return Examination(_from_text(body.decode("utf-8", "replace"), url, now))


def _read(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise click.ClickException(
            f"{source!r} cannot be read ({error.strerror}): give an address that starts with http:// or https://, a file, or -"
        ) from error


def _fetch(url: str, settings: Settings) -> Response:
    async def get() -> Response:
        async with HttpClient(settings.fetch) as client:
            return await client.get_page(url)

    try:
        return asyncio.run(get())
    except FetchError as error:
        raise click.ClickException(error.message) from error


def _entry(url: str) -> FeedEntry:
    return FeedEntry(id=digest("by-hand", url), feed_id=FROM_HAND, url=url, title="")


def _from_text(text: str, url: str, now: datetime) -> Article:
    title, _, rest = text.strip().partition("\n")
    identity = digest("by-hand", text)
    return Article(
        id=identity,
        entry_id=identity,
        feed_id=FROM_HAND,
        url=url,
        fetched_url=url,
        title=title.strip(),
        text=rest.strip(),
        language=detect_language(text),
        extractor="plain text",
        fetched=now,
    )
