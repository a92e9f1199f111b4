"""One alert for each thing that matters, by the rules, and never two for event, status and channel."""

from datetime import timedelta
from itertools import accumulate

import pytest
from alerts_samples import (
    ALERT,
    CRITICAL,
    DENIED,
    DESK,
    IN_FORCE,
    INFO,
    LIFTED,
    NOON,
    OPENED,
    ORDERED,
    PROPOSED,
    SEVERITY,
    STATUS,
    TARGET,
    WATCH,
    development,
    event,
    evidence,
    hours,
    policy,
)
from hypothesis import given
from hypothesis import strategies as st

from blockwire.schemas import BlockEvent, DevelopmentKind, Measure, Severity, Status, Verdict
from blockwire.schemas.alerting import AlertRule, Channel
from blockwire.schemas.ids import alert_id, digest
from blockwire.transforms.alerts.contents import content_of
from blockwire.transforms.alerts.decisions import decide

LOG = Channel.model_validate({"id": "log", "kind": "jsonl", "path": "alerts.jsonl"})


def statuses(of: BlockEvent, *rules: AlertRule) -> list[Status]:
    return [found.status for found in decide(of, policy(*rules), hours(1))]


@pytest.mark.parametrize(
    ("before", "late", "published"),
    [
        ((IN_FORCE,), ORDERED, -1),
        ((IN_FORCE,), ORDERED, 5),
        ((ORDERED,), PROPOSED, 5),
        ((IN_FORCE, LIFTED), ORDERED, 5),
        ((IN_FORCE, LIFTED), IN_FORCE, 0.5),
        ((IN_FORCE, DENIED), ORDERED, 0.5),
    ],
)
def test_what_is_behind_the_things_told_is_history(before: tuple[Status, ...], late: Status, published: float) -> None:
    told = [development(hour, STATUS if hour else OPENED, status) for hour, status in enumerate(before)]
    assert statuses(event(*told, development(5, STATUS, late, published=hours(published)))) == [*before]


def test_what_follows_a_denial_is_news() -> None:
    assert statuses(
        event(development(0, OPENED, PROPOSED), development(1, STATUS, DENIED), development(2, STATUS))
    ) == [
        PROPOSED,
        DENIED,
        ORDERED,
    ]


def test_a_late_step_that_makes_an_event_severe_tells_how_far_the_event_is() -> None:
    whole = event(development(0, OPENED, IN_FORCE, WATCH), development(1, STATUS, ORDERED, published=hours(-1)))
    (found,) = decide(whole, policy(), hours(1))
    assert found.status is IN_FORCE
    assert found.reason.startswith("an earlier status came to be known: ordered; rule")


def test_each_return_is_told_and_has_an_id_of_its_own() -> None:
    moves = [IN_FORCE, LIFTED, IN_FORCE, LIFTED, IN_FORCE]
    whole = event(*(development(hour, STATUS if hour else OPENED, status) for hour, status in enumerate(moves)))
    found = decide(whole, policy(), hours(5))
    assert [one.status for one in found] == moves
    assert len({one.id for one in found}) == 5
    assert found[2].id == alert_id(event=whole.id, status="in_force", channel="desk", update="again=2")
    more = event(*whole.developments, development(6, SEVERITY, IN_FORCE, CRITICAL))
    assert [one.id for one in decide(more, policy(), hours(6))] == [one.id for one in found]
    assert len(decide(more, policy(AlertRule(id="all", updates=True)), hours(6))) == 6


def test_a_new_event_and_each_status_fire_once() -> None:
    whole = event(
        development(-3, OPENED, ORDERED),
        development(-2, STATUS, IN_FORCE),
        development(-1, STATUS, LIFTED),
    )
    found = decide(whole, policy(), NOON)
    assert [one.status for one in found] == [ORDERED, IN_FORCE, LIFTED]
    assert [one.kind for one in found] == [OPENED, STATUS, STATUS]
    assert [one.article_id for one in found] == [one.article_id for one in whole.developments]
    assert found[0].id == alert_id(event=whole.id, status="ordered", channel="desk")


def test_every_channel_is_told() -> None:
    found = decide(event(), policy(channels=[DESK, LOG]), NOON)
    assert [one.channel for one in found] == ["desk", "log"]
    assert len({one.id for one in found}) == 2


def test_nothing_fires_below_the_rules_severity() -> None:
    assert statuses(event(development(0, severity=WATCH))) == []
    assert statuses(event(development(0, severity=WATCH)), AlertRule(id="all", severity=INFO)) == [ORDERED]


def test_severity_that_rises_later_fires_for_the_status_of_then() -> None:
    whole = event(
        development(0, OPENED, PROPOSED, WATCH),
        development(0.5, STATUS, ORDERED, WATCH),
        development(1, SEVERITY, ORDERED, ALERT),
    )
    (found,) = decide(whole, policy(), hours(1))
    assert (found.status, found.kind) == (ORDERED, SEVERITY)
    assert found.reason.startswith("severity from watch to alert; rule default: severity alert and above")


def test_the_end_is_told_to_those_who_were_told_of_the_beginning() -> None:
    whole = event(development(0, OPENED, IN_FORCE, CRITICAL), development(1, STATUS, LIFTED, INFO))
    assert statuses(whole) == [IN_FORCE, LIFTED]


def test_a_denial_of_what_nobody_was_told_is_not_told() -> None:
    assert statuses(event(development(0, severity=WATCH), development(1, STATUS, DENIED, WATCH))) == []


def test_several_statuses_in_one_round_are_one_alert_that_names_them() -> None:
    whole = event(
        development(0, OPENED, PROPOSED, WATCH),
        development(0, STATUS, ORDERED, ALERT),
        development(0, SEVERITY, ORDERED, CRITICAL),
    )
    (found,) = decide(whole, policy(), NOON)
    assert found.status is ORDERED
    assert found.article_id == whole.developments[1].article_id
    assert found.reason.startswith(
        "new event, proposed; status from proposed to ordered; severity from alert to critical"
    )


def test_more_of_the_same_status_is_told_only_to_those_who_ask_for_updates() -> None:
    whole = event(
        development(0, OPENED),
        development(0.25, TARGET, targets=("telegram", "whatsapp")),
        development(0.5, SEVERITY, severity=CRITICAL),
        development(0.75, SEVERITY, severity=WATCH),
    )
    assert statuses(whole) == [ORDERED]
    found = decide(whole, policy(AlertRule(id="all", updates=True)), hours(1))
    assert [one.kind for one in found] == [OPENED, TARGET, SEVERITY]
    assert found[1].reason.startswith("new target whatsapp")
    assert len({one.id for one in found}) == 3


@pytest.mark.parametrize(
    ("chosen", "other"),
    [
        ({"countries": ("UA",)}, {"countries": ("IR",)}),
        ({"countries": ("RU",)}, {"countries": ("BY",)}),
        ({"services": ("telegram",)}, {"services": ("signal",)}),
        ({"measures": ("messaging_block",)}, {"measures": ("website_block",)}),
        ({"languages": ("ru",)}, {"languages": ("uk",)}),
        ({"sources": ("volga-media",)}, {"sources": ("bbc",)}),
    ],
)
def test_a_rule_chooses_by_what_the_event_is(chosen: dict[str, object], other: dict[str, object]) -> None:
    assert statuses(event(), AlertRule.model_validate({"id": "r", **chosen})) == [ORDERED]
    assert statuses(event(), AlertRule.model_validate({"id": "r", **other})) == []


def test_an_alert_says_which_rule_let_it_through() -> None:
    rule = AlertRule.model_validate(
        {"id": "r", "severity": "watch", "countries": ["UA", "RU"], "measures": ["messaging_block"]}
    )
    (found,) = decide(event(), policy(rule), NOON)
    assert found.reason == (
        "new event, ordered; rule r: severity watch and above, countries UA RU, measures messaging_block"
    )


def test_a_rule_reaches_the_channels_it_names() -> None:
    rules = (AlertRule(id="loud", severity=CRITICAL, channels=("desk",)), AlertRule(id="all", channels=("log",)))
    assert [one.channel for one in decide(event(), policy(*rules, channels=[DESK, LOG]), NOON)] == ["log"]


def test_of_two_rules_the_one_that_is_heard_first_counts() -> None:
    rules = (AlertRule(id="digest", severity=INFO, when="daily"), AlertRule(id="now", severity=CRITICAL))
    (quiet,) = decide(event(), policy(*rules), NOON)
    assert (quiet.rule, quiet.digest is None) == ("digest", False)
    (loud,) = decide(event(development(0), development(1, SEVERITY, severity=CRITICAL)), policy(*rules), hours(1))
    assert (loud.rule, loud.due, loud.digest, loud.severity) == ("now", hours(1), None, CRITICAL)
    assert loud.id == quiet.id


def test_old_news_is_no_news() -> None:
    late = event(development(0, published=NOON - timedelta(days=8)))
    assert decide(late, policy(), NOON) == []
    assert len(decide(late, policy(max_age_hours=9 * 24), NOON)) == 1


def test_a_new_channel_hears_nothing_of_the_time_before_it_but_the_last_day() -> None:
    whole = event(development(-48, OPENED, ORDERED), development(-12, STATUS, IN_FORCE))
    assert [one.status for one in decide(whole, policy(), NOON, {"desk": NOON})] == [IN_FORCE]
    assert decide(whole, policy(lookback_hours=1), NOON, {"desk": NOON}) == []


def test_what_a_person_called_false_or_merged_fires_nothing() -> None:
    assert decide(event(verdict=Verdict.FALSE_POSITIVE), policy(), NOON) == []
    assert decide(event(merged_into=digest("event", "other")), policy(), NOON) == []
    assert len(decide(event(verdict=Verdict.CONFIRMED), policy(), NOON)) == 1


def test_the_title_says_what_is_known_and_how_well() -> None:
    assert decide(event(), policy(), NOON)[0].title == (
        "[alert] Ukraine (ordered by Russia): messaging block: telegram: ordered, unconfirmed"
    )
    sure = decide(event(independent_sources=2, countries=("RU",)), policy(), NOON)[0]
    assert sure.title == "[alert] Russia: messaging block: telegram: ordered"
    nameless = decide(event(development(0, status=DENIED, targets=()), countries=("RU",)), policy(), NOON)[0]
    assert nameless.title == "[alert] Russia: messaging block: denied"


def test_what_is_given_back_is_restored_and_not_in_force() -> None:
    given_back = event(development(0, OPENED, IN_FORCE), measure=Measure.UNBLOCKING)
    (found,) = decide(given_back, policy(), NOON)
    assert found.title.endswith("unblocking: telegram: restored, unconfirmed")
    assert found.reason.startswith("new event, restored; ")
    assert "in force" not in str(content_of(found))


def test_an_alert_keeps_the_event_in_short() -> None:
    copies = [evidence(f"copy-{number}", independent=False) for number in range(40)]
    (found,) = decide(event(evidence=(*copies, evidence("other"), evidence("0-opened"))), policy(), NOON)
    assert found.event.developments == ()
    assert len(found.event.evidence) == 12
    assert found.event.evidence[0].article_id == found.article_id
    assert found.event.evidence[1].independent


moves = st.lists(
    st.tuples(st.sampled_from(DevelopmentKind), st.sampled_from(Status), st.sampled_from(Severity), st.booleans()),
    min_size=1,
    max_size=8,
)


@given(moves)
def test_whatever_happens_nothing_is_told_twice_and_what_was_told_stays(
    happened: list[tuple[DevelopmentKind, Status, Severity, bool]],
) -> None:
    """Round after round, alerts once decided are found again under the same ids, and new ones come at the end."""
    rounds = accumulate(0 if same else 1 for *_, same in happened)
    whole = [
        development(number, kind, status, severity)
        for number, (kind, status, severity, _) in zip(rounds, happened, strict=True)
    ]
    known: list[str] = []
    for end in range(1, len(whole) + 1):
        if end < len(whole) and whole[end].recorded == whole[end - 1].recorded:
            continue
        found = decide(event(*whole[:end]), policy(), whole[end - 1].recorded)
        ids = [one.id for one in found]
        assert len(set(ids)) == len(ids)
        assert ids[: len(known)] == known
        known = ids
