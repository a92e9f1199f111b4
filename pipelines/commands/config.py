"""``blockwire config``: the settings in force."""

import click

from blockwire.config.reference import as_toml
from blockwire.pipelines.commands.shared import settings_of

EPILOG = """\b
Examples:
  blockwire config show                     what is in force here, and a settings file to begin with
  blockwire config show > blockwire.toml
"""


@click.group("config", epilog=EPILOG, short_help="Show the settings in force.")
def config_commands() -> None:
    """The settings: from flags, environment, file and defaults, in this order."""


@config_commands.command("show")
@click.pass_context
def show_command(ctx: click.Context) -> int:
    """Shows all settings as TOML, passwords masked: a settings file to begin with."""
    click.echo(as_toml(settings_of(ctx)))
    return 0
