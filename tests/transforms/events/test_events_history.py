"""How far an event has come, what is new about it, and how far it is believed."""

import pytest
from events_samples import SEVERITY, claim, episode_of, event_of, hours, report

from blockwire.schemas import DevelopmentKind, FeedKind, Measure, ReportRole, Severity, Status
from blockwire.transforms.events.corroboration import confidence, independent
from blockwire.transforms.events.history import history


def told(*statuses: Status | None, **fields: object) -> list[Status]:
    """The steps that reports with these statuses make, an hour apart."""
    reports = [
        report(f"r{number}", number, claim("IR", Measure.MESSAGING_BLOCK, "telegram", status=status), **fields)
        for number, status in enumerate(statuses)
    ]
    return [step.status for step in history(episode_of(*reports).tellings)]


def test_each_step_is_told_once() -> None:
    steps = (Status.PROPOSED, Status.ORDERED, Status.ORDERED, Status.IN_FORCE, Status.PARTLY_LIFTED, Status.LIFTED)
    assert told(*steps) == list(dict.fromkeys(steps))


def test_an_earlier_step_told_later_is_no_move() -> None:
    assert told(Status.IN_FORCE, Status.ORDERED, Status.PROPOSED) == [Status.IN_FORCE]


def test_what_contradicts_an_end_is_kept() -> None:
    steps = [Status.IN_FORCE, Status.DENIED, Status.IN_FORCE]
    assert told(*steps) == steps


def test_how_an_end_was_come_to_is_no_new_beginning() -> None:
    assert told(Status.IN_FORCE, Status.LIFTED, Status.ORDERED) == [Status.IN_FORCE, Status.LIFTED]
    assert told(Status.IN_FORCE, Status.PARTLY_LIFTED, Status.PROPOSED) == [Status.IN_FORCE, Status.PARTLY_LIFTED]


def test_without_words_for_it_a_law_is_proposed_and_a_block_in_force() -> None:
    assert told(None) == [Status.IN_FORCE]
    law = report("law", 0, claim("RU", Measure.LEGAL_REGULATION, "vpn", status=None))
    assert [step.status for step in history(episode_of(law).tellings)] == [Status.PROPOSED]


def test_reprints_and_roundups_move_nothing() -> None:
    first = report("first", 0, claim(status=Status.ORDERED))
    reprint = report("reprint", 1, claim(status=Status.IN_FORCE), duplicate_of=first.article_id)
    roundup = report("roundup", 2, claim(status=Status.LIFTED), role=ReportRole.ROUNDUP)
    assert [step.status for step in history(episode_of(first, reprint, roundup).tellings)] == [Status.ORDERED]


def test_who_counts_as_a_source() -> None:
    first = report("first", 0, claim(), owner="group", wire_agency="Reuters")
    tellings = episode_of(
        first,
        report("sister", 1, claim(), owner="group"),
        report("reprint", 2, claim(), duplicate_of=first.article_id),
        report("same-agency", 3, claim(), wire_agency="Reuters"),
        report("roundup", 4, claim(), role=ReportRole.ROUNDUP),
        report("own", 5, claim()),
    ).tellings
    assert independent(tellings) == [True, False, False, False, False, True]


def test_confidence_rises_with_sources_and_falls_with_a_denial() -> None:
    tellings = episode_of(report("a", 0, claim()), report("b", 1, claim())).tellings
    one, two = (confidence(tellings, own, denied=False) for own in ([True, False], [True, True]))
    assert 0.5 < one < two < 1
    assert confidence(tellings, [True, True], denied=True) < one
    official = episode_of(report("a", 0, claim(), official=True)).tellings
    assert confidence(official, [True], denied=False) > one


BLOCK = claim("IR", Measure.SOCIAL_MEDIA_BLOCK, "instagram", status=Status.ORDERED)


def test_developments_of_a_new_event_that_moved_within_a_round() -> None:
    event = event_of(report("a", 0, BLOCK), report("b", 1, BLOCK.model_copy(update={"status": Status.IN_FORCE})))
    assert [(one.kind, one.status) for one in event.developments] == [
        (DevelopmentKind.OPENED, Status.ORDERED),
        (DevelopmentKind.STATUS, Status.IN_FORCE),
    ]
    assert {one.recorded for one in event.developments} == {hours(1000)}


def test_severity_that_rises_is_told_with_the_article_that_raised_it() -> None:
    arrest = claim("BY", Measure.ARREST_PROSECUTION, "telegram")
    first = event_of(report("a", 0, arrest))
    second = event_of(report("a", 0, arrest), report("b", 1, arrest), before=first)
    assert (first.severity, second.severity) == (Severity.WATCH, Severity.ALERT)
    assert [one.kind for one in second.developments] == [DevelopmentKind.OPENED, DevelopmentKind.SEVERITY]
    assert second.developments[-1].article_id == report("b", 1, arrest).article_id
    assert second.revision == first.revision + 1


def test_a_new_target_is_told() -> None:
    both = BLOCK.model_copy(update={"targets": ("instagram", "x")})
    first = event_of(report("a", 0, BLOCK))
    second = event_of(report("a", 0, BLOCK), report("b", 1, both, owner=report("a", 0).owner), before=first)
    assert [one.kind for one in second.developments] == [DevelopmentKind.OPENED, DevelopmentKind.TARGET]
    assert second.targets == ("instagram", "x")


def test_what_is_told_once_is_not_told_again() -> None:
    lifted = BLOCK.model_copy(update={"status": Status.LIFTED})
    first = event_of(report("a", 0, BLOCK), report("b", 1, lifted))
    late = event_of(report("a", 0, BLOCK), report("b", 1, lifted), report("c", 2, lifted), before=first)
    assert late.developments == first.developments


def test_a_denial_ends_nothing() -> None:
    event = event_of(report("a", 0, BLOCK), report("b", 1, BLOCK.model_copy(update={"status": Status.DENIED})))
    assert (event.status, event.end) == (Status.DENIED, None)


@pytest.mark.parametrize("kind", [FeedKind.OFFICIAL, FeedKind.NATIONAL_MEDIA])
def test_an_event_says_what_its_reports_say_together(kind: FeedKind) -> None:
    event = event_of(
        report("a", 0, BLOCK, source_kind=kind, official=kind is FeedKind.OFFICIAL),
        report("b", 2, BLOCK.model_copy(update={"status": Status.LIFTED, "regions": ("Tehran",)})),
    )
    assert (event.status, event.start, event.end) == (Status.LIFTED, None, hours(2))
    assert (event.first_seen, event.last_seen) == (hours(0), hours(2))
    assert event.regions == ("Tehran",)
    assert event.rules_version == SEVERITY.version
    assert event.evidence[0].official is (kind is FeedKind.OFFICIAL)
    assert event.links[0].url.startswith("https://explorer.ooni.org/")
