"""The one result convention: what went well, and dead letters."""

from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from apache_beam.pvalue import PCollection

from blockwire.schemas import DeadLetter, FeedEntry, PageKind, Stage
from blockwire.schemas.ids import dead_letter_id
from blockwire.schemas.policies import blockwire_version

MESSAGE_CHARS = 2000
SAMPLE_CHARS = 4000


T = TypeVar("T")


class Result(NamedTuple, Generic[T]):
    """The outputs of a transform that can fail."""

    good: PCollection[T]
    dead: PCollection[DeadLetter]


def bury(
    entry: FeedEntry,
    stage: Stage,
    reason: str,
    message: str,
    *,
    now: datetime,
    url: str | None = None,
    page_kind: PageKind | None = None,
    sample: str = "",
    retry_at: datetime | None = None,
) -> DeadLetter:
    """The dead letter of an entry that failed at a stage."""
    return DeadLetter(
        id=dead_letter_id(entry.id),
        stage=stage,
        reason=reason,
        message=message[:MESSAGE_CHARS],
        feed_id=entry.feed_id,
        url=url or entry.url,
        entry=entry,
        page_kind=page_kind,
        sample=sample[:SAMPLE_CHARS],
        first_failed=now,
        last_failed=now,
        retry_at=retry_at,
        blockwire_version=blockwire_version(),
    )
