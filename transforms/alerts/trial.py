"""A message that only tries a channel."""

from datetime import datetime

from blockwire.schemas import (
    Alert,
    BlockEvent,
    DevelopmentKind,
    EventEvidence,
    Measure,
    Severity,
    Status,
    StatusChange,
)
from blockwire.schemas.ids import article_id, digest
from blockwire.schemas.policies import blockwire_version

_PAGE = "https://example.org/"


def trial_alert(channel: str, now: datetime) -> Alert:
    """An alert about nothing that says so, of an id of its own for each time."""
    key = digest("alert-trial", channel, now.isoformat())
    event = BlockEvent(
        id=key,
        jurisdiction="AQ",
        countries=("AQ",),
        measure=Measure.WEBSITE_BLOCK,
        targets=("example.org",),
        status=Status.DENIED,
        history=(StatusChange(status=Status.DENIED, at=now, article_id=article_id(_PAGE)),),
        evidence=(
            EventEvidence(
                article_id=article_id(_PAGE),
                url=_PAGE,
                title="A test of blockwire",
                owner="blockwire",
                source_name="blockwire",
                published=now,
                quote="This is a test. Nothing happened.",
                independent=True,
            ),
        ),
        independent_sources=1,
        severity=Severity.INFO,
        confidence=0,
        first_seen=now,
        last_seen=now,
        revision=1,
        rules_version="test",
        blockwire_version=blockwire_version(),
    )
    return Alert(
        id=key,
        event_id=event.id,
        kind=DevelopmentKind.OPENED,
        status=event.status,
        severity=event.severity,
        channel=channel,
        rule="test",
        reason="blockwire alerts test",
        article_id=article_id(_PAGE),
        title="TEST of blockwire, nothing happened",
        event=event,
        created=now,
        due=now,
        test=True,
    )
