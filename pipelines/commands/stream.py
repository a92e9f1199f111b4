"""``blockwire stream``: the main job without an end."""

from pathlib import Path

import click

from blockwire.config.catalogue import load_feeds
from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.commands.shared import (
    allow_address_option,
    beam_arguments,
    chosen,
    feeds_option,
    only_option,
    settings_of,
    store_of,
    store_option,
)
from blockwire.pipelines.engines import NoEngine
from blockwire.pipelines.options import runs_here, stream_options
from blockwire.pipelines.rounds import Wire
from blockwire.pipelines.streaming import Patience, run_stream

EPILOG = """\b
Examples:
  blockwire stream                                          on this machine, by Prism
  blockwire stream --max-latency 5 --only unian,khpg        these two, sooner
  blockwire stream --duration 60                            try it for a minute

\b
Get Prism with deploy/engines/get_prism.sh. Flink is named by Beam's options, --runner PortableRunner
--job_endpoint HOST:PORT and those of the engine: docs/scaling.md.
SIGTERM and Ctrl-C end it: what is under way is finished, within --drain seconds. It may be killed, too: the next one goes on.
Exit status: 0 it ended as told, 1 it could not go on, 2 wrong usage or configuration.
"""


@click.command(
    "stream",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True},
    short_help="Run without an end: each feed by its own schedule.",
)
@store_option
@feeds_option
@only_option
@click.option(
    "--max-latency",
    type=click.FloatRange(min=1),
    default=10.0,
    show_default=True,
    help="Seconds that the wire may add to a feed's poll interval until an article is indexed.",
)
@click.option("--duration", type=click.FloatRange(min=1), help="End after so many seconds, as if told to.")
@click.option(
    "--drain",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="Seconds for what is under way at the end.",
)
@click.option(
    "--metrics-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add what is counted to this file for Prometheus, once a minute.",
)
@allow_address_option
@beam_arguments
@click.pass_context
def stream_command(
    ctx: click.Context,
    store: str | None,
    feeds_file: Path | None,
    only: str | None,
    max_latency: float,
    duration: float | None,
    drain: float,
    metrics_file: Path | None,
    allow_addresses: tuple[str, ...],
    beam_arguments: tuple[str, ...],
) -> int:
    """Runs the main job until it is told to stop: polls each feed when it is due, and indexes, groups and alerts at once.

    The same steps as ingest, on an engine for streams: Prism on one machine, Flink and others on many.
    """
    options = stream_options(beam_arguments)
    flags = {"store": store, "feeds": feeds_file, "metrics_file": metrics_file}
    settings = settings_of(ctx, {**flags, "fetch.allow_addresses": allow_addresses})
    if settings.store.startswith("sqlite:") and not runs_here(options):
        raise click.UsageError(
            "SQLite is a file of one machine, and the steps of this stream run on the engine's workers: give an Elasticsearch"
            " with --store, or --environment_type LOOPBACK to run the steps here."
        )
    feeds = chosen(load_feeds(settings.feeds), only)
    wire = Wire(settings, feeds, load_rules(settings.rules), store_of(settings, waits=True), options)
    try:
        run_stream(wire, Patience(latency_s=max_latency, duration_s=duration, drain_s=drain))
    except NoEngine as error:
        raise click.ClickException(f"{error}.") from error
    return 0
