"""Which reports stand on their own: other owners, other texts, other agencies."""

from collections.abc import Sequence

from blockwire.schemas import ReportRole
from blockwire.transforms.events.episodes import Telling


def independent(tellings: Sequence[Telling]) -> list[bool]:
    """For each telling, in order of publication, whether it is a source of its own.

    It is, where it is news, repeats no other text, and neither its owner nor the agency it names was counted before.
    """
    owners: set[str] = set()
    agencies: set[str] = set()
    found = []
    for telling in tellings:
        report = telling.report
        counts = (
            report.role is ReportRole.NEWS
            and report.duplicate_of is None
            and report.owner not in owners
            and (report.wire_agency is None or report.wire_agency not in agencies)
        )
        if counts:
            owners.add(report.owner)
            if report.wire_agency is not None:
                agencies.add(report.wire_agency)
        found.append(counts)
    return found


_SHARE_OF_ONE = 0.6
"""How far one independent report is believed."""
_SHARE_OF_MEASURED = 0.9
_SHARE_OF_OFFICIAL = 0.9
_SHARE_OF_DENIED = 0.3
_MOST = 0.99


def confidence(tellings: Sequence[Telling], own: Sequence[bool], *, denied: bool) -> float:
    """How far the event is to be believed, 0 to 1: one minus the chance that all its independent reports are wrong.

    Args:
        tellings: of the event.
        own: which of them are independent.
        denied: whether it was denied in the end.
    """
    doubt = 1.0
    for telling, counts in zip(tellings, own, strict=True):
        if counts:
            report = telling.report
            share = (
                _SHARE_OF_OFFICIAL if report.official else _SHARE_OF_MEASURED if report.measurement else _SHARE_OF_ONE
            )
            doubt *= 1 - share * report.score
    return round(min(_MOST, 1 - doubt) * (_SHARE_OF_DENIED if denied else 1.0), 3)
