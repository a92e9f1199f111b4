"""Feeds, for people: the list, how they fare, and what an address gave."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from blockwire.pipelines.commands.feed_probe import Probe
from blockwire.pipelines.display.listing import listing
from blockwire.pipelines.feed_health import TROUBLED, Row, silent_groups, troubled
from blockwire.schemas import Feed, FeedState
from blockwire.transforms.feeds.schedule import FeedCondition

ENTRIES_SHOWN = 10


def show_feeds(feeds: Sequence[Feed]) -> None:
    """Prints the list."""
    table = listing()
    for feed in feeds:
        facts = (feed.kind.replace("_", " "), " ".join(feed.languages), " ".join(feed.countries), f"of {feed.owner}")
        head = Text(feed.id, style="cyan").append("" if feed.enabled else "\nnot polled", style="yellow")
        body = Text(feed.name, style="bold").append(f"  {' · '.join(filter(None, facts))}\n", style="default")
        table.add_row(head, body.append(feed.url, style="dim"))
    console = Console()
    console.print(table)
    console.print(f"{len(feeds)} feeds")


def show_status(rows: Sequence[Row], now: datetime, *, failing: bool, unlisted: int) -> None:
    """Prints how feeds fare, the troubled first, and the languages and countries that are silent as a whole.

    Args:
        rows: the feeds of the list.
        now: the time.
        failing: whether to leave out those that fare well.
        unlisted: how many feeds the store knows that are not in the list.
    """
    table = listing()
    for feed, state, health in sorted(
        troubled(rows) if failing else rows, key=lambda row: (row[2].condition not in TROUBLED, row[0].id)
    ):
        style = "red" if health.condition in TROUBLED else "green"
        facts = (
            f"last new {_ago(state.last_new if state else None, now)}",
            f"rhythm {_span(timedelta(seconds=state.rhythm_s))}" if state and state.rhythm_s else "",
            f"failures {state.failures}" if state and state.failures else "",
            f"next poll {_ahead(state, now)}" if feed.enabled else "not polled",
        )
        body = Text(" · ".join(filter(None, facts))).append(
            f"\n{health.message}" if health.message else "", style="dim"
        )
        table.add_row(Text(feed.id, style="cyan").append(f"\n{health.condition}", style=style), body)
    console = Console()
    if table.row_count:
        console.print(table)
    console.print(_counts(rows))
    if unlisted:
        console.print(f"{unlisted} feeds of the store are not in this list.")
    for told in silent_groups(rows):
        console.print(Text(told, style="red"))


def _counts(rows: Sequence[Row]) -> str:
    counts = {condition: sum(row[2].condition is condition for row in rows) for condition in FeedCondition}
    told = ", ".join(f"{count} {condition}" for condition, count in counts.items() if count)
    return f"{len(rows)} feeds: {told}"


def _ago(moment: datetime | None, now: datetime) -> str:
    return f"{_span(now - moment)} ago" if moment else "never"


def _ahead(state: FeedState | None, now: datetime) -> str:
    if state is None or (state.next_poll is None and not state.gone):
        return "now"
    if state.next_poll is None:
        return "never"
    return f"in {_span(state.next_poll - now)}" if state.next_poll > now else "now"


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def show_probe(probe: Probe) -> None:
    """Prints what an address gave, and what is wrong."""
    console = Console()
    response = probe.response
    facts = Table(show_header=False, box=None)
    facts.add_row("address", Text(probe.url))
    if response.url != probe.url:
        kept = "for good" if response.permanent_url else "for now"
        facts.add_row("redirected", Text(f"{kept}, to {response.url}"))
    facts.add_row("answer", f"{response.status}, {len(response.body):,} bytes")
    conditional = response.validators.etag or response.validators.last_modified
    facts.add_row("conditional", "yes: an unchanged feed costs nothing" if conditional else "no: sent whole each time")
    if probe.unreadable is not None:
        facts.add_row("problem", Text(probe.unreadable.message, style="red"))
        for address in probe.unreadable.alternatives:
            facts.add_row("perhaps", Text(address))
        console.print(facts)
        return
    read = probe.read
    if read is None:
        raise ValueError("a probe has either entries or a reason")
    facts.add_row("title", Text(read.title))
    facts.add_row("format", f"{read.format}, read by {read.reader}")
    facts.add_row("entries", f"{len(read.entries)}, {sum(e.published is not None for e in read.entries)} with a date")
    facts.add_row(
        "full text", f"{sum(len(e.content_html or '') > 1500 for e in read.entries)} look like whole articles"
    )
    for warning in (*read.warnings, *(problem.message for problem in read.problems)):
        facts.add_row("warning", Text(warning, style="yellow"))
    console.print(facts)
    for entry in read.entries[:ENTRIES_SHOWN]:
        date = entry.published.strftime("%Y-%m-%d %H:%M") if entry.published else "no date         "
        console.print(
            Text(f"{date}  ", style="dim").append(entry.title).append(f"\n  {entry.url or 'no link'}", style="dim")
        )
