"""Years of one country: an archive costs what it touches, and its order of arrival does not matter."""

import random
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Self

import pytest
from events_samples import ALL, canonical, id_of, item, outcome, regrouper, run

from blockwire.schemas import CensorshipItem, Report, Status
from blockwire.transforms.stores.sqlite import SqliteStore


def years() -> list[CensorshipItem]:
    """Three years of one country: a block a month, each lifted after some days."""
    messenger = {"services": ("telegram",)}
    return [
        item(f"m{month}-{step}", 24 * (30 * month + 4 * step), f"Telegram {step}", "Told.", status=status, **messenger)
        for month in range(36)
        for step, status in enumerate((Status.IN_FORCE, Status.LIFTED))
    ]


class _Counting(SqliteStore):
    """Counts the reports that a grouping looks at."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.looked_at = 0

    def __enter__(self) -> Self:
        opened = super().__enter__()
        reports = opened.events.reports

        def counted(keys: Collection[str], since: datetime, until: datetime) -> list[Report]:
            found = reports(keys, since, until)
            self.looked_at += len(found)
            return found

        opened.events.reports = counted  # type: ignore[method-assign]
        return opened


def test_an_article_of_years_ago_does_not_take_all_years_anew(tmp_path: Path) -> None:
    with _Counting(tmp_path / "years.sqlite") as store:
        before = run(store, [years()])
        store.looked_at = 0
        late = item("late", 24 * 61, "Telegram is blocked", "Told.", services=("telegram",))
        now = item("now", 24 * 1090, "Signal is blocked", "Told.", services=("signal",))
        store.write_outcomes([outcome(late), outcome(now)])
        list(regrouper(store.events, 24 * 1200).everything_new())
        assert store.looked_at < 20
        after = list(store.events.find(ALL))
        assert len(after) == len(before) + 1
        (event,) = store.events.of_articles([id_of("late")])
        assert {one.source_name for one in event.evidence} == {"m2-0", "late", "m2-1"}


@pytest.mark.parametrize("seed", range(2))
def test_years_in_any_order_end_in_the_same_events(tmp_path: Path, seed: int) -> None:
    with SqliteStore(tmp_path / "wire.sqlite") as store:
        expected = canonical(run(store, [years()]))
    items = years()
    random.Random(seed).shuffle(items)
    with SqliteStore(tmp_path / "other.sqlite") as other:
        for number, one in enumerate(items):
            other.write_outcomes([outcome(one)])
            list(regrouper(other.events, 24 * 1200 + number).everything_new())
        assert canonical(list(other.events.find(ALL))) == expected
