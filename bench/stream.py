"""A stream over many feeds: how long from publication to the index, and that nothing is lost or twice when it is killed."""

import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.main_job import write_feeds
from bench.mini_internet import MiniInternet, mini_internet
from bench.shared_data import REPOSITORY
from blockwire.transforms.stores.opening import store_config

LOOK_S = 0.5
START_S = 180.0
"""The first look at every feed, on a busy machine."""


@dataclass
class Seen:
    """When articles were published and when they were found in the store, by feed; seconds of ``time.monotonic``."""

    published: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    indexed: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ids: set[str] = field(default_factory=set)

    def lags(self) -> list[float]:
        """Seconds from publication to index: the first published of a feed is the first indexed."""
        return [
            end - begin
            for feed, begins in self.published.items()
            for begin, end in zip(begins, self.indexed[feed], strict=False)
        ]

    @property
    def missing(self) -> int:
        """Published and not in the store."""
        return sum(len(begins) - len(self.indexed[feed]) for feed, begins in self.published.items())


def settings_for(interval_s: float) -> dict[str, str]:
    """Every feed is polled at this interval, and its pages without pauses."""
    return {
        "BLOCKWIRE_POLLING__NEWSWIRE_FLOOR_S": str(interval_s),
        "BLOCKWIRE_POLLING__FLOOR_S": str(interval_s),
        "BLOCKWIRE_POLLING__CEILING_S": str(interval_s),
        "BLOCKWIRE_POLLING__BACKOFF_BASE_S": str(interval_s),
        "BLOCKWIRE_FETCH__PER_HOST_DELAY_S": "0",
    }


@contextmanager
def streaming(folder: Path, environment: Mapping[str, str], *flags: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A stream as a user runs it, over ``feeds.yaml`` into ``stream.sqlite``; killed when the block ends, if it still runs."""
    command = [sys.executable, "-m", "blockwire.pipelines", "stream", "--store", "sqlite:///stream.sqlite"]
    command += ["--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8", *flags]
    path = os.pathsep.join((str(REPOSITORY / ".ci" / "path"), os.environ.get("PYTHONPATH", "")))
    with (folder / "stream.log").open("ab") as log:
        job = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment, "PYTHONPATH": path}, stdout=log, stderr=log
        )
    try:
        yield job
    finally:
        job.kill()
        job.wait()


def look(folder: Path, seen: Seen) -> None:
    """Notes what has come into the store."""
    if not (folder / "stream.sqlite").exists():
        return
    with store_config(f"sqlite:///{folder}/stream.sqlite", {}).open() as store:
        now = time.monotonic()
        for fate in store.fates():
            if fate.id not in seen.ids:
                seen.ids.add(fate.id)
                seen.indexed[fate.feed_id].append(now)


def measure(
    folder: Path,
    *,
    feeds: int = 200,
    interval_s: float = 15,
    seconds: float = 60,
    kills: int = 0,
    flags: Sequence[str] = (),
) -> dict[str, float]:
    """Publishes an article in a feed every now and then, and waits for each.

    Args:
        folder: to work in.
        feeds: how many, each on a host of its own.
        interval_s: at which each is polled.
        seconds: for which articles are published, one a second on average.
        kills: how often the stream is killed meanwhile, and started again.
        flags: more for the stream.
    """
    folder.mkdir(exist_ok=True)
    with mini_internet(
        folder, feeds=feeds, items=8, initial=1, hosts=feeds, extra=("-latency=100ms", "-gzip=false")
    ) as net:
        write_feeds(net, folder / "feeds.yaml")
        seen = Seen(published={f"feed-{n}": [time.monotonic()] for n in range(feeds)})
        for part in range(kills + 1):
            with streaming(folder, settings_for(interval_s), *flags) as job:
                _wait_for_all(folder, seen, job, START_S)
                if part == 0:
                    seen = Seen(published=defaultdict(list), ids=seen.ids)
                _publish(net, folder, seen, seconds / (kills + 1))
                if part == kills:
                    _wait_for_all(folder, seen, job, interval_s + START_S)
                    job.send_signal(signal.SIGTERM)
                    status = job.wait(START_S)
        figures = {"stream_status": float(status), "stream_missing": float(seen.missing)}
    lags = seen.lags()
    extra = sum(len(ends) for ends in seen.indexed.values()) - len(lags)
    return figures | {
        "stream_articles": len(lags),
        "stream_twice": extra,
        "stream_lag_s": statistics.median(lags),
        "stream_lag_p95_s": statistics.quantiles(lags, n=20)[-1],
        "stream_interval_s": interval_s,
    }


def _publish(net: MiniInternet, folder: Path, seen: Seen, seconds: float) -> None:
    chance = random.Random(7)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = chance.randrange(net.feeds)
        seen.published[f"feed-{number}"].append(time.monotonic())
        net.publish(number, 1)
        for _ in range(2):
            time.sleep(LOOK_S)
            look(folder, seen)


def _wait_for_all(folder: Path, seen: Seen, job: "subprocess.Popen[bytes]", bound_s: float) -> None:
    deadline = time.monotonic() + bound_s
    while seen.missing and time.monotonic() < deadline:
        if job.poll() is not None:
            raise RuntimeError(f"the stream ended: {(folder / 'stream.log').read_text()[-2000:]}")
        time.sleep(LOOK_S)
        look(folder, seen)
