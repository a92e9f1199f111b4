"""A round in which no feed says anything new: what most rounds are, and so what an hour of waiting costs."""

from statistics import median
from typing import Final

from bench import main_job
from bench.figures import Figure, Setting
from bench.mini_internet import mini_internet
from bench.processes import Run, run_python

FEEDS: Final = 300


def measure(setting: Setting) -> list[Figure]:
    """Seconds beyond importing Beam, which is measured in turn with the rounds."""
    folder, feeds, store = setting.folder, setting.folder / "feeds.yaml", setting.folder / "wire.sqlite"
    imports, rounds, idle = [], [], []
    with mini_internet(folder, feeds=FEEDS, items=1, initial=0, hosts=FEEDS // 2, corpus=setting.corpus) as net:
        main_job.write_feeds(net, feeds)
        main_job.run(store, feeds)
        for _ in range(setting.runs):
            imports.append(run_python(["-c", "import apache_beam"]))
            net.reset()
            rounds.append(main_job.run(store, feeds))
            if net.stats()["feed_304"] != FEEDS:
                raise RuntimeError(f"not all feeds answered 304: {net.stats()}")
            idle.append(main_job.run(store, feeds, "--only", "feed-0"))
    beam_s, beam_cpu_s = median(run.seconds for run in imports), median(run.cpu_s for run in imports)
    return [
        Figure("importing Beam", beam_s, "s"),
        Figure(
            "round over 300 unchanged feeds, beyond importing Beam", _beyond(rounds, beam_s), "s", at_most=5, goal=3
        ),
        Figure("the same in CPU seconds", median(run.cpu_s for run in rounds) - beam_cpu_s, "s"),
        Figure("round over one unchanged feed, beyond importing Beam", _beyond(idle, beam_s), "s"),
        Figure("peak memory, all processes (PSS)", median(run.peak_mib for run in rounds), "MiB"),
    ]


def _beyond(rounds: list[Run], beam_s: float) -> float:
    seconds: float = median(run.seconds for run in rounds)
    return seconds - beam_s
