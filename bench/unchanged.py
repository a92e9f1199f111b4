"""A round in which no feed has changed: the main job, and what a bare client makes of the same questions."""

import asyncio
import statistics
import time

import aiohttp

from bench import main_job
from bench.figures import Figure, Setting
from bench.mini_internet import mini_internet

FEEDS = 1000
HOSTS = 200
AT_ONCE = 64


def measure(setting: Setting) -> list[Figure]:
    """Feeds per second, medians of the runs, which take turns; start-up is what a round over one feed takes."""
    folder, file, store = setting.folder, setting.folder / "feeds.yaml", setting.folder / "wire.sqlite"
    raw, start_up, whole = [], [], []
    with mini_internet(folder, feeds=FEEDS, items=1, initial=0, hosts=HOSTS) as net:
        main_job.write_feeds(net, file)
        urls = [net.feed_url(n) for n in range(FEEDS)]
        validators = asyncio.run(_ask(urls, [""] * FEEDS))
        main_job.run(store, file)
        for _ in range(setting.runs):
            begun = time.perf_counter()
            asyncio.run(_ask(urls, validators))
            raw.append(time.perf_counter() - begun)
            start_up.append(main_job.run(store, file, "--only", "feed-0").seconds)
            net.reset()
            whole.append(main_job.run(store, file).seconds)
            if net.stats()["feed_304"] != FEEDS:
                raise RuntimeError(f"not all feeds answered 304: {net.stats()}")
    beyond = statistics.median(whole) - statistics.median(start_up)
    return [
        Figure("bare client", FEEDS / statistics.median(raw), "feeds/s"),
        Figure("main job, beyond a round over one feed", FEEDS / beyond, "feeds/s"),
        Figure("main job to bare client", statistics.median(raw) / beyond),
    ]


async def _ask(urls: list[str], validators: list[str]) -> list[str]:
    """Asks for each, conditionally where there is a validator. Returns the validators."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(session: aiohttp.ClientSession, url: str, validator: str) -> str:
        async with gate, session.get(url, headers={"If-None-Match": validator} if validator else {}) as answer:
            await answer.read()
            if answer.status != (304 if validator else 200):
                raise RuntimeError(f"{url} answered {answer.status}")
            return answer.headers.get("ETag", validator)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        return await asyncio.gather(*(ask(session, *each) for each in zip(urls, validators, strict=True)))
