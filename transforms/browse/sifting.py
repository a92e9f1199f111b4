"""Records few enough to be looked at one by one, narrowed down by the values of their fields."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from blockwire.schemas.base import Record
from blockwire.transforms.browse.asking import Asked

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Sifted(Generic[R]):
    """What is left, and what else could be chosen."""

    records: Sequence[R]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    """By the name in addresses: values of all records with their numbers, the commonest first."""


def sift(records: Iterable[R], asked: Asked, facets: Mapping[str, str]) -> Sifted[R]:
    """The records that have the chosen values, in their order.

    Args:
        records: all of them.
        asked: the question; words and days do not matter here.
        facets: the field of each name in addresses.
    """
    every = list(records)
    left = [one for one in every if all(getattr(one, facets[name]) in values for name, values in asked.chosen.items())]
    counts = {name: Counter(str(getattr(one, kind)) for one in every).most_common() for name, kind in facets.items()}
    return Sifted(left, counts)
