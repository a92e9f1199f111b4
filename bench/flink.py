"""Flink with Beam's job server, as deploy/engines starts it, and workers for it, for the time of a measurement or a test run."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.mini_internet import free_port
from bench.shared_data import REPOSITORY, NotHereError

ENGINES = REPOSITORY / "deploy" / "engines"
START_S = 120.0


def job_flags(endpoint: str, slots: int = 2, workers: str | None = None) -> tuple[str, ...]:
    """Flags for a job on it: its steps in the process that starts it, or on a pool of workers, one for each slot."""
    on = ("--runner", "PortableRunner", "--job_endpoint", endpoint, "--parallelism", str(slots))
    if workers is None:
        return (*on, "--environment_type", "LOOPBACK")
    external = ("--environment_type", "EXTERNAL", "--environment_config", workers)
    return (*on, *external, "--sdk_worker_parallelism", str(slots))


@contextmanager
def flink(folder: Path) -> Iterator[str]:
    """Gets it, runs it, and gives the endpoint for jobs.

    Raises:
        NotHereError: where it cannot be had or does not start.
    """
    if shutil.which("java") is None:
        raise NotHereError("Flink needs Java 17, and there is none")
    got = subprocess.run(
        [ENGINES / "get_flink.sh", REPOSITORY / ".servers"], capture_output=True, text=True, check=False
    )
    if got.returncode:
        raise NotHereError(f"get_flink.sh: {got.stderr.strip()[-500:]}")
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


@contextmanager
def worker_pool(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Beam's pool of Python workers, as it runs on each machine of a cluster; gives its address, and the process whose children they are."""
    port = free_port()
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    packages = os.pathsep.join((str(REPOSITORY / ".ci" / "path"), os.environ.get("PYTHONPATH", "")))
    with (folder / "workers.log").open("ab") as log:
        pool = subprocess.Popen(
            [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={port}"],
            env={**os.environ, "PATH": path, "PYTHONPATH": packages},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port, pool, folder / "workers.log")
        yield f"localhost:{port}", psutil.Process(pool.pid)
    finally:
        os.killpg(pool.pid, signal.SIGKILL)
        pool.wait()


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise NotHereError(f"{log.stem} did not start within {START_S:.0f} s: {log.read_text('utf-8', 'replace')[-1000:]}")
