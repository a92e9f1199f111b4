"""``blockwire doctor``: is this installation well?"""

from collections.abc import Iterator
from datetime import timedelta

import click

from blockwire.config.errors import ConfigurationError
from blockwire.pipelines.commands.shared import format_option, settings_of, store_of, store_option
from blockwire.pipelines.display.checkup import show_findings, show_findings_as_json
from blockwire.transforms.checkup.finding import Finding, Grade, worst

EPILOG = """\b
Examples:
  blockwire doctor                                       what is well, what is not, what to do
  blockwire doctor --store https://es.example.org:9200   the server, its indices, what it does without
  blockwire doctor --max-age 2 --format json             for monitoring

\b
Exit status, as monitoring takes it: 0 all is well, 1 somebody should look, 2 the wire does not run, or nobody hears of what it finds.
"""


@click.command("doctor", epilog=EPILOG, short_help="Check installation, store, rounds, feeds, channels.")
@click.option(
    "--max-age",
    type=click.FloatRange(min=0, min_open=True),
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="The last round may be so old.",
)
@store_option
@format_option("text", "json")
@click.pass_context
def doctor_command(ctx: click.Context, max_age: float, store: str | None, form: str) -> int:
    """Checks the installation, runner, configuration, disk, store, clock, last rounds, feeds, alerts and channels: a line for each, and
    what to do.

    Nothing is changed or sent, and no feed is asked for anything. The whole file of an embedded store is read.
    """
    show = show_findings_as_json if form == "json" else show_findings
    return worst(show(_findings(ctx, store, timedelta(hours=max_age)))).exit_status


def _findings(ctx: click.Context, store: str | None, max_age: timedelta) -> Iterator[Finding]:
    from blockwire.pipelines.checkup import check_up  # brings in Beam

    try:
        settings = settings_of(ctx, {"store": store})
        named = store_of(settings)
    except (ConfigurationError, click.UsageError) as error:
        yield Finding("settings", Grade.FAIL, str(error), "correct it: docs/settings.md lists them all")
        return
    yield Finding("settings", Grade.OK, "understood; blockwire config show tells them")
    yield from check_up(settings, named, max_age)
