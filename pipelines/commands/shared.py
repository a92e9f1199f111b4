"""What several commands have in common: their settings, their store, their output formats."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.config.settings import Settings, load_settings
from blockwire.pipelines.display.progress import show_progress
from blockwire.schemas import Feed
from blockwire.transforms.stores.contract import StoreConfig
from blockwire.transforms.stores.opening import sqlite_path, store_config

if TYPE_CHECKING:
    from blockwire.pipelines.rounds import Watch  # brings in Beam, which most commands do without

F = TypeVar("F", bound=Callable[..., Any])

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])
"""A day, or a moment of it, in UTC."""


class Ago(click.ParamType):  # type: ignore[type-arg] # it has one since click 8.2 only
    """A moment in UTC: as ``MOMENT``, or so long ago: ``90m``, ``24h``, ``7d``, ``2w``."""

    name = "ago"
    _UNITS: Final[Mapping[str, timedelta]] = {
        "m": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "d": timedelta(days=1),
        "w": timedelta(weeks=1),
    }

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware of its zone.

        Raises:
            click.BadParameter: where the text is neither.
        """
        if isinstance(value, datetime):
            return value
        if found := re.fullmatch(r"(\d{1,5})([mhdw])", value):
            return datetime.now(UTC) - int(found[1]) * self._UNITS[found[2]]
        try:
            return MOMENT(value, param, ctx).replace(tzinfo=UTC)  # type: ignore[no-any-return] # click types it so
        except click.BadParameter:
            self.fail(f"{value!r} is neither so long ago (24h, 7d, 2w) nor a day (2026-11-22)", param, ctx)


def store_option(command: F) -> F:
    """``--store URL``"""
    return click.option(
        "--store", metavar="URL", help="sqlite:///PATH, or http(s)://HOST:PORT of an Elasticsearch. [from the settings]"
    )(command)


def feeds_option(command: F) -> F:
    """``--feeds FILE``"""
    return click.option(
        "--feeds",
        "feeds_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Feed list, in the catalogue's form or OPML. [the shipped catalogue]",
    )(command)


def allow_address_option(command: F) -> F:
    """``--allow-address CIDR[:PORTS]``, repeatable"""
    return click.option(
        "--allow-address",
        "allow_addresses",
        multiple=True,
        metavar="CIDR[:PORTS]",
        help="A network that may be contacted though it is not public, as 127.0.0.0/8 or 10.0.0.5/32:8080. Repeatable.",
    )(command)


def only_option(command: F) -> F:
    """``--only ID[,ID...]``, for ``chosen``"""
    return click.option("--only", metavar="ID[,ID...]", help="Only these feeds of the list.")(command)


def beam_arguments(command: F) -> F:
    """All that is Beam's, as it was given"""
    return click.argument("beam_arguments", nargs=-1, type=click.UNPROCESSED, metavar="[BEAM OPTIONS]")(command)


def format_option(*forms: str) -> Callable[[F], F]:
    """``--format``, one of these, the first where nothing is said."""
    told = "jsonl gives the full records, one a line." if "jsonl" in forms else None
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help=told)


def chosen(catalogue: Sequence[Feed], only: str | None) -> list[Feed]:
    """The feeds with the ids, or all.

    Raises:
        click.BadParameter: for an id that no feed has.
    """
    if only is None:
        return list(catalogue)
    wanted = [part.strip() for part in only.split(",") if part.strip()]
    by_id = {feed.id: feed for feed in catalogue}
    for feed_id in wanted:
        if feed_id not in by_id:
            raise click.BadParameter(f"no feed has the id {feed_id!r}: see blockwire feeds list", param_hint="--only")
    return [by_id[feed_id] for feed_id in wanted]


def settings_of(ctx: click.Context, flags: Mapping[str, object] | None = None) -> Settings:
    """The settings, with the flags of this command on top."""
    given = {name: value for name, value in (flags or {}).items() if value not in (None, ())}
    return load_settings(ctx.obj["config"], given)


def store_of(settings: Settings, *, waits: bool = False) -> StoreConfig:
    """The store that the settings name; one that ``waits`` is patient with a server that is not there yet.

    Raises:
        click.UsageError: where its address is not understood, or contradicts other settings.
    """
    access = settings.elasticsearch
    if not waits:
        access = access.model_copy(update={"start_patience_s": 0.0})
    try:
        return store_config(settings.store, load_mappings(), access)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error


def store_to_read(settings: Settings) -> StoreConfig:
    """The store that the settings name, for commands that only read: an SQLite file that is not there is not made.

    Raises:
        click.ClickException: where there is no such file, with what makes it.
        click.UsageError: see ``store_of``.
    """
    named = store_of(settings)
    if settings.store.startswith("sqlite:") and not (path := sqlite_path(settings.store)).is_file():
        raise click.ClickException(f"there is no store {str(path)!r} yet: blockwire ingest makes and fills it")
    return named


def watch_of(ctx: click.Context) -> "Watch":
    """A live view of a round, where a person watches and the logs are not for machines."""
    return partial(show_progress, wanted=ctx.obj["log_format"] == "text")
