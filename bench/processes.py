"""Runs a command to its end and says what it took, with all its processes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import psutil

from bench.shared_data import REPOSITORY

SAMPLE_S: Final = 0.2


@dataclass(frozen=True)
class Run:
    """How it went."""

    seconds: float
    cpu_s: float
    """Of all its processes, as far as samples saw them."""
    peak_mib: float
    """Of all its processes together, shared pages counted once (PSS)."""
    output: str


def run_python(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None, python: str = sys.executable
) -> Run:
    """Runs our own interpreter, or another, with blockwire and this package on its path.

    Raises:
        subprocess.CalledProcessError: where it does not end well.
    """
    command = [python, *arguments]
    paths = (str(REPOSITORY / ".ci" / "path"), str(REPOSITORY), os.environ.get("PYTHONPATH", ""))
    given = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **(environment or {})}
    begun = time.perf_counter()
    with subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as job:
        watch = _Watch(job.pid)
        output, trouble = job.communicate()
        seconds = time.perf_counter() - begun
        watch.stop()
    if job.returncode:
        raise subprocess.CalledProcessError(job.returncode, command, output, trouble)
    return Run(seconds, watch.cpu_s, watch.peak_mib, output)


class _Watch:
    """Samples a process and its children."""

    def __init__(self, pid: int) -> None:
        self.peak_mib = 0.0
        self._cpu: dict[int, float] = {}
        self._process = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    @property
    def cpu_s(self) -> float:
        return sum(self._cpu.values())

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_S):
            try:
                family = [self._process, *self._process.children(recursive=True)]
                for one in family:
                    times = one.cpu_times()
                    self._cpu[one.pid] = times.user + times.system
                self.peak_mib = max(self.peak_mib, sum(p.memory_full_info().pss for p in family) / 2**20)
            except psutil.Error:
                continue  # One of them has just ended.

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
