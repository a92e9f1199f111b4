"""Entries to judge, and what the labels say."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.schemas import EntryFate
from blockwire.transforms.classification.audit import Estimate, Stratum


def show_entry(fate: EntryFate, stratum: str, number: int, total: int) -> None:
    """Prints what a person needs to judge an entry. The score comes last, so as not to lead the eye."""
    console = Console()
    console.rule(f"{number} of {total}", style="dim")
    console.print(Text(fate.title or "(no title)", style="bold"))
    console.print(Text(fate.excerpt))
    for evidence in fate.top_evidence:
        console.print(Text("  … ", style="dim").append(evidence.quote).append(" …", style="dim"))
    score = "none" if fate.score is None else f"{fate.score:.2f}"
    console.print(Text(f"{fate.url or ''}  {fate.feed_id}  {stratum}, score {score}", style="dim"))


def show_strata(strata: Iterable[Stratum]) -> None:
    """Prints how many entries there are of each kind, and how many of them were judged."""
    table = Table(title="Entries by what was decided", title_justify="left")
    table.add_column("")
    for name in ("entries", "judged", "relevant"):
        table.add_column(name, justify="right")
    for stratum in strata:
        table.add_row(stratum.name, f"{stratum.entries:,}", str(stratum.judged), str(stratum.relevant))
    Console().print(table)


def show_estimate(found: Estimate | None) -> None:
    """Prints the estimated recall with its interval."""
    console = Console()
    if found is None:
        console.print("Too few labels for an estimate: judge accepted and rejected entries.")
        return
    console.print(f"estimated recall {found.recall:.1%}, 95 % interval {found.low:.1%} to {found.high:.1%}")
    console.print(f"estimated precision {found.precision:.1%}; about {found.missed:.0f} relevant entries were rejected")
