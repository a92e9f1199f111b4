"""``python -m bench``: measures the main job against the raw ceiling, in the same run, on this machine."""

import json
import statistics
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench import bulk, main_job, raw_ceiling, unchanged_feeds
from bench.mini_internet import MiniInternet, mini_internet


@click.command()
@click.option("--feeds", default=50, show_default=True, help="Feeds of the mini internet.")
@click.option("--items", default=10, show_default=True, help="Items of each feed.")
@click.option("--runs", default=3, show_default=True, help="Runs of each measurement; medians are reported.")
@click.option("--only", type=click.Choice(["rounds", "unchanged", "bulk"]), help="Only this part.")
@click.option("--elasticsearch", metavar="URL", help="A running server to write in bulk to; else one is started.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(
    feeds: int, items: int, runs: int, only: str | None, elasticsearch: str | None, json_file: Path | None
) -> None:
    """Measures: raw fetching and extraction, the main job into SQLite, the same with a first look, the same with nothing
    new, a thousand unchanged feeds, writing to Elasticsearch in bulk."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        if only in (None, "rounds"):
            figures |= measure_rounds(Path(scratch), feeds, items, runs)
        if only in (None, "unchanged"):
            figures |= unchanged_feeds.measure(Path(scratch) / "unchanged", runs)
    if only in (None, "bulk"):
        figures |= bulk.measure(runs, elasticsearch)
    if json_file:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    show(figures)


def measure_rounds(folder: Path, feeds: int, items: int, runs: int) -> dict[str, float]:
    """The figures of rounds over a mini internet."""
    with mini_internet(folder, feeds=feeds, items=items, initial=items, hosts=feeds, extra=("-latency=100ms",)) as net:
        return measure(net, folder, runs, feeds * items)


def measure(net: MiniInternet, folder: Path, runs: int, articles: int) -> dict[str, float]:
    """The figures, medians of the runs; the measurements take turns, so that a noisy minute hits all of them."""
    feeds = folder / "feeds.yaml"
    main_job.write_feeds(net, feeds)
    raw, full, looked, unchanged = [], [], [], []
    for number in range(runs):
        found, seconds = raw_ceiling.run([net.feed_url(n) for n in range(net.feeds)])
        if found != articles:
            raise RuntimeError(f"the raw form fetched {found} articles of {articles}")
        raw.append(seconds)
        store = f"sqlite:///{folder}/{number}.sqlite"
        full.append(main_job.run(store, feeds, first_look=False))
        unchanged.append(main_job.run(store, feeds))
        looked.append(main_job.run(f"sqlite:///{folder}/{number}-looked.sqlite", feeds))
    start_up = statistics.median(run.seconds for run in unchanged)
    whole = statistics.median(run.seconds for run in full)
    raw_rate = articles / statistics.median(raw)
    return {
        "articles": articles,
        "raw_articles_per_s": raw_rate,
        "full_articles_per_s": articles / whole,
        "full_to_raw": articles / whole / raw_rate,
        "full_beyond_start_up_to_raw": articles / (whole - start_up) / raw_rate,
        "first_look_to_raw": articles / statistics.median(run.seconds for run in looked) / raw_rate,
        "unchanged_round_s": start_up,
        "full_peak_mib": statistics.median(run.peak_mib for run in full),
    }


def show(figures: dict[str, float]) -> None:
    """Prints a table."""
    table = Table(show_header=False)
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
