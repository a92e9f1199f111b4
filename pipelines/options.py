"""Beam's own options: which runner, and what is passed through to it."""

import argparse
import difflib
import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

import click
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, PortableOptions, StandardOptions

View = TypeVar("View", bound=PipelineOptions)

IN_PROCESS_RUNNER = "FnApiRunner"
"""What ``DirectRunner`` means here: by itself it is a switch, which tries to download another runner first."""
DIRECT_RUNNERS = ("DirectRunner", "SwitchingDirectRunner")
PRISM = "PrismRunner"
BUNDLE_MS = 200
"""What a worker gathers of a stream's elements before it hands on what it made of them; Flink's own second would add up over the steps."""


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
    if standard.runner in (None, *DIRECT_RUNNERS):
        standard.runner = IN_PROCESS_RUNNER
    return options


def stream_options(arguments: Sequence[str]) -> PipelineOptions:
    """Options for Beam of a stream: on Prism, unless another engine is named.

    Raises:
        click.UsageError: for a flag that no Beam option has, and for a runner that cannot run a stream.
    """
    options = beam_options(["--runner", PRISM, *arguments])
    standard, flink = options.view_as(StandardOptions), options.view_as(FlinkJobOptions)
    if standard.runner == IN_PROCESS_RUNNER:
        raise click.UsageError(
            "The DirectRunner ends a stream's step only when its input ends, which it never does: leave --runner away for Prism"
            " on this machine, or name an engine, as --runner PortableRunner --job_endpoint localhost:8099. One round by the"
            " DirectRunner, for a timer, is blockwire ingest."
        )
    standard.streaming = True
    if flink.max_bundle_time_mills is None:
        flink.max_bundle_time_mills = BUNDLE_MS
    return options


def runs_here(options: PipelineOptions) -> bool:
    """Whether the steps run in this process, rather than on the engine's workers."""
    environment = options.view_as(PortableOptions).environment_type
    runner = options.view_as(StandardOptions).runner
    if options.view_as(DirectOptions).direct_running_mode == "multi_processing":
        return False
    return environment == "LOOPBACK" or (environment is None and runner in (IN_PROCESS_RUNNER, PRISM))


def has_one_worker(options: PipelineOptions) -> bool:
    """Whether one worker does all steps, so that there is nothing to share out."""
    workers: int = options.view_as(DirectOptions).direct_num_workers
    return workers == 1 and bool(options.view_as(StandardOptions).runner == IN_PROCESS_RUNNER)


class FlinkJobOptions(PipelineOptions):
    """Options of Flink's job server that a stream is told by; the SDK for Python learns of them only from a running one."""

    @classmethod
    def _add_argparse_args(cls, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--max_bundle_time_mills", type=int, help="Milliseconds that a bundle may be gathered.")
        parser.add_argument("--checkpointing_interval", type=int, help="Milliseconds between two checkpoints.")
        parser.add_argument("--number_of_execution_retries", type=int, help="How often a failed job is begun again.")
        parser.add_argument("--execution_retry_delay", type=int, help="Milliseconds before that.")
        parser.add_argument("--state_backend", help="rocksdb or filesystem.")
        parser.add_argument("--state_backend_storage_path", help="Where checkpoints go, as file:///srv/checkpoints.")
        parser.add_argument("--savepoint_path", help="What to go on from.")


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
