"""``python -m bench``: measures the wire against baselines in the same run, on this machine."""

import importlib
import json
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bench.figures import Figure, Setting
from bench.page import write_page
from bench.shared_data import NotHereError

PARTS = {
    "extraction": "the main job that extracts everything, against aiohttp and two trafilatura processes",
    "gate": "the same with a first look, where one entry in twenty is relevant",
    "no_news": "a round over 300 feeds that say nothing new",
    "unchanged": "a thousand unchanged feeds, against a bare client",
    "bulk": "writing to Elasticsearch, against the client's own way",
    "classification": "judging articles, against extracting them",
    "memory": "all processes together, at 2,000 and at 20,000 articles",
    "events": "grouping 200 new items where 100,000 are stored",
    "stream": "a stream over 200 feeds on Prism: publication to index and to alert, also where it is killed",
    "slots": "two task slots of Flink against one, on pages that take long to extract",
    "browse": "pages of blockwire browse over 200,000 items",
}
"""What can be measured: the module of ``bench`` that has ``measure(setting)``, and what it says."""
LONG = ("memory", "events", "stream", "slots", "browse")
"""Left out where nothing is asked for by name."""

EPILOG = """\b
Examples:
  python -m bench --json docs/benchmarks.json             all but the long ones, and the page of docs/
  python -m bench --only bulk --runs 5                    one part
  python -m bench --only memory --json docs/benchmarks.json
  python -m bench --only extraction --peers --corpus ~/pages

\b
Parts:
""" + "\n".join(f"  {name:16}{said}" for name, said in PARTS.items())


@click.command(epilog=EPILOG)
@click.option("--only", multiple=True, type=click.Choice(list(PARTS)), help="This part; may be given again.")
@click.option("--runs", default=3, show_default=True, help="Runs of each measurement; medians are reported.")
@click.option(
    "--articles",
    default=2_000,
    show_default=True,
    help="Articles of extraction and gate; fewer weigh the start-up more.",
)
@click.option(
    "--corpus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Pages to serve (*.html, *.html.gz); else those of the shared data.",
)
@click.option("--peers", is_flag=True, help="Also measure trafilatura's command line and news-please, where installed.")
@click.option("--elasticsearch", metavar="URL", help="A running server to write in bulk to; else one is started.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the figures in this file, beside those of other parts, and make benchmarks.md and benchmarks.svg beside it.",
)
def main(
    only: tuple[str, ...],
    runs: int,
    articles: int,
    corpus: Path | None,
    peers: bool,
    elasticsearch: str | None,
    json_file: Path | None,
) -> None:
    """Measures blockwire and its baselines by turns, in the same run, and prints ratios beside the lines they have to hold."""
    kept: dict[str, Any] = json.loads(json_file.read_text("utf-8")) if json_file and json_file.exists() else {}
    for name in only or [part for part in PARTS if part not in LONG]:
        with tempfile.TemporaryDirectory(prefix="blockwire-bench-") as folder:
            try:
                figures = importlib.import_module(f"bench.{name}").measure(
                    Setting(Path(folder), runs, articles, corpus, elasticsearch, peers)
                )
            except NotHereError as absent:
                click.echo(f"{name}: left out: {absent}", err=True)
                continue
        show(PARTS[name], figures)
        kept[name] = {
            "title": PARTS[name],
            "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "runs": runs,
            "cores": len(os.sched_getaffinity(0)),
            "load": round(os.getloadavg()[2], 1),
            "figures": [figure.as_json() for figure in figures],
        }
        if json_file:
            json_file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            write_page(kept, json_file.with_suffix(".md"))


def show(title: str, figures: Sequence[Figure]) -> None:
    """Prints a table."""
    table = Table(title=title[0].upper() + title[1:], title_justify="left")
    for heading in ("", "measured", "line"):
        table.add_column(heading)
    for figure in figures:
        held = figure.margin is None or figure.margin >= 1
        table.add_row(figure.name, figure.shown, figure.line if held else f"[red]{figure.line}[/red]")
    Console().print(table)


if __name__ == "__main__":
    main()
