"""Addresses to questions and back, and the time axis of charts."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.browse.asking import ITEM_FACETS, Asked, NotUnderstood, read_question
from blockwire.transforms.browse.charts import timeline

EPOCH = date(1970, 1, 1)


def asked(query: str) -> Asked:
    return read_question(parse_qsl(query), ITEM_FACETS)


def test_a_question_comes_back_from_its_own_address() -> None:
    question = asked(
        "q=звонки+%26&country=IR&country=RU&since=2026-01-02&until=2026-03-04&order=newest&page=3&unknown=1"
    )
    assert question.values("country") == ("IR", "RU")
    assert asked(question.query.removeprefix("?")) == question


def test_a_value_is_added_and_taken_away_and_both_begin_at_the_first_page() -> None:
    question = asked("country=IR&page=4")
    assert question.toggled("country", "RU").query == "?country=IR&country=RU"
    assert question.toggled("country", "IR").query == ""


@given(
    st.lists(st.tuples(st.sampled_from([*ITEM_FACETS, "q", "since", "until", "order", "page"]), st.text(max_size=20)))
)
def test_any_address_is_either_understood_or_refused_in_words(pairs: list[tuple[str, str]]) -> None:
    try:
        question = read_question(pairs, ITEM_FACETS)
    except NotUnderstood as refusal:
        assert str(refusal)
    else:
        assert read_question(question.pairs, ITEM_FACETS) == question


@pytest.mark.parametrize("page", ["0", "-1", "٣", "1e3", "9" * 400, "100001"])
def test_a_page_is_a_number_in_bounds(page: str) -> None:
    with pytest.raises(NotUnderstood, match="expected a number from 1 to 100,000"):
        asked(f"page={page}")


@given(st.lists(st.tuples(st.integers(7305, 25000), st.integers(1, 10**6)), min_size=1, unique_by=lambda pair: pair[0]))
def test_a_timeline_holds_every_day_once_and_fits_its_picture(days: list[tuple[int, int]]) -> None:
    chart = timeline(sorted(days), width=600, height=60)
    assert chart.total == sum(count for _, count in days)
    assert len(chart.columns) <= 400
    for before, after in zip(chart.columns, chart.columns[1:], strict=False):
        assert (after.since - before.until).days == 1
    assert all(
        0 <= one.y <= 60 and one.y + one.height <= 60.01 and one.x + one.width <= 600.01 for one in chart.columns
    )


def test_a_short_time_is_drawn_by_day_and_a_long_one_by_year() -> None:
    day = (date(2026, 11, 22) - EPOCH).days
    short = timeline([(day, 3)])
    assert (short.step, len(short.columns), str(short.columns[-1].until)) == ("day", 14, "2026-11-22")
    assert timeline([(day - 300, 1), (day, 1)]).step == "week"
    assert timeline([(day - 3000, 1), (day, 1)]).step == "month"
    assert timeline([(0, 1), (day, 1)]).step == "year"
    assert timeline([]).summary == "Nothing to draw."
