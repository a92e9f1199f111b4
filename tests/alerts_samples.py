"""Events and alerts to try things on, short to ask for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from blockwire.schemas import (
    Alert,
    BlockEvent,
    Development,
    DevelopmentKind,
    EventEvidence,
    Measure,
    MeasurementLink,
    Severity,
    Status,
    StatusChange,
)
from blockwire.schemas.alerting import AlertPolicy, AlertRule, Channel
from blockwire.schemas.ids import article_id, digest
from blockwire.transforms.alerts.decisions import decide

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)

OPENED, STATUS, SEVERITY, TARGET = DevelopmentKind
PROPOSED, ORDERED, IN_FORCE, PARTLY_LIFTED, LIFTED, DENIED = Status
INFO, WATCH, ALERT, CRITICAL = Severity

DESK = Channel(id="desk", url_env="DESK_URL")


def hours(count: float) -> datetime:
    """A time so many hours after the first."""
    return NOON + timedelta(hours=count)


def development(
    hour: float,
    kind: DevelopmentKind = OPENED,
    status: Status = ORDERED,
    severity: Severity = ALERT,
    *,
    targets: Sequence[str] = ("telegram",),
    published: datetime | None = None,
    quote: str = "The regulator ordered it.",
) -> Development:
    return Development(
        kind=kind,
        status=status,
        severity=severity,
        targets=tuple(targets),
        at=published or hours(hour),
        recorded=hours(hour),
        article_id=article_id(f"https://news.example/{hour}-{kind}"),
        quote=quote,
    )


def evidence(name: str = "0-opened", **fields: Any) -> EventEvidence:
    given = {
        "owner": "volga-media",
        "source_name": "Volga-Inform",
        "title": "Регулятор ограничил звонки",
        "language": "ru",
        "published": NOON,
        "quote": "Звонки ограничены",
        "independent": True,
        **fields,
    }
    url = f"https://news.example/{name}"
    return EventEvidence(article_id=article_id(url), url=url, **given)


def event(*developments: Development, **fields: Any) -> BlockEvent:
    """An event that came to be by the developments; by default one."""
    steps = developments or (development(0),)
    last = steps[-1]
    given: dict[str, Any] = {
        "id": digest("event", "sample"),
        "jurisdiction": "RU",
        "countries": ("UA",),
        "measure": Measure.MESSAGING_BLOCK,
        "targets": last.targets,
        "evidence": (evidence(),),
        "independent_sources": 1,
        "severity_reasons": ("a messenger", "occupied territory"),
        "links": (
            MeasurementLink(provider="ooni", url="https://explorer.ooni.org/search?probe_cc=UA&since=2027-03-01"),
        ),
        "revision": len(steps),
        **fields,
    }
    return BlockEvent(
        status=last.status,
        severity=last.severity,
        history=tuple(
            StatusChange(status=one.status, at=one.at, article_id=one.article_id, quote=one.quote)
            for one in steps
            if one.kind in (OPENED, STATUS)
        ),
        confidence=0.8,
        first_seen=steps[0].recorded,
        last_seen=last.recorded,
        developments=tuple(steps),
        rules_version="1",
        blockwire_version="0",
        **given,
    )


def policy(*rules: AlertRule, channels: Sequence[Channel] = (DESK,), **fields: Any) -> AlertPolicy:
    return AlertPolicy(channels=tuple(channels), rules=rules, **fields)


def alert(of: BlockEvent | None = None, *, channel: Channel = DESK, now: datetime = NOON, **fields: Any) -> Alert:
    """The last alert of an event."""
    found = decide(of or event(), policy(channels=[channel]), now)
    return found[-1].model_copy(update=fields)
