"""A proxy on loopback that spoils connections as it is told: it resets them on replies, holds replies back, or is not there."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_CHUNK = 65_536


@dataclass
class Proxy:
    """What it does to replies to bulk requests; the rest goes through."""

    behind: tuple[str, int]
    listening: socket.socket
    resets: int = 0
    """So many replies are not passed on: the connection is reset, though the request was carried out."""
    slow: int = 0
    """So many replies are held back ..."""
    held_s: float = 0.0
    """... for so long."""
    spoilt: int = 0
    """Replies so far that were not passed on, or late."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}"

    def serve(self) -> None:
        """Passes connections on until the listening socket is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self.behind) as server:
            asked = _Asked()
            back = threading.Thread(target=self._replies, args=(server, client, asked), daemon=True)
            back.start()
            while chunk := client.recv(_CHUNK):
                if chunk.startswith((b"POST", b"PUT", b"GET", b"HEAD", b"DELETE")):
                    asked.bulk = b"_bulk" in chunk.split(b"\r\n", 1)[0]
                server.sendall(chunk)

    def _replies(self, server: socket.socket, client: socket.socket, asked: "_Asked") -> None:
        with suppress(OSError):
            while chunk := server.recv(_CHUNK):
                if asked.bulk and self._take("resets"):
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                    # The other thread wakes up and closes both; closing here would leave its reading as it is.
                    client.shutdown(socket.SHUT_RD)
                    return
                if asked.bulk and self._take("slow"):
                    time.sleep(self.held_s)
                client.sendall(chunk)

    def _take(self, what: str) -> bool:
        with self._lock:
            left = getattr(self, what)
            if left <= 0:
                return False
            setattr(self, what, left - 1)
            self.spoilt += 1
            return True


@dataclass
class _Asked:
    bulk: bool = False


@contextmanager
def tcp_proxy(url: str, absent_s: float = 0.0) -> Iterator[Proxy]:
    """A proxy before the server at a URL; for its first seconds its port refuses connections."""
    parts = urlsplit(url)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    proxy = Proxy((parts.hostname or "", parts.port or 80), listening)

    def begin() -> None:
        time.sleep(absent_s)
        with suppress(OSError):
            listening.listen()
            proxy.serve()

    serving = threading.Thread(target=begin, daemon=True)
    serving.start()
    if not absent_s:
        while not _listens(listening):
            time.sleep(0.01)
    try:
        yield proxy
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        serving.join()


def _listens(one: socket.socket) -> bool:
    return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
