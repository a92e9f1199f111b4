"""``blockwire events``: what the reports tell of, and a person's corrections."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import click

from blockwire.config.rules.loading import load_rules
from blockwire.config.severity import load_severity
from blockwire.pipelines.commands.shared import (
    MOMENT,
    format_option,
    settings_of,
    store_of,
    store_option,
    store_to_read,
)
from blockwire.pipelines.display.events import show_event, show_events
from blockwire.schemas import (
    BlockEvent,
    CensorshipItem,
    Correction,
    CorrectionKind,
    EventEvidence,
    Measure,
    Severity,
    Status,
)
from blockwire.schemas.ids import digest
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.event_contract import EventQuery

MARKS = {
    "confirmed": CorrectionKind.CONFIRM,
    "false-positive": CorrectionKind.FALSE_POSITIVE,
    "none": CorrectionKind.UNMARK,
}

EPILOG = """\b
Examples:
  blockwire events list --country IR --severity critical
  blockwire events show 3f2a91c0
  blockwire events merge 3f2a91c0 77b0c1d2       two that are one
  blockwire events split 3f2a91c0 91ee20aa       articles that are about something else
  blockwire events mark 3f2a91c0 false-positive
  blockwire events regroup 91ee20aa              an item that could not be read
"""


@click.group("events", epilog=EPILOG, short_help="List, show and correct events.")
def events_commands() -> None:
    """Events: restrictions, each once, with everything that was reported about it."""


@events_commands.command("list", short_help="The ones reported on last first.")
@click.option("--country", multiple=True, metavar="CC", help="Affected, or of who orders. Repeatable.")
@click.option("--measure", multiple=True, type=click.Choice([m.value for m in Measure]), metavar="MEASURE")
@click.option("--target", multiple=True, metavar="ID", help="A service, a domain, internet or vpn. Repeatable.")
@click.option("--status", multiple=True, type=click.Choice([s.value for s in Status]))
@click.option("--severity", multiple=True, type=click.Choice([s.value for s in Severity]))
@click.option("--since", type=MOMENT, help="Reported on then or later (UTC).")
@click.option("--until", type=MOMENT, help="First reported on then or earlier (UTC).")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@store_option
@format_option("table", "jsonl")
@click.pass_context
def list_command(
    ctx: click.Context,
    country: tuple[str, ...],
    measure: tuple[str, ...],
    target: tuple[str, ...],
    status: tuple[str, ...],
    severity: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    limit: int,
    store: str | None,
    form: str,
) -> int:
    """Events; several values of a condition mean any of them, several conditions all."""
    query = EventQuery(
        countries=tuple(code.upper() for code in country),
        measures=measure,
        targets=target,
        statuses=status,
        severities=severity,
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) if until else None,
        limit=limit,
    )
    with store_to_read(settings_of(ctx, {"store": store})).open() as opened:
        if form == "jsonl":
            for event in opened.events.find(query):
                click.echo(event.model_dump_json())
            return 0
        show_events(list(opened.events.find(query)), corrections=len(opened.events.corrections()))
    return 0


@events_commands.command("show", short_help="One event in full, with its history and evidence.")
@click.argument("event_id", metavar="ID")
@store_option
@format_option("text", "json")
@click.pass_context
def show_command(ctx: click.Context, event_id: str, store: str | None, form: str) -> int:
    """One event. The beginning of its id will do."""
    with store_to_read(settings_of(ctx, {"store": store})).open() as opened:
        event = _event(opened, event_id)
        if form == "json":
            click.echo(event.model_dump_json(indent=2))
        else:
            show_event(event, [one for one in opened.events.corrections() if one.event_id == event.id])
    return 0


@events_commands.command("merge", short_help="Make several events one.")
@click.argument("event_id", metavar="ID")
@click.argument("others", metavar="OTHER...", nargs=-1, required=True)
@click.option("--note", default="", help="Why, for those who look later.")
@store_option
@click.pass_context
def merge_command(ctx: click.Context, event_id: str, others: tuple[str, ...], note: str, store: str | None) -> int:
    """Puts the articles of the others to the first event, for good."""

    def decide(opened: Store) -> list[Correction]:
        events = [_event(opened, one) for one in (event_id, *others)]
        if len({event.id for event in events}) < len(events):
            raise click.UsageError("An event cannot be merged with itself.")
        told = [one for event in events for one in event.evidence]
        return [_correction(CorrectionKind.MERGE, events[0].id, told, note)]

    return _apply(ctx, store, decide)


@events_commands.command("split", short_help="Make articles of an event one of their own.")
@click.argument("event_id", metavar="ID")
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@click.option("--note", default="", help="Why, for those who look later.")
@store_option
@click.pass_context
def split_command(ctx: click.Context, event_id: str, articles: tuple[str, ...], note: str, store: str | None) -> int:
    """Takes articles out of an event, for good. The beginnings of their ids will do; events show tells them."""

    def decide(opened: Store) -> list[Correction]:
        event = _event(opened, event_id)
        leaving = [_evidence(event, beginning) for beginning in articles]
        staying = [one for one in event.evidence if one not in leaving]
        if not staying:
            raise click.UsageError("All articles of an event cannot leave it.")
        own = digest("split", event.id, *sorted(one.article_id for one in leaving))
        # Those that stay are held too: the one that leaves may have founded the event, and they would follow it.
        return [
            _correction(CorrectionKind.MERGE, event.id, staying, note),
            _correction(CorrectionKind.SPLIT, own, leaving, note),
        ]

    return _apply(ctx, store, decide)


@events_commands.command("mark", short_help="Say that an event is confirmed, or false.")
@click.argument("event_id", metavar="ID")
@click.argument("mark", type=click.Choice(list(MARKS)))
@click.option("--note", default="", help="Why, for those who look later.")
@store_option
@click.pass_context
def mark_command(ctx: click.Context, event_id: str, mark: str, note: str, store: str | None) -> int:
    """Marks an event; no alert goes out for a false one."""

    def decide(opened: Store) -> list[Correction]:
        event = _event(opened, event_id)
        return [_correction(MARKS[mark], event.id, event.evidence, note)]

    return _apply(ctx, store, decide)


@events_commands.command("regroup", short_help="Read items anew that are in no event by a failure.")
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@store_option
@click.pass_context
def regroup_command(ctx: click.Context, items: tuple[str, ...], store: str | None) -> int:
    """Groups items once more, by what the program knows now. The beginnings of their ids will do; dead letters of stage group tell them."""
    from blockwire.transforms.events.regrouping import grouping_letter_id
    from blockwire.transforms.group_events import regrouper_of

    settings = settings_of(ctx, {"store": store})
    rules = load_rules(settings.rules)
    with store_of(settings).open() as opened, opened.lock():
        found = [_item(opened, one) for one in items]
        opened.drop_dead_letters([grouping_letter_id(one.id) for one in found])
        changed = regrouper_of(opened, rules, load_severity(rules), datetime.now(UTC)).items(found)
    show_events(changed, corrections=None)
    return 0


def _item(store: Store, beginning: str) -> CensorshipItem:
    item = store.item(beginning)
    if item is None:
        raise click.ClickException(f"no item's id begins with {beginning!r}: see blockwire items list")
    return item


def _apply(ctx: click.Context, store: str | None, decide: Callable[[Store], list[Correction]]) -> int:
    """Keeps corrections, and groups what they are about again. No round runs meanwhile."""
    # Brings in Beam, which looking at events does without.
    from blockwire.transforms.group_events import regrouper_of

    settings = settings_of(ctx, {"store": store})
    rules = load_rules(settings.rules)
    with store_of(settings).open() as opened, opened.lock():
        corrections = decide(opened)
        for correction in corrections:
            opened.events.correct(correction)
        articles = [article for correction in corrections for article in correction.article_ids]
        changed = regrouper_of(opened, rules, load_severity(rules), corrections[-1].at).articles(articles)
    show_events(changed, corrections=None)
    return 0


def _event(store: Store, beginning: str) -> BlockEvent:
    """The event; of one that became part of another, that one.

    Raises:
        click.ClickException: where there is none.
    """
    event = store.events.get(beginning)
    if event is None:
        raise click.ClickException(f"no event's id begins with {beginning!r}: see blockwire events list")
    if event.merged_into is not None:
        click.echo(f"The event {event.id[:8]} is part of {event.merged_into[:8]} now.", err=True)
        return _event(store, event.merged_into)
    return event


def _evidence(event: BlockEvent, beginning: str) -> EventEvidence:
    found = [one for one in event.evidence if one.article_id.startswith(beginning)]
    if len(found) != 1:
        how_many = "several articles of the event begin" if found else "no article of the event begins"
        raise click.ClickException(f"{how_many} with {beginning!r}: see blockwire events show {event.id[:8]}")
    return found[0]


def _correction(kind: CorrectionKind, event_id: str, told: Sequence[EventEvidence], note: str) -> Correction:
    at = datetime.now(UTC)
    return Correction(
        id=digest("correction", kind, event_id, at.isoformat()),
        kind=kind,
        event_id=event_id,
        article_ids=tuple(one.article_id for one in told),
        claims=tuple(one.claim for one in told),
        at=at,
        note=note,
    )
