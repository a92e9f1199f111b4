"""Flink with Beam's job server, as deploy/engines starts it, for the time of a test run."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elasticsearch_server import free_port

from bench.shared_data import REPOSITORY

ENGINES = REPOSITORY / "deploy" / "engines"
START_S = 120.0


class NoFlink(Exception):
    """It cannot be had here; the message says why."""


@contextmanager
def flink(folder: Path) -> Iterator[str]:
    """Gets it, runs it, and gives the endpoint for jobs.

    Raises:
        NoFlink: where it cannot be had or does not start.
    """
    if shutil.which("java") is None:
        raise NoFlink("Flink needs Java 17, and there is none")
    got = subprocess.run(
        [ENGINES / "get_flink.sh", REPOSITORY / ".servers"], capture_output=True, text=True, check=False
    )
    if got.returncode:
        raise NoFlink(f"get_flink.sh: {got.stderr.strip()[-500:]}")
    port = free_port()
    with (folder / "flink.log").open("wb") as log:
        server = subprocess.Popen(
            [ENGINES / "flink_job_server.sh", got.stdout.split()[-1], str(port)],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port, server, folder / "flink.log")
        yield f"localhost:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise NoFlink(f"Flink did not start within {START_S:.0f} s: {log.read_text('utf-8', 'replace')[-1000:]}")
