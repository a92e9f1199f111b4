"""Every command line and every variable of deploy/ is one that blockwire knows."""

import shlex

import click
import pytest
from deploy_files import Start, documented, starts

from blockwire.config.layers import RESERVED
from blockwire.config.settings import load_settings
from blockwire.pipelines.main import cli

STARTS = list(starts())
DOCUMENTED = list(documented())


def parsed(arguments: list[str]) -> click.Context:
    """The context of the command that these arguments name, its options parsed and checked; nothing is run."""
    ctx = cli.make_context("blockwire", list(arguments))
    while isinstance(ctx.command, click.Group):
        name, command, rest = ctx.command.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        assert command is not None
        ctx = command.make_context(name, rest, parent=ctx)
    return ctx


def test_all_places_are_looked_at() -> None:
    assert [start.place for start in STARTS] == [
        *("compose.yaml indices", "compose.yaml searches", "compose.yaml wire"),
        *("blockwire.service", "blockwire-stream.service", "elasticsearch.conf", "cron", "kubernetes", "Containerfile"),
    ]


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.place)
def test_commands_are_those_of_the_command_line(start: Start) -> None:
    ctx = parsed(list(start.arguments))
    # What ingest does not know it hands to Beam, which would complain in the middle of the night.
    assert ctx.params.get("beam_arguments", ()) == ()


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start.place)
def test_variables_are_settings(start: Start) -> None:
    """Settings refuse what they do not know; secrets are known by name."""
    variables = {name: value for name, value in start.variables if name.startswith("BLOCKWIRE_")}
    settings = load_settings(None, {}, variables)
    assert settings.store == variables["BLOCKWIRE_STORE"]
    assert {name for name in variables if "PASSWORD" in name and not name.endswith("_FILE")} <= RESERVED


@pytest.mark.parametrize("arguments", DOCUMENTED)
def test_documented_commands_are_too(arguments: str) -> None:
    ctx = parsed(shlex.split(arguments, comments=True))
    assert ctx.params.get("beam_arguments", ()) == ()


def test_a_command_that_is_not_there_is_found_out() -> None:
    for wrong in (["setup", "kibanna"], ["setup", "kibana", "--ulr", "http://kibana"], ["ingest", "--limit", "no"]):
        with pytest.raises(click.UsageError):
            parsed(wrong)
