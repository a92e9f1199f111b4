"""The whole wire over a small internet of real pages, into both stores.

The whole of the issue's promise: each entry is accounted for, a second round does nothing, a third only what is new, and a
round killed in the middle is completed by the next.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from absent import skipped_where_absent
from command_line import Done, blockwire, start
from seed_site import FURNITURE, seed_site

from bench.mini_internet import MiniInternet, mini_internet
from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.schemas import CensorshipItem, DeadLetter, EntryFate
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery
from blockwire.transforms.stores.opening import store_config

pytestmark = [pytest.mark.shared, pytest.mark.slow]

PLAIN = ("-gzip=false",)
"""Compressing three thousand pages first takes the server longer than serving them."""
TIMES = {"first_seen", "fetched", "first_failed", "last_failed"}
"""When it ran, not what it found."""


def feed_list(folder: Path, urls: list[str]) -> Path:
    """A feed list of the addresses."""
    feeds = [
        {
            "id": f"feed-{n:02}",
            "name": f"Feed {n}",
            "url": url,
            "owner": f"owner-{n}",
            "kind": "national_media",
            "languages": ["en"],
        }
        for n, url in enumerate(urls)
    ]
    file = folder / "feeds.yaml"
    file.write_text(yaml.safe_dump({"feeds": feeds}), encoding="utf-8")
    return file


def ingest(folder: Path, store: str, feeds: Path, *extra: str) -> Done:
    arguments = ("--store", store, "--feeds", str(feeds), "--all", "--allow-address", "127.0.0.0/8")
    return blockwire("--log-format", "json", "ingest", *arguments, *extra, cwd=folder)


def contents(store: str) -> dict[str, dict[str, object]]:
    """Everything that a store holds about entries apart from times of running, by kind and id."""
    with store_config(store, load_mappings()).open() as opened:
        records: list[CensorshipItem | EntryFate | DeadLetter] = [
            *opened.items(ItemQuery(limit=100_000)),
            *opened.fates(),
            *opened.dead_letters(DeadLetterQuery()),
        ]
    return {f"{type(record).__name__} {record.id}": record.model_dump(mode="json", exclude=TIMES) for record in records}


@pytest.fixture(params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/wire.sqlite"
    server: str = request.getfixturevalue("elasticsearch_url")
    return f"{server.rstrip('/')}/wire-{tmp_path.name[-20:].lower().replace('_', '-').strip('-')}-{os.getpid()}"


@pytest.fixture(scope="module")
def wide_net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniInternet]:
    """50 feeds, each with 40 of its 60 items published."""
    folder = tmp_path_factory.mktemp("net")
    with skipped_where_absent(), mini_internet(folder, feeds=50, items=60, initial=40, hosts=50, extra=PLAIN) as net:
        yield net


@pytest.fixture(scope="module")
def small_net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniInternet]:
    """10 feeds with 12 items each, answering slowly enough to be interrupted."""
    folder, slow = tmp_path_factory.mktemp("small"), ("-latency=100ms", *PLAIN)
    with skipped_where_absent(), mini_internet(folder, feeds=10, items=12, initial=12, hosts=10, extra=slow) as net:
        yield net


@pytest.fixture(scope="module")
def uninterrupted(small_net: MiniInternet, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What a round over the small net leaves that nobody interrupts."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    store = f"sqlite:///{folder}/whole.sqlite"
    feeds = feed_list(folder, [small_net.feed_url(n) for n in range(10)])
    done = ingest(folder, store, feeds)
    assert done.status == 0, done.err
    return contents(store)


@pytest.mark.parametrize(
    "store",
    ["sqlite", pytest.param("elasticsearch", marks=[pytest.mark.elasticsearch, pytest.mark.thorough])],
    indirect=True,
)
def test_three_rounds_over_fifty_feeds(store: str, wide_net: MiniInternet, tmp_path: Path) -> None:
    """2,003 entries are accounted for; nothing is done twice; what is published in between is all that a third round takes."""
    with seed_site() as seeds:
        feeds = feed_list(tmp_path, [*(wide_net.feed_url(n) for n in range(50)), seeds])
        wide_net.reset()
        first = ingest(tmp_path, store, feeds)
        assert first.status == 0, first.err
        assert first.summary.entries_read == first.summary.entries_new == 2003 + wide_net.published
        assert (
            first.summary.items + first.summary.not_relevant + first.summary.dead_letters == first.summary.entries_new
        )
        assert first.summary.feeds_ok == 51
        check_seeds(tmp_path, store)

        held = contents(store)
        pages = wide_net.stats()["art_200"]
        second = ingest(tmp_path, store, feeds)
        assert second.status == 0, second.err
        assert (second.summary.feeds_unchanged, second.summary.entries_new) == (51, 0)
        assert wide_net.stats()["art_200"] == pages
        assert contents(store) == held

        wide_net.publish(feed=7, items=10)
        third = ingest(tmp_path, store, feeds)
        assert third.status == 0, third.err
        assert third.summary.entries_new == 10
        assert wide_net.stats()["art_200"] == pages + 10
        assert wide_net.stats()["max_in_flight_one_host"] <= 2


def check_seeds(folder: Path, store: str) -> None:
    """The three documents that the project was created from are found, with countries and services, without furniture."""
    records = blockwire(
        "items", "list", "--store", store, "--source", "feed-50", "--format", "jsonl", cwd=folder
    ).records
    found = {str(record["title"]).split()[0]: record for record in records}
    assert set(found) == {"Police", "Final", "Russian"}
    police, final, russian = found["Police"], found["Final"], found["Russian"]
    assert "UA" in police["countries"] and police["services"] == ["vkontakte"]
    assert {"UA", "RU"} <= {*final["countries"], *final["jurisdictions"]} and {"whatsapp", "telegram"} <= set(
        final["services"]
    )
    assert russian["countries"] == ["RU"] and "vkontakte" in russian["services"]
    for record in records:
        assert not [words for words in FURNITURE if words in str(record["text"])]


def test_a_killed_round_is_completed_by_the_next(
    store: str, small_net: MiniInternet, uninterrupted: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    """kill -9 in the middle, then a clean round: the store equals that of a round that nobody interrupted."""
    feeds = feed_list(tmp_path, [small_net.feed_url(n) for n in range(10)])
    flags = ("ingest", "--feeds", str(feeds), "--all", "--allow-address", "127.0.0.0/8", "--store", store)
    small_net.reset()
    victim = start(flags, cwd=tmp_path)
    while small_net.stats().get("art_200", 0) < 60:
        assert victim.poll() is None, victim.communicate()
        time.sleep(0.05)
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()

    completed = ingest(tmp_path, store, feeds)
    assert completed.status == 0, completed.err
    assert completed.summary.entries_read == 120
    assert contents(store) == uninterrupted
