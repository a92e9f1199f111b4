"""How far a backfill is, in a line; and what came of it."""

import json

import click

from blockwire.pipelines.backfill import COUNTED, Headway


def show_headway(headway: Headway) -> None:
    """A line on standard error: what was looked at, what was found, how fast, and how long it will take."""
    done = headway.looked_at - headway.known
    pace = done / headway.seconds if headway.seconds else 0.0
    left = headway.seconds_left
    told = "" if left is None or headway.share >= 1 else f" · about {duration(left)} left"
    click.echo(
        f"{headway.share:4.0%} · {headway.looked_at:,} looked at, {headway.known:,} known"
        f" · {headway.counts['items']:,} items · {pace:.1f}/s{told}",
        err=True,
    )


def show_backfill(headway: Headway, log_format: str) -> None:
    """What came of it on standard output: sentences, or a line of JSON."""
    if log_format == "json":
        counts = {name: headway.counts[name] for name in COUNTED}
        click.echo(json.dumps({"looked_at": headway.looked_at, "known": headway.known, **counts}))
        return
    counts_ = headway.counts
    click.echo(
        f"{headway.looked_at:,} looked at, {headway.known:,} of them known already, in {duration(headway.seconds)}.\n"
        f"{counts_['items']:,} items on censorship, {counts_['not_relevant']:,} not relevant,"
        f" {counts_['dead_letters']:,} dead letters; {counts_['events']:,} events new or changed."
    )


def duration(seconds: float) -> str:
    """In the unit that a person would use."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
