"""``blockwire alerts``: try channels, see what fires, what was sent, and send again."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import settings_of, store_of, store_option, store_to_read
from blockwire.pipelines.display.alerts import FORMS, show_alerts, show_table
from blockwire.schemas import Alert, AlertState, BlockEvent
from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.transforms.alerts.channels import Channels
from blockwire.transforms.alerts.decisions import decide, is_void
from blockwire.transforms.alerts.failures import ChannelError
from blockwire.transforms.alerts.messages import Message
from blockwire.transforms.alerts.outbox import resend
from blockwire.transforms.alerts.trial import trial_alert
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.contract import Store, StoreError

EPILOG = """\b
Examples:
  blockwire alerts test desk                    does the channel work?
  blockwire alerts preview                      what fires in the next round
  blockwire alerts preview 3f2a91c0 --format html
  blockwire alerts history --state given_up
  blockwire alerts resend 8c01d2aa
"""

_ALWAYS_HOURS = 24 * 365 * 50.0

_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])


@click.group("alerts", epilog=EPILOG, short_help="Try channels; see what fires and what was sent; send again.")
def alerts_commands() -> None:
    """Messages about new and changed events, to the channels of the settings. See docs/alerts.md."""


@alerts_commands.command("test", short_help="Send a message that says it is a test.")
@click.argument("channel_id", metavar="CHANNEL")
@store_option
@click.pass_context
def test_command(ctx: click.Context, channel_id: str, store: str | None) -> int:
    """Sends a marked test message to a channel, whatever the rules say."""
    settings = settings_of(ctx, {"store": store})
    channel = _channel(settings, channel_id)
    alert = trial_alert(channel.id, datetime.now(UTC))
    try:
        with store_of(settings).open() as opened, Channels(os.environ) as channels:
            channels.send(channel, Message.of(alert), lambda: _sent_to(opened, channel))
    except ChannelError as failure:
        click.echo(f"Error: channel {channel.id!r}: {failure.reason}: {failure}", err=True)
        return 1
    click.echo(f"Sent to {channel.id}, reference {alert.id}.")
    return 0


def _channel(settings: Settings, channel_id: str) -> Channel:
    by_id = {channel.id: channel for channel in settings.alerts.channels}
    if channel_id not in by_id:
        known = f"there are: {', '.join(by_id)}" if by_id else "the settings have none: see docs/alerts.md"
        raise click.BadParameter(f"no channel has the id {channel_id!r}; {known}", param_hint="CHANNEL")
    return by_id[channel_id]


def _sent_to(store: Store, channel: Channel) -> list[Alert]:
    return list(store.alerts.find(AlertQuery(channels=(channel.id,), states=(AlertState.SENT,), limit=channel.keep)))


@alerts_commands.command("preview", short_help="What fires, in any format; nothing is sent.")
@click.argument("event_id", metavar="[EVENT]", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", *FORMS]),
    default=None,
    help="[default: table; of one event, text]",
)
@store_option
@click.pass_context
def preview_command(ctx: click.Context, event_id: str | None, form: str | None, store: str | None) -> int:
    """Shows the alerts that the next round will decide on; of an EVENT (the beginning of its id will do), all that it gives rise to."""
    settings = settings_of(ctx, {"store": store})
    policy = settings.alerts
    if not policy.channels:
        click.echo("The settings have no channel: shown as if there were one called 'preview'.", err=True)
        policy = policy.model_copy(update={"channels": (Channel(id="preview", url_env="PREVIEW_URL"),)})
    with store_of(settings).open() as opened:
        event = _event(opened, event_id) if event_id is not None else None
        alerts = _of_next_round(opened, policy) if event is None else _of_event(event, policy)
    if not alerts:
        click.echo(f"No alert would fire{_why_none(event)}.")
    elif form == "table" or (form is None and event_id is None):
        show_table(alerts)
    else:
        show_alerts(alerts, form or "text")
    return 0


def _of_next_round(store: Store, policy: AlertPolicy) -> list[Alert]:
    found = _decided(store.events.undecided(), policy)
    known = store.alerts.get([alert.id for alert in found])
    return [alert for alert in found if alert.id not in known]


def _event(store: Store, begins: str) -> BlockEvent:
    event = store.events.get(begins)
    if event is None:
        raise click.BadParameter(f"no event's id begins with {begins!r}: see blockwire events list")
    return event


def _why_none(event: BlockEvent | None) -> str:
    if event is not None and event.merged_into is not None:
        return f": the event is part of {event.merged_into[:8]}"
    if event is not None and is_void(event):
        return ": a person marked the event as false"
    return ""


def _of_event(event: BlockEvent, policy: AlertPolicy) -> list[Alert]:
    return _decided([event], policy.model_copy(update={"max_age_hours": _ALWAYS_HOURS}))


def _decided(events: Iterable[BlockEvent], policy: AlertPolicy) -> list[Alert]:
    now = datetime.now(UTC)
    return [alert for event in events for alert in decide(event, policy, now)]


@alerts_commands.command("history", short_help="What was sent, what waits, what failed; newest first.")
@click.option("--channel", multiple=True, metavar="ID", help="Repeatable.")
@click.option("--event", multiple=True, metavar="ID", help="The beginning of an event's id. Repeatable.")
@click.option("--state", multiple=True, type=click.Choice([state.value for state in AlertState]), help="Repeatable.")
@click.option("--since", type=_MOMENT, help="Created then or later (UTC).")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@click.option("--format", "form", type=click.Choice(["table", *FORMS]), default="table", show_default=True)
@store_option
@click.pass_context
def history_command(
    ctx: click.Context,
    channel: tuple[str, ...],
    event: tuple[str, ...],
    state: tuple[str, ...],
    since: datetime | None,
    limit: int,
    form: str,
    store: str | None,
) -> int:
    """Alerts, the newest first; several values of a condition mean any of them, several conditions all."""
    with store_to_read(settings_of(ctx, {"store": store})).open() as opened:
        query = AlertQuery(
            channels=channel,
            events=tuple(_event(opened, begins).id for begins in event),
            states=tuple(AlertState(name) for name in state),
            since=since.replace(tzinfo=UTC) if since else None,
            limit=limit,
        )
        alerts = list(opened.alerts.find(query))
    if form != "table":
        show_alerts(alerts, form)
    elif alerts:
        show_table(alerts)
    else:
        click.echo("No alerts.")
    return 0


@alerts_commands.command("resend", short_help="Send alerts again, now.")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@store_option
@click.pass_context
def resend_command(ctx: click.Context, ids: tuple[str, ...], store: str | None) -> int:
    """Sends alerts now, whatever became of them before, under the keys they have. The beginning of an id will do."""
    settings = settings_of(ctx, {"store": store})
    failed = False
    with store_of(settings).open() as opened, opened.lock(), Channels(os.environ) as channels:
        chosen = [_alert(opened, given) for given in ids]
        for channel, alert in [(_channel_of(settings, alert), alert) for alert in chosen]:
            tried = resend(opened, settings.alerts, channels, channel, alert)
            failed |= tried.state is not AlertState.SENT
            click.echo(f"{tried.id[:8]} to {tried.channel}: {tried.error or 'sent'}", err=tried.error is not None)
    return int(failed)


def _channel_of(settings: Settings, alert: Alert) -> Channel:
    try:
        return _channel(settings, alert.channel)
    except click.BadParameter as error:
        raise click.ClickException(f"alert {alert.id[:8]}: {error.message}") from None


def _alert(store: Store, begins: str) -> Alert:
    found = list(store.alerts.find(AlertQuery(begins=begins, limit=2)))
    if not found:
        raise StoreError(f"no alert's id begins with {begins!r}: see blockwire alerts history")
    if len(found) > 1:
        raise StoreError(f"several alerts begin with {begins!r}: give more of the id")
    return found[0]
