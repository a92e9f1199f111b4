"""What alerts need of a store: an outbox, and what was sent. Both stores hold to it and pass the same tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from blockwire.schemas import Alert, AlertState


@dataclass(frozen=True)
class AlertQuery:
    """Which alerts; all conditions together. Times are inclusive."""

    begins: str = ""
    """The beginning of the id."""
    channels: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    states: tuple[AlertState, ...] = ()
    due_by: datetime | None = None
    since: datetime | None = None
    """Created then or later."""
    limit: int | None = None


class AlertStore(Protocol):
    """The outbox of alerts, and their history."""

    def add(self, alerts: Sequence[Alert]) -> None:
        """Keeps those that are not there yet; what is there stays as it is."""
        ...

    def put(self, alerts: Sequence[Alert]) -> None:
        """Keeps them as they are now."""
        ...

    def get(self, ids: Sequence[str]) -> dict[str, Alert]:
        """Those of the ids that are there; sees every write before."""
        ...

    def find(self, query: AlertQuery) -> Iterator[Alert]:
        """Alerts, the last created first."""
        ...

    def channel_since(self, channel: str, now: datetime) -> datetime:
        """When the channel was first asked for; of a new one ``now``, which is kept."""
        ...
