"""``blockwire report``: what a period brought, as one document."""

from datetime import UTC, datetime
from pathlib import Path

import click

from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.commands.shared import Ago, settings_of, store_option, store_to_read
from blockwire.transforms.browse.names import Names
from blockwire.transforms.bulletin.gathering import gather
from blockwire.transforms.bulletin.period import Period
from blockwire.transforms.bulletin.rendering import RENDERERS

EPILOG = """\b
Examples:
  blockwire report --since 7d --output week.html          for a mailing, or to print
  blockwire report --since 7d --format markdown           for a wiki, on standard output
  blockwire report --since 2026-11-01 --until 2026-11-30 --output november.html
"""


@click.command("report", epilog=EPILOG, short_help="What a period brought, as one page.")
@click.option("--since", type=Ago(), default="7d", show_default=True, metavar="AGO|DAY", help="Its beginning (UTC).")
@click.option("--until", type=Ago(), metavar="AGO|DAY", help="Its end (UTC). [now]")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write. [standard output]")
@click.option("--format", "form", type=click.Choice(list(RENDERERS)), default="html", show_default=True)
@store_option
@click.pass_context
def report_command(
    ctx: click.Context, since: datetime, until: datetime | None, output: Path | None, form: str, store: str | None
) -> int:
    """Writes what a period brought: new events by country and severity, what moved, what was lifted, with quotes, sources and charts; and
    what the wire did.

    Periods are cut by publication. What was published up to 30 days before and noticed within the period stands in a section of
    its own. The HTML page is complete in itself and asks no server for anything. A day means its beginning.
    """
    now = datetime.now(UTC)
    period = Period(since, until or now)
    if period.since >= period.until:
        raise click.UsageError("--since is not before --until.")
    settings = settings_of(ctx, {"store": store})
    with store_to_read(settings).open() as opened:
        bulletin = gather(opened, period)
    services = {service.id: service.name for service in load_rules(settings.rules).services}
    document = RENDERERS[form](bulletin, now, Names(services=services))
    if output is None:
        click.echo(document, nl=False)
        return 0
    try:
        output.write_text(document, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{str(output)!r} cannot be written: {error.strerror}") from error
    click.echo(f"{output}: {len(bulletin.new)} new events, {len(bulletin.moved)} moved, {len(bulletin.ended)} lifted.")
    return 0
