"""The figures of a replayed scenario, as tables."""

from rich.console import Console
from rich.table import Table

from blockwire.transforms.events.evaluation import EventFigures, PrecisionRecall


def show_events_report(report: EventFigures, rounds: int) -> None:
    """Prints how events and alerts compare with the answers."""
    console = Console()
    table = Table("", "precision", "recall", "F1", title=f"Replayed in {rounds} rounds", title_justify="left")
    for name, figures in (
        ("relevant articles", report.relevance),
        ("measures", report.categories),
        ("grouping, pairs", report.pairwise),
        ("grouping, B-cubed", report.bcubed),
    ):
        table.add_row(name, *_shares(figures))
    console.print(table)
    alerts = report.alerts
    facts = Table(show_header=False)
    facts.add_row("events that came out as exactly one", f"{report.exactly_one} of {report.events}")
    facts.add_row("groups without an event behind them", str(report.spurious))
    facts.add_row("status of an article right", f"{report.status_right} of {report.status_told}")
    facts.add_row("wire copies counted as sources", str(len(report.wire_copies_counted)))
    facts.add_row("events alerted", f"{alerts.events_alerted} of {alerts.events_wanted}")
    for level, missed in alerts.missed.items():
        facts.add_row(f"missed, severity {level}", ", ".join(missed) or "none")
    facts.add_row("event and status alerted", f"{alerts.pairs_alerted} of {alerts.pairs_wanted}")
    facts.add_row("alerts for what was alerted already", str(alerts.extra))
    facts.add_row("false alerts", ", ".join(alerts.false) or "none")
    facts.add_row("alerts on lesser events", str(alerts.on_quiet))
    if alerts.median_delay_minutes is not None:
        delay = f"{alerts.median_delay_minutes:g} minutes (median), {alerts.mean_delay_articles:g} articles (mean)"
        facts.add_row("from the first report to the one that fired", delay)
    console.print(facts)


def _shares(figures: PrecisionRecall) -> tuple[str, str, str]:
    return f"{figures.precision:.3f}", f"{figures.recall:.3f}", f"{figures.f1:.3f}"
