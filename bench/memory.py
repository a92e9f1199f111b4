"""Whether a round over many articles needs more memory than one over few."""

from typing import Final

from bench import main_job
from bench.figures import Figure, Setting
from bench.mini_internet import mini_internet

FEEDS: Final = 50
FEW: Final = 2_000
MANY: Final = 20_000


def measure(setting: Setting) -> list[Figure]:
    """A round over each number of articles, once: the larger one takes many minutes."""
    few, many = (peak_mib(setting, articles) for articles in (FEW, MANY))
    return [
        Figure(f"peak memory at {FEW:,} articles, all processes (PSS)", few, "MiB", at_most=700),
        Figure(f"peak memory at {MANY:,} articles", many, "MiB", at_most=700),
        Figure(f"{MANY:,} to {FEW:,} articles", many / few, at_most=1.1),
    ]


def peak_mib(setting: Setting, articles: int) -> float:
    """The most that all processes of a round have together."""
    folder = setting.folder / str(articles)
    folder.mkdir()
    feeds = folder / "feeds.yaml"
    items = articles // FEEDS
    with mini_internet(folder, feeds=FEEDS, items=items, initial=items, hosts=FEEDS, corpus=setting.corpus) as net:
        main_job.write_feeds(net, feeds)
        return main_job.run(folder / "wire.sqlite", feeds).peak_mib
