"""Decides, keeps, sends, records, in this order: a crash between any two repeats a message under its key, and loses none."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from blockwire.schemas import Alert, AlertState, DeadLetter, Stage
from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.schemas.ids import dead_letter_id
from blockwire.schemas.policies import blockwire_version
from blockwire.transforms.alerts.channels import Channels
from blockwire.transforms.alerts.decisions import decide, is_void
from blockwire.transforms.alerts.failures import ChannelError
from blockwire.transforms.alerts.messages import Message, messages_to
from blockwire.transforms.clock import Clock, utc_now
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.event_contract import EventQuery

_EVENTS_AT_ONCE: Final = 200
_LONGEST_PAUSE: Final = timedelta(hours=6)


@dataclass(frozen=True)
class AlertTally:
    """What a round did about alerts."""

    decided: int = 0
    """Events looked at."""
    sent: int = 0
    failed: int = 0
    """Alerts that are tried again later."""
    given_up: int = 0
    """Alerts that went to the dead letters."""


def send_alerts(store: Store, policy: AlertPolicy, now: datetime, clock: Clock = utc_now) -> AlertTally:
    """Decides about every event that changed, and sends what is due.

    Args:
        store: the events, and the outbox.
        policy: rules and channels.
        now: when this is; quiet hours and digests go by it.
        clock: tells when a message was sent.
    """
    decided = decide_alerts(store, policy, now)
    with Channels(os.environ) as channels:
        states = Counter(alert.state for alert in deliver_due(store, policy, channels, now, clock))
    return AlertTally(decided, states[AlertState.SENT], states[AlertState.PENDING], states[AlertState.GIVEN_UP])


def decide_alerts(store: Store, policy: AlertPolicy, now: datetime) -> int:
    """Puts the alerts of all events that changed into the outbox. Returns how many events there were."""
    # A time to come is that of a clock which was wrong.
    since = {channel.id: min(store.alerts.channel_since(channel.id, now), now) for channel in policy.channels}
    undecided = store.events.undecided()
    count = 0
    while events := list(islice(undecided, _EVENTS_AT_ONCE)):
        _keep(store, [alert for event in events for alert in decide(event, policy, now, since)])
        _withdraw(store, [event.id for event in events if is_void(event)])
        store.events.decided({event.id: event.revision for event in events})
        count += len(events)
    _tell_new_channels(store, policy, now, since)
    return count


def _tell_new_channels(store: Store, policy: AlertPolicy, now: datetime, since: Mapping[str, datetime]) -> None:
    """Decides once more about the latest events, for channels that were not there when they were decided.

    That is repeated while a channel is new: what is kept already is not kept again, and no crash leaves anything out.
    """
    oldest = now - timedelta(hours=policy.lookback_hours)
    new = tuple(channel for channel in policy.channels if since[channel.id] >= oldest)
    if new:
        for_new = policy.model_copy(update={"channels": new})
        latest = store.events.find(EventQuery(since=oldest, limit=None))
        _keep(store, [alert for event in latest for alert in decide(event, for_new, now, since)])


def _keep(store: Store, alerts: Sequence[Alert]) -> None:
    """Adds those that are new. One that still waits for its digest is replaced where it can be heard sooner."""
    there = store.alerts.get([alert.id for alert in alerts]) if alerts else {}
    new = [alert for alert in alerts if alert.id not in there]
    sooner = [alert for alert in alerts if alert.id in there and _is_sooner(alert, there[alert.id])]
    if new:
        store.alerts.add(new)
    if sooner:
        store.alerts.put(sooner)


def _withdraw(store: Store, event_ids: Sequence[str]) -> None:
    """Takes back what still waits to be sent about events that are none."""
    if event_ids:
        waiting = store.alerts.find(AlertQuery(events=tuple(event_ids), states=(AlertState.PENDING,)))
        store.alerts.put([alert.model_copy(update={"state": AlertState.WITHDRAWN}) for alert in waiting])


def _is_sooner(alert: Alert, before: Alert) -> bool:
    return before.state is AlertState.PENDING and before.attempts == 0 and alert.due < before.due


def deliver_due(
    store: Store, policy: AlertPolicy, channels: Channels, now: datetime, clock: Clock = utc_now
) -> Iterator[Alert]:
    """Sends what is due, channel by channel, and records it. Yields each alert that was tried as it is now.

    A channel that fails is left alone until the next round, so that one that hangs costs its time limit once.
    """
    for channel in sorted(policy.channels, key=lambda one: not one.is_file):
        query = AlertQuery(channels=(channel.id,), states=(AlertState.PENDING,), due_by=now)
        for message in messages_to(channel, list(store.alerts.find(query))):
            tried = send(store, policy, channels, channel, message, clock)
            yield from tried
            if tried[0].state is not AlertState.SENT:
                break


def send(
    store: Store,
    policy: AlertPolicy,
    channels: Channels,
    channel: Channel,
    message: Message,
    clock: Clock = utc_now,
) -> list[Alert]:
    """Sends a message, and records what became of its alerts."""

    def earlier() -> list[Alert]:
        query = AlertQuery(channels=(channel.id,), states=(AlertState.SENT,), limit=channel.keep)
        return list(store.alerts.find(query))

    try:
        channels.send(channel, message, earlier)
    except ChannelError as failure:
        tried = [_failed(alert, failure, policy, clock()) for alert in message.alerts]
        lost = [alert for alert in tried if alert.state is AlertState.GIVEN_UP]
        store.put_feed_dead_letters([_dead_letter(alert, failure, clock()) for alert in lost], ())
    else:
        tried = [_sent(alert, clock()) for alert in message.alerts]
        store.drop_dead_letters([dead_letter_id(alert.id) for alert in message.alerts if alert.error])
    store.alerts.put(tried)
    return tried


def resend(
    store: Store,
    policy: AlertPolicy,
    channels: Channels,
    channel: Channel,
    alert: Alert,
    clock: Clock = utc_now,
) -> Alert:
    """Sends an alert now, by itself and whatever became of it before, under the same key. If that fails, rounds go on trying."""
    fresh = alert.model_copy(
        update={"state": AlertState.PENDING, "attempts": 0, "digest": None, "due": clock(), "sent": None}
    )
    store.alerts.put([fresh])
    return send(store, policy, channels, channel, Message.of(fresh), clock)[0]


def _sent(alert: Alert, at: datetime) -> Alert:
    return alert.model_copy(
        update={"state": AlertState.SENT, "sent": at, "attempts": alert.attempts + 1, "error": None}
    )


def _failed(alert: Alert, failure: ChannelError, policy: AlertPolicy, at: datetime) -> Alert:
    attempts = alert.attempts + 1
    pause = min(timedelta(seconds=policy.base_s * 2.0 ** min(alert.attempts, 30)), _LONGEST_PAUSE)
    return alert.model_copy(
        update={
            "state": AlertState.GIVEN_UP if attempts >= policy.attempts else AlertState.PENDING,
            "due": at + pause,
            "attempts": attempts,
            "error": f"{failure.reason}: {failure.message}",
        }
    )


def _dead_letter(alert: Alert, failure: ChannelError, at: datetime) -> DeadLetter:
    """The dead letter of an alert stands under its channel."""
    return DeadLetter(
        id=dead_letter_id(alert.id),
        stage=Stage.ALERT,
        reason=failure.reason,
        message=f"{failure.message}; `blockwire alerts resend {alert.id[:8]}` tries again",
        feed_id=alert.channel,
        sample=alert.title,
        attempts=alert.attempts,
        first_failed=alert.created,
        last_failed=at,
        blockwire_version=blockwire_version(),
    )
