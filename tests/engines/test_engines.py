"""The main job on real engines: one round, and a stream that is killed and goes on."""

from pathlib import Path

import pytest
from absent import skipped_where_absent
from command_line import blockwire
from tiny_site import tiny_site

from bench import stream
from blockwire.transforms.stores.contract import ItemQuery
from blockwire.transforms.stores.opening import store_config

pytestmark = pytest.mark.engines


def test_a_round_is_the_same_on_every_engine(tmp_path: Path, engine: tuple[str, ...]) -> None:
    """The second finds nothing new."""
    with tiny_site(12) as site:
        (tmp_path / "feeds.yaml").write_text(site.feed_list())
        flags = ("--store", "sqlite:///s.sqlite", "--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8", "--all")
        first = blockwire("--log-format", "json", "ingest", *flags, *engine, cwd=tmp_path)
        assert first.status == 0, first.err
        assert (first.summary.feeds_ok, first.summary.items, first.summary.dead_letters) == (1, 12, 0)
        second = blockwire("--log-format", "json", "ingest", *flags, *engine, cwd=tmp_path)
    assert (second.summary.feeds_unchanged, second.summary.items) == (1, 0)
    with store_config(f"sqlite:///{tmp_path}/s.sqlite", {}).open() as store:
        assert store.count_items(ItemQuery()) == 12


@pytest.mark.shared
def test_a_stream_that_is_killed_loses_nothing_and_has_nothing_twice(tmp_path: Path, on_prism: tuple[str, ...]) -> None:
    """Killed twice while forty feeds publish, and started again; told to stop it ends well."""
    with skipped_where_absent():
        found = stream.measure(tmp_path / "stream", feeds=40, interval_s=15, seconds=30, kills=2, flags=on_prism)
    assert found["stream_articles"] > 0
    assert (found["stream_missing"], found["stream_twice"], found["stream_status"]) == (0, 0, 0)
