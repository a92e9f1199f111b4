"""Censorship items, for people and for machines."""

import sys
from collections.abc import Iterable

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.pipelines.display.listing import listing
from blockwire.schemas import CensorshipItem
from blockwire.transforms.browse.tables import ITEM_COLUMNS, csv_lines, item_row


def show_lines(items: Iterable[CensorshipItem]) -> None:
    """Prints the full records as JSON Lines."""
    for item in items:
        click.echo(item.model_dump_json())


def show_csv(items: Iterable[CensorshipItem]) -> None:
    """Prints the columns that fit a spreadsheet as CSV."""
    sys.stdout.writelines(csv_lines(ITEM_COLUMNS, map(item_row, items)))


def show_table(items: Iterable[CensorshipItem]) -> None:
    """Prints two lines an item: what it says, and what it was found to be."""
    table = listing()
    for item in items:
        row = item_row(item)
        head = Text(row["id"][:8], style="cyan").append(f"\n{row['published']}", style="dim")
        facts = (row["countries"] or "??", *item.measures, row["status"], row["services"])
        body = Text(item.title, style="bold").append("\n")
        body.append(" · ".join(fact.replace("_", " ") for fact in facts if fact))
        table.add_row(head, body.append(f"  {item.source.name}", style="dim"))
    if table.row_count:
        Console().print(table)


def show_item(item: CensorshipItem) -> None:
    """Prints one item in full: what was decided, from which quotes, and the text."""
    console = Console()
    console.print(Text(item.title, style="bold"))
    console.print(Text(item.url, style="dim"))
    facts = Table(show_header=False, box=None)
    for name, value in _facts(item):
        if value:
            facts.add_row(Text(name, style="dim"), Text(value))
    console.print(facts)
    console.print(Text("\nEvidence", style="bold"))
    for evidence in item.evidence:
        line = Text(f"  {evidence.weight:+.2f} ", style="dim").append(f"{evidence.supports}  ", style="cyan")
        console.print(line.append(f"“{evidence.quote}”").append(f"  {evidence.rule}", style="dim"))
    console.print(Text("\nText", style="bold"))
    console.print(Text(item.text))


def _facts(item: CensorshipItem) -> list[tuple[str, str]]:
    row = item_row(item)
    return [
        ("source", f"{item.source.name} ({item.source.kind})"),
        ("published", row["published"]),
        ("first seen", item.first_seen.strftime("%Y-%m-%d %H:%M")),
        ("authors", ", ".join(item.authors)),
        ("language", row["language"]),
        ("countries affected", row["countries"]),
        ("jurisdiction", row["jurisdictions"]),
        ("regions", ", ".join(item.regions)),
        ("measures", ", ".join(item.measures)),
        ("status", row["status"]),
        ("services", ", ".join((*item.services, *item.domains))),
        ("features", ", ".join(item.features)),
        ("methods", ", ".join(item.methods)),
        ("censors", ", ".join((*item.censors, *item.providers))),
        ("tools", ", ".join(item.tools)),
        ("score", f"{item.score:.2f}"),
        ("made by", f"{item.extractor}; rules {item.rules_version}; blockwire {item.blockwire_version}"),
        ("id", item.id),
    ]
