"""The mini internet of the shared data: a Go server of many feeds and real pages on loopback addresses."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.shared_data import NotHereError, shared

FIRST_HOST = 10
READY_S = 600


@dataclass
class MiniInternet:
    """A running one: feeds on 127.0.0.10 and the addresses after it."""

    port: int
    hosts: int
    feeds: int
    published: int = 0
    """Items that became visible since the start."""

    def feed_url(self, number: int) -> str:
        """The address of a feed."""
        return f"http://{self.host(number)}/feed/{number}.xml"

    def article_url(self, feed: int, number: int) -> str:
        """The address of an article of a feed."""
        return f"http://{self.host(feed)}/a/{feed}/{number}/story-{feed}-{number}.html"

    def host(self, number: int) -> str:
        """The host and port that a feed lives on."""
        return f"127.0.0.{FIRST_HOST + number % self.hosts}:{self.port}"

    def stats(self) -> dict[str, float]:
        """What the server counted since the last reset."""
        return dict(json.loads(self._admin("_stats")))

    def reset(self) -> None:
        """Counts from nothing again."""
        self._admin("_reset")

    def publish(self, feed: int, items: int) -> None:
        """Makes more items of a feed visible."""
        self._admin(f"_publish?feed={feed}&n={items}")
        self.published += items

    def _admin(self, path: str) -> str:
        with urllib.request.urlopen(f"http://{self.host(0)}/{path}", timeout=30) as answer:
            return str(answer.read(), "utf-8")


@contextmanager
def mini_internet(
    build: Path,
    *,
    feeds: int,
    items: int,
    initial: int,
    hosts: int,
    corpus: Path | None = None,
    extra: tuple[str, ...] = (),
) -> Iterator[MiniInternet]:
    """Builds it with Go and serves real pages until the block ends.

    Raises:
        NotHereError: without Go or the shared data.
    """
    if shutil.which("go") is None:
        raise NotHereError("needs Go, to build the mini internet")
    source, corpus = shared("mini_internet"), corpus or shared("articles", "html")
    binary = build / "mini_internet"
    subprocess.run(["go", "build", "-o", str(binary), "."], cwd=source, check=True, timeout=300)
    net = MiniInternet(free_port(), hosts, feeds)
    options = {"corpus": corpus, "feeds": feeds, "items": items, "initial": initial, "hosts": hosts}
    command = [binary, f"-port={net.port}", f"-first={FIRST_HOST}", *(f"-{k}={v}" for k, v in options.items()), *extra]
    with (build / "mini_internet.log").open("wb") as log:
        server = subprocess.Popen([str(part) for part in command], stderr=log)
    try:
        _wait_until_ready(net, server, build / "mini_internet.log")
        yield net
    finally:
        server.kill()
        server.wait()


def free_port() -> int:
    """A port of this machine that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(net: MiniInternet, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the mini internet ended: {log.read_text()[-500:]}")
        try:
            net.stats()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the mini internet did not answer within {READY_S} s")
