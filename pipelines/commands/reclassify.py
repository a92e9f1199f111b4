"""``blockwire reclassify``: new rules for what is stored."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.commands.shared import format_option, settings_of, store_of, store_option
from blockwire.pipelines.display.progress import counting
from blockwire.pipelines.display.reclassification import show_reclassified
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.reclassify import reclassify
from blockwire.pipelines.rounds import Wire

EPILOG = """\b
Examples:
  blockwire reclassify --dry-run                      what would the rules of today change?
  blockwire reclassify --rules my-rules --dry-run     and these?
  blockwire reclassify --format json > changes.json
"""


@click.command("reclassify", epilog=EPILOG, short_help="Judge what is stored by the rules of today.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--alerts", is_flag=True, help="Send alerts for events that change, by the rules in the settings.")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder of rules. [from the settings]",
)
@format_option("table", "json")
@store_option
@click.pass_context
def reclassify_command(
    ctx: click.Context, dry_run: bool, alerts: bool, rules: Path | None, form: str, store: str | None
) -> int:
    """Judges every item again, and every entry that was not relevant by what is kept of it.

    Items that the rules say something else of are changed, with the events that they are in; one that is not relevant
    any more leaves the store. Entries that may be relevant now are fetched again by the next round. Nothing else is touched.
    """
    settings = settings_of(ctx, {"store": store, "rules": rules})
    wire = Wire(settings, (), load_rules(settings.rules), store_of(settings), beam_options([]))
    with counting("items", wanted=form == "table" and sys.stderr.isatty()) as tell:
        found = reclassify(wire, datetime.now(UTC), dry_run=dry_run, alerts=alerts, tell=tell)
    show_reclassified(found, form, dry_run=dry_run)
    return 0
