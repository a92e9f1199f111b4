"""The summary of a round, for people and for machines."""

import logging
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.schemas import RoundSummary

PROBLEMS_SHOWN = 12


logger = logging.getLogger(__name__)


def show_round(
    summary: RoundSummary, log_format: str, attention: Sequence[str] = (), *, rehearsal: bool = False
) -> None:
    """Prints a summary on standard output: a table, or the record as a line of JSON.

    Args:
        summary: of the round.
        log_format: ``text`` or ``json``.
        attention: what there is to say about feeds beyond this round; with JSON it goes to the log.
        rehearsal: whether nothing was written.
    """
    if log_format == "json":
        click.echo(summary.model_dump_json())
        for told in attention:
            logger.warning(told)
        return
    console = Console()
    seconds = (summary.finished - summary.started).total_seconds()
    title = "Rehearsal, nothing was written" if rehearsal else "Round"
    table = Table(title=f"{title}: {seconds:.1f} s", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    for row in _rows(summary):
        if row is None:
            table.add_section()
        else:
            table.add_row(row[0], f"{row[1]:,}", row[2])
    console.print(table)
    _show_problems(console, summary)
    for told in attention:
        console.print(Text(f"Feeds: {told}", style="yellow"))


def _rows(summary: RoundSummary) -> list[tuple[str, int, str] | None]:
    rows: list[tuple[str, int, str] | None] = [
        ("feeds due", summary.feeds_due, ""),
        ("  ok", summary.feeds_ok, ""),
        ("  unchanged", summary.feeds_unchanged, ""),
        ("  failed", summary.feeds_failed, "see below" if summary.problems else ""),
        None,
        ("entries read", summary.entries_read, _retried(summary)),
        ("  known already", summary.entries_known, ""),
        ("  new", summary.entries_new, ""),
        ("    items on censorship", summary.items, "blockwire items list" if summary.items else ""),
        ("    not relevant", summary.not_relevant, ""),
        ("    dead letters", summary.dead_letters, "blockwire dead-letters list" if summary.dead_letters else ""),
        None,
        ("events, new or changed", summary.events, "blockwire events list" if summary.events else ""),
        *_alert_rows(summary),
    ]
    if summary.entries_deferred:
        rows.insert(7, ("  left out", summary.entries_deferred, "by --limit or --since"))
    return rows


def _alert_rows(summary: RoundSummary) -> list[tuple[str, int, str]]:
    rows = [
        ("  alerts sent", summary.alerts_sent, "blockwire alerts history"),
        ("  alerts that failed", summary.alerts_failed, "they are tried again"),
        ("  alerts given up", summary.alerts_given_up, "blockwire dead-letters list --stage alert"),
    ]
    return [row for row in rows if row[1]]


def _retried(summary: RoundSummary) -> str:
    return f"of these {summary.entries_retried} tried again" if summary.entries_retried else ""


def _show_problems(console: Console, summary: RoundSummary) -> None:
    if not summary.problems:
        return
    table = Table(title="Feeds that could not be read", title_justify="left")
    table.add_column("feed", no_wrap=True)
    table.add_column("reason", no_wrap=True)
    table.add_column("what happened")
    for problem in summary.problems[:PROBLEMS_SHOWN]:
        table.add_row(problem.feed_id, problem.reason, problem.message)
    console.print(table, markup=False)
    more = len(summary.problems) - PROBLEMS_SHOWN
    if more > 0:
        console.print(f"and {more} more: blockwire feeds status --failing")
