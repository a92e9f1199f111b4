"""The command line. Each command is a module of ``commands``, imported when it is called: Beam alone takes a second."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from blockwire.config.errors import ConfigurationError
from blockwire.config.rules.loading import RulesError
from blockwire.pipelines.command_reference import share_examples
from blockwire.pipelines.display.logs import configure_logs
from blockwire.schemas.policies import blockwire_version
from blockwire.transforms.garbage import collect_garbage_seldom, leave_garbage_to_the_kernel
from blockwire.transforms.stores.contract import StoreError

COMMANDS = {
    "ingest": "ingest:ingest_command",
    "stream": "stream:stream_command",
    "backfill": "backfill:backfill_command",
    "reclassify": "reclassify:reclassify_command",
    "demo": "demo:demo_command",
    "browse": "browse:browse_command",
    "items": "items:items_commands",
    "events": "events:events_commands",
    "alerts": "alerts:alerts_commands",
    "report": "report:report_command",
    "dead-letters": "dead_letters:dead_letters_commands",
    "feeds": "feeds:feeds_commands",
    "classify": "classify:classify_command",
    "rules": "rules:rules_commands",
    "audit": "audit:audit_command",
    "extract": "extract:extract_command",
    "evaluate": "evaluate:evaluate_commands",
    "doctor": "doctor:doctor_command",
    "config": "config:config_commands",
    "setup": "setup:setup_commands",
    "completion": "completion:completion_command",
}

EPILOG = """\b
Examples:
  blockwire demo                          see it work, without internet
  blockwire ingest                        one round over the shipped feeds
  blockwire items search звонков          what was found, by words
  blockwire items list --country IR --format csv
"""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(f"blockwire.pipelines.commands.{module}"), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{name} is no command")
        if isinstance(command, click.Group):
            share_examples(command, f"blockwire {cmd_name}")
        return command


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(blockwire_version(), prog_name="blockwire")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="BLOCKWIRE_CONFIG",
    help="Settings file. Else ./blockwire.toml, if there is one.",
)
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
@click.pass_context
def cli(ctx: click.Context, config: Path | None, log_format: str, log_level: str) -> None:
    """blockwire: a newswire for internet censorship."""
    configure_logs(log_format, log_level)
    ctx.obj = {"config": config, "log_format": log_format}


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits: 0 done, 1 nothing could be done, 2 wrong usage or configuration, 130 interrupted."""
    status = run(arguments)
    leave_garbage_to_the_kernel()
    sys.exit(status)


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns the exit status. What a person can mend is one line on standard error."""
    collect_garbage_seldom()
    configure_logs("text", "info")
    try:
        status = cli.main(args=arguments, prog_name="blockwire", standalone_mode=False)
    except click.Abort:
        click.echo("Interrupted. What was done is kept; the next round goes on from there.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (ConfigurationError, RulesError) as error:
        click.echo(f"Error: {error}", err=True)
        return 2
    except StoreError as error:
        click.echo(f"Error: {error}", err=True)
        return 1
    return status if isinstance(status, int) else 0
