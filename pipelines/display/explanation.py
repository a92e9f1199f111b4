"""A decision, explained for a person."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.transforms.classification.explanation import Explanation, Quote
from blockwire.transforms.classification.inspection import Inspection

STRONGEST = 10


def show_explanation(explanation: Explanation) -> None:
    """Prints verdict, score, facts, what added up to the score, and the quotes."""
    console = Console()
    _head(console, explanation)
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
    second = f", second opinion {explanation.model_version}" if explanation.model_version else ""
    console.print(Text(f"\nrules {explanation.rules_version}{second}", style="dim"))


def show_inspection(inspection: Inspection) -> None:
    """Prints how far the points went, which rules lacked something, and the words that were read."""
    console = Console()
    console.print(f"\n{inspection.points:.1f} points of the {inspection.needed:.1f} that are needed")
    if inspection.near_misses:
        console.print(Text("\nRules that lacked something", style="bold"))
    for miss in inspection.near_misses:
        lacked = f"needs {' or '.join(miss.missing)}" if miss.missing else "all is there, but too far apart"
        console.print(Text(f"{miss.weight:+.1f} ").append(miss.rule, style="cyan").append(f"  {lacked}", style="dim"))
    if inspection.words:
        console.print(Text("\nWords read", style="bold"))
        words = Table(show_header=False, box=None)
        for word in inspection.words:
            words.add_row(Text(word.label, style="cyan"), Text(word.quote))
        console.print(words)


def show_verdict(explanation: Explanation) -> None:
    """Prints the verdict and the facts, without what led there."""
    console = Console()
    _head(console, explanation)
    console.print(Text("--explain shows what led there", style="dim"))


def _head(console: Console, explanation: Explanation) -> None:
    style = "bold green" if explanation.score >= explanation.threshold else "bold red"
    verdict = Text(explanation.verdict, style=style)
    console.print(Text(explanation.title, style="bold"))
    console.print(
        verdict.append(f"   score {explanation.score:.2f}, threshold {explanation.threshold:.2f}", style="dim")
    )
    facts = Table(show_header=False, box=None)
    for name, values in explanation.facts:
        facts.add_row(Text(name, style="dim"), Text(", ".join(values)))
    console.print(facts)


def _line(quote: Quote) -> Text:
    line = Text(f"  {quote.supports:<32} ", style="cyan")
    before, after = quote.before.replace("\n", " "), quote.after.replace("\n", " ")
    line.append(f"…{before}", style="dim").append(quote.quote, style="bold").append(f"{after}…", style="dim")
    return line
