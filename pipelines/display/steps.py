"""What a setting-up did, as a table."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.transforms.stores.elasticsearch_setup import Did, Step

_STYLES = {Did.LEFT_OUT: "yellow", Did.NEEDS_MIGRATION: "red", Did.KEPT: "dim"}


def show_steps(steps: Iterable[Step], *, dry_run: bool) -> None:
    """Prints one row for each part: what it is, what was done, why."""
    table = Table(title="What would be done; nothing was changed" if dry_run else None, title_justify="left")
    for name in ("part", "done", "why"):
        table.add_column(name, overflow="fold")
    for step in steps:
        table.add_row(Text(step.what), Text(step.did.value, _STYLES.get(step.did, "green")), Text(step.why))
    Console().print(table)
