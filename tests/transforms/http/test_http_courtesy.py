"""How a host is spared: pauses, silence, few requests at once and apart."""

import asyncio
import itertools

import pytest
from http_exchange import FEED, run, silent
from http_loopback import Answer, Asked, LoopbackServer, policy, redirect, reply

from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError


def test_a_host_that_asks_for_a_pause_is_left_alone() -> None:
    async def work(client: HttpClient, server: LoopbackServer) -> None:
        for _ in range(3):
            with pytest.raises(FetchError) as caught:
                await client.get_feed(server.url())
            assert (caught.value.reason, caught.value.status) == ("http_429", 429)
            assert 3599 < (caught.value.retry_after_s or 0) <= 3600

    _, server = run(reply(b"", "429 Slow", Retry_After="3600"), work)
    assert len(server.asked) == 1


def test_a_short_pause_is_kept() -> None:
    async def work(client: HttpClient, server: LoopbackServer) -> None:
        with pytest.raises(FetchError):
            await client.get_feed(server.url("/busy"))
        await client.get_feed(server.url("/"))

    answers: dict[str, Answer] = {"/busy": reply(b"", "503 Busy", Retry_After="0.3"), "/": reply(FEED)}
    _, server = run(answers, work)
    assert server.asked[1].at - server.asked[0].at >= 0.29


def test_a_host_that_does_not_answer_costs_a_few_deadlines_and_not_one_for_each_page() -> None:
    async def work(client: HttpClient, server: LoopbackServer) -> list[str]:
        messages = []
        for number in range(5):
            with pytest.raises(FetchError) as caught:
                await client.get_feed(server.url(f"/{number}"))
            assert caught.value.reason == "timeout"
            assert caught.value.transient
            assert caught.value.retry_after_s is None
            messages.append(str(caught.value))
        return messages

    messages, server = run(silent, work, policy(total_timeout_s=0.1))
    assert server.paths == ["/0", "/1", "/2"]
    assert "not asked" in messages[3]


def test_errors_that_are_answers_do_not_count_as_silence() -> None:
    async def work(client: HttpClient, server: LoopbackServer) -> None:
        for _ in range(5):
            with pytest.raises(FetchError, match="404"):
                await client.get_feed(server.url())

    _, server = run({}, work)
    assert len(server.asked) == 5


def test_requests_to_one_host_are_few_at_once_and_apart() -> None:
    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.25)
        writer.write(reply(FEED))

    async def work(client: HttpClient, server: LoopbackServer) -> None:
        await asyncio.gather(*(client.get_feed(server.url(f"/{n}")) for n in range(6)))

    _, server = run(slowly, work, policy(per_host=2, per_host_delay_s=0.1))
    assert server.most_at_once == 2
    at = [asked.at for asked in server.asked]
    assert all(after - before >= 0.08 for before, after in itertools.pairwise(at))


def test_redirects_keep_the_distance_too() -> None:
    _, server = run(
        {"/": redirect("/1"), "/1": reply(FEED)},
        lambda client, server: client.get_feed(server.url()),
        policy(per_host_delay_s=0.1),
    )
    assert server.asked[1].at - server.asked[0].at >= 0.08
