"""Very common words are ranked among the newest items that have them; the older ones come after."""

from pathlib import Path

import pytest
from browse_samples import found
from events_samples import outcome

from blockwire.transforms.browse.asking import Asked, Order
from blockwire.transforms.browse.wire import Wire
from blockwire.transforms.stores import sqlite_browsing
from blockwire.transforms.stores.sqlite import SqliteStore


def test_the_best_of_the_newest_come_first_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = ["vpn vpn", "vpn", "vpn vpn vpn", "vpn and more words than the others have", "nothing of it"]
    items = [found(f"outlet{at}", at, words, words, "en") for at, words in enumerate(told)]
    with SqliteStore(tmp_path / "wire.sqlite") as store:
        store.write_outcomes([outcome(one) for one in items])
    with SqliteStore(tmp_path / "wire.sqlite", read_only=True) as store:
        wire = Wire(store.browsing)
        everything = [item.title for item in wire.items(Asked("vpn")).records]
        monkeypatch.setattr(sqlite_browsing, "MOST_RANKED", 2)
        bounded = [item.title for item in wire.items(Asked("vpn")).records]
        newest = [item.title for item in wire.items(Asked("vpn", order=Order.NEWEST)).records]
        nothing = wire.items(Asked("зебра")).records
    assert everything[0] == "vpn vpn vpn"
    assert bounded == [told[2], told[3], told[1], told[0]]
    assert newest == [told[3], told[2], told[1], told[0]]
    assert nothing == []
