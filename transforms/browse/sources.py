"""Who tells of an event: owners with their articles, and what makes a report not independent."""

from collections.abc import Sequence
from dataclasses import dataclass

from blockwire.schemas import BlockEvent, EventEvidence


@dataclass(frozen=True)
class SourceGroup:
    """One owner's reports."""

    owner: str
    names: tuple[str, ...]
    """Its outlets that tell of it."""
    reports: Sequence[EventEvidence]

    @property
    def independent(self) -> bool:
        """Whether it counts as a source of its own."""
        return any(report.independent for report in self.reports)


def source_groups(event: BlockEvent) -> list[SourceGroup]:
    """The owners, those that count first, else in the order of their reports."""
    owners: dict[str, list[EventEvidence]] = {}
    for report in event.evidence:
        owners.setdefault(report.owner, []).append(report)
    groups = [
        SourceGroup(owner, tuple(dict.fromkeys(report.source_name for report in reports)), reports)
        for owner, reports in owners.items()
    ]
    return sorted(groups, key=lambda group: not group.independent)
