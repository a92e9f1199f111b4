"""What a person decided about events. Kept for good, and applied in every later round."""

from enum import StrEnum

from blockwire.schemas.base import Id, Record, UtcDatetime


class CorrectionKind(StrEnum):
    """What a person did."""

    MERGE = "merge"
    """These articles tell of one event."""
    SPLIT = "split"
    """These articles tell of an event of their own."""
    CONFIRM = "confirm"
    FALSE_POSITIVE = "false_positive"
    UNMARK = "unmark"
    """Neither confirmed nor false any more."""


class Correction(Record):
    """One decision of a person."""

    id: Id
    kind: CorrectionKind
    event_id: Id
    """The event it is about; of a merge, the one that stays."""
    article_ids: tuple[Id, ...] = ()
    """Of a merge, the other event's articles; of a split, those that leave."""
    at: UtcDatetime
    note: str = ""
