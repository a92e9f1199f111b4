"""What servers see of a round: no hurry, no second question after 410, none before the pause that they asked for."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from absent import skipped_where_absent
from command_line import Done, blockwire
from tiny_site import tiny_site

from bench.mini_internet import MiniInternet, mini_internet


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniInternet]:
    folder = tmp_path_factory.mktemp("polite")
    with (
        skipped_where_absent(),
        mini_internet(folder, feeds=3, items=1, initial=1, hosts=3, extra=("-gzip=false",)) as made,
    ):
        yield made


def ingest(folder: Path, urls: list[str], *flags: str) -> Done:
    rows = [
        {"id": f"f{n}", "name": f"F{n}", "url": url, "owner": "o", "kind": "newswire", "languages": ["en"]}
        for n, url in enumerate(urls)
    ]
    (folder / "feeds.yaml").write_text(yaml.safe_dump({"feeds": rows}))
    return blockwire(
        "--log-format", "json", "ingest", "--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8", *flags, cwd=folder
    )


@pytest.mark.shared
def test_gone_is_for_good_and_a_pause_is_kept(net: MiniInternet, tmp_path: Path) -> None:
    """Not even --all asks again; what moved is asked at its new place the next time."""
    urls = [f"http://{net.host(n)}/{kind}/{n}.xml" for n, kind in enumerate(("gone", "busy", "moved"))]
    net.reset()
    first = ingest(tmp_path, urls, "--all")
    assert (first.summary.feeds_ok, first.summary.feeds_failed) == (1, 2)
    assert {problem.reason for problem in first.summary.problems} == {"http_410", "http_429"}
    second = ingest(tmp_path, urls, "--all")
    assert (second.summary.feeds_due, second.summary.feeds_unchanged) == (1, 1)
    stats = net.stats()
    assert (stats["gone"], stats["busy_429"], stats["moved"]) == (1, 1, 1)


def test_the_delay_of_a_host_is_kept(tmp_path: Path) -> None:
    """Feed, robots.txt and pages of one host: each at least the delay after the one before."""
    delay = 0.3
    with tiny_site(articles=5) as site:
        (tmp_path / "feeds.yaml").write_text(site.feed_list())
        done = blockwire(
            "--log-format", "json", "ingest", "--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8",
            cwd=tmp_path, extra={"BLOCKWIRE_FETCH__PER_HOST_DELAY_S": str(delay)},
        )  # fmt: skip
    assert done.summary.items == 5, done.out
    times = [at for _, at in site.requests]
    assert len(times) == 7
    # The server notes a request a moment after it went out, and not always the same moment.
    assert all(later - earlier > delay * 0.9 for earlier, later in pairwise(times))
