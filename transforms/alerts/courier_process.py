"""The process that talks to services and webhooks: one that hangs or crashes costs its message, not the round."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final, Literal, Self

from blockwire.transforms.alerts.failures import ChannelError

START_S: Final = 30.0
"""The first message waits until apprise is imported: a second on a quiet machine."""

_PROGRAM: Final = "import sys; from blockwire.transforms.alerts.courier import serve; serve(int(sys.argv[1]))"


@dataclass(frozen=True)
class Parcel:
    """A message with its address, in plain values."""

    kind: Literal["apprise", "webhook"]
    url: str = field(repr=False)
    key: str
    title: str
    body: str
    """In the form asked for; for a webhook, JSON."""
    form: Literal["text", "html", "markdown"]


class CourierProcess:
    """Starts at the first parcel, and is killed when one takes too long. Use it as a context manager."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def deliver(self, parcel: Parcel, timeout_s: float) -> None:
        """Hands a parcel over and waits for the answer.

        Raises:
            ChannelError: where the service did not take it, or not in time.
        """
        limit = timeout_s + (START_S if self._pipe is None else 0)
        try:
            pipe = self._pipe or self._start()
            pipe.send(parcel)
            if not pipe.poll(limit):
                raise ChannelError("timeout", f"no answer in {timeout_s:g} s")
            trouble: str | None = pipe.recv()
        except (EOFError, ConnectionError):
            self.close()
            raise ChannelError("crashed", "the process that sends ended without an answer") from None
        except BaseException:
            # Nobody waits for what it is doing now.
            self.close()
            raise
        if trouble is not None:
            raise ChannelError("refused", trouble)

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and a constant)
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # A traceback of a service's code could show the address.
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                start_new_session=True,
            )
        self._pipe = Connection(ours.detach())
        return self._pipe

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
