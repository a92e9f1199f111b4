"""Every command with what it takes: for the documentation, and for the examples that each command's help shows.

``python -m blockwire.pipelines.command_reference FOLDER`` writes docs/commands.md anew into a checkout.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

GUIDE: Final = Path("docs/commands.md")

_HEAD: Final = """\
# Commands

Made from the program by `make generated`: what `--help` tells, of every command. Settings that commands share are in
[settings.md](settings.md). `blockwire --version` tells the version, and [`blockwire completion`](#blockwire-completion) makes the shell
complete all of this.

Exit status, where a command says nothing else: 0 done, 1 nothing could be done, 2 wrong usage or configuration, 130 interrupted.
"""
_EXAMPLES: Final = "\b\nExamples:\n"
_EXAMPLE: Final = re.compile(r"^  (blockwire .+)$", re.MULTILINE)


def share_examples(group: click.Group, path: str) -> None:
    """Gives each command of a group, where it has no examples of its own, those of the group that call it.

    Args:
        group: with its examples in its epilog.
        path: how it is called: ``blockwire feeds``.
    """
    lines = examples(group)
    for name, command in group.commands.items():
        own = [line for line in lines if re.match(rf"{re.escape(path)} {re.escape(name)}(\s|$)", line)]
        if command.epilog is None and own:
            command.epilog = _EXAMPLES + "".join(f"  {line}\n" for line in own)


def examples(command: click.Command) -> list[str]:
    """The examples of a command, each with the words behind it that say what it does."""
    return _EXAMPLE.findall(command.epilog or "")


def walk(command: click.Command, ctx: click.Context) -> Iterator[click.Context]:
    """The context of every command, those of a group after it."""
    yield ctx
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            if found is not None and not found.hidden:
                yield from walk(found, click.Context(found, info_name=name, parent=ctx))


def reference(root: click.Command) -> str:
    """Every command in Markdown."""
    contexts = list(walk(root, click.Context(root, info_name="blockwire")))
    return "\n".join([_HEAD, *(_section(ctx) for ctx in contexts)])


def write_reference(root: click.Command, repository: Path) -> None:
    """Writes the reference into a checkout."""
    (repository / GUIDE).write_text(reference(root), encoding="utf-8")


def _section(ctx: click.Context) -> str:
    command = ctx.command
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    parts = [f"{'#' * min(_depth(ctx) + 2, 4)} {ctx.command_path}", _prose(command.help or ""), f"```\n{usage}\n```"]
    if rows := [row for parameter in command.get_params(ctx) if (row := _row(parameter, ctx))]:
        parts.append("\n".join(["| option | meaning |", "| --- | --- |", *rows]))
    if shown := examples(command):
        parts.append("```\n" + "\n".join(shown) + "\n```")
    return "\n\n".join(parts) + "\n"


def _depth(ctx: click.Context) -> int:
    return 0 if ctx.parent is None else 1 + _depth(ctx.parent)


def _prose(text: str) -> str:
    """Help as paragraphs; what click would leave as it is, as a block."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.lstrip().startswith("\b"):
            lines = paragraph.replace("\b", "").strip("\n").splitlines()
            paragraphs.append("```\n" + "\n".join(line.rstrip() for line in lines) + "\n```")
        else:
            paragraphs.append(_escaped(" ".join(paragraph.split())))
    return "\n\n".join(paragraphs)


def _row(parameter: click.Parameter, ctx: click.Context) -> str | None:
    record = parameter.get_help_record(ctx)
    # What an argument is stands in the usage and the help; newer versions of click give it an empty record.
    if record is None or not isinstance(parameter, click.Option) or "--help" in parameter.opts:
        return None
    names, meaning = record
    return f"| `{names.replace('|', chr(92) + '|')}` | {_escaped(' '.join(meaning.split()))} |"


def _escaped(text: str) -> str:
    return re.sub(r"([|<>*_\[\]])", r"\\\1", text)


if __name__ == "__main__":
    from blockwire.pipelines.main import cli

    write_reference(cli, Path(sys.argv[1]))
