"""The engine of a stream on one machine: Prism, a program of Apache Beam's, kept by this process."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

RUNS = "feeds runs; SIGTERM or Ctrl-C ends it"
"""What a stream says when it has begun."""
START_S = 30.0
STOP_S = 10.0
_TIED = """\
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(sys.argv[1]):
    sys.exit()
try:
    os.execv(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
"""
"""Becomes the program that it is given, which the kernel ends with the thread that started it, however that ends: PR_SET_PDEATHSIG, prctl(2)."""


class NoEngine(Exception):
    """The engine is not there or does not start; the message says the next step."""


def find_prism() -> Path:
    """The program, as deploy/engines/get_prism.sh leaves it: beside this Python, on the path, or in ./.servers.

    Raises:
        NoEngine: where it is nowhere.
    """
    name = f"prism-{version('apache-beam')}"
    for place in (Path(sys.executable).parent / name, Path(".servers") / name):
        if place.is_file():
            return place.absolute()
    on_path = shutil.which(name) or shutil.which("prism")
    if on_path:
        return Path(on_path)
    raise NoEngine(
        f"Prism, the engine for one machine, is not here ({name}): get it with deploy/engines/get_prism.sh,"
        " or name it with --prism-location"
    )


@contextmanager
def prism(program: Path, log_level: str = "error") -> Iterator[str]:
    """Runs Prism until the block ends, or this thread; gives the endpoint for jobs. Its log goes to standard error.

    Raises:
        NoEngine: where it does not start.
    """
    if not os.access(program, os.X_OK):
        raise NoEngine(f"Prism does not start: {program} is no program that may be run; get it anew")
    port = _free_port()
    command = [
        str(program),
        "--job_port",
        str(port),
        "--serve_http=false",
        "--log_kind",
        "text",
        "--log_level",
        log_level,
    ]
    # In a session of its own: Ctrl-C is for the stream, which lets it finish what is under way.
    server = subprocess.Popen(  # noqa: S603 (our own interpreter, and the program that the user named or installed)
        [sys.executable, "-I", "-S", "-c", _TIED, str(os.getpid()), *command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port, server)
        yield f"localhost:{port}"
    finally:
        server.terminate()
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise NoEngine(f"Prism did not start within {START_S:.0f} s; what it said is above")
