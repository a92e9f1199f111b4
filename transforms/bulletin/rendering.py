"""A bulletin as one HTML page that asks nobody for anything, and as Markdown. Whatever the news says, it stays text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from blockwire.schemas import Severity
from blockwire.schemas.policies import blockwire_version
from blockwire.transforms.alerts.contents import Link, Quote, measurement_pages, quotes, shown_time, source_link
from blockwire.transforms.alerts.rendering import html_entry, markdown_entry, markdown_text
from blockwire.transforms.alerts.wording import counted_sources, is_confirmed, line, place, plain, status_words
from blockwire.transforms.browse.names import Names
from blockwire.transforms.bulletin.charts import by_country, charts_of
from blockwire.transforms.bulletin.gathering import Bulletin, Entry
from blockwire.transforms.events.severity import LEVELS

_TEMPLATES: Final = Path(__file__).parent / "templates"
_SOURCES: Final = 6
"""Of one event; there may be hundreds."""
_SHOWN: Final = 300
"""Entries of one section: a longer page is read by nobody."""
_METHODS: Final = (
    "News feeds were read, articles about internet censorship found by rules that can be looked at, and the "
    "articles on one restriction brought together as one event. Nothing here was written by a language model; every "
    "statement rests on the quotes and sources beside it. A confirmed event has two independent sources (different "
    "owners, no copies of one text), an official one or a measurement. The severity follows from scope, service and "
    "confirmation. Times are UTC. News published before the period and noticed in it stands by itself."
)


@dataclass(frozen=True)
class Told:
    """An entry as it is shown."""

    id: str
    severity: Severity
    what: str
    where: str
    status: str
    sureness: str
    reason: str
    at: datetime
    quotes: tuple[Quote, ...]
    sources: tuple[Link, ...]
    more_sources: int
    pages: tuple[Link, ...]


@dataclass(frozen=True)
class Section:
    """Entries that belong together."""

    id: str
    heading: str
    none: str
    """What is said where there are no entries."""
    entries: tuple[Told, ...]
    more: int
    """Entries that are left out."""


def as_html(bulletin: Bulletin, made: datetime, names: Names) -> str:
    """A page of its own: styles and drawings are in it, no script, no picture, no request.

    Args:
        bulletin: what it says.
        made: the time at which it was made.
        names: of services.
    """
    return _rendered(_html_templates().get_template("bulletin.html"), bulletin, made, names)


def as_markdown(bulletin: Bulletin, made: datetime, names: Names) -> str:
    """CommonMark with tables (as GitHub, GitLab and most wikis read them), without HTML. Arguments as of ``as_html``."""
    return _rendered(_markdown_templates().get_template("bulletin.md"), bulletin, made, names)


RENDERERS: Final[dict[str, Callable[[Bulletin, datetime, Names], str]]] = {"html": as_html, "markdown": as_markdown}
"""By the name of the form."""


def _rendered(template: Template, bulletin: Bulletin, made: datetime, names: Names) -> str:
    return template.render(
        bulletin=bulletin,
        period=f"{shown_time(bulletin.period.since)} to {shown_time(bulletin.period.until)}",
        made=shown_time(made),
        version=blockwire_version(),
        sections=_sections(bulletin, names),
        charts=charts_of(bulletin),
        countries=by_country(bulletin),
        severities=tuple(reversed(LEVELS)),
        methods=_METHODS,
        numbers=tuple(_numbers(bulletin)),
    )


def _sections(bulletin: Bulletin, names: Names) -> tuple[Section, ...]:
    given = (
        ("new", "New events", "No new event.", bulletin.new),
        ("moved", "What moved", "No event of before changed.", bulletin.moved),
        ("lifted", "What was lifted", "Nothing was lifted.", bulletin.ended),
        ("late", "Older news, noticed only now", "", bulletin.late),
    )
    return tuple(
        Section(
            name, heading, none, tuple(_told(one, names) for one in entries[:_SHOWN]), max(len(entries) - _SHOWN, 0)
        )
        for name, heading, none, entries in given
        if entries or none
    )


def _numbers(bulletin: Bulletin) -> Iterator[tuple[str, str]]:
    totals = bulletin.totals
    yield "rounds", f"{totals.rounds:,}"
    yield "last round", shown_time(totals.last) if totals.last else "none"
    yield "feeds known, failing now", f"{bulletin.feeds:,}, {bulletin.feeds_failing:,}"
    yield "polls of feeds, failed", f"{totals.feeds_polled:,}, {totals.feeds_failed:,}"
    yield "entries read, known before", f"{totals.entries_read:,}, {totals.entries_known:,}"
    yield "taken as items on censorship", f"{totals.items:,}"
    yield "judged not relevant", f"{totals.not_relevant:,}"
    yield "could not be processed (dead letters)", f"{totals.dead_letters:,}"
    for reason, count in bulletin.dead_letters.items():
        yield f"dead letters still open: {plain(reason)}", f"{count:,}"
    yield "alerts sent, given up", f"{totals.alerts_sent:,}, {totals.alerts_given_up:,}"
    yield "events marked false by a person, left out", f"{bulletin.false:,}"


def _told(entry: Entry, names: Names) -> Told:
    event = entry.event
    what = plain(event.measure) + "".join(f", {plain(one)}" for one in event.features if one != "whole_service")
    return Told(
        id=event.id[:8],
        severity=event.severity,
        what=line(": ".join(filter(None, (what, ", ".join(names.of("target", one) for one in event.targets))))),
        where=line(place(event)),
        status=status_words(event.status, event.measure),
        sureness=f"{'confirmed' if is_confirmed(event) else 'unconfirmed'}, {counted_sources(event)}",
        reason=entry.reason,
        at=entry.at,
        quotes=tuple(quotes(event, entry.news)),
        sources=tuple(source_link(one) for one in event.evidence[:_SOURCES]),
        more_sources=max(len(event.evidence) - _SOURCES, 0),
        pages=tuple(measurement_pages(event)),
    )


@cache
def _html_templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"plain": plain, "moment": shown_time, "entry": lambda one: Markup(html_entry(one))}  # noqa: S704 - it escapes
    return made


@cache
def _markdown_templates() -> Environment:
    """Every value is escaped for Markdown where it is put in, unless a filter says that it is done."""
    made = Environment(  # noqa: S701 - Markdown is no HTML: see finalize
        loader=FileSystemLoader(_TEMPLATES),
        finalize=lambda value: value if isinstance(value, Markup) else markdown_text(str(value)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"plain": plain, "moment": shown_time, "entry": lambda one: Markup(markdown_entry(one))}  # noqa: S704
    return made
