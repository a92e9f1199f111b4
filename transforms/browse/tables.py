"""Records as rows for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from blockwire.schemas import BlockEvent, CensorshipItem

ITEM_COLUMNS: Final = (
    "id",
    "published",
    "countries",
    "jurisdictions",
    "measures",
    "status",
    "services",
    "language",
    "source",
    "title",
    "url",
)
EVENT_COLUMNS: Final = (
    "id",
    "severity",
    "status",
    "countries",
    "jurisdiction",
    "measure",
    "targets",
    "scope",
    "regions",
    "censors",
    "start",
    "end",
    "last_seen",
    "independent_sources",
    "articles",
    "confidence",
    "verdict",
    "title",
    "url",
)
_MINUTE: Final = "%Y-%m-%d %H:%M"


def item_row(item: CensorshipItem) -> dict[str, str]:
    """The columns of an item; several values have a space between."""
    return {
        "id": item.id,
        "published": item.published.strftime(_MINUTE) if item.published else "",
        "countries": " ".join(item.countries),
        "jurisdictions": " ".join(item.jurisdictions),
        "measures": " ".join(item.measures),
        "status": item.status or "",
        "services": " ".join((*item.services, *item.domains)),
        "language": item.language or "",
        "source": item.source.name,
        "title": item.title,
        "url": item.url,
    }


def event_row(event: BlockEvent) -> dict[str, str]:
    """The columns of an event; title and address are those of its first article."""
    return {
        "id": event.id,
        "severity": event.severity,
        "status": event.status,
        "countries": " ".join(event.countries),
        "jurisdiction": event.jurisdiction,
        "measure": event.measure,
        "targets": " ".join(event.targets),
        "scope": event.scope,
        "regions": "; ".join(event.regions),
        "censors": " ".join(event.censors),
        "start": event.start.strftime(_MINUTE) if event.start else "",
        "end": event.end.strftime(_MINUTE) if event.end else "",
        "last_seen": event.last_seen.strftime(_MINUTE),
        "independent_sources": str(event.independent_sources),
        "articles": str(len(event.evidence)),
        "confidence": f"{event.confidence:.2f}",
        "verdict": event.verdict or "",
        "title": event.evidence[0].title if event.evidence else "",
        "url": event.evidence[0].url if event.evidence else "",
    }


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Rows as CSV (RFC 4180), a line of names first. No value is one that a spreadsheet takes for a formula."""
    yield _csv_line(columns)
    for row in rows:
        yield _csv_line([_harmless(row[name]) for name in columns])


def _csv_line(values: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(values)
    return out.getvalue()


def _harmless(value: str) -> str:
    """A value that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
