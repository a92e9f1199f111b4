"""What an event can be selected by."""

from datetime import datetime

from blockwire.schemas import BlockEvent


def event_terms(event: BlockEvent) -> set[tuple[str, str]]:
    """Kind and value of each."""
    terms = {("country", code) for code in (*event.countries, event.jurisdiction)}
    terms |= {("target", target) for target in event.targets}
    terms |= {("article", evidence.article_id) for evidence in event.evidence}
    return terms | {
        ("measure", event.measure.value),
        ("status", event.status.value),
        ("severity", event.severity.value),
    }


def first_report(event: BlockEvent) -> datetime:
    """When the first article about it was published."""
    return min((each.published for each in event.evidence if each.published), default=event.first_seen)


def last_report(event: BlockEvent) -> datetime:
    """When the last article about it was published."""
    return max((each.published for each in event.evidence if each.published), default=event.last_seen)
