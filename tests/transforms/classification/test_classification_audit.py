"""The sample of an audit and the estimate that its labels give."""

import random
from datetime import UTC, datetime

import pytest

from blockwire.schemas import EntryFate, Fate
from blockwire.transforms.classification.audit import ACCEPTED, GATE, LOW, NEAR, Stratum, estimate, stratum_of, survey

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def fate(number: int, score: float | None, kind: Fate = Fate.NOT_RELEVANT, version: str = "1+ab") -> EntryFate:
    return EntryFate(
        id=f"{number:032x}", feed_id="sample", fate=kind, first_seen=NOON, score=score, rules_version=version
    )


def store_of(accepted: int, near: int, low: int) -> list[EntryFate]:
    return [
        *(fate(n, 0.9, Fate.INDEXED) for n in range(accepted)),
        *(fate(10_000 + n, 0.4) for n in range(near)),
        *(fate(20_000 + n, 0.01) for n in range(low)),
    ]


def test_each_entry_has_one_stratum_and_dead_letters_have_none() -> None:
    assert stratum_of(fate(1, 0.9, Fate.INDEXED)) == ACCEPTED
    assert stratum_of(fate(1, 0.3)) == NEAR
    assert stratum_of(fate(1, None)) == LOW
    assert stratum_of(fate(1, 0.3, version="1+ab.gate")) == GATE
    assert stratum_of(fate(1, None, Fate.DEAD_LETTER)) is None


def test_the_sample_has_its_size_and_is_the_same_each_time() -> None:
    fates = store_of(100, 50, 900)
    first = survey(fates, 60, 1, {})
    drawn = [one.id for stratum in first.values() for one in stratum.drawn]
    assert len(drawn) == len(set(drawn)) == 60
    again = survey(list(reversed(fates)), 60, 1, {})
    assert drawn == [one.id for stratum in again.values() for one in stratum.drawn]
    assert drawn != [one.id for stratum in survey(fates, 60, 2, {}).values() for one in stratum.drawn]


def test_what_a_small_stratum_leaves_goes_to_the_others() -> None:
    strata = survey(store_of(2, 3, 1000), 50, 1, {})
    assert [len(strata[name].drawn) for name in (ACCEPTED, NEAR, LOW)] == [2, 3, 45]
    assert sum(len(one.drawn) for one in survey(store_of(2, 3, 4), 50, 1, {}).values()) == 9


def test_new_entries_leave_most_of_the_sample_as_it_was() -> None:
    before = {one.id for one in survey(store_of(0, 0, 1000), 50, 1, {})[LOW].drawn}
    after = {one.id for one in survey(store_of(0, 0, 1100), 50, 1, {})[LOW].drawn}
    assert len(before & after) >= 35


def test_the_estimate_weighs_each_stratum_by_its_size() -> None:
    """90 of 100 accepted are right; one in ten of 100 near entries was missed: 90 / (90 + 10)."""
    strata = {
        ACCEPTED: Stratum(ACCEPTED, entries=100, judged=50, relevant=45),
        NEAR: Stratum(NEAR, entries=100, judged=50, relevant=5),
        LOW: Stratum(LOW),
    }
    found = estimate(strata, 1)
    assert found is not None
    assert found.recall == pytest.approx(0.9)
    assert (found.precision, found.missed) == (pytest.approx(0.9), pytest.approx(10))
    assert found.low < 0.9 < found.high
    assert found.high - found.low < 0.2


def test_without_labels_of_both_kinds_there_is_no_estimate() -> None:
    accepted, low = Stratum(ACCEPTED, 10, 5, 5), Stratum(LOW, 1000, 0, 0)
    assert estimate({ACCEPTED: accepted, LOW: low}, 1) is None
    assert estimate({ACCEPTED: Stratum(ACCEPTED, 10), LOW: Stratum(LOW, 1000, 9, 0)}, 1) is None


def test_a_stratum_that_nobody_judged_leaves_recall_open() -> None:
    accepted, near, low = Stratum(ACCEPTED, 100, 50, 50), Stratum(NEAR, 50, 50, 0), Stratum(LOW, 10_000)
    found = estimate({ACCEPTED: accepted, NEAR: near, LOW: low}, 1)
    assert found is not None and found.low < 0.05


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Fifty stores in which 90 of 100 accepted, 8 of 80 near and 20 of 2,000 others are relevant: recall .763."""
    source = random.Random(7)
    inside = 0
    for turn in range(50):
        strata = {}
        for name, entries, relevant in ((ACCEPTED, 100, 90), (NEAR, 80, 8), (LOW, 2000, 20)):
            sample = source.sample(range(entries), 40)
            strata[name] = Stratum(name, entries, 40, sum(number < relevant for number in sample))
        found = estimate(strata, turn)
        assert found is not None
        inside += found.low <= 90 / 118 <= found.high
    assert inside >= 43
