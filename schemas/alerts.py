"""An alert: a message about an event, to one channel. Kept in the outbox before it is sent, and after."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from blockwire.schemas.base import Id, Record, Slug, UtcDatetime
from blockwire.schemas.events import BlockEvent, DevelopmentKind
from blockwire.schemas.taxonomy import Severity, Status


class AlertState(StrEnum):
    """How far an alert has come."""

    PENDING = "pending"
    SENT = "sent"
    GIVEN_UP = "given_up"
    """It is among the dead letters; ``blockwire alerts resend`` tries again."""
    WITHDRAWN = "withdrawn"
    """Before it was sent, the event turned out to be false or a part of another."""


class Alert(Record):
    """A message about an event, to one channel."""

    id: Id
    """From event, status and channel; also the idempotency key that the receiver sees."""
    event_id: Id
    kind: DevelopmentKind
    """The weightiest thing that is new."""
    status: Status
    severity: Severity
    channel: Slug
    rule: Slug
    """The rule that let it through."""
    reason: str
    """Why it fired, in a sentence."""
    article_id: Id
    """The article that moved the event."""
    title: str
    event: BlockEvent
    """As it was when the alert fired, without its developments and with the weightiest of its evidence."""
    created: UtcDatetime
    due: UtcDatetime
    """When to send it next: later than ``created`` in quiet hours, for a digest, and after a failure."""
    digest: Id | None = None
    """The alerts that go out as one message have this in common; it is that message's idempotency key."""
    state: AlertState = AlertState.PENDING
    sent: UtcDatetime | None = None
    attempts: Annotated[int, Field(ge=0)] = 0
    error: str | None = None
    """The last failure, without secrets."""
    test: bool = False
    """A trial of the channel: nothing happened."""


class ChannelState(Record):
    """What is remembered of a channel."""

    channel: Slug
    since: UtcDatetime
    """When the wire first knew of it: what happened long before is no news to it."""
