"""``blockwire browse`` as a process of its own."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command_line import start

_ADDRESS = re.compile(r"http://\S+/")


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The address of a page over a store."""
    process = start(["browse", "--port", "0", "--store", f"sqlite:///{store}"], cwd=store.parent)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        found = _ADDRESS.search(process.stdout.readline())
        assert found, process.stderr.read()
        yield found[0]
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
