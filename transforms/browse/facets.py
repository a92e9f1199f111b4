"""Which of many things fulfil conditions, and how many of them have each value: bit sets and counts in numpy.

In SQL the counts of 200,000 items take 0.2 to 0.4 CPU seconds for each set of conditions; the same columns in memory (8 bytes for each value of an
item) take 30 to 50 milliseconds for all facets of a question.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

DAY_US: Final = 86_400_000_000


@dataclass(frozen=True)
class Conditions:
    """What has to hold, all together."""

    numbers: Sequence[int] | None = None
    """Only these; None where words do not matter."""
    chosen: Mapping[str, tuple[str, ...]] | None = None
    """Values by kind: any of a kind's, and all kinds."""
    since: int | None = None
    """In microseconds since 1970, like ``until``; both inclusive."""
    until: int | None = None


@dataclass(frozen=True)
class Matches:
    """What fulfils the conditions."""

    numbers: Numbers
    """Newest first."""
    counts: Mapping[str, Sequence[tuple[str, int]]]
    """For each kind, its values with their numbers, the commonest first. Those of a kind that is narrowed down count what there
    would be without that: the other values one could choose."""
    days: Sequence[tuple[int, int]]
    """Days since 1970 with something on them, and how many, in order."""


class FacetIndex:
    """Numbered things with a time and values of several kinds. Frozen: ``extended`` makes a larger one."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._kinds = tuple(kinds)
        self._times: Numbers = np.full(1, -1, np.int64)
        self._present: Flags = np.zeros(1, np.bool_)
        self._newest: Numbers = np.empty(0, np.int64)
        self._of_thing: NDArray[np.int32] = np.empty(0, np.int32)
        self._of_term: NDArray[np.int32] = np.empty(0, np.int32)
        self._terms: dict[int, tuple[str, str]] = {}

    @property
    def last(self) -> int:
        """The highest number; 0 where there is none."""
        return len(self._times) - 1

    def __len__(self) -> int:
        return len(self._newest)

    def extended(
        self, times: Sequence[tuple[int, int]], pairs: Sequence[tuple[int, int]], terms: Iterable[tuple[int, str, str]]
    ) -> Self:
        """This index with more things.

        Args:
            times: number and time of each new thing, with higher numbers than all before.
            pairs: number of a term, and of the new thing that has it.
            terms: number, kind and value of every term, old and new.
        """
        larger = type(self)(self._kinds)
        added = _columns(times)
        size = int(added[-1, 0]) + 1 if len(added) else len(self._times)
        larger._times = np.concatenate([self._times, np.full(size - len(self._times), -1, np.int64)])
        larger._present = np.concatenate([self._present, np.zeros(size - len(self._present), np.bool_)])
        larger._times[added[:, 0]] = added[:, 1]
        larger._present[added[:, 0]] = True
        numbers = np.flatnonzero(larger._present)
        larger._newest = numbers[np.lexsort((-numbers, -larger._times[numbers]))]
        links = _columns(pairs).astype(np.int32)
        larger._of_term = np.concatenate([self._of_term, links[:, 0]])
        larger._of_thing = np.concatenate([self._of_thing, links[:, 1]])
        larger._terms = {number: (kind, value) for number, kind, value in terms}
        return larger

    def find(self, wanted: Conditions) -> Matches:
        """What fulfils the conditions, and the counts of it."""
        base = self._base(wanted)
        chosen = {kind: self._having(kind, values) for kind, values in (wanted.chosen or {}).items()}
        found = _all_of(base, chosen.values())
        counts = self._counts(found, [kind for kind in self._kinds if kind not in chosen])
        for kind in chosen:
            others = _all_of(base, (flags for other, flags in chosen.items() if other != kind))
            counts |= self._counts(others, [kind])
        return Matches(self._newest[found[self._newest]], counts, self._days(found))

    def _base(self, wanted: Conditions) -> Flags:
        flags = self._present.copy()
        if wanted.numbers is not None:
            among = np.zeros(len(flags), np.bool_)
            numbers = np.fromiter(wanted.numbers, np.int64, len(wanted.numbers))
            among[numbers[numbers < len(flags)]] = True
            flags &= among
        if wanted.since is not None:
            flags &= self._times >= wanted.since
        if wanted.until is not None:
            flags &= self._times <= wanted.until
        return flags

    def _having(self, kind: str, values: Sequence[str]) -> Flags:
        flags = np.zeros(len(self._times), np.bool_)
        for number, (of_kind, value) in self._terms.items():
            if of_kind == kind and value in values:
                flags[self._of_thing[self._of_term == number]] = True
        return flags

    def _counts(self, flags: Flags, kinds: Sequence[str]) -> dict[str, Sequence[tuple[str, int]]]:
        counted = np.bincount(self._of_term[flags[self._of_thing]])
        by_kind: dict[str, list[tuple[str, int]]] = {kind: [] for kind in kinds}
        for number in np.flatnonzero(counted).tolist():
            kind, value = self._terms[number]
            if kind in by_kind:
                by_kind[kind].append((value, int(counted[number])))
        return {kind: sorted(values, key=lambda pair: (-pair[1], pair[0])) for kind, values in by_kind.items()}

    def _days(self, flags: Flags) -> list[tuple[int, int]]:
        days, counts = np.unique(self._times[flags] // DAY_US, return_counts=True)
        return list(zip(days.tolist(), counts.tolist(), strict=True))


def _all_of(base: Flags, others: Iterable[Flags]) -> Flags:
    for flags in others:
        base = base & flags
    return base


def _columns(rows: Sequence[tuple[Any, ...]]) -> Numbers:
    return np.fromiter(chain.from_iterable(rows), np.int64, 2 * len(rows)).reshape(-1, 2)
