"""Alerts, for people and for machines."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import click
from rich.console import Console
from rich.text import Text

from blockwire.pipelines.display.listing import listing
from blockwire.schemas import Alert, AlertState
from blockwire.transforms.alerts.cap import as_cap
from blockwire.transforms.alerts.messages import Message

_SHOWN_AS: Final[Mapping[AlertState, str]] = {
    AlertState.PENDING: "waits",
    AlertState.SENT: "sent",
    AlertState.GIVEN_UP: "given up",
    AlertState.WITHDRAWN: "taken back",
}

FORMS: Final[Mapping[str, Callable[[Alert], str]]] = {
    "text": lambda alert: Message.of(alert).body("text"),
    "html": lambda alert: Message.of(alert).body("html"),
    "markdown": lambda alert: Message.of(alert).body("markdown"),
    "cap": lambda alert: as_cap(alert, [], "blockwire").decode(),
    "jsonl": lambda alert: alert.model_dump_json(),
}
"""How an alert can be shown in full: as it is sent."""


def show_alerts(alerts: Iterable[Alert], form: str) -> None:
    """Prints each alert in full, in one of the ``FORMS``."""
    for alert in alerts:
        click.echo(FORMS[form](alert))


def show_table(alerts: Iterable[Alert]) -> None:
    """Prints two lines an alert: what it says, and what became of it."""
    table = listing()
    for alert in alerts:
        head = Text(alert.id[:8], style="cyan").append(f"\n{alert.created:%Y-%m-%d %H:%M}", style="dim")
        body = Text(alert.title, style="bold").append(f"\n{alert.channel} · {_fate(alert)}", style="default")
        table.add_row(head, body.append(f" · {alert.reason}", style="dim"))
    Console().print(table)


def _fate(alert: Alert) -> str:
    """``sent 2027-03-02 12:00``, ``waits until 2027-03-02 12:10, 2 tries: refused: ...``"""
    words = _SHOWN_AS[alert.state]
    if alert.sent is not None:
        words += f" {alert.sent:%Y-%m-%d %H:%M}"
    elif alert.state is AlertState.PENDING:
        words += f" until {alert.due:%Y-%m-%d %H:%M}"
    tries = f", {alert.attempts} tries" if alert.attempts > 1 else ""
    return f"{words}{tries}{f': {alert.error}' if alert.error else ''}"
