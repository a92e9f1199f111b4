"""The main job as a user runs it, timed as a whole process."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from bench.mini_internet import MiniInternet
from bench.processes import Run, run_python


def write_feeds(net: MiniInternet, file: Path) -> None:
    """The feeds of a mini internet as a feed list."""
    feeds = [
        {
            "id": f"feed-{n}",
            "name": f"Feed {n}",
            "url": net.feed_url(n),
            "owner": f"o{n}",
            "kind": "newswire",
            "languages": ["en"],
        }
        for n in range(net.feeds)
    ]
    file.write_text(yaml.safe_dump({"feeds": feeds}), encoding="utf-8")


def run(store: Path, feeds: Path, *flags: str, first_look: bool = True, extra: Mapping[str, str] | None = None) -> Run:
    """One round over all feeds into a SQLite file, or as more flags and settings say; without a first look every page is extracted in full.

    Raises:
        subprocess.CalledProcessError: where it does not end well.
    """
    command = ["-m", "blockwire.pipelines", "--log-format", "json", "ingest", "--all"]
    command += ["--store", f"sqlite:///{store}", "--feeds", str(feeds), "--allow-address", "127.0.0.0/8", *flags]
    environment = {
        "BLOCKWIRE_FETCH__PER_HOST_DELAY_S": "0",
        "BLOCKWIRE_FETCH__PER_HOST": "8",
        "BLOCKWIRE_EXTRACTION__FIRST_LOOK": str(first_look).lower(),
        **(extra or {}),
    }
    return run_python(command, environment)
