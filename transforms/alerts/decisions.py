"""Which alerts an event gives rise to. Pure: the same event and rules always give the same alerts, whatever was sent before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from blockwire.schemas import Alert, BlockEvent, Development, DevelopmentKind, Severity, Status, Verdict
from blockwire.schemas.alerting import AlertPolicy, AlertRule, Channel
from blockwire.schemas.ids import alert_digest_id, alert_id
from blockwire.transforms.alerts.timing import slot
from blockwire.transforms.alerts.wording import headline, reason_of, rule_terms
from blockwire.transforms.events.severity import LEVELS

_MOVES: Final = (DevelopmentKind.OPENED, DevelopmentKind.STATUS)
_WEIGHT: Final = tuple(DevelopmentKind)
"""The kinds of developments, the weightiest first."""

_STAGE: Final = {Status.PROPOSED: 0, Status.ORDERED: 1, Status.IN_FORCE: 2}
_OVER: Final = 3
"""The stage of all that ends an event, or a part of it."""

_EVIDENCE_KEPT: Final = 12

_EVER: Final = datetime(1970, 1, 2, tzinfo=UTC)
"""Before all news."""


@dataclass(frozen=True)
class Step:
    """What one round found out about an event: developments noticed at the same time, told as one."""

    developments: tuple[Development, ...]
    peak: Severity
    """The highest severity that the event had so far."""
    rose: bool
    """Whether that is higher than before."""
    told: str
    """What is new, in words."""
    standing: Development
    """The one that says how far the event is: the last that is not history."""
    times: int
    """How often the event came to that status so far."""

    @property
    def last(self) -> Development:
        """The event as the step left it."""
        return self.developments[-1]

    @property
    def kind(self) -> DevelopmentKind:
        """The weightiest thing that is new."""
        return min((one.kind for one in self.developments), key=_WEIGHT.index)

    @property
    def mover(self) -> Development:
        """The development that brought the status; where the status stayed, the last one."""
        return self.standing if self.standing in self.developments else self.last

    @property
    def status(self) -> Status:
        """How far the event is."""
        return self.standing.status

    @property
    def again(self) -> str:
        """Tells a return to a status from the first time; empty the first time."""
        return f"again={self.times}" if self.times > 1 else ""

    @property
    def update(self) -> str:
        """What is new besides the status; empty where nothing is."""
        news = [f"severity={self.peak}"] if self.rose else []
        if any(one.kind is DevelopmentKind.TARGET for one in self.developments):
            news.append(f"targets={','.join(sorted(self.last.targets))}")
        return " ".join(news)


def steps(event: BlockEvent) -> Iterator[Step]:
    """What happened to the event, round by round."""
    peak: Severity | None = None
    before: Development | None = None
    kept: list[Development] = []
    for _recorded, noticed in groupby(event.developments, key=lambda one: one.recorded):
        developments = tuple(noticed)
        loudest = max((one.severity for one in developments), key=LEVELS.index)
        rose = peak is None or LEVELS.index(loudest) > LEVELS.index(peak)
        peak = loudest if rose or peak is None else peak
        for one in developments:
            if one.kind in _MOVES and not _is_history(one, kept):
                kept.append(one)
        standing = kept[-1] if kept else developments[-1]
        times = sum(one.status is standing.status for one in kept)
        yield Step(developments, peak, rose, reason_of(event.measure, before, developments), standing, times)
        before = developments[-1]


def _is_history(one: Development, moves: Sequence[Development]) -> bool:
    """Whether it is behind earlier moves: an order after the block, however late. A return to force, or what follows a denial, is news."""
    for earlier in moves:
        is_news = one.status is Status.IN_FORCE or earlier.status is Status.DENIED
        if _stage(one.status) < _stage(earlier.status) and not (is_news and one.at >= earlier.at):
            return True
    return False


def _stage(status: Status) -> int:
    return _STAGE.get(status, _OVER)


def decide(
    event: BlockEvent, policy: AlertPolicy, now: datetime, since: Mapping[str, datetime] | None = None
) -> list[Alert]:
    """The alerts that should go out for an event, those of earlier rounds included: their ids tell which are known already.

    Args:
        event: with all its developments.
        policy: rules and channels.
        now: when this is decided.
        since: when each channel was first known, by its id; None: all of them always were.

    Returns:
        At most one alert for each time that the event came to a status, and channel (by rules with ``updates``, for each update too), by
        channel and in the order in which things happened.
    """
    if is_void(event):
        return []
    return [
        alert
        for channel in policy.channels
        for alert in _for_channel(event, channel, policy, now, (since or {}).get(channel.id, _EVER))
    ]


def is_void(event: BlockEvent) -> bool:
    """Whether nobody is to be told of it (any more)."""
    return event.verdict is Verdict.FALSE_POSITIVE or event.merged_into is not None


def _for_channel(
    event: BlockEvent, channel: Channel, policy: AlertPolicy, now: datetime, since: datetime
) -> Iterable[Alert]:
    rules = [rule for rule in policy.rules_in_force if not rule.channels or channel.id in rule.channels]
    oldest = now - timedelta(hours=policy.max_age_hours)
    found: dict[str, Alert] = {}
    oldest = max(oldest, since - timedelta(hours=policy.lookback_hours))
    told: set[tuple[Status, int]] = set()
    for step in steps(event):
        passed = [rule for rule in rules if lets_through(rule, event, step.peak)]
        same = (step.status, step.times) in told
        for rule in passed if max(one.at for one in step.developments) >= oldest else ():
            update = f"{step.again} {step.update if rule.updates and same else ''}".strip()
            alert = _alert(event, step, channel, rule, update, now)
            # Of several rules or steps for one status the one that is heard first.
            if alert.id not in found or alert.due < found[alert.id].due:
                found[alert.id] = alert
        if passed:
            told.add((step.status, step.times))
    return found.values()


def lets_through(rule: AlertRule, event: BlockEvent, severity: Severity) -> bool:
    """Whether the rule is about such events, at this severity."""
    return LEVELS.index(severity) >= LEVELS.index(rule.severity) and all(
        not wanted or not set(wanted).isdisjoint(there)
        for wanted, there in (
            (rule.countries, (event.jurisdiction, *event.countries)),
            (rule.services, event.targets),
            (rule.measures, (event.measure,)),
            (rule.languages, [one.language for one in event.evidence]),
            (rule.sources, [one.owner for one in event.evidence]),
        )
    )


def _alert(event: BlockEvent, step: Step, channel: Channel, rule: AlertRule, update: str, now: datetime) -> Alert:
    status, severity = step.status, step.last.severity
    turn = slot(rule, severity, now)
    gathered = alert_digest_id(channel=channel.id, due=turn.due.isoformat()) if turn.gathered else None
    return Alert(
        id=alert_id(event=event.id, status=status, channel=channel.id, update=update),
        event_id=event.id,
        kind=step.kind,
        status=status,
        severity=severity,
        channel=channel.id,
        rule=rule.id,
        reason=f"{step.told}; {rule_terms(rule)}",
        article_id=step.mover.article_id,
        title=headline(event, status, severity),
        event=_snapshot(event, step.mover.article_id),
        created=now,
        due=turn.due,
        digest=gathered,
    )


def _snapshot(event: BlockEvent, article_id: str) -> BlockEvent:
    """The event with the article that moved it first, then independent sources, and of the rest what there is room for."""
    ranked = sorted(event.evidence, key=lambda one: (one.article_id != article_id, not one.independent))
    return event.model_copy(update={"developments": (), "evidence": tuple(ranked[:_EVIDENCE_KEPT])})
