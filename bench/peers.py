"""What users would take instead, over the same pages: programs that are measured only where they are installed."""

import importlib.util
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from bench.processes import run_python

NEWS_PLEASE = """
import sys
from newsplease import NewsPlease
print(sum(1 for one in NewsPlease.from_urls(open(sys.argv[1]).read().split()).values() if one))
"""


def measure(addresses: Sequence[str], folder: Path) -> dict[str, float]:
    """Seconds over all addresses by the name of the program. They are spared the feeds, and their pauses, as we are ours."""
    file = folder / "addresses.txt"
    file.write_text("\n".join(addresses), "utf-8")
    took = {}
    if importlib.util.find_spec("trafilatura"):
        took["trafilatura's command line"] = _trafilatura(file, folder)
    if importlib.util.find_spec("newsplease"):
        took["news-please"] = run_python(["-c", NEWS_PLEASE, str(file)]).seconds
    return took


def _trafilatura(addresses: Path, folder: Path) -> float:
    settings = (resources.files("trafilatura") / "settings.cfg").read_text("utf-8")
    config = folder / "trafilatura.cfg"
    config.write_text(
        settings.replace("SLEEP_TIME = 5.0", "SLEEP_TIME = 0").replace("SSRF_PROTECTION = on", "SSRF_PROTECTION = off")
    )
    flags = ["--parallel", "2", "--with-metadata", "--config-file", str(config)]
    return run_python(
        ["-m", "trafilatura.cli", "--input-file", str(addresses), "--output-dir", str(folder / "peer"), *flags]
    ).seconds
