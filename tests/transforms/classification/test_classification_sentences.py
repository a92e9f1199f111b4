"""Sentences follow each other without gaps, whatever a text is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.classification import sentences
from blockwire.transforms.classification.sentences import LONGEST, latest_year, split

TEXTS = st.text(st.sampled_from('.!?…。！？；｡।။።؟؛\n "”’)]»ab1»」'), max_size=80)


@given(TEXTS)
def test_sentences_end_wherever_the_expression_for_an_end_matches(text: str) -> None:
    """It is tried only where it can begin, for that is faster."""
    assert list(sentences._ends(text)) == [match.end() for match in sentences._END.finditer(text)]


@given(TEXTS.map(lambda text: text * 20))
def test_sentences_cover_a_text_without_gaps(text: str) -> None:
    found = split(text)
    assert "".join(text[one.start : one.end] for one in found) == text
    assert all(one.end - one.start <= LONGEST for one in found)


def test_a_sentence_names_a_year_or_none() -> None:
    text = "Blocked in 2025. Open now."
    assert [(*one, latest_year(text, *one)) for one in split(text)] == [(0, 16, 2025), (16, 26, None)]


@pytest.mark.parametrize("run", ["." * 100_000, ".!" * 50_000, "…)" * 50_000])
def test_a_run_of_points_takes_no_time_with_its_square(run: str) -> None:
    """Tens of thousands took minutes."""
    assert split(f"{run}x")[-1].end == len(run) + 1


def test_a_long_run_of_points_ends_one_sentence() -> None:
    assert [one.end for one in split(f"Censored{'.' * 50} Then more.")] == [58, 69]
