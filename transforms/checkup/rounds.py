"""Whether rounds run, and what came of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from blockwire.schemas import Alert, RoundSummary
from blockwire.transforms.checkup.finding import Finding, Grade

ROUNDS_LOOKED_AT: Final = 5
_FAILED_SHARE: Final = 0.5
_AHEAD: Final = timedelta(minutes=1)
_OVERDUE: Final = timedelta(hours=1)


def check_rounds(rounds: Sequence[RoundSummary], now: datetime, max_age: timedelta) -> Iterator[Finding]:
    """How old the last round is, and how the last ones went.

    Args:
        rounds: the last ones, newest first.
        now: the time.
        max_age: an older last round means that the timer stands still.
    """
    if not rounds:
        yield Finding("rounds", Grade.WARN, "none yet", "run one: blockwire ingest")
        return
    last = rounds[0]
    age = now - last.finished
    told = f"the last one ended {_shown(age)} ago ({last.finished:%Y-%m-%d %H:%M} UTC)"
    if age < -_AHEAD:
        remedy = "set the clock: feeds seem to be polled in the future, and wait"
        yield Finding("rounds", Grade.FAIL, f"the last one ended {_shown(-age)} from now", remedy)
    elif age > max_age:
        remedy = "look at the timer: systemctl list-timers, or crontab -l; then run blockwire ingest by hand"
        yield Finding("rounds", Grade.FAIL, told, remedy)
    else:
        yield Finding("rounds", Grade.OK, told)
    yield _polling([one for one in rounds if one.feeds_due])


def _polling(rounds: Sequence[RoundSummary]) -> Finding:
    due, failed = sum(one.feeds_due for one in rounds), sum(one.feeds_failed for one in rounds)
    told = f"{failed} of {due} polls failed in the last {len(rounds)} rounds that had feeds to poll"
    if due and failed == due:
        return Finding(
            "polling", Grade.FAIL, told, "look at the network, a proxy or DNS: blockwire feeds status --failing"
        )
    if failed > due * _FAILED_SHARE:
        return Finding("polling", Grade.WARN, told, "see which, and why: blockwire feeds status --failing")
    return Finding("polling", Grade.OK, told)


def check_outbox(waiting: Sequence[Alert], given_up: Sequence[Alert], now: datetime) -> Finding:
    """Whether alerts get out.

    Args:
        waiting: those to be sent.
        given_up: those of the last days that could not be.
        now: the time.
    """
    overdue = [one for one in waiting if now - one.due > _OVERDUE]
    told = f"{len(waiting)} alerts wait, {len(overdue)} of them overdue; {len(given_up)} given up in the last 7 days"
    if given_up:
        remedy = "see why: blockwire alerts history --state given_up; then blockwire alerts resend ID"
        return Finding("alerts", Grade.FAIL, told, remedy)
    if overdue:
        return Finding("alerts", Grade.WARN, told, "see why: blockwire alerts history --state pending")
    return Finding("alerts", Grade.OK, told)


def _shown(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return (
        f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
    )
