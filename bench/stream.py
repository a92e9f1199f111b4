"""A stream over many feeds: how long from publication to the index and to an alert, and that nothing is lost or twice when it is killed."""

import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from bench.block_news import Desk, desk, write_block_news
from bench.figures import Figure, Setting
from bench.main_job import write_feeds
from bench.mini_internet import MiniInternet, mini_internet
from bench.shared_data import REPOSITORY, NotHereError
from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.pipelines.engines import RUNS, NoEngine, find_prism
from blockwire.transforms.stores.contract import Store
from blockwire.transforms.stores.opening import store_config

ADDED_S: Final = 10.0
"""What the wire may add to the interval."""
LOOK_S: Final = 0.5
START_S: Final = 180.0
"""The first look at every feed, and the last, on a busy machine."""
ARTICLES: Final = 16
"""That a feed has in all; the first is there from the beginning."""
ABOUT_BLOCKS: Final = 3
"""One article in so many."""


class StandsStill(RuntimeError):
    """Nothing at all came from a stream within ``START_S``."""


@dataclass(frozen=True)
class Trial:
    """What is tried."""

    feeds: int = 200
    """Each on a host of its own."""
    interval_s: float = 15.0
    """At which each is polled."""
    seconds: float = 80.0
    """For which articles are published, one a second, whether the stream runs or not."""
    kills: int = 0
    """How often the stream is killed meanwhile, and started again at once."""
    store: str | None = None
    """None for an SQLite file."""
    corpus: Path | None = None
    """Pages to serve, besides those about blocks; None for those of the shared data."""
    flags: Sequence[str] = ()
    """More for the stream."""

    @property
    def bound_s(self) -> float:
        """What 95 of 100 articles may take from publication to the index."""
        return self.interval_s + ADDED_S


@dataclass
class Found:
    """What came of it. Moments are seconds of ``time.monotonic``; articles are known by their paths."""

    published: dict[str, float] = field(default_factory=dict)
    indexed: dict[str, float] = field(default_factory=dict)
    alerted: dict[str, float] = field(default_factory=dict)
    """When an alert came that has the article as evidence."""
    twice: int = 0
    """Fates of articles that had one."""
    alerts_twice: int = 0
    down: list[tuple[float, float]] = field(default_factory=list)
    """From each kill until the next stream polled."""
    status: int | None = None
    """With which the stream ended, when it was told to."""

    @property
    def missing(self) -> int:
        """Published and not in the store."""
        return len(self.published.keys() - self.indexed.keys())

    @property
    def lags(self) -> list[float]:
        """Seconds from publication to index, of all articles."""
        return _lags(self.published, self.indexed)

    @property
    def undisturbed_lags(self) -> list[float]:
        """The same, of articles that no kill came between, nor a start."""
        published = {
            path: at
            for path, at in self.published.items()
            if not any(at < up and self.indexed.get(path, at) > killed for killed, up in self.down)
        }
        return _lags(published, self.indexed)

    @property
    def alert_lags(self) -> list[float]:
        """Seconds from publication to alert."""
        return _lags(self.published, self.alerted)


def _lags(begins: Mapping[str, float], ends: Mapping[str, float]) -> list[float]:
    return [ends[path] - at for path, at in begins.items() if path in ends]


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 are below."""
    return statistics.quantiles(values, n=20)[-1]


def measure(setting: Setting) -> list[Figure]:
    """The articles of all runs together: of a stream that goes on, and of one that is killed twice."""
    try:
        flags = ("--prism_location", str(find_prism()))
    except NoEngine as absent:
        raise NotHereError(str(absent)) from absent
    going, killed = (
        [
            try_out(setting.folder / f"{kills}-{n}", Trial(kills=kills, corpus=setting.corpus, flags=flags))
            for n in range(setting.runs)
        ]
        for kills in (0, 2)
    )
    lags, alert_lags = _of_all(going, "lags"), _of_all(going, "alert_lags")
    all_lags, undisturbed = _of_all(killed, "lags"), _of_all(killed, "undisturbed_lags")
    published = sum(len(one.published) for one in killed)
    lost, twice = sum(one.missing for one in killed), sum(one.twice for one in killed)
    bound_s = Trial().bound_s
    return [
        Figure("publication to index, 200 feeds polled each 15 s, median", statistics.median(lags), "s"),
        Figure("the same, 95 of 100 articles", p95(lags), "s", at_most=bound_s),
        Figure("publication to alert, median", statistics.median(alert_lags), "s"),
        Figure("the same, 95 of 100 articles", p95(alert_lags), "s"),
        Figure("killed twice in 80 s: publication to index, 95 of 100", p95(all_lags), "s", at_most=bound_s),
        Figure("the same, of articles that no kill came between", p95(undisturbed), "s", at_most=bound_s),
        Figure("from a kill to the next poll", statistics.median(_downtimes(killed)), "s"),
        Figure("published articles that are stored, once", 100 * (1 - (lost + twice) / published), "%", at_least=100),
    ]


def _of_all(found: Sequence[Found], name: str) -> list[float]:
    return [lag for one in found for lag in getattr(one, name)]


def _downtimes(found: Sequence[Found]) -> list[float]:
    return [up - killed for one in found for killed, up in one.down]


def try_out(folder: Path, trial: Trial) -> Found:
    """Publishes articles at random feeds, kills the stream and starts it again, and waits until all are indexed.

    Raises:
        StandsStill: where a stream does nothing.
    """
    folder.mkdir()
    news = write_block_news(folder / "news")
    extra = ("-latency=100ms", "-gzip=false", f"-mix={news}", f"-every={ABOUT_BLOCKS}")
    with (
        desk() as receiver,
        mini_internet(
            folder,
            feeds=trial.feeds,
            items=ARTICLES,
            initial=1,
            hosts=trial.feeds,
            corpus=trial.corpus,
            extra=extra,
        ) as net,
        store_config(trial.store or f"sqlite:///{folder}/stream.sqlite", load_mappings()).open() as store,
    ):
        write_feeds(net, folder / "feeds.yaml")
        return _Try(folder, trial, net, receiver, store).found()


@dataclass
class _Try:
    """A trial that goes on."""

    folder: Path
    trial: Trial
    net: MiniInternet
    desk: Desk
    store: Store
    shown: Counter[int] = field(default_factory=Counter)
    """The newest article of each feed."""
    fates: set[str] = field(default_factory=set)
    """Ids of those seen."""
    killed: float | None = None
    """Since when it is down; None while it polls."""
    result: Found = field(default_factory=Found)

    def found(self) -> Found:
        chance = random.Random(7)
        for part in range(self.trial.kills + 1):
            if part:
                self.killed = self.killed or time.monotonic()
                self.net.reset()
            begun = self._begun()
            with self._streaming() as job:
                if part == 0:
                    self._wait(job, lambda: len(self.result.indexed) == self.trial.feeds)
                self._publish(chance, self.trial.seconds / (self.trial.kills + 1))
                if part == self.trial.kills:
                    self._wait(job, partial(self._through, begun))
                    job.send_signal(signal.SIGTERM)
                    self.result.status = job.wait(START_S)
        self._listen()
        return self.result

    @contextmanager
    def _streaming(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A stream as a user runs it; killed when the block ends, if it still runs."""
        command = [sys.executable, "-m", "blockwire.pipelines", "stream", "--feeds", "feeds.yaml"]
        command += ["--store", self.trial.store or "sqlite:///stream.sqlite", "--allow-address", "127.0.0.0/8"]
        with (self.folder / "stream.log").open("ab") as log:
            job = subprocess.Popen(
                [*command, *self.trial.flags], cwd=self.folder, env=self._environment(), stdout=log, stderr=log
            )
        try:
            yield job
        finally:
            job.kill()
            job.wait()

    def _through(self, begun: int) -> bool:
        """Whether all is indexed, and one more stream runs: workers of an engine may do all of it for the one that was killed before."""
        return not self.result.missing and self._begun() > begun

    def _begun(self) -> int:
        """How many of the streams said that they run."""
        log = self.folder / "stream.log"
        return log.read_bytes().count(RUNS.encode()) if log.exists() else 0

    def _environment(self) -> dict[str, str]:
        """Every feed is polled at the interval, its pages without pauses; alerts go to the desk."""
        interval = str(self.trial.interval_s)
        channel = {"id": "desk", "kind": "webhook", "url_env": "DESK_URL"}
        polling = ("NEWSWIRE_FLOOR_S", "FLOOR_S", "CEILING_S", "BACKOFF_BASE_S")
        return {
            **os.environ,
            **{f"BLOCKWIRE_POLLING__{name}": interval for name in polling},
            "BLOCKWIRE_FETCH__PER_HOST_DELAY_S": "0",
            "BLOCKWIRE_ALERTS__CHANNELS": json.dumps([channel]),
            "DESK_URL": self.desk.url,
            "PYTHONPATH": os.pathsep.join((str(REPOSITORY / ".ci" / "path"), os.environ.get("PYTHONPATH", ""))),
        }

    def _publish(self, chance: random.Random, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            feed = chance.choice([n for n in range(self.trial.feeds) if self.shown[n] + 1 < ARTICLES])
            self.shown[feed] += 1
            self.result.published[f"/a/{feed}/{self.shown[feed]}/"] = time.monotonic()
            self.net.publish(feed, 1)
            for _ in range(2):
                time.sleep(LOOK_S)
                self._look()

    def _wait(self, job: "subprocess.Popen[bytes]", there: Callable[[], bool]) -> None:
        deadline, before = time.monotonic() + START_S, len(self.fates)
        while not there():
            if time.monotonic() > deadline:
                if len(self.fates) == before:
                    raise StandsStill((self.folder / "stream.log").read_text("utf-8", "replace")[-2000:])
                return
            if job.poll() is not None:
                raise RuntimeError(f"the stream ended: {(self.folder / 'stream.log').read_text()[-2000:]}")
            time.sleep(LOOK_S)
            self._look()

    def _look(self) -> None:
        """Notes what has come into the store, and whether the stream polls again."""
        now, indexed = time.monotonic(), self.result.indexed
        for fate in self.store.fates():
            if fate.id not in self.fates:
                self.fates.add(fate.id)
                path = _path(fate.url or "")
                self.result.twice += path in indexed
                indexed[path] = now
        if self.killed is not None and any(name.startswith("feed_") and n for name, n in self.net.stats().items()):
            self.result.down.append((self.killed, now))
            self.killed = None

    def _listen(self) -> None:
        """Notes what the desk was told."""
        keys = set()
        for at, key, said in self.desk.messages:
            self.result.alerts_twice += key in keys
            keys.add(key)
            for alert in said["alerts"]:
                for one in alert["event"]["evidence"]:
                    self.result.alerted.setdefault(_path(one["url"]), at)


def _path(url: str) -> str:
    """Of an article's address, what tells it from others."""
    found = re.search(r"/a/\d+/\d+/", url)
    return found[0] if found else url
