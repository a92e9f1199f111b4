"""Events, for people."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.pipelines.display.listing import listing
from blockwire.schemas import BlockEvent, Correction, EventEvidence
from blockwire.transforms.alerts.wording import counted_sources, plain, status_words

_LOUD = {"critical": "bold red", "alert": "red", "watch": "yellow", "info": "dim"}


def show_events(events: Sequence[BlockEvent], *, corrections: int | None) -> None:
    """Prints two lines an event: what it is, and how sure that is.

    Args:
        events: in order.
        corrections: how many a person made in all; None to say nothing of them.
    """
    table = listing()
    for event in events:
        head = Text(event.id[:8], style="cyan").append(f"\n{event.severity}", style=_LOUD[event.severity])
        verdict = f"{event.verdict} by a person" if event.verdict else ""
        status = status_words(event.status, event.measure)
        facts = (" ".join(event.countries), event.measure, " ".join(event.targets), status, verdict)
        body = Text(" · ".join(map(plain, filter(None, facts))), style="bold")
        body.append(f"\n{event.evidence[0].title}  {counted_sources(event)}", style="dim")
        table.add_row(head, body)
    if events:
        Console().print(table)
    else:
        click.echo("No events. Fewer conditions find more.")
    if corrections:
        click.echo(f"{corrections} corrections by people were applied.")


def show_event(event: BlockEvent, corrections: Sequence[Correction]) -> None:
    """Prints one event in full: what is known, how it went, what says so, and where it can be measured."""
    console = Console()
    table = Table(show_header=False, box=None)
    for name, value in _facts(event):
        if value:
            table.add_row(Text(name, style="dim"), Text(value.replace("_", " ") if name != "id" else value))
    console.print(table)
    console.print(Text("\nHistory", style="bold"))
    for step in event.history:
        told = f"  {step.at:%Y-%m-%d %H:%M}  {status_words(step.status, event.measure)}  "
        console.print(Text(told, style="cyan").append(f"“{step.quote}”"))
    console.print(Text("\nEvidence", style="bold"))
    for one in event.evidence:
        console.print(_evidence(one))
    console.print(Text("\nMeasurements", style="bold"))
    for link in event.links:
        console.print(Text(f"  {link.provider}  {link.url}"), soft_wrap=True)
    for correction in corrections:
        console.print(Text(f"\n{correction.kind} by a person, {correction.at:%Y-%m-%d %H:%M}  {correction.note}"))


def _evidence(one: EventEvidence) -> Text:
    when = one.published.strftime("%Y-%m-%d %H:%M") if one.published else "no date"
    kinds = [name for name, holds in (("official", one.official), ("measurement", one.measurement)) if holds]
    kinds.append("independent" if one.independent else "not independent")
    line = Text(f"  {one.article_id[:8]}  {when}  ", style="cyan").append(f"{one.title}\n")
    return line.append(f"            {one.source_name}, {', '.join(kinds)}: “{one.quote}”  {one.url}", style="dim")


def _facts(event: BlockEvent) -> list[tuple[str, str]]:
    return [
        ("severity", f"{event.severity} ({'; '.join(event.severity_reasons)})"),
        ("measure", event.measure),
        ("status", status_words(event.status, event.measure)),
        ("targets", ", ".join(event.targets)),
        ("features", ", ".join(event.features)),
        ("methods", ", ".join(event.methods)),
        ("countries affected", ", ".join(event.countries)),
        ("regions", ", ".join(event.regions)),
        ("scope", event.scope),
        ("ordered by", f"{event.jurisdiction} {', '.join(event.censors)}"),
        ("confidence", f"{event.confidence:.2f} ({event.independent_sources} independent sources)"),
        ("verdict", event.verdict or ""),
        ("id", event.id),
    ]
