"""What waits for a step sees it done, once, whether it brought anything or not."""

from collections.abc import Iterator

import apache_beam as beam
import pytest
from eager import outputs_of

from blockwire.transforms.after_all import AfterAll

_done: list[int] = []


def _work(element: int) -> Iterator[int]:
    _done.append(element)
    yield element


def _see(_once: bytes) -> int:
    return len(_done)


@pytest.mark.parametrize("given", [[], [1], list(range(5_000))], ids=len)
def test_it_comes_once_and_last(given: list[int]) -> None:
    _done.clear()

    def build(pipeline: beam.Pipeline) -> dict[str, object]:
        worked = pipeline | beam.Create(given) | "Work" >> beam.FlatMap(_work)
        return {"seen": worked | AfterAll() | "See" >> beam.Map(_see)}

    assert outputs_of(build) == {"seen": [len(given)]}
