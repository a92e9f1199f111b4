"""Rules, words, services and agencies as rows; and how their tests went."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.schemas.rules import RuleSet
from blockwire.transforms.classification.trials import Failure


@dataclass(frozen=True)
class Row:
    """One thing that the classifier knows."""

    kind: str
    """rule, words, framing, service or agency."""
    id: str
    language: str
    says: str
    data: Mapping[str, object]


def rows_of(rules: RuleSet) -> Iterator[Row]:
    """Everything in a rule set: the rules first."""
    for rule in rules.rules:
        needs = " + ".join("|".join(group) for group in rule.needs)
        says = f"{rule.weight:+.1f}  {rule.comment}: {needs}"
        yield Row("rule", rule.id, "", says, rule.model_dump(mode="json"))
    for lexicon in rules.lexicons:
        for concept, patterns in lexicon.concepts.items():
            identity = f"{lexicon.language}.{concept}"
            data = {"id": identity, "means": rules.concepts[concept], "patterns": list(patterns)}
            says = f"{rules.concepts[concept]}: {', '.join(patterns)}"
            yield Row("words", identity, lexicon.language, says, data)
        for kind, patterns in lexicon.framing.items():
            identity = f"{lexicon.language}.{kind}"
            data = {"id": identity, "patterns": list(patterns)}
            yield Row("framing", identity, lexicon.language, ", ".join(patterns), data)
    for service in rules.services:
        says = f"{service.name} ({service.kind}) {' '.join(service.domains)}"
        yield Row("service", service.id, "", says, service.model_dump(mode="json"))
    for agency in rules.agencies:
        says = f"{agency.country}  {agency.name} ({agency.kind})"
        yield Row("agency", agency.id, "", says, agency.model_dump(mode="json"))


def show_rows(rows: Sequence[Row]) -> None:
    """Prints a line for each."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="cyan", min_width=max(len(row.id) for row in rows))
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for row in rows:
        table.add_row(Text(row.id), Text(row.says))
    Console().print(table)


def show_failures(failed: Sequence[Failure], tests: int, examples: int) -> None:
    """Prints what failed, and how many there were."""
    console = Console()
    for one in failed:
        console.print(Text(f"{one.what}: ", style="red").append(one.title, style="bold").append(f"  {one.problem}"))
    console.print(f"{tests} rules tested, {examples} examples; {len(failed) or 'none'} failed")


def show_points(points: Mapping[str, float], comments: Mapping[str, str]) -> None:
    """Prints the rules that hold, strongest first."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for rule, weight in sorted(points.items(), key=lambda pair: -abs(pair[1])):
        table.add_row(f"{weight:+.2f}", Text(rule, style="cyan"), Text(comments[rule], style="dim"))
    console = Console()
    console.print(table if points else "No rule holds.")
