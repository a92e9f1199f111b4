"""Gets, starts and stops a real Elasticsearch server of its own, for tests and for trying things out.

By hand: ``python tests/elasticsearch_server.py start`` prints its URL, ``stop`` ends it.

The server is the core that Elastic publishes to Maven Central for integration tests. It needs Java 21 and refuses to run as root: then
a system user is made for it. Where that cannot be had, and a container engine runs, the official image is used.
"""

import argparse
import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NoReturn

import pytest

VERSION = os.environ.get("BLOCKWIRE_TEST_ELASTICSEARCH_VERSION", "9.5.3")
IMAGE = "elasticsearch:{version}"
COORDINATES = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
JAVA_AT_LEAST = 21
CACHE = Path(__file__).resolve().parent.parent / ".servers"
USER = "blockwire-tests"
START_TIMEOUT_S = 300.0
STOP_TIMEOUT_S = 20.0


class NoServer(Exception):
    """A server cannot be had here; the message says why, and what would help."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    pid: int = 0
    folder: str = ""
    """Where it lives: program, data and logs."""
    container: str = ""
    """Its id, where it runs in one."""
    command: tuple[str, ...] = ()
    """What starts it again on the same data."""
    java: str = ""


def start(
    *,
    version: str = VERSION,
    settings: dict[str, str] | None = None,
    port: int | None = None,
    config: dict[str, bytes] | None = None,
) -> Server:
    """Starts a server and waits until it answers.

    Args:
        version: of the server.
        settings: more of its settings.
        port: to listen on; else one that is free.
        config: files for its folder of this name, which a container is not given.

    Raises:
        NoServer: where one cannot be had.
    """
    try:
        java = find_java(JAVA_AT_LEAST)
        archive = fetch(version)
    except NoServer:
        if config or not has_container_engine():
            raise
        return start_container(version, settings or {}, port or free_port())
    folder = Path(tempfile.mkdtemp(prefix="blockwire-elasticsearch-"))
    home = unpack(archive, folder)
    for name, content in (config or {}).items():
        (home / "config" / name).write_bytes(content)
    user = server_user()
    if user:
        for place in (folder, *folder.rglob("*")):
            shutil.chown(place, user)
    http_port, transport_port = port or free_port(), free_port()
    given = {
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        "network.host": "127.0.0.1",
        "http.port": str(http_port),
        "transport.port": str(transport_port),
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        # A test machine's disk may well be fuller than a production server's should be.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        **(settings or {}),
    }
    options = [part for name in given for part in ("-E", f"{name}={given[name]}")]
    command = (*as_user(user), str(home / "bin" / "elasticsearch"), *options)
    scheme = "https" if given.get("xpack.security.http.ssl.enabled") == "true" else "http"
    url = f"{scheme}://127.0.0.1:{http_port}"
    return start_again(Server(url=url, folder=str(folder), command=command, java=str(java)))


def start_again(server: Server) -> Server:
    """Starts a server that was prepared, or killed, on its data.

    Raises:
        NoServer: where it does not start.
    """
    with (Path(server.folder) / "output.log").open("wb") as output:
        process = subprocess.Popen(
            server.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=server.folder,
            env={
                "PATH": os.environ["PATH"],
                "ES_JAVA_HOME": server.java,
                "ES_JAVA_OPTS": "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1",
            },
            start_new_session=True,
        )
    started = replace(server, pid=process.pid)
    wait_until_ready(started, lambda: process.poll() is None)
    return started


def kill(server: Server) -> None:
    """Ends a server as a power cut does: its data stay, and it is given no time."""
    os.killpg(server.pid, signal.SIGKILL)
    _ended(server.pid, STOP_TIMEOUT_S)


def has_container_engine() -> bool:
    """Whether ``docker`` is there and reaches its engine."""
    return (
        bool(shutil.which("docker"))
        and not subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    )


def start_container(version: str, settings: dict[str, str], port: int) -> Server:
    """Starts the full distribution in a container that removes itself when it stops."""
    given = {
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        **settings,
        "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
    }
    options = [part for name in given for part in ("--env", f"{name}={given[name]}")]
    command = [
        "docker",
        "run",
        "--detach",
        "--rm",
        "--publish",
        f"127.0.0.1:{port}:9200",
        *options,
        IMAGE.format(version=version),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoServer(f"the container of Elasticsearch does not start: {done.stderr.strip()[-500:]}")
    server = Server(url=f"http://127.0.0.1:{port}", container=done.stdout.strip())
    wait_until_ready(server, lambda: True)
    return server


def stop(server: Server) -> None:
    """Ends a server by its process group, which is its own, and removes its folder."""
    if server.container:
        subprocess.run(["docker", "stop", server.container], capture_output=True, check=False)
        return
    for number, patience_s in ((signal.SIGTERM, STOP_TIMEOUT_S), (signal.SIGKILL, STOP_TIMEOUT_S)):
        try:
            os.killpg(server.pid, number)
        except ProcessLookupError:
            break
        if _ended(server.pid, patience_s):
            break
    shutil.rmtree(server.folder, ignore_errors=True)


def _ended(group: int, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(group, os.WNOHANG)
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def fetch(version: str) -> Path:
    """The server's archive, from the cache or by Maven."""
    CACHE.mkdir(exist_ok=True)
    archive = CACHE / f"elasticsearch-{version}.zip"
    with locked(CACHE / "lock"):
        if archive.exists():
            return archive
        maven = shutil.which("mvn")
        if maven is None:
            raise NoServer(
                "no Maven to get Elasticsearch with: install it (`mvn`), or name a running server in BLOCKWIRE_TEST_ELASTICSEARCH"
            )
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            artifact = COORDINATES.format(version=version)
            done = subprocess.run(
                [
                    maven,
                    "--batch-mode",
                    "--quiet",
                    "dependency:copy",
                    f"-Dartifact={artifact}",
                    f"-DoutputDirectory={folder}",
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            found = list(Path(folder).glob("*.zip"))
            if done.returncode or not found:
                raise NoServer(f"Maven could not get {artifact}: {(done.stdout + done.stderr).strip()[-500:]}")
            found[0].rename(archive)
    return archive


def unpack(archive: Path, folder: Path) -> Path:
    """Unpacks with the files' modes, which ``zipfile`` leaves out, and returns the server's home."""
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            path = Path(opened.extract(member, folder))
            mode = member.external_attr >> 16
            if mode and not member.is_dir():
                path.chmod(mode & 0o755)
    folder.chmod(0o755)
    return next(folder.glob("elasticsearch-*"))


def find_java(at_least: int) -> Path:
    """The home of the oldest installed Java that is new enough."""
    homes = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    on_path = shutil.which("java")
    if on_path:
        home = Path(on_path).resolve().parent.parent
        homes += [home, *home.parent.iterdir()]
    for usual in ("/usr/lib/jvm", "/usr/java", "/opt/java", "/Library/Java/JavaVirtualMachines"):
        homes += Path(usual).glob("*")
        homes += Path(usual).glob("*/Contents/Home")
    found = sorted({(version, home) for home in homes if (version := java_version(home)) >= at_least})
    if not found:
        raise NoServer(
            f"no Java {at_least} or newer: install a JDK, or name a running server in BLOCKWIRE_TEST_ELASTICSEARCH"
        )
    return found[0][1]


def java_version(home: Path) -> int:
    """The main version of the Java in this folder, as its ``release`` file says; 0 where there is none."""
    try:
        release = (home / "release").read_text("utf-8", "replace")
    except OSError:
        return 0
    match = re.search(r'^JAVA_VERSION="(\d+)', release, re.MULTILINE)
    return int(match[1]) if match and (home / "bin" / "java").exists() else 0


def server_user() -> str | None:
    """A user that the server may run as, made where it is missing; None where this process is not root's."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(USER)
    except KeyError:
        if shutil.which("useradd") is None:
            raise NoServer("Elasticsearch refuses to run as root, and there is no useradd to make it a user") from None
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/bin/sh", USER], check=True)
    return USER


def as_user(user: str | None) -> list[str]:
    """What to put before a command that another user is to run."""
    if user is None:
        return []
    if shutil.which("setpriv"):
        return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    return ["su", "-s", "/bin/sh", user, "-c", 'exec "$0" "$@"', "--"]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(server: Server, runs: Callable[[], bool]) -> None:
    """Waits for the cluster's health, which the core has, unlike ``GET /``."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and runs():
        try:
            # A server with security on answers 401: it is there.
            with urllib.request.urlopen(
                f"{server.url}/_cluster/health?wait_for_status=yellow&timeout=5s",
                timeout=10,
                # Whatever certificate it has: whether it is a good one is for tests to find out.
                context=ssl._create_unverified_context() if server.url.startswith("https:") else None,
            ):
                return
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                return
        except OSError:
            pass
        time.sleep(0.25)
    log = Path(server.folder) / "output.log"
    output = log.read_text("utf-8", "replace")[-2000:] if server.folder else "(in the container's log)"
    stop(server)
    raise NoServer(f"Elasticsearch did not start within {START_TIMEOUT_S:.0f} s; its last words:\n{output}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def shared(state: Path) -> Server:
    """The server that this file tells of, started where there is none: for processes that want the same one.

    A failure is remembered too, so that the next process does not wait for it again.
    """
    with locked(state.with_suffix(".lock")):
        if state.exists():
            told = json.loads(state.read_text("utf-8"))
            if "failure" in told:
                raise NoServer(told["failure"])
            return Server(**told)
        try:
            server = start()
        except NoServer as failure:
            state.write_text(json.dumps({"failure": str(failure)}), "utf-8")
            raise
        state.write_text(json.dumps(asdict(server)), "utf-8")
        return server


def stop_shared(state: Path) -> None:
    """Ends the server that this file tells of, if it does."""
    with locked(state.with_suffix(".lock")):
        if state.exists():
            told = json.loads(state.read_text("utf-8"))
            state.unlink()
            if "failure" not in told:
                stop(Server(**told))
    state.with_suffix(".lock").unlink(missing_ok=True)


def no_elasticsearch(failure: NoServer) -> NoReturn:
    """Skips, with the reason; in CI, where there has to be a server, it is a failure."""
    in_ci = os.environ.get("CI", "").lower() in ("1", "true", "yes")
    (pytest.fail if in_ci else pytest.skip)(f"no Elasticsearch here: {failure}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="A real Elasticsearch server to try things with.")
    parser.add_argument("action", choices=["start", "stop"])
    state = CACHE / "running.json"
    if parser.parse_args().action == "stop":
        stop_shared(state)
        return
    try:
        sys.stdout.write(f"{shared(state).url}\n")
    except NoServer as failure:
        state.unlink(missing_ok=True)
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
