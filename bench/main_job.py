"""The main job as a user runs it, timed as a whole process."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml

from bench.mini_internet import MiniInternet
from bench.shared_data import REPOSITORY

SAMPLE_S = 0.2


@dataclass(frozen=True)
class Run:
    """How a round went."""

    seconds: float
    peak_mib: float
    """Of all its processes together, shared pages counted once (PSS)."""


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


def run(store: str, feeds: Path, *flags: str, first_look: bool = True) -> Run:
    """One round over all feeds, or as more flags say; without a first look every page is extracted in full.

    Raises:
        subprocess.CalledProcessError: where it does not end well.
    """
    command = [sys.executable, "-m", "blockwire.pipelines", "--log-format", "json", "ingest", "--all"]
    command += ["--store", store, "--feeds", str(feeds), "--allow-address", "127.0.0.0/8", *flags]
    path = os.pathsep.join((str(REPOSITORY / ".ci" / "path"), os.environ.get("PYTHONPATH", "")))
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        "BLOCKWIRE_FETCH__PER_HOST_DELAY_S": "0",
        "BLOCKWIRE_FETCH__PER_HOST": "8",
        "BLOCKWIRE_EXTRACTION__FIRST_LOOK": str(first_look).lower(),
    }
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as job:
        peak = _Peak(job.pid)
        _, trouble = job.communicate()
        seconds = time.perf_counter() - begun
        peak.stop()
    if job.returncode:
        raise subprocess.CalledProcessError(job.returncode, command, stderr=trouble)
    return Run(seconds, peak.mib)


class _Peak:
    """Samples the memory of a process and its children."""

    def __init__(self, pid: int) -> None:
        self.mib = 0.0
        self._process = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_S):
            try:
                family = [self._process, *self._process.children(recursive=True)]
                self.mib = max(self.mib, sum(p.memory_full_info().pss for p in family) / 2**20)
            except psutil.Error:
                continue

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
