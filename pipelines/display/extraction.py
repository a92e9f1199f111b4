"""An extraction, for a person: what was taken, what was dropped, from where and why."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from blockwire.schemas import Article
from blockwire.transforms.extraction.explanation import ExtractionExplanation, Line, around_the_article

MARGIN = 6
"""Lines shown before and behind the article's."""
DROPPED_CHARS = 100
"""So much of a dropped line is shown."""


def show_article(article: Article) -> None:
    """Prints title and text."""
    console = Console()
    console.print(Text(article.title, style="bold"))
    console.print(Text(f"\n{article.text}"))


def show_extraction_explanation(explanation: ExtractionExplanation, *, everything: bool) -> None:
    """Prints kind, extractor, facts with their sources, and the page's lines.

    Args:
        explanation: of one page.
        everything: whether the lines far from the article are printed too.
    """
    console = Console()
    kind = explanation.kind.replace("_", " ")
    if explanation.is_article:
        console.print(Text(kind, style="bold green").append(f"  {explanation.kind_reason}", style="dim"))
        why = f"  {explanation.extractor_reason}"
        console.print(
            Text("taken by ", style="dim").append(explanation.extractor, style="cyan").append(why, style="dim")
        )
    else:
        console.print(Text(f"No article: {kind}: ", style="bold red").append(explanation.kind_reason))
    _show_facts(console, explanation)
    if explanation.lines:
        _show_lines(console, explanation, everything=everything)


def _show_facts(console: Console, explanation: ExtractionExplanation) -> None:
    facts = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value, source in explanation.facts:
        facts.add_row(Text(name.replace("_", " "), style="dim"), Text(value).append(_from(source), style="dim"))
    if facts.row_count:
        console.print(Padding(facts, (1, 0, 0, 0)))


def _from(source: str) -> str:
    return f"  ({source})" if source else ""


def _show_lines(console: Console, explanation: ExtractionExplanation, *, everything: bool) -> None:
    lines, left_out = (explanation.lines, 0) if everything else around_the_article(explanation.lines, MARGIN)
    kept = sum(line.kept for line in explanation.lines)
    head = Text("\nLines", style="bold").append(f"  {kept} kept, {len(explanation.lines) - kept} dropped", style="dim")
    console.print(head)
    for line in lines:
        console.print(_line(line))
    if left_out:
        console.print(Text(f"… and {left_out} dropped lines far from the article (--all shows them)", style="dim"))


def _line(line: Line) -> Text:
    chance = f" {line.likely:4.0%} " if line.likely is not None else " "
    if line.kept:
        return Text("+", style="bold green").append(chance, style="dim").append(line.text)
    shown = line.text if len(line.text) <= DROPPED_CHARS else f"{line.text[:DROPPED_CHARS]}…"
    return (
        Text("-", style="bold red")
        .append(chance, style="dim")
        .append(shown, style="dim")
        .append(f"  {line.reason}", style="red")
    )
