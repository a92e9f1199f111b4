"""The main job with everything extracted, and what users would take instead, on the same pages."""

from statistics import median
from typing import Final

from bench import main_job, peers
from bench.figures import Figure, Setting
from bench.mini_internet import MiniInternet, mini_internet
from bench.processes import run_python

FEEDS: Final = 50
LATENCY: Final = "-latency=100ms"


def measure(setting: Setting) -> list[Figure]:
    """By turns, so that a noisy minute hits all of them; after the first round nothing is new in a second one."""
    folder, feeds, items = setting.folder, setting.folder / "feeds.yaml", setting.articles // FEEDS
    raw, raw_cpu, rounds, idle = [], [], [], []
    with mini_internet(
        folder, feeds=FEEDS, items=items, initial=items, hosts=FEEDS, corpus=setting.corpus, extra=(LATENCY,)
    ) as net:
        main_job.write_feeds(net, feeds)
        for number in range(setting.runs):
            seconds, cpu_s = raw_ceiling(net, FEEDS * items)
            raw.append(seconds)
            raw_cpu.append(cpu_s)
            store = folder / f"{number}.sqlite"
            rounds.append(main_job.run(store, feeds, first_look=False))
            idle.append(main_job.run(store, feeds))
        others = (
            peers.measure([net.article_url(f, n) for f in range(FEEDS) for n in range(items)], folder)
            if setting.peers
            else {}
        )
    raw_s, whole_s = median(raw), median(run.seconds for run in rounds)
    start_up_s = median(run.seconds for run in idle)
    return [
        Figure("raw aiohttp and two trafilatura processes", FEEDS * items / raw_s, "articles/s"),
        Figure("main job into SQLite, start-up included", FEEDS * items / whole_s, "articles/s"),
        Figure("main job to raw, start-up included", raw_s / whole_s, at_least=0.70, goal=0.95),
        Figure("main job to raw, beyond a round of known articles", raw_s / (whole_s - start_up_s)),
        Figure("main job to raw, CPU seconds", median(raw_cpu) / median(run.cpu_s for run in rounds)),
        Figure("peak memory, all processes (PSS)", median(run.peak_mib for run in rounds), "MiB"),
        *(Figure(f"main job to {name}", seconds / whole_s) for name, seconds in others.items()),
    ]


def raw_ceiling(net: MiniInternet, articles: int) -> tuple[float, float]:
    """The seconds and CPU seconds of the raw form over all articles.

    Raises:
        RuntimeError: where it did not get all of them.
    """
    run = run_python(["-m", "bench.raw_ceiling", *(net.feed_url(n) for n in range(net.feeds))])
    found, seconds = run.output.split()
    if int(found) != articles:
        raise RuntimeError(f"the raw form fetched {found} articles of {articles}")
    return float(seconds), run.cpu_s
