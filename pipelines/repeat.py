"""Repeats a day from the archive: its rounds, at their times, with the pages as they were then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from blockwire.pipelines.backfill import finish_interrupted, patiently, quiet
from blockwire.pipelines.rounds import Wire, run_round
from blockwire.schemas import RoundSummary
from blockwire.transforms.archive.repeating import KeptRound, rounds_of
from blockwire.transforms.elements import GivenTask, Task
from blockwire.transforms.stores.contract import Store


def repeat_day(wire: Wire, folder: Path, day: date) -> Iterator[RoundSummary]:
    """Runs the rounds of a day again over what the archive has of them, without a network, without alerts.

    What the store knows already is left as it is.

    Args:
        wire: what rounds run with.
        folder: of the archive.
        day: in UTC.

    Raises:
        WarcError: where nothing is kept of the day.
        StoreError: where the store failed.
    """
    rounds = rounds_of(folder, day)
    finish_interrupted(wire)
    silent = quiet(wire)
    silent = replace(silent, settings=silent.settings.model_copy(update={"archive": None}))
    for kept in rounds:
        yield _repeat(silent, kept)


def _repeat(wire: Wire, kept: KeptRound) -> RoundSummary:
    def choose(store: Store) -> list[Task]:
        known = store.known([each.entry.id for each in kept.entries])
        return [GivenTask(each) for each in kept.without(known)]

    return patiently(lambda: run_round(wire, choose, trigger="archive", now=kept.at))
