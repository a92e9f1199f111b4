"""How far an event has come: the steps that reports tell, in the order of publication, and the step it is at."""

from collections.abc import Sequence
from typing import Final

from blockwire.schemas import Measure, ReportRole, Status, StatusChange
from blockwire.transforms.events.episodes import WIDE, Telling, retells
from blockwire.transforms.events.measures import restriction

_STAGE: Final = {
    Status.PROPOSED: 0,
    Status.ORDERED: 1,
    Status.IN_FORCE: 2,
    Status.PARTLY_LIFTED: 3,
    Status.LIFTED: 4,
    Status.DENIED: 4,
}


def history(tellings: Sequence[Telling]) -> tuple[StatusChange, ...]:
    """The steps of an event, each with the report that told of it first.

    A report of an earlier step than the one the event is at only retells the beginning. One that contradicts an end (a denial, a lifting) is
    kept as a step of its own: nothing that was told is overwritten. Reprints, roundups, what is told besides,
    what the classifier is not sure of, and accounts of what is over tell nothing new.
    """
    steps: list[StatusChange] = []
    wide = False
    for telling in tellings:
        report, claim = telling.report, telling.claim
        if report.role is not ReportRole.NEWS or (steps and not telling.moves):
            continue
        wide = wide or claim.scope in WIDE
        status = telling.status(wide=wide) or (None if steps else _presumed(telling))
        if status is None or not _moves(steps, status):
            continue
        if steps and steps[-1].status is Status.LIFTED and retells(report, steps[-1].at):
            continue
        quote = claim.status_quote or claim.quote
        steps.append(StatusChange(status=status, at=report.at, article_id=report.article_id, quote=quote))
    return tuple(steps)


def _presumed(telling: Telling) -> Status:
    """Where the words do not say: a law is in the making, all else is done."""
    return Status.PROPOSED if restriction(telling.claim.measures) is Measure.LEGAL_REGULATION else Status.IN_FORCE


def _moves(steps: Sequence[StatusChange], status: Status) -> bool:
    if not steps:
        return True
    now = steps[-1].status
    if status is now:
        return False
    # What is over, or denied, may be told of as going on; nothing is told of as less than it was.
    return _STAGE[status] >= _STAGE[now] or status is Status.IN_FORCE or now is Status.DENIED
