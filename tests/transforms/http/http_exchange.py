"""One exchange with a loopback server, through the product's client."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from http_loopback import Answer, Asked, LoopbackServer, policy, serving

from blockwire.schemas.policies import FetchPolicy
from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError, Response, Validators

T = TypeVar("T")
NONE = Validators()
FEED = b"<rss><channel/></rss>"


def run(
    answers: dict[str, Answer] | Answer,
    work: Callable[[HttpClient, LoopbackServer], Awaitable[T]],
    rules: FetchPolicy | None = None,
) -> tuple[T, LoopbackServer]:
    async def main() -> tuple[T, LoopbackServer]:
        async with serving(answers) as server, HttpClient(rules or policy()) as client:
            return await work(client, server), server

    return asyncio.run(main())


def fetch(
    answers: dict[str, Answer] | Answer,
    path: str = "/",
    validators: Validators = NONE,
    rules: FetchPolicy | None = None,
) -> Response:
    return run(answers, lambda client, server: client.get_feed(server.url(path), validators), rules)[0]


def failure(
    answers: dict[str, Answer] | Answer, path: str = "/", rules: FetchPolicy | None = None, page: bool = False
) -> FetchError:
    with pytest.raises(FetchError) as caught:
        if page:
            run(answers, lambda client, server: client.get_page(server.url(path)), rules)
        else:
            fetch(answers, path, rules=rules)
    assert str(caught.value)
    return caught.value


async def silent(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)
