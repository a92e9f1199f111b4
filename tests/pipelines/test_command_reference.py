"""Every command tells what it does and shows examples that it understands, and the manual has what the program tells."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from blockwire.pipelines.command_reference import GUIDE, examples, reference, walk, write_reference
from blockwire.pipelines.main import cli
from blockwire.pipelines.options import beam_options
from blockwire.schemas.policies import blockwire_version

REPOSITORY = Path(__file__).parents[2]
CONTEXTS = {ctx.command_path: ctx for ctx in walk(cli, click.Context(cli, info_name="blockwire"))}
EVERY_COMMAND = pytest.mark.parametrize("path", CONTEXTS)


def arguments_of(example: str) -> list[str]:
    """What the shell would hand over: without pipes, redirections, and the words behind that say what it does."""
    return shlex.split(re.split(r"\s{2,}|\s[|>]", example)[0], comments=True)[1:]


def parsed(arguments: list[str]) -> click.Context:
    """The context of the command that these arguments call, its options parsed and checked; nothing is run."""
    ctx = cli.make_context("blockwire", list(arguments))
    while isinstance(ctx.command, click.Group):
        name, command, rest = ctx.command.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        assert command is not None
        ctx = command.make_context(name, rest, parent=ctx)
    return ctx


@EVERY_COMMAND
def test_a_command_says_what_it_does_and_shows_it(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The files that examples name need not be here.
    monkeypatch.setattr(click.Path, "convert", lambda _kind, value, *_: value)
    command = CONTEXTS[path].command
    assert command.help
    assert command.short_help or path == "blockwire" or len(command.get_short_help_str(80)) < 78, "cut in the list"
    shown = examples(command)
    contexts = [parsed(arguments_of(example)) for example in shown]
    assert any(f"{ctx.command_path} ".startswith(f"{path} ") for ctx in contexts), "no example of this command"
    assert [ctx.params["beam_arguments"] for ctx in contexts if ctx.params.get("beam_arguments")] == []


def test_every_option_says_what_it_means() -> None:
    """But for those whose values say it: ``--status``, ``--format``."""
    silent = [
        f"{path} --{option.name}"
        for path, ctx in CONTEXTS.items()
        for option in ctx.command.params
        if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "page", [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))], ids=lambda page: page.stem
)
def test_commands_of_the_manual_are_understood(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.Path, "convert", lambda _kind, value, *_: value)
    blocks = re.findall(r"^```\w*\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    for line in re.findall(r"^(?:\$ )?(blockwire [^\[\n]+)$", "\n".join(blocks), re.MULTILINE):
        # What blockwire does not know itself is refused here unless Beam has it.
        beam_options(parsed(arguments_of(line)).params.get("beam_arguments", ()))


def test_the_manual_is_that_of_the_program() -> None:
    told = "run: make generated"
    assert (REPOSITORY / GUIDE).read_text(encoding="utf-8") == reference(cli), told


def test_the_manual_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    write_reference(cli, tmp_path)
    assert "#### blockwire feeds add" in (tmp_path / GUIDE).read_text(encoding="utf-8")


def test_an_example_of_a_command_that_is_not_there_is_found_out() -> None:
    with pytest.raises(click.UsageError):
        parsed(arguments_of("blockwire feeds ad https://example.org/rss   nothing"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete_commands(shell: str) -> None:
    done = CliRunner().invoke(cli, ["completion", shell])
    assert "_BLOCKWIRE_COMPLETE" in done.output


def test_bash_is_told_what_fits() -> None:
    asked = {"_BLOCKWIRE_COMPLETE": "bash_complete", "COMP_WORDS": "blockwire dead-", "COMP_CWORD": "1"}
    done = CliRunner(env=asked).invoke(cli, [], prog_name="blockwire")
    assert done.output == "plain,dead-letters\n"


def test_the_version_is_that_of_the_records() -> None:
    assert CliRunner().invoke(cli, ["--version"]).output == f"blockwire, version {blockwire_version()}\n"
