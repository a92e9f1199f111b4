"""What other rules made of what is stored: a table, or JSON."""

import json
from collections import Counter
from enum import Enum

import click
from pydantic_core import to_jsonable_python
from rich.console import Console
from rich.table import Table

from blockwire.pipelines.reclassify import Reclassified

SHOWN = 20


def show_reclassified(found: Reclassified, form: str, *, dry_run: bool) -> None:
    """Prints it on standard output.

    Args:
        found: what changed.
        form: ``table`` or ``json``.
        dry_run: whether nothing was written.
    """
    if form == "json":
        click.echo(json.dumps(as_json(found, dry_run=dry_run), ensure_ascii=False, indent=2))
        return
    console = Console()
    would = "would change" if dry_run else "changed"
    gone = sum(change.withdrawn for change in found.changes)
    console.print(
        f"{found.items:,} items judged again: {len(found.changes):,} {would}, {gone:,} of them no items any more."
    )
    if found.changes:
        console.print(_by_field(found))
        console.print(_one_by_one(found))
    if found.reopened:
        console.print(
            f"{len(found.reopened):,} entries that were not relevant may be now: the next round fetches them again."
        )
    if not dry_run:
        console.print(f"{found.events:,} events new or changed; {found.alerts:,} alerts sent.")


def as_json(found: Reclassified, *, dry_run: bool) -> dict[str, object]:
    """The same, for machines, with every change."""
    return {
        "dry_run": dry_run,
        "items": found.items,
        "changed": len(found.changes),
        "withdrawn": sum(change.withdrawn for change in found.changes),
        "fields": dict(_counts(found)),
        "events": found.events,
        "alerts": found.alerts,
        "changes": [
            {
                "id": change.before.id,
                "url": change.before.url,
                "title": change.before.title,
                "fields": {
                    name: {"before": to_jsonable_python(before), "after": to_jsonable_python(after)}
                    for name, (before, after) in change.fields.items()
                },
            }
            for change in found.changes
        ],
        "reopened": [{"id": one.fate.id, "url": one.fate.url, "title": one.fate.title} for one in found.reopened],
    }


def _counts(found: Reclassified) -> Counter[str]:
    return Counter(name for change in found.changes for name in change.fields)


def _by_field(found: Reclassified) -> Table:
    table = Table(title="Changes by field", title_justify="left")
    table.add_column("field")
    table.add_column("items", justify="right")
    for name, number in _counts(found).most_common():
        table.add_row(name, f"{number:,}")
    return table


def _one_by_one(found: Reclassified) -> Table:
    table = Table(title=f"Items, at most {SHOWN}; --format json has all", title_justify="left")
    table.add_column("item", no_wrap=True)
    table.add_column("title")
    table.add_column("what changed")
    for change in found.changes[:SHOWN]:
        facts = [
            f"{name}: {_short(before)} → {_short(after)}"
            for name, (before, after) in change.fields.items()
            if name not in ("evidence", "score")
        ]
        table.add_row(change.before.id[:8], change.before.title, "\n".join(facts) or "score and quotes alone")
    return table


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_short, value)) or "none"
    return str(value.value) if isinstance(value, Enum) else str(value)
