"""Beam's own options: which runner, and what is passed through to it."""

import argparse
import difflib
import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

import click
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

View = TypeVar("View", bound=PipelineOptions)

IN_PROCESS_RUNNER = "FnApiRunner"
"""What ``DirectRunner`` means here: by itself it is a switch, which tries to download another runner first."""


def beam_options(arguments: Sequence[str]) -> PipelineOptions:
    """Options for Beam from what is left of a command line.

    Raises:
        click.UsageError: for a flag that no Beam option has.
    """
    parser = _every_option()
    _known, unknown = parser.parse_known_args(list(arguments))
    if unknown:
        known = [text for action in parser._actions for text in action.option_strings if text.startswith("--")]
        raise click.UsageError(_unknown(unknown[0], known))
    options: PipelineOptions = _Remembering(list(arguments))
    standard = options.view_as(StandardOptions)
    if standard.runner in (None, "DirectRunner", "SwitchingDirectRunner"):
        standard.runner = IN_PROCESS_RUNNER
    return options


def _unknown(flag: str, known: Sequence[str]) -> str:
    if not flag.startswith("-"):
        return f"Got unexpected argument {flag!r}."
    like = difflib.get_close_matches(flag.split("=")[0], known, n=1)
    hint = (
        f" Did you mean {like[0]}?"
        if like
        else " Neither blockwire nor Apache Beam has it: see blockwire ingest --help."
    )
    return f"No such option: {flag}.{hint}"


class _Remembering(PipelineOptions):
    """Makes each view once. Beam asks for several hundred while it sets a job up, and parses the flags anew for each:
    half a second of a round."""

    def view_as(self, cls: type[View]) -> View:
        views = self.__dict__.setdefault("_views", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        view: View = views[cls]
        return view


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise click.UsageError(re.sub(r"^argument ", "Beam option ", message) + ".")


def _every_option() -> argparse.ArgumentParser:
    parser = _Parser(add_help=False, allow_abbrev=False, conflict_handler="resolve")
    for kind in _option_classes(PipelineOptions):
        kind._add_argparse_args(parser)  # type: ignore[arg-type] # any parser will do
    return parser


def _option_classes(base: type[PipelineOptions]) -> Iterator[type[PipelineOptions]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _option_classes(kind)
