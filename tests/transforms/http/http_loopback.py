"""A web server on the loopback that sends exactly the bytes it is told, and remembers what it was asked."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from blockwire.schemas.policies import FetchPolicy

Answer = bytes | Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    at: float
    path: str
    headers: dict[str, bytes]


@dataclass
class LoopbackServer:
    port: int
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


def reply(body: bytes = b"", status: str = "200 OK", **headers: str | bytes) -> bytes:
    """A complete answer; names of headers are written with underscores."""
    lines = [b"HTTP/1.1 " + status.encode()]
    lines += [
        name.replace("_", "-").encode() + b": " + (value.encode() if isinstance(value, str) else value)
        for name, value in ({"Content_Length": str(len(body))} | headers).items()
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=to)


def policy(**changes: object) -> FetchPolicy:
    """The loopback is public here, and nothing waits long."""
    values: dict[str, object] = {
        "allow_addresses": ("127.0.0.1/32",),
        "per_host_delay_s": 0.0,
        "total_timeout_s": 5.0,
        "connect_timeout_s": 2.0,
    }
    return FetchPolicy(**(values | changes))  # type: ignore[arg-type]


@asynccontextmanager
async def serving(
    answers: dict[str, Answer] | Answer, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[LoopbackServer]:
    """Serves answers by path, or one answer for all; a connection is closed after it."""
    now = 0
    writers: list[asyncio.StreamWriter] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now
        writers.append(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head[:-4].split(b"\r\n")
            path = first.split(b" ")[1].decode()
            pairs = [line.partition(b": ") for line in lines]
            asked = Asked(time.monotonic(), path, {name.decode().lower(): value for name, _, value in pairs})
            server.asked.append(asked)
            now += 1
            server.most_at_once = max(server.most_at_once, now)
            answer = answers.get(path, reply(b"no", "404 Not Found")) if isinstance(answers, dict) else answers
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(asked, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            now -= 1
            writer.close()

    listener = await asyncio.start_server(handle, host, 0, ssl=tls)
    server = LoopbackServer(listener.sockets[0].getsockname()[1])
    async with listener:
        yield server
        for writer in writers:  # what a client did not care to read
            writer.transport.abort()
        await asyncio.sleep(0)
