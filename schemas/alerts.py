"""An alert: a message about an event, to one channel."""

from typing import Annotated

from pydantic import Field

from blockwire.schemas.base import Id, Record, Slug, UtcDatetime
from blockwire.schemas.taxonomy import Severity, Status


class Alert(Record):
    """A message about an event, to one channel."""

    id: Id
    """Also the idempotency key that the receiver sees."""
    event_id: Id
    status: Status
    severity: Severity
    channel: Slug
    reason: str
    """Why it fired, in a sentence."""
    article_id: Id
    """The article that moved the event."""
    title: str
    body: str
    created: UtcDatetime
    sent: UtcDatetime | None = None
    attempts: Annotated[int, Field(ge=0)] = 0
    error: str | None = None
