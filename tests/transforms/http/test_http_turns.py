import asyncio
import itertools
import time

import pytest

from blockwire.transforms.http import turns as module
from blockwire.transforms.http.turns import HostResting, Turns


def starts(turns: Turns, hosts: list[str], lasting: float = 0.0, connecting: float = 0.0) -> list[tuple[float, str]]:
    """When each of the requests starts, in seconds from the beginning."""
    seen: list[tuple[float, str]] = []

    async def one(host: str) -> None:
        async with turns.turn(host) as turn:
            await asyncio.sleep(connecting)
            turn.sent()
            seen.append((time.monotonic() - began, host))
            await asyncio.sleep(lasting)

    async def all_of_them() -> None:
        await asyncio.gather(*map(one, hosts))

    began = time.monotonic()
    asyncio.run(all_of_them())
    return seen


def test_starts_to_one_host_keep_their_distance_and_other_hosts_do_not_wait() -> None:
    seen = starts(Turns(100, 10, 0.05), ["a"] * 4 + ["b"])
    at = [when for when, host in seen if host == "a"]
    assert all(after - before >= 0.049 for before, after in itertools.pairwise(at))
    assert next(when for when, host in seen if host == "b") < 0.04


def test_a_full_client_does_not_bunch_the_starts_it_held_back() -> None:
    seen = starts(Turns(1, 10, 0.05), ["other", "a", "a", "a"], lasting=0.12)
    at = [when for when, host in seen if host == "a"]
    assert all(after - before >= 0.049 for before, after in itertools.pairwise(at))


def test_the_distance_counts_from_when_a_request_goes_out() -> None:
    seen = starts(Turns(10, 10, 0.1), ["a"] * 3, connecting=0.08)
    assert all(after - before >= 0.099 + 0.079 for (before, _), (after, _) in itertools.pairwise(seen))


def test_an_attempt_that_fails_counts_and_does_not_block() -> None:
    async def main() -> float:
        turns = Turns(10, 10, 0.1)
        began = time.monotonic()
        with pytest.raises(OSError, match="refused"):
            async with turns.turn("a"):
                raise OSError("refused")
        async with turns.turn("a"):
            return time.monotonic() - began

    assert 0.099 <= asyncio.run(main()) < 1


def test_no_more_are_under_way_than_permitted() -> None:
    async def run(turns: Turns, hosts: list[str]) -> dict[str, int]:
        now = {"all": 0} | dict.fromkeys(hosts, 0)
        most = dict(now)

        async def one(host: str) -> None:
            async with turns.turn(host):
                for name in ("all", host):
                    now[name] += 1
                    most[name] = max(most[name], now[name])
                await asyncio.sleep(0.005)
                for name in ("all", host):
                    now[name] -= 1

        await asyncio.gather(*map(one, hosts))
        return most

    most = asyncio.run(run(Turns(5, 2, 0.0), [f"host{n % 6}" for n in range(60)]))
    assert most["all"] == 5
    most = asyncio.run(run(Turns(50, 2, 0.0), [f"host{n % 6}" for n in range(60)]))
    assert most.pop("all") == 12
    assert set(most.values()) == {2}


def test_a_crawl_delay_counts_where_it_is_longer() -> None:
    turns = Turns(10, 5, 0.02)
    turns.slow_down("slow", 0.08)
    turns.slow_down("quick", 0.001)
    seen = starts(turns, ["slow", "slow", "quick", "quick"])
    at = {host: [when for when, who in seen if who == host] for host in ("slow", "quick")}
    assert at["slow"][1] - at["slow"][0] >= 0.079
    assert 0.019 <= at["quick"][1] - at["quick"][0] < 0.07


def test_a_short_rest_is_waited_for_and_a_long_one_turns_away() -> None:
    turns = Turns(10, 5, 0.0, patience_s=0.2)
    turns.rest("a", 0.08, 429)
    assert starts(turns, ["a"])[0][0] >= 0.079
    turns.rest("a", 60, 503)
    with pytest.raises(HostResting) as caught:
        starts(turns, ["a"])
    assert caught.value.status == 503
    assert 59 < caught.value.seconds <= 60
    assert starts(turns, ["b"])


def failing(turns: Turns, outcomes: str) -> None:
    """Requests one after another: f for a failure, any other letter for an answer."""

    async def main() -> None:
        for outcome in outcomes:
            async with turns.turn("a") as turn:
                if outcome == "f":
                    turn.failed("timeout")

    asyncio.run(main())


def test_a_host_that_is_down_is_left_alone() -> None:
    turns = Turns(10, 5, 0.0)
    failing(turns, "ffoff")
    with pytest.raises(HostResting) as caught:
        failing(turns, "ff")
    assert (caught.value.reason, caught.value.status) == ("timeout", None)
    assert module.BREAK_S - 5 < caught.value.seconds <= module.BREAK_S
    assert starts(turns, ["b"])


def test_a_host_that_was_down_is_tried_once_and_left_alone_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BREAK_S", 0.05)
    turns = Turns(10, 5, 0.0)
    failing(turns, "fff")
    failing(turns, "f")  # after the rest, which is short enough to wait for
    began = time.monotonic()
    failing(turns, "o")
    assert time.monotonic() - began >= 0.04
    failing(turns, "ffo")


def test_a_cancelled_request_gives_its_turn_back() -> None:
    async def run() -> None:
        turns = Turns(1, 1, 0.0)

        async def hold() -> None:
            async with turns.turn("a"):
                await asyncio.sleep(60)

        holder = asyncio.create_task(hold())
        await asyncio.sleep(0.01)
        waiters = [asyncio.create_task(hold()) for _ in range(3)]
        await asyncio.sleep(0.01)
        for task in (*waiters, holder):
            task.cancel()
        await asyncio.gather(*waiters, holder, return_exceptions=True)
        async with asyncio.timeout(1), turns.turn("a"):
            assert turns.alone("a")

    asyncio.run(run())


def test_hosts_are_forgotten_when_there_are_many_but_not_those_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HOSTS", 3)

    async def run() -> None:
        turns = Turns(100, 2, 0.0)
        turns.rest("resting", 60, 429)
        async with turns.turn("used"):
            for number in range(20):
                async with turns.turn(f"host{number}"):
                    pass
            with pytest.raises(HostResting):
                async with turns.turn("resting"):
                    pass
            assert len(turns._hosts) <= 4
            assert turns._hosts["used"].users == 1

    asyncio.run(run())
