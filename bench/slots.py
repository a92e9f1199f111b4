"""Two task slots of Flink against one, on pages that take long to extract."""

import random
from pathlib import Path
from statistics import median
from typing import Final

from bench import main_job
from bench.figures import Figure, Setting
from bench.flink import flink, job_flags, worker_pool
from bench.mini_internet import mini_internet
from blockwire.schemas import Fate
from blockwire.transforms.stores.opening import store_config

PAGES: Final = 240
"""Each of a feed and a host of its own: hosts are what is shared out. With half as many a run said little."""
PARAGRAPHS: Final = 1_500
"""So many take about .3 s to extract; all the rest that is done for a page takes .02 s."""
A_SLOT: Final = {"BLOCKWIRE_EXTRACTION__WORKERS": "1", "BLOCKWIRE_EXTRACTION__MAX_TEXT_CHARS": "3000"}
"""One extraction process for each slot. What is judged of a text is bounded: it is extraction that is measured."""
KEPT: Final = ("--environment_cache_millis", "10000")
"""Workers stay from one step of a round to the next."""
TEXT: Final = (
    "the council said on Monday that a new road through the valley would open next spring after years of delay and that people of"
    " both villages had been asked what they thought of its noise"
)


def measure(setting: Setting) -> list[Figure]:
    """By turns; what a round costs that finds nothing new (start of Python, of the job and of the workers) is taken away."""
    folder, feeds = setting.folder, setting.folder / "feeds.yaml"
    corpus = setting.corpus or write_long_pages(folder / "pages")
    whole: dict[int, list[float]] = {1: [], 2: []}
    idle: dict[int, list[float]] = {1: [], 2: []}
    with (
        mini_internet(folder, feeds=PAGES, items=1, initial=1, hosts=PAGES, corpus=corpus) as net,
        flink(folder) as endpoint,
        worker_pool(folder) as (workers, _pool),
    ):
        main_job.write_feeds(net, feeds)
        for number in range(setting.runs):
            for slots in (1, 2):
                store, flags = folder / f"{number}-{slots}.sqlite", (*job_flags(endpoint, slots, workers), *KEPT)
                for seconds in (whole, idle):
                    run = main_job.run(store, feeds, *flags, first_look=False, extra=A_SLOT)
                    seconds[slots].append(run.seconds)
                _check(store)
    took = {slots: median(whole[slots]) - median(idle[slots]) for slots in (1, 2)}
    return [
        Figure("one slot", PAGES / took[1], "pages/s"),
        Figure("two slots", PAGES / took[2], "pages/s"),
        Figure("two slots to one", took[1] / took[2], at_least=1.7),
        Figure("two slots to one, start-up included", median(whole[1]) / median(whole[2])),
        Figure("a round that finds nothing new", median(idle[2]), "s"),
    ]


def write_long_pages(folder: Path) -> Path:
    """Made-up articles of many paragraphs."""
    folder.mkdir()
    chance, words = random.Random(7), TEXT.split()
    for number in range(10):
        body = "".join(f"<p>{' '.join(chance.choices(words, k=60))}.</p>" for _ in range(PARAGRAPHS))
        title = f"Road report {number}"
        page = f"<!doctype html><html lang='en'><title>{title}</title><article><h1>{title}</h1>{body}</article></html>"
        (folder / f"{number}.html").write_text(page, "utf-8")
    return folder


def _check(file: Path) -> None:
    with store_config(f"sqlite:///{file}", {}).open() as store:
        read = [fate for fate in store.fates() if fate.fate is not Fate.DEAD_LETTER]
    if len(read) != PAGES:
        raise RuntimeError(f"of {PAGES} pages {len(read)} were extracted")
