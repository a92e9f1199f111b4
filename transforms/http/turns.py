"""Whose turn it is: how many requests are under way, in all and to one host, and how long after one another they start."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MAX_HOSTS = 10_000
"""Hosts that are remembered; idle ones beyond are forgotten."""


class HostResting(Exception):
    """The host has asked for a longer pause than anybody would wait. ``seconds`` are left of it."""

    def __init__(self, seconds: float, status: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.status = status


class _Host:
    def __init__(self, slots: int) -> None:
        self.slots = asyncio.Semaphore(slots)
        self.gate = asyncio.Lock()
        self.users = 0
        self.delay = 0.0
        self.last_start = -1e9
        self.rests_until = -1e9
        self.rest_status = 0


class Turn:
    """The right to one request. Until that has gone out, no other to the same host starts."""

    def __init__(self, host: _Host) -> None:
        self._host = host
        self._waiting = True

    def sent(self) -> None:
        """The request has gone out: the delay counts from now, as the server sees it, not from before connecting."""
        self._host.last_start = time.monotonic()
        if self._waiting:
            self._waiting = False
            self._host.gate.release()

    def close(self) -> None:
        """An attempt that failed before counts like a request."""
        if self._waiting:
            self.sent()


class Turns:
    """Hands out turns. Times are seconds of ``time.monotonic``.

    Args:
        concurrency: requests under way in all.
        per_host: requests under way to one host.
        delay_s: between two requests to one host.
        patience_s: how long a request waits for the end of a pause that the host asked for; beyond, it is turned away.
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
            HostResting: the host has asked for a long pause.
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
                raise HostResting(state.rests_until - now, state.rest_status)
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
        state = self._of(host)
        state.rests_until = max(state.rests_until, time.monotonic() + seconds)
        state.rest_status = status

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
