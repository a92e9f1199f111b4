"""Whether a claim is about an episode: how much speaks for it, and what rules it out.

The weights say what two reports on one restriction have in common in every language. The order of importance: the target, what is done,
the place, names and numbers that only this affair has, and nearness in time. docs/events.md tells why each is there.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from blockwire.schemas import Claim, Feature, Measure, Report, ReportRole, Scope, Status
from blockwire.schemas.rules import FramingKind
from blockwire.transforms.events.episodes import NARROW, WIDE, Episode, retells
from blockwire.transforms.events.measures import kin, restriction
from blockwire.transforms.events.names import domain_name, fold
from blockwire.transforms.events.reading import INTERNET

ENOUGH: Final = 0.5
"""From this sum on a claim belongs to an episode."""

OVER: Final = 0.1
"""By so much an episode that is over is behind one that goes on, where a report may be about either."""

SAME_TARGET: Final = 0.35
ONE_UNNAMED: Final = 0.05
"""Either names no target: cautious, other things have to agree."""
SAME_MEASURE: Final = 0.3
SHARED_MEASURE: Final = 0.2
SAME_FAMILY: Final = 0.1
SAME_PLACE: Final = 0.2
UNPLACED: Final = -0.15
"""One tells of a region and the other of none, where several regions may be cut off at once."""
SAME_CIRCUMSTANCES: Final = 0.1
EACH_NAME: Final = 0.04
MOST_NAMES: Final = 0.2
EACH_NUMBER: Final = 0.08
SITE_BY_NAME: Final = 0.3
"""The name of a site whose domain the other one gives, or a name of several words in both titles."""
NEAR: Final = 0.1
FAR: Final = -0.1
OTHER_FEATURE: Final = -0.25
"""Calls in one, the whole service in the other."""

_NEAR: Final = timedelta(days=2)
_FAR: Final = timedelta(days=10)
_UNNAMED_GAP: Final = timedelta(days=4)
_GRACE: Final = timedelta(hours=24)
"""Reports that a restriction is in force may come so long after the one that it is lifted, unless they say that it is so again."""
_ANEW: Final = (Status.PROPOSED, Status.ORDERED, Status.IN_FORCE)
"""Words of a new beginning; what has none retells what is over."""
_LONGEST_GAP: Final = timedelta(days=45)
_LONGEST_GAPS: Final = {
    Measure.INTERNET_SHUTDOWN: timedelta(days=12),
    Measure.THROTTLING: timedelta(days=12),
    Measure.ARREST_PROSECUTION: timedelta(days=14),
}
"""Silence after which the next report is on something new: what is short by nature is not reported on for long."""
WINDOW: Final = _LONGEST_GAP

_TERRITORIAL: Final = frozenset({Measure.INTERNET_SHUTDOWN, Measure.THROTTLING, Measure.ARREST_PROSECUTION})
"""Measures that are taken in several places of a country apart from each other."""
_OF_SERVICES: Final = frozenset(
    {Measure.MESSAGING_BLOCK, Measure.SOCIAL_MEDIA_BLOCK, Measure.THROTTLING, Measure.APP_STORE_REMOVAL}
)
"""Measures against services, which articles name once they are new."""
_JOINED: Final = 8
"""Letters of a name that are rare enough to be one of several words."""


def affinity(report: Report, claim: Claim, episode: Episode) -> float:
    """How much speaks for a claim being about an episode; below ``ENOUGH``, or 0 where something rules it out, it is not."""
    if not _may_be(report, claim, episode):
        return 0.0
    target = _targets(report, claim, episode)
    measure = _measures(claim, episode)
    place = _places(report, claim, episode)
    if target is None or measure is None or place is None:
        return 0.0
    return (
        target + measure + place + _details(report, claim, episode) + _time(report, episode) + _features(claim, episode)
    )


def may_follow_up(report: Report, claim: Claim, episode: Episode) -> bool:
    """Whether a claim that names no service may be about this episode of one: "the messenger" is one that all know by now.

    Sites are blocked every day without being named, so that this says nothing of them.
    """
    return (
        not claim.targets
        and restriction(claim.measures) in _OF_SERVICES
        and kin(restriction(claim.measures), episode.restriction)
        and bool(episode.targets)
        and episode.closed is None
        and episode.last is not None
        and report.at - episode.last <= _FAR
    )


def _may_be(report: Report, claim: Claim, episode: Episode) -> bool:
    """Country, episode and silence."""
    if claim.jurisdiction != episode.jurisdiction or not set(claim.countries) & set(episode.countries):
        return False
    if episode.last is None:
        return False
    gap = report.at - episode.last
    if report.role is ReportRole.ROUNDUP:
        return gap <= WINDOW
    if gap > _LONGEST_GAPS.get(episode.restriction, _LONGEST_GAP):
        return False
    return not is_anew(report, claim, episode)


def is_anew(report: Report, claim: Claim, episode: Episode) -> bool:
    """Whether it tells of a new beginning after the end of an episode: by its words, or because it comes so much later.

    An account of how it all came about, or one that dates what it tells to before the end, is none.
    """
    if claim.status not in _ANEW or episode.closed is None or report.at < episode.closed:
        return False
    if FramingKind.AGAIN in report.framing:
        return True
    return report.at - episode.closed > _GRACE and not retells(report, episode.closed)


def _targets(report: Report, claim: Claim, episode: Episode) -> float | None:
    if _overlap(claim.targets, episode.targets):
        return SAME_TARGET
    if claim.targets and episode.targets:
        return None
    if _same_site(report, claim, episode):
        return ONE_UNNAMED + SITE_BY_NAME
    if episode.last is not None and report.at - episode.last > _UNNAMED_GAP and report.role is not ReportRole.ROUNDUP:
        return None
    return ONE_UNNAMED


def _same_site(report: Report, claim: Claim, episode: Episode) -> bool:
    """Whether one side names the site whose domain the other gives, or both titles have a name of several words that is no body's."""
    names = set(report.names)
    by_domain = {domain_name(one) for one in (*claim.targets, *episode.targets) if "." in one}
    if by_domain & names & episode.names:
        return True
    bodies = [fold(one) for one in (*claim.censors, *episode.circumstances)]
    return any(
        _is_joined(name, names) and not any(name in body for body in bodies)
        for name in set(report.titled) & episode.titled
    )


def _is_joined(name: str, names: Iterable[str]) -> bool:
    """Whether a name is made of one that is there too and another one before it."""
    return (
        len(name) >= _JOINED and not name.startswith("#") and any(name != one and name.endswith(one) for one in names)
    )


def _overlap(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one thing is among both; a company stands for its services: ``google`` for ``google-play``."""
    there = set(others)
    return any(
        one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-") for one in some for other in there
    )


def _measures(claim: Claim, episode: Episode) -> float | None:
    main, theirs = restriction(claim.measures), episode.restriction
    if main is theirs or (claim.measures[0] is Measure.UNBLOCKING and theirs in claim.measures):
        return SAME_MEASURE
    if Measure.UNBLOCKING in claim.measures and Measure.UNBLOCKING in episode.measures:
        return SHARED_MEASURE
    theirs_is_named, mine_is_named = theirs in claim.measures, main in episode.measures
    if kin(main, theirs):
        return SHARED_MEASURE if theirs_is_named or mine_is_named else SAME_FAMILY
    if Measure.UNBLOCKING in (main, theirs) or (theirs_is_named and mine_is_named):
        return SAME_FAMILY
    return None


def _places(report: Report, claim: Claim, episode: Episode) -> float | None:
    mine, theirs = {fold(one) for one in claim.regions}, {fold(one) for one in episode.regions}
    if mine & theirs or mine & episode.names or theirs & set(report.names):
        return SAME_PLACE
    if _elsewhere(claim, episode):
        return None
    if restriction(claim.measures) not in _TERRITORIAL or report.role is ReportRole.ROUNDUP:
        return 0.0
    if mine and theirs:
        return None
    if theirs or mine:
        wide = claim.scope if theirs else episode.founder.claim.scope
        return None if wide is Scope.NATIONAL and INTERNET not in claim.targets else UNPLACED
    return 0.0


def _elsewhere(claim: Claim, episode: Episode) -> bool:
    """Whether what began in one region is told of all of the country now, or of another region alone."""
    began = episode.founder.claim
    if episode.wide or began.scope not in NARROW or not began.regions:
        return False
    return claim.scope in WIDE or (claim.scope in NARROW and bool(claim.regions))


def _details(report: Report, claim: Claim, episode: Episode) -> float:
    shared = set(report.names) & episode.names
    numbers = sum(name.startswith("#") for name in shared)
    total = min(MOST_NAMES, EACH_NAME * (len(shared) - numbers) + EACH_NUMBER * numbers)
    if {*claim.censors, *claim.methods} & episode.circumstances:
        total += SAME_CIRCUMSTANCES
    return total


def _time(report: Report, episode: Episode) -> float:
    if episode.last is None or report.role is ReportRole.ROUNDUP:
        return 0.0
    gap = report.at - episode.last
    return NEAR if gap <= _NEAR else FAR if gap > _FAR else 0.0


def _features(claim: Claim, episode: Episode) -> float:
    calls = Feature.CALLS in claim.features
    theirs = episode.with_feature[Feature.CALLS] * 2 > len(episode.tellings)
    return OTHER_FEATURE if calls is not theirs and Measure.MESSAGING_BLOCK in claim.measures else 0.0
