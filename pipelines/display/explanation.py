"""A decision, explained for a person."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.transforms.classification.explanation import Explanation, Quote

STRONGEST = 10


def show_explanation(explanation: Explanation) -> None:
    """Prints verdict, score, facts, what added up to the score, and the quotes."""
    console = Console()
    console.print(Text(explanation.title, style="bold"))
    verdict = Text(
        explanation.verdict, style="bold green" if explanation.score >= explanation.threshold else "bold red"
    )
    console.print(
        verdict.append(f"   score {explanation.score:.2f}, threshold {explanation.threshold:.2f}", style="dim")
    )
    facts = Table(show_header=False, box=None)
    for name, values in explanation.facts:
        facts.add_row(Text(name, style="dim"), Text(", ".join(values)))
    console.print(facts)
    if explanation.contributions:
        console.print(Text("\nWhat added up to the score", style="bold"))
        rows = Table(show_header=False, box=None)
        for part in explanation.contributions[:STRONGEST]:
            times = f"×{part.matches}" if part.matches > 1 else ""
            rows.add_row(f"{part.weight:+.2f}", times, Text(part.rule, style="cyan"), Text(part.comment, style="dim"))
        console.print(rows)
    if explanation.quotes:
        console.print(Text("\nQuotes", style="bold"))
        for quote in explanation.quotes:
            console.print(_line(quote))
    version = f"\nrules {explanation.rules_version}"
    console.print(Text(f"{version}, model {explanation.model_version or 'none'}", style="dim"))


def _line(quote: Quote) -> Text:
    line = Text(f"  {quote.supports:<32} ", style="cyan")
    before, after = quote.before.replace("\n", " "), quote.after.replace("\n", " ")
    line.append(f"…{before}", style="dim").append(quote.quote, style="bold").append(f"{after}…", style="dim")
    return line
