"""Freed memory goes back to the system."""

import platform
import subprocess
import sys

import pytest

SHOW = """
import sys
from pathlib import Path
from threading import Thread
{tune}
def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def work() -> None:
    for _ in range(3):
        pages = [bytes([1]) * 400_000 for _ in range(150)]
        kept.append(bytes([1]) * 3_000)
        del pages

kept = []
before = resident()
for thread in [Thread(target=work) for _ in range(8)]:
    thread.start()
    thread.join()
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the allocator of another library")
def test_what_threads_freed_is_not_kept() -> None:
    """Sixty megabytes were in use, four times over; a twentieth may stay."""
    tune = "from blockwire.transforms.freed_memory import give_back_freed_memory\ngive_back_freed_memory()"
    kept = int(subprocess.run([sys.executable, "-c", SHOW.format(tune=tune)], capture_output=True, check=True).stdout)
    assert kept < 4_000_000
