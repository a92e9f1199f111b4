"""The command line: called in this process, or as one of its own, which costs seconds for its start."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from bench.shared_data import REPOSITORY
from blockwire.pipelines.main import run
from blockwire.schemas import RoundSummary

COMMAND = (sys.executable, "-m", "blockwire.pipelines")


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def summary(self) -> RoundSummary:
        """The summary of a round run with ``--log-format json``."""
        return RoundSummary.model_validate_json(self.out.strip().splitlines()[-1])

    @property
    def records(self) -> list[dict[str, object]]:
        """The JSON Lines on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's, without settings of blockwire's, and with the package on the path."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BLOCKWIRE_") or name == "BLOCKWIRE_SHARED"
    }
    path = os.pathsep.join(filter(None, (str(REPOSITORY / ".ci" / "path"), kept.get("PYTHONPATH", ""))))
    return {**kept, "PYTHONPATH": path, "BLOCKWIRE_FETCH__PER_HOST_DELAY_S": "0", **(extra or {})}


def blockwire(*arguments: str, cwd: Path, extra: Mapping[str, str] | None = None) -> Done:
    """Calls a command in this process, with the folder, the environment and the output of one of its own."""
    out, err = io.StringIO(), io.StringIO()
    with (
        chdir(cwd),
        patch.dict(os.environ, environment(extra), clear=True),
        _logs_as_they_were(),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        status = run(arguments)
    return Done(status, out.getvalue(), err.getvalue())


@contextmanager
def _logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)


def blockwire_process(*arguments: str, cwd: Path, extra: Mapping[str, str] | None = None) -> Done:
    """Runs a command to its end in a process of its own."""
    ended = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(extra),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)


def start(arguments: Sequence[str], *, cwd: Path) -> "subprocess.Popen[str]":
    """Starts a command in a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
