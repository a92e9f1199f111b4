"""How a round shares its work out where an engine has several workers."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import apache_beam as beam

from blockwire.transforms.overlap import OverlappingDoFn, in_a_bundle

In = TypeVar("In")


class OverWorkers(Generic[In]):
    """An ``Overlap``: what has one owner is done by one worker, in a bundle with the rest that this worker has.

    Steps that follow each other are one to an engine, done where their input is made: what begins as one list would be done by one task
    slot, and all that follows. For bounded input: it is gathered first.

    Args:
        owner: names what one worker must own, such as the host that an element leads to.
    """

    def __init__(self, owner: Callable[[In], str]) -> None:
        self._owner = owner

    def __call__(self, do_fn: OverlappingDoFn[In, Any], *tags: str) -> beam.PTransform[Any, Any]:
        """The step, behind the handing out."""
        return _HandedOut(self._owner, in_a_bundle(do_fn, *tags))


class _HandedOut(beam.PTransform[Any, Any]):
    def __init__(self, owner: Callable[[Any], str], work: beam.PTransform[Any, Any]) -> None:
        super().__init__()
        self._owner = owner
        self._work = work

    def expand(self, elements: Any) -> Any:
        return (
            elements
            | "By owner" >> beam.Map(_owned, self._owner).with_output_types(tuple[str, Any])
            | "Hand out" >> beam.GroupByKey()
            | "One by one" >> beam.FlatMap(_elements)
            | "Work" >> self._work
        )


def _owned(element: In, owner: Callable[[In], str]) -> tuple[str, In]:
    return owner(element), element


def _elements(group: tuple[str, Iterable[In]]) -> Iterable[In]:
    return group[1]
