"""Whose turn it is: how many requests are under way, in all and to one host, and how long after one another they start."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MAX_HOSTS = 10_000
"""Hosts that are remembered; idle ones beyond are forgotten."""


BREAK_AFTER = 3
"""So many requests in a row that a host does not answer show that it is down."""
BREAK_S = 300.0
"""For so long it is not asked then: each of its pages would cost a whole deadline, and it has trouble enough."""


class HostResting(Exception):
    """The host is left alone, for longer than anybody would wait."""

    def __init__(self, seconds: float, reason: str, status: int | None) -> None:
        super().__init__(seconds, reason, status)
        self.seconds = seconds
        """That are left."""
        self.reason = reason
        """Of the failure that led to it."""
        self.status = status
        """429 or 503, where the host asked for the pause; None where it is down."""


class _Host:
    def __init__(self, slots: int) -> None:
        self.slots = asyncio.Semaphore(slots)
        self.gate = asyncio.Lock()
        self.users = 0
        self.delay = 0.0
        self.last_start = -1e9
        self.failures = 0
        self.rests_until = -1e9
        self.rests_for: tuple[str, int | None] = ("", None)

    def rest(self, seconds: float, reason: str, status: int | None) -> None:
        until = time.monotonic() + seconds
        if until > self.rests_until:
            self.rests_until, self.rests_for = until, (reason, status)


class Turn:
    """The right to one request. Until that has gone out, no other to the same host starts."""

    def __init__(self, host: _Host) -> None:
        self._host = host
        self._waiting = True
        self._failed = False

    def sent(self) -> None:
        """The request has gone out: the delay counts from now, as the server sees it, not from before connecting."""
        self._host.last_start = time.monotonic()
        if self._waiting:
            self._waiting = False
            self._host.gate.release()

    def failed(self, reason: str) -> None:
        """There was no complete answer. After some of these in a row the host is taken for down."""
        self._failed = True
        self._host.failures += 1
        if self._host.failures >= BREAK_AFTER:
            self._host.rest(BREAK_S, reason, None)

    def close(self) -> None:
        """The request is over. One that has not gone out counts like one that has."""
        if self._waiting:
            self.sent()
        if not self._failed:
            self._host.failures = 0


class Turns:
    """Hands out turns. Times are seconds of ``time.monotonic``.

    Args:
        concurrency: requests under way in all.
        per_host: requests under way to one host.
        delay_s: between two requests to one host.
        patience_s: how long a request waits for a host that rests; beyond, it is turned away.
    """

    def __init__(self, concurrency: int, per_host: int, delay_s: float, patience_s: float = 10.0) -> None:
        self._all = asyncio.Semaphore(concurrency)
        self._per_host = per_host
        self._delay_s = delay_s
        self._patience_s = patience_s
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        """Waits until a request to the host may start; the turn lasts as long as the context. Call ``sent`` on it.

        Raises:
            HostResting: the host has asked for a long pause, or is down.
        """
        state = self._of(host)
        state.users += 1
        try:
            # Only the first in line waits for the clock, and then for the client: the delay holds where that is busy, too.
            async with state.slots, self._next_in_line(state) as turn, self._all:
                if not self._delay_of(state):
                    turn.sent()
                yield turn
        finally:
            state.users -= 1

    @asynccontextmanager
    async def _next_in_line(self, state: _Host) -> AsyncIterator[Turn]:
        await state.gate.acquire()
        try:
            await self._wait(state)
        except BaseException:
            state.gate.release()
            raise
        turn = Turn(state)
        try:
            yield turn
        finally:
            turn.close()

    async def _wait(self, state: _Host) -> None:
        while True:
            now = time.monotonic()
            if state.rests_until - now > self._patience_s:
                raise HostResting(state.rests_until - now, *state.rests_for)
            until = max(state.rests_until, state.last_start + self._delay_of(state))
            if until <= now:
                return
            await asyncio.sleep(until - now)

    def _delay_of(self, state: _Host) -> float:
        return max(self._delay_s, state.delay)

    def slow_down(self, host: str, delay_s: float) -> None:
        """From now on at least so many seconds between starts; a shorter one than the general delay changes nothing."""
        self._of(host).delay = delay_s

    def rest(self, host: str, seconds: float, status: int) -> None:
        """No start for so long: the host answered ``status`` and said when to come back."""
        self._of(host).rest(seconds, f"http_{status}", status)

    def alone(self, host: str) -> bool:
        """Whether nobody else has, or waits for, a turn with the host."""
        return self._of(host).users <= 1

    def _of(self, host: str) -> _Host:
        state = self._hosts.get(host)
        if state is None:
            if len(self._hosts) >= MAX_HOSTS:
                self._forget_idle()
            state = self._hosts[host] = _Host(self._per_host)
        return state

    def _forget_idle(self) -> None:
        now = time.monotonic()
        self._hosts = {
            name: state
            for name, state in self._hosts.items()
            if state.users or max(state.rests_until, state.last_start + self._delay_of(state)) > now
        }
