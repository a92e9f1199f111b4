"""``blockwire completion``: what makes a shell complete the command line."""

import click
from click.shell_completion import get_completion_class

EPILOG = """\b
Examples:
  blockwire completion bash >> ~/.bashrc
  blockwire completion zsh >> ~/.zshrc
  blockwire completion fish > ~/.config/fish/completions/blockwire.fish
"""


@click.command("completion", epilog=EPILOG, short_help="Print what makes the shell complete commands.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> int:
    """Prints a piece of shell that completes commands, options and their values. It asks blockwire itself, so that it never grows old."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click completes no {shell}.")
    click.echo(kind(ctx.find_root().command, {}, "blockwire", "_BLOCKWIRE_COMPLETE").source())
    return 0
