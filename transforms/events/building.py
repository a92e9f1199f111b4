"""From an episode to the event that is kept: what its reports say together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from blockwire.schemas import (
    BlockEvent,
    EventEvidence,
    Measure,
    Method,
    ReportRole,
    Scope,
    Status,
    StatusChange,
    Verdict,
)
from blockwire.schemas.ids import event_id
from blockwire.schemas.severity import SeverityRules
from blockwire.transforms.events.corroboration import confidence, independent
from blockwire.transforms.events.developments import developments
from blockwire.transforms.events.episodes import Episode, Telling
from blockwire.transforms.events.history import history
from blockwire.transforms.events.measurement_links import measurement_links
from blockwire.transforms.events.measures import restriction
from blockwire.transforms.events.severity import Judgement, Known, judge

T = TypeVar("T")

_SHARE = 1 / 3
"""Of the reports that name any: so many have to name a target, or it is said in passing."""
_NARROWEST_FIRST = (Scope.OCCUPIED_TERRITORY, Scope.LOCAL, Scope.REGIONAL, Scope.NATIONAL, Scope.TRANSNATIONAL)


def build(
    episode: Episode,
    before: BlockEvent | None,
    verdict: Verdict | None,
    rules: SeverityRules,
    now: datetime,
    version: str,
) -> BlockEvent | None:
    """The event that an episode is, in a revision of its own; None where nothing in it changed.

    Args:
        episode: with all its reports; its ``id`` where it has one.
        before: the event as it was kept last.
        verdict: what a person said of it.
        rules: of severity.
        now: the time of the round.
        version: of this program.
    """
    told = [telling for telling in episode.tellings if telling.report.role is ReportRole.NEWS] or episode.tellings
    own = independent(episode.tellings)
    steps = history(episode.tellings)
    known = _known(told, steps, sum(own))
    judgement = judge(known, rules)
    draft = _event(episode, told, own, steps, known, judgement).model_copy(
        update={
            "verdict": verdict,
            "first_seen": min(telling.report.first_seen for telling in episode.tellings),
            "last_seen": max(telling.report.first_seen for telling in episode.tellings),
            "rules_version": rules.version,
            "blockwire_version": version,
            "developments": before.developments if before else (),
            "revision": before.revision if before else 1,
        }
    )
    new = developments(before, draft, now) if verdict is not Verdict.FALSE_POSITIVE else ()
    draft = draft.model_copy(update={"developments": (*draft.developments, *new)})
    if before is None:
        return draft
    if draft == before:
        return None
    return draft.model_copy(update={"revision": before.revision + 1})


def _known(told: Sequence[Telling], steps: Sequence[StatusChange], sources: int) -> Known:
    reports = [telling.report for telling in told]
    countries = _common(code for telling in told for code in telling.claim.countries[:1])
    return Known(
        measure=_measure(told),
        status=steps[-1].status if steps else Status.IN_FORCE,
        scope=_scope(told),
        targets=_targets(told),
        countries=frozenset((*countries, told[0].claim.jurisdiction)),
        context=frozenset(name for report in reports for name in report.context),
        sources=sources,
        score=max(report.score for report in reports),
        actor=any(telling.claim.censors for telling in told),
        official=any(report.official for report in reports),
        measurement=any(report.measurement for report in reports),
    )


def _event(
    episode: Episode,
    told: Sequence[Telling],
    own: Sequence[bool],
    steps: tuple[StatusChange, ...],
    known: Known,
    judgement: Judgement,
) -> BlockEvent:
    claims = [telling.claim for telling in told]
    countries = tuple(_common(code for claim in claims for code in claim.countries[:1]))
    start = next((step.at for step in steps if step.status is Status.IN_FORCE), None)
    first, last = told[0].report.at, told[-1].report.at
    return BlockEvent(
        id=episode.id or id_of(episode),
        jurisdiction=episode.jurisdiction,
        countries=countries,
        regions=tuple(sorted({name for claim in claims for name in claim.regions})),
        scope=known.scope,
        measure=known.measure,
        targets=known.targets,
        features=tuple(_common(one for claim in claims for one in claim.features)),
        methods=tuple(
            one for one in _common(one for claim in claims for one in claim.methods) if one is not Method.UNKNOWN
        ),
        censors=tuple(_common(one for claim in claims for one in claim.censors)),
        status=known.status,
        history=steps,
        evidence=tuple(_evidence(telling, counts) for telling, counts in zip(episode.tellings, own, strict=True)),
        independent_sources=sum(own),
        severity=judgement.severity,
        severity_reasons=judgement.reasons,
        confidence=confidence(episode.tellings, own, denied=known.status is Status.DENIED),
        start=start,
        end=steps[-1].at if known.status is Status.LIFTED else None,
        first_seen=first,
        last_seen=last,
        links=measurement_links(countries[0], known.measure, known.targets, first, last),
        revision=1,
        rules_version="",
        blockwire_version="",
    )


def id_of(episode: Episode) -> str:
    """The id of a new event: by the claim that founded it, in the article that made it."""
    founder = episode.founder
    return event_id(
        jurisdiction=founder.claim.jurisdiction,
        measure=restriction(founder.claim.measures),
        targets=founder.claim.targets,
        countries=founder.claim.countries,
        episode=founder.report.article_id,
    )


def _evidence(telling: Telling, counts: bool) -> EventEvidence:
    report = telling.report
    return EventEvidence(
        article_id=report.article_id,
        url=report.url,
        title=report.title,
        owner=report.owner,
        source_name=report.source_name,
        language=report.language,
        published=report.published,
        quote=telling.claim.quote,
        claim=telling.number,
        independent=counts,
        official=report.official,
        measurement=report.measurement,
    )


def _measure(told: Sequence[Telling]) -> Measure:
    """What most reports say is done; a lifting only where none says what is lifted."""
    if all(telling.claim.measures[0] is Measure.UNBLOCKING for telling in told):
        return Measure.UNBLOCKING
    return _common(restriction(telling.claim.measures) for telling in told)[0]


def _scope(told: Sequence[Telling]) -> Scope:
    counts: Counter[Scope] = Counter(telling.claim.scope for telling in told)
    del counts[Scope.UNKNOWN]
    if not counts:
        return Scope.UNKNOWN
    return max(_NARROWEST_FIRST, key=lambda scope: counts[scope])


def _targets(told: Sequence[Telling]) -> tuple[str, ...]:
    counts = Counter(target for telling in told for target in set(telling.claim.targets))
    naming = sum(bool(telling.claim.targets) for telling in told)
    kept = [target for target in counts if counts[target] >= _SHARE * naming]
    kept = [target for target in kept if not any(other.startswith(f"{target}-") for other in kept)]
    return tuple(sorted(kept, key=lambda target: (-counts[target], target)))


def _common(values: Iterable[T]) -> list[T]:
    """Each once, the most frequent first, then in the order in which they came."""
    return [value for value, _ in Counter(values).most_common()]
