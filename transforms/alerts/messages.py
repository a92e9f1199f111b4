"""What goes out at once: an alert, or all those of a digest."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from blockwire.schemas import Alert
from blockwire.schemas.alerting import Channel
from blockwire.transforms.alerts.contents import content_of, digest_title
from blockwire.transforms.alerts.rendering import as_html, as_markdown, as_text, one_line

_FORMS = {"text": as_text, "html": as_html, "markdown": as_markdown}


@dataclass(frozen=True)
class Message:
    """One message to one channel."""

    key: str
    """The idempotency key, which the receiver sees: the alert's id, or the digest's. Files have the alerts' own."""
    alerts: tuple[Alert, ...]

    @classmethod
    def of(cls, alert: Alert) -> "Message":
        """An alert by itself."""
        return cls(alert.id, (alert,))

    @cached_property
    def title(self) -> str:
        """One line."""
        return one_line(self.alerts[0].title if len(self.alerts) == 1 else digest_title(self.alerts))

    def body(self, form: str) -> str:
        """The body as ``text``, ``html`` or ``markdown``; the key is in it."""
        return _FORMS[form]([content_of(alert) for alert in self.alerts], self.key)

    def payload(self) -> str:
        """All of it as JSON, for programs."""
        return json.dumps(
            {
                "id": self.key,
                "title": self.title,
                "text": self.body("text"),
                "alerts": [alert.model_dump(mode="json") for alert in self.alerts],
            },
            ensure_ascii=False,
        )


def messages_to(channel: Channel, alerts: Sequence[Alert]) -> list[Message]:
    """Puts alerts that are due into messages, those that wait longest first; to a file all at once."""
    ordered = sorted(alerts, key=lambda alert: (alert.due, alert.digest or alert.id, alert.created, alert.id))
    if channel.is_file:
        return [Message(channel.id, tuple(ordered))] if ordered else []
    return [Message(key, tuple(some)) for key, some in groupby(ordered, key=lambda alert: alert.digest or alert.id)]
