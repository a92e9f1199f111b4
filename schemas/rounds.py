"""What a round did, in numbers that add up."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from blockwire.schemas.base import Id, Record, Slug, UtcDatetime

Count = Annotated[int, Field(ge=0)]


class FeedProblem(Record):
    """A feed that could not be read, and why."""

    feed_id: Slug
    url: str
    reason: str
    message: str


class RoundSummary(Record):
    """One round of the main job."""

    id: Id
    started: UtcDatetime
    finished: UtcDatetime
    trigger: Literal["ingest", "replay", "demo", "backfill", "archive"] = "ingest"
    feeds_due: Count = 0
    feeds_ok: Count = 0
    feeds_unchanged: Count = 0
    feeds_failed: Count = 0
    problems: tuple[FeedProblem, ...] = ()
    entries_read: Count = 0
    """Entries in the feeds that answered, and dead letters tried again."""
    entries_retried: Count = 0
    """Of these, the dead letters tried again."""
    entries_known: Count = 0
    entries_deferred: Count = 0
    """Left for a later round by ``--limit`` or ``--since``."""
    not_relevant: Count = 0
    items: Count = 0
    dead_letters: Count = 0
    events: Count = 0
    """Events that are new or changed."""
    alerts_sent: Count = 0
    alerts_failed: Count = 0
    """Alerts that could not be sent, and are tried again."""
    alerts_given_up: Count = 0
    """Alerts that became dead letters."""
    blockwire_version: str

    @property
    def entries_new(self) -> int:
        """Entries that were neither known nor deferred."""
        return self.entries_read - self.entries_known - self.entries_deferred

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        feeds = self.feeds_ok + self.feeds_unchanged + self.feeds_failed
        if feeds != self.feeds_due:
            raise ValueError(f"{self.feeds_due} feeds were due and {feeds} are accounted for")
        ended = self.items + self.not_relevant + self.dead_letters
        if ended != self.entries_new:
            raise ValueError(f"{self.entries_new} entries were new and {ended} have a fate")
        return self
