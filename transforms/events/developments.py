"""What is new about an event since it was kept last: what alerts are made from."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from blockwire.schemas import BlockEvent, Development, DevelopmentKind, Status, StatusChange
from blockwire.transforms.events.severity import LEVELS


def developments(before: BlockEvent | None, event: BlockEvent, now: datetime) -> tuple[Development, ...]:
    """The developments to be added, in the order in which they were reported.

    A status is told as often as the event came to it; severity when it is higher than ever, and a target that no development had, where the
    status stays.

    Args:
        before: the event as it was kept last; None where it is new.
        event: as it is now, with the developments of before.
        now: the time of the round.
    """
    return tuple(_found(before, event, now))


def _found(before: BlockEvent | None, event: BlockEvent, now: datetime) -> Iterator[Development]:
    known = event.developments
    told = Counter(one.status for one in known if one.kind in (DevelopmentKind.OPENED, DevelopmentKind.STATUS))
    came: Counter[Status] = Counter()
    moved = False
    for step in event.history:
        came[step.status] += 1
        if came[step.status] > told[step.status]:
            kind = DevelopmentKind.STATUS if told else DevelopmentKind.OPENED
            yield _development(kind, event, step, now)
            told[step.status] += 1
            moved = True
    if before is None or moved:
        # What moves it says how severe it is and what it hits.
        return
    latest = event.evidence[-1]
    step = StatusChange(
        status=event.status, at=latest.published or event.last_seen, article_id=latest.article_id, quote=latest.quote
    )
    if LEVELS.index(event.severity) > max(LEVELS.index(one.severity) for one in known):
        yield _development(DevelopmentKind.SEVERITY, event, step, now)
    if not set(event.targets) <= {target for one in known for target in one.targets}:
        yield _development(DevelopmentKind.TARGET, event, step, now)


def _development(kind: DevelopmentKind, event: BlockEvent, step: StatusChange, now: datetime) -> Development:
    return Development(
        kind=kind,
        status=step.status,
        severity=event.severity,
        targets=event.targets,
        at=step.at,
        recorded=now,
        article_id=step.article_id,
        quote=step.quote,
    )
