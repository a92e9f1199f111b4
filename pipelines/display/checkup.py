"""A check-up, for people and for machines."""

import json
from collections.abc import Iterable
from dataclasses import asdict

import click
from rich.console import Console
from rich.text import Text

from blockwire.transforms.checkup.finding import Finding, Grade, worst

_STYLES = {Grade.OK: "green", Grade.WARN: "yellow", Grade.FAIL: "bold red"}


def show_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Prints a line for each as it comes, with what to do under it, and how it is on the whole; returns them."""
    console = Console()
    shown = []
    for one in findings:
        shown.append(one)
        line = Text(f"{one.grade:<5}", _STYLES[one.grade]).append(f"{one.about}: ", "bold").append(one.told, "not bold")
        console.print(line, soft_wrap=True)
        if one.remedy:
            console.print(Text(f"     -> {one.remedy}"), soft_wrap=True)
    counts = ", ".join(f"{sum(one.grade is grade for one in shown)} {grade}" for grade in Grade)
    console.print(Text(f"{worst(shown)}: {counts}", _STYLES[worst(shown)]))
    return shown


def show_findings_as_json(findings: Iterable[Finding]) -> list[Finding]:
    """Prints one object: the grade of all together, and every finding; returns them."""
    shown = list(findings)
    told = {"grade": worst(shown), "findings": [asdict(one) for one in shown]}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    return shown
