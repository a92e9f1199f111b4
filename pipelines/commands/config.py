"""``blockwire config``: the settings in force."""

import click

from blockwire.config.reference import as_toml
from blockwire.pipelines.commands.shared import settings_of


@click.group("config", short_help="Show the settings in force.")
def config_commands() -> None:
    """The settings: from flags, environment, file and defaults, in this order."""


@config_commands.command("show")
@click.pass_context
def show_command(ctx: click.Context) -> int:
    """Shows all settings as TOML, passwords masked: a settings file to begin with."""
    click.echo(as_toml(settings_of(ctx)))
    return 0
