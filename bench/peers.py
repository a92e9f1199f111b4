"""What users would take instead, over the same pages: programs that are measured only where they are installed."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

from bench.processes import run_python

PYTHON: Final = "BLOCKWIRE_BENCH_NEWS_PLEASE"
"""Names the Python that has news-please, where that is an environment of its own."""
NEWS_PLEASE: Final = """
import sys
from newsplease import NewsPlease
addresses = open(sys.argv[1]).read().split()
# Without a timeout of its own every article comes back empty (1.6.16).
found = NewsPlease.from_urls(addresses, request_args={"timeout": 60}, fetch_images=False)
print(sum(1 for one in found.values() if one))
"""


def measure(addresses: Sequence[str], folder: Path) -> dict[str, float]:
    """Seconds over all addresses by the name of the program. They are spared the feeds, and their pauses, as we are ours.

    Raises:
        subprocess.CalledProcessError: where a program does not end well.
        RuntimeError: where news-please does not read nearly all of the articles.
    """
    file = folder / "addresses.txt"
    file.write_text("\n".join(addresses), "utf-8")
    took = {}
    if importlib.util.find_spec("trafilatura"):
        took["trafilatura's command line"] = _trafilatura(file, folder)
    python = os.environ.get(PYTHON, sys.executable)
    if subprocess.run([python, "-c", "import newsplease"], capture_output=True, check=False).returncode == 0:
        took["news-please"] = _news_please(file, len(addresses), python)
    return took


def _news_please(addresses: Path, wanted: int, python: str) -> float:
    run = run_python(["-c", NEWS_PLEASE, str(addresses)], python=python)
    found = int(run.output.split()[-1])
    if found < 0.9 * wanted:
        raise RuntimeError(f"news-please read {found} articles of {wanted}")
    return run.seconds


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
