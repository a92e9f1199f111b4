"""Which runner takes a round, and which others are at hand."""

import shutil
import socket
from pathlib import Path
from typing import Final

from blockwire.transforms.checkup.finding import Finding, Grade

EXPECTED: Final = "FnApiRunner"
_PRISM_CACHE: Final = Path(".apache_beam/cache/prism/bin")
"""Where Beam keeps what it downloaded (apache_beam/runners/portability/prism_runner.py)."""
_FLINK_JOB_SERVER: Final = ("localhost", 8099)
"""As Beam's job servers listen by default."""


def check_runner(chosen: str | None, home: Path) -> Finding:
    """Whether a round runs in this process, whatever else is installed.

    Args:
        chosen: the runner of a round that names none.
        home: where Beam has its cache.
    """
    others = f"for streams: Prism {_prism(home)}, a Flink job server {_flink()}"
    if chosen != EXPECTED:
        remedy = "name it: blockwire ingest --runner=FnApiRunner"
        return Finding("runner", Grade.FAIL, f"rounds run on {chosen}, not on {EXPECTED}; {others}", remedy)
    return Finding("runner", Grade.OK, f"rounds run on {EXPECTED}, in process; {others}")


def _prism(home: Path) -> str:
    found = shutil.which("prism") or next(map(str, sorted((home / _PRISM_CACHE).glob("*prism*"))), None)
    return f"is at {found!r}" if found else "is not installed"


def _flink() -> str:
    where = f"{_FLINK_JOB_SERVER[0]}:{_FLINK_JOB_SERVER[1]}"
    try:
        with socket.create_connection(_FLINK_JOB_SERVER, timeout=0.5):
            return f"listens at {where}"
    except OSError:
        return f"does not listen at {where}"
