"""The main job with a first look at each page, where one entry in twenty is relevant, and what the look costs in recall."""

import html
import json
import sqlite3
from pathlib import Path
from statistics import median

from bench import main_job
from bench.extraction import FEEDS, LATENCY, raw_ceiling
from bench.figures import Figure, Setting
from bench.mini_internet import mini_internet
from bench.shared_data import shared

RELEVANT = 1
"""The label of what is about internet censorship."""
MENU = (
    "<nav><a href='/'>Home</a> <a href='/world'>World</a> <a href='/sport'>Sport</a> <a href='/about'>About</a></nav>"
)


def measure(setting: Setting) -> list[Figure]:
    """By turns; one round without the look says what there is to be found."""
    folder, feeds, items = setting.folder, setting.folder / "feeds.yaml", setting.articles // FEEDS
    relevant = write_relevant(folder / "relevant")
    raw, raw_cpu, looked, idle = [], [], [], []
    with mini_internet(
        folder,
        feeds=FEEDS,
        items=items,
        initial=items,
        hosts=FEEDS,
        corpus=setting.corpus,
        extra=(LATENCY, f"-mix={relevant}", "-every=20"),
    ) as net:
        main_job.write_feeds(net, feeds)
        main_job.run(folder / "full.sqlite", feeds, first_look=False)
        for number in range(setting.runs):
            seconds, cpu_s = raw_ceiling(net, FEEDS * items)
            raw.append(seconds)
            raw_cpu.append(cpu_s)
            looked.append(main_job.run(folder / f"{number}.sqlite", feeds))
            idle.append(main_job.run(folder / f"{number}.sqlite", feeds))
    there, kept = items_of(folder / "full.sqlite"), items_of(folder / "0.sqlite")
    raw_s, whole_s = median(raw), median(run.seconds for run in looked)
    start_up_s = median(run.seconds for run in idle)
    return [
        Figure("raw aiohttp and two trafilatura processes", FEEDS * items / raw_s, "articles/s"),
        Figure("main job with a first look", FEEDS * items / whole_s, "articles/s"),
        Figure("first look to raw, start-up included", raw_s / whole_s, at_least=4, goal=5),
        Figure("first look to raw, beyond a round of known articles", raw_s / (whole_s - start_up_s)),
        Figure("first look to raw, CPU seconds", median(raw_cpu) / median(run.cpu_s for run in looked)),
        Figure("relevant items without the look", len(there), "items"),
        Figure("of these kept with it", 100 * len(there & kept) / len(there), "%", at_least=99.5),
        Figure("peak memory, all processes (PSS)", median(run.peak_mib for run in looked), "MiB"),
    ]


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
