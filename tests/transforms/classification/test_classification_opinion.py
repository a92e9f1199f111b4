"""What a second opinion's answer means, whatever the endpoint sends."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.classification.opinion import OpinionError, combined, understood


def answer(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@pytest.mark.parametrize(
    "content", ['{"probability": 0.9}', 'Sure! ```json\n{"probability": 0.9}\n``` Bye', '{"a": 1} {"probability": 0.9}']
)
def test_the_number_is_found_among_other_words(content: str) -> None:
    assert understood(answer(content)) == 0.9


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"choices": []}',
        *map(answer, ("yes", '{"probability": 7}', '{"probability": null}', '{"probability": NaN}', None)),
    ],
)
def test_anything_else_is_no_opinion(body: bytes) -> None:
    with pytest.raises(OpinionError):
        understood(body)


@given(st.binary(max_size=200))
def test_no_answer_breaks_it(body: bytes) -> None:
    with pytest.raises(OpinionError):
        understood(body)


def test_neither_decides_alone() -> None:
    assert combined(0.2, 0.9) > 0.5 > combined(0.2, 0.6)
