"""The main job with a first look at each page, where one entry in twenty is relevant, and what the look costs in recall.

A round's start and end take the same few seconds however much it fetches, and a look is short: so there are two sizes, that of the
other parts and ten times it. The line is for the smaller one. The raw form's start is not counted, and from
two thousand articles on its pace stays.
"""

import html
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench import main_job
from bench.extraction import FEEDS, LATENCY, raw_ceiling
from bench.figures import Figure, Setting
from bench.mini_internet import MiniInternet, mini_internet
from bench.shared_data import shared

RELEVANT = 1
"""The label of what is about internet censorship."""
LARGER = 10
"""The larger round has so many times the articles."""
MENU = (
    "<nav><a href='/'>Home</a> <a href='/world'>World</a> <a href='/sport'>Sport</a> <a href='/about'>About</a></nav>"
)


def measure(setting: Setting) -> list[Figure]:
    """By turns; one round without the look says what there is to be found."""
    folder, few = setting.folder, setting.articles // FEEDS * FEEDS
    relevant = write_relevant(folder / "relevant")
    raw, raw_cpu, looked, idle, larger = [], [], [], [], []
    with _internet(setting, relevant, few) as (net, feeds), _internet(setting, relevant, LARGER * few) as (_, many):
        main_job.run(folder / "full.sqlite", feeds, first_look=False)
        for number in range(setting.runs):
            seconds, cpu_s = raw_ceiling(net, few)
            raw.append(seconds)
            raw_cpu.append(cpu_s)
            looked.append(main_job.run(folder / f"{number}.sqlite", feeds))
            idle.append(main_job.run(folder / f"{number}.sqlite", feeds))
            larger.append(main_job.run(folder / f"larger-{number}.sqlite", many))
    there, kept = items_of(folder / "full.sqlite"), items_of(folder / "0.sqlite")
    raw_s, whole_s = median(raw), median(run.seconds for run in looked)
    start_up_s, larger_s = median(run.seconds for run in idle), median(run.seconds for run in larger)
    return [
        Figure("raw aiohttp and two trafilatura processes", few / raw_s, "articles/s"),
        Figure(f"main job with a first look, {few:,} articles", few / whole_s, "articles/s"),
        Figure("first look to raw, start-up included", raw_s / whole_s, at_least=4, goal=5),
        Figure("first look to raw, beyond a round of known articles", raw_s / (whole_s - start_up_s)),
        Figure("first look to raw, CPU seconds", median(raw_cpu) / median(run.cpu_s for run in looked)),
        Figure(f"main job with a first look, {LARGER * few:,} articles", LARGER * few / larger_s, "articles/s"),
        Figure("first look to raw there, start-up included", LARGER * raw_s / larger_s),
        Figure("relevant items without the look", len(there), "items"),
        Figure("of these kept with it", 100 * len(there & kept) / len(there), "%", at_least=99.5),
        Figure("peak memory there, all processes (PSS)", median(run.peak_mib for run in larger), "MiB"),
    ]


@contextmanager
def _internet(setting: Setting, relevant: Path, articles: int) -> Iterator[tuple[MiniInternet, Path]]:
    """One with so many articles, and the feed list for it."""
    folder, items = setting.folder / f"internet-{articles}", articles // FEEDS
    folder.mkdir()
    feeds = folder / "feeds.yaml"
    mix = (LATENCY, f"-mix={relevant}", "-every=20")
    with mini_internet(
        folder, feeds=FEEDS, items=items, initial=items, hosts=FEEDS, corpus=setting.corpus, extra=mix
    ) as net:
        main_job.write_feeds(net, feeds)
        yield net, feeds


def write_relevant(folder: Path) -> Path:
    """Pages of the labelled items that are about internet censorship."""
    folder.mkdir()
    for line in shared("labels", "dev.jsonl").read_text("utf-8").strip().split("\n"):
        item = json.loads(line)
        if item["label"] != RELEVANT:
            continue
        title = html.escape(item["title"])
        body = "".join(f"<p>{html.escape(part)}</p>" for part in item["text"].split("\n") if part.strip())
        page = (
            f"<!doctype html><html lang='{item['language']}'><head><meta charset='utf-8'><title>{title}</title></head>"
            f"<body>{MENU}<article><h1>{title}</h1>{body}</article></body></html>"
        )
        (folder / f"{item['id']}.html").write_text(page, "utf-8")
    return folder


def items_of(store: Path) -> set[str]:
    """The ids of the items in a store's file."""
    with sqlite3.connect(store) as opened:
        return {str(row[0]) for row in opened.execute("SELECT id FROM items")}
