"""What a person decided about events. Kept for good, and applied in every later round."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

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
    """Of a merge, the articles of all its events; of a split, those that leave."""
    claims: tuple[Annotated[int, Field(ge=0)], ...] = ()
    """Which claim of each article, in the same order. Records of before hold none: then it is the one that fits the event best."""
    at: UtcDatetime
    note: str = ""

    @model_validator(mode="after")
    def _match(self) -> Self:
        if self.claims and len(self.claims) != len(self.article_ids):
            raise ValueError(f"{len(self.claims)} claims of {len(self.article_ids)} articles; expected one of each")
        return self
