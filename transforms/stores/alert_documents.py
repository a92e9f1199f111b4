"""How alerts stand in Elasticsearch."""

from typing import Any, Final

from blockwire.schemas import Alert, BlockEvent, ChannelState
from blockwire.transforms.stores.documents import Shape

ALERTS: Final = Shape(
    kind="alerts",
    record=Alert,
    places={
        "id": "event.id",
        "created": "event.created",
        "title": "title",
        "rule": "rule.id",
        "error": "error.message",
        **{
            name: f"alert.{name}"
            for name in (
                *("event_id", "kind", "status", "severity", "channel", "reason", "article_id"),
                *("due", "digest", "state", "sent", "attempts", "test"),
            )
        },
        **{f"event.{name}": f"block.{name}" for name in BlockEvent.model_fields},
    },
    key=lambda alert: alert.id,
    derived={"@timestamp": lambda alert: alert.created},
)

CHANNELS: Final = Shape(
    kind="channels",
    record=ChannelState,
    places={"channel": "event.id", "since": "event.created"},
    key=lambda state: state.channel,
    derived={"@timestamp": lambda state: state.since},
)

ALERT_SHAPES: Final[tuple[Shape[Any], ...]] = (ALERTS, CHANNELS)
