"""How events, reports and corrections stand in Elasticsearch."""

from typing import Any, Final

from blockwire.schemas import BlockEvent, Correction, Report
from blockwire.transforms.near_duplicates import bands
from blockwire.transforms.stores.documents import Shape
from blockwire.transforms.stores.event_terms import first_report, last_report

EVENTS: Final = Shape(
    kind="events",
    record=BlockEvent,
    places={
        "id": "event.id",
        "first_seen": "event.created",
        "start": "event.start",
        "end": "event.end",
        "rules_version": "rule.version",
        "blockwire_version": "agent.version",
        **{
            name: f"block.{name}"
            for name in (
                *(
                    "jurisdiction",
                    "countries",
                    "regions",
                    "scope",
                    "measure",
                    "targets",
                    "features",
                    "methods",
                    "censors",
                ),
                *("status", "history", "evidence", "independent_sources", "severity", "severity_reasons", "confidence"),
                *("last_seen", "links", "developments", "verdict", "merged_into", "revision"),
            )
        },
    },
    key=lambda event: event.id,
    derived={"@timestamp": last_report, "block.since": first_report},
)

REPORTS: Final = Shape(
    kind="reports",
    record=Report,
    places={
        "article_id": "event.id",
        **{name: f"report.{name}" for name in Report.model_fields if name != "article_id"},
    },
    key=lambda report: report.article_id,
    derived={
        "@timestamp": lambda report: report.at,
        "keys": lambda report: list(report.keys),
        "bands": lambda report: list(bands(report.signature)),
    },
)

CORRECTIONS: Final = Shape(
    kind="corrections",
    record=Correction,
    places={
        "id": "event.id",
        **{name: f"correction.{name}" for name in Correction.model_fields if name != "id"},
    },
    key=lambda correction: correction.id,
    derived={"@timestamp": lambda correction: correction.at},
)

EVENT_SHAPES: Final[tuple[Shape[Any], ...]] = (EVENTS, REPORTS, CORRECTIONS)
