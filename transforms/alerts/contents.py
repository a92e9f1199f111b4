"""What an alert says, before it has a form: facts, quotes and links out of the event's fields."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from blockwire.schemas import Alert, BlockEvent, Development, EventEvidence, StatusChange
from blockwire.transforms.alerts.wording import (
    TITLE_CHARS,
    country_name,
    is_confirmed,
    line,
    place,
    plain,
    status_words,
)

_QUOTES: Final = 3
_STATUSES: Final = 10
_PROVIDERS: Final = {
    "ooni": "OONI Explorer",
    "ioda": "IODA",
    "cloudflare_radar": "Cloudflare Radar",
}


@dataclass(frozen=True)
class Fact:
    """A field and its value, both in English."""

    label: str
    value: str


@dataclass(frozen=True)
class Quote:
    """Somebody's words, in their language."""

    text: str
    language: str | None
    credit: tuple[str, ...]
    """Who said so, and in which language."""


@dataclass(frozen=True)
class Link:
    """A page; of an article, with its title in its language."""

    text: str
    url: str
    notes: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True)
class Section:
    """Lines that belong together."""

    heading: str
    entries: tuple[Fact | Quote | Link, ...]


@dataclass(frozen=True)
class Content:
    """All that an alert says. Every text in it is one clean line."""

    title: str
    sections: tuple[Section, ...]


def content_of(alert: Alert) -> Content:
    """What an alert says."""
    event = alert.event
    sections = (
        Section("What is known", tuple(Fact(label, line(value)) for label, value in _facts(alert) if value)),
        Section("Why it fired", (Fact("News", line(alert.reason)), *_severity_reasons(event))),
        Section("In their words", tuple(quotes(event, _moves(alert)))),
        Section("Status history", tuple(_history(event))),
        Section("Sources", tuple(source_link(one) for one in event.evidence)),
        Section("Where measurements can be looked up", tuple(measurement_pages(event))),
    )
    return Content(line(alert.title, TITLE_CHARS), tuple(part for part in sections if part.entries))


def digest_title(alerts: Sequence[Alert]) -> str:
    """The title of a message that holds several alerts."""
    countries = sorted({country_name(code) for alert in alerts for code in alert.event.countries})
    return line(f"{len(alerts)} alerts: {', '.join(countries)}", TITLE_CHARS)


def shown_time(at: datetime) -> str:
    """``2027-03-02 12:00 UTC``"""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    event = alert.event
    yield "Status", status_words(alert.status, event.measure)
    yield "Severity", alert.severity
    yield "Confirmation", "confirmed" if is_confirmed(event) else "unconfirmed"
    yield "Independent sources", str(event.independent_sources)
    yield "Confidence", f"{event.confidence:.0%}"
    yield "Country", place(event)
    yield "Regions", ", ".join(event.regions)
    yield "Scope", "" if event.scope == "unknown" else plain(event.scope)
    yield "Measure", plain(event.measure)
    yield "Targets", ", ".join(event.targets)
    yield "Parts of the service", ", ".join(plain(feature) for feature in event.features)
    yield "Methods", ", ".join(plain(method) for method in event.methods if method != "unknown")
    yield "Ordered or carried out by", ", ".join(event.censors)
    yield "Began", shown_time(event.start) if event.start else ""
    yield "Ended", shown_time(event.end) if event.end else ""


def _severity_reasons(event: BlockEvent) -> Iterator[Fact]:
    for reason in event.severity_reasons:
        yield Fact("Severity, because", line(reason))


def _moves(alert: Alert) -> Iterator[StatusChange]:
    """The steps that the alert is about."""
    for change in alert.event.history:
        if change.article_id == alert.article_id and change.status is alert.status:
            yield change


def quotes(event: BlockEvent, moves: Iterable[StatusChange | Development]) -> Iterator[Quote]:
    """What moved the event first, then what the weightiest sources said; each once."""
    sources = {one.article_id: one for one in event.evidence}
    moved = [(move.quote, sources.get(move.article_id)) for move in moves]
    said: dict[str, EventEvidence | None] = {}
    for text, source in [*moved, *((one.quote, one) for one in event.evidence)]:
        said.setdefault(line(text), source)
    said.pop("", None)
    for text, source in islice(said.items(), _QUOTES):
        language = source.language if source else None
        credit = (line(source.source_name) if source else "", language or "")
        yield Quote(text, language, tuple(filter(None, credit)))


def _history(event: BlockEvent) -> Iterator[Fact]:
    for change in event.history[-_STATUSES:]:
        yield Fact(shown_time(change.at), status_words(change.status, event.measure))


def source_link(one: EventEvidence) -> Link:
    """An article about the event, with who published it and when."""
    notes = [line(one.source_name), shown_time(one.published) if one.published else ""]
    notes += ["official"] if one.official else []
    notes += ["measurement"] if one.measurement else []
    notes.append("independent" if one.independent else "not independent")
    return Link(line(one.title) or line(one.url), one.url, tuple(filter(None, notes)), one.language)


def measurement_pages(event: BlockEvent) -> Iterator[Link]:
    """Where the event can be checked against measurements."""
    for link in event.links:
        yield Link(_PROVIDERS[link.provider], link.url)
