"""Counting in memory gives what SQL would, and grows as the store does."""

from blockwire.transforms.browse.facets import DAY_US, Conditions, FacetIndex

TERMS = [(1, "country", "IR"), (2, "country", "RU"), (3, "status", "ordered"), (4, "hidden", "x")]
TIMES = [(1, 10), (2, DAY_US + 5), (5, DAY_US + 5)]
PAIRS = [(1, 1), (3, 1), (2, 2), (3, 2), (4, 2), (2, 5), (1, 5)]


def index() -> FacetIndex:
    return FacetIndex(("country", "status")).extended(TIMES, PAIRS, TERMS)


def test_everything_comes_newest_first_with_the_higher_number_first_at_one_time() -> None:
    found = index().find(Conditions())
    assert found.numbers.tolist() == [5, 2, 1]
    assert found.counts == {"country": [("IR", 2), ("RU", 2)], "status": [("ordered", 2)]}
    assert found.days == [(0, 1), (1, 2)]


def test_a_facet_that_is_narrowed_down_counts_what_else_could_be_chosen() -> None:
    found = index().find(Conditions(chosen={"country": ("IR",), "status": ("ordered",)}))
    assert found.numbers.tolist() == [1]
    assert found.counts == {"country": [("IR", 1), ("RU", 1)], "status": [("ordered", 1)]}


def test_several_values_of_one_facet_mean_any_of_them() -> None:
    assert index().find(Conditions(chosen={"country": ("IR", "RU")})).numbers.tolist() == [5, 2, 1]


def test_a_value_that_nothing_has_finds_nothing() -> None:
    found = index().find(Conditions(chosen={"country": ("XX",)}))
    assert found.numbers.tolist() == []
    assert found.days == []


def test_times_are_inclusive_and_numbers_that_are_not_there_are_passed_over() -> None:
    assert index().find(Conditions(since=10, until=10)).numbers.tolist() == [1]
    assert index().find(Conditions(numbers=[1, 3, 4, 99])).numbers.tolist() == [1]


def test_what_is_added_is_counted_with_what_was_there() -> None:
    before = index()
    after = before.extended([(7, 3 * DAY_US)], [(1, 7), (5, 7)], [*TERMS, (5, "status", "lifted")])
    assert after.find(Conditions()).counts["status"] == [("ordered", 2), ("lifted", 1)]
    assert after.find(Conditions()).numbers.tolist() == [7, 5, 2, 1]
    assert len(before) == 3, "the old one stays as it was: others may be reading it"


def test_an_empty_one_finds_nothing() -> None:
    found = FacetIndex(("country",)).extended([], [], []).find(Conditions(chosen={"country": ("IR",)}))
    assert found.numbers.tolist() == []
    assert found.counts == {"country": []}
