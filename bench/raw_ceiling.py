"""The baseline: what aiohttp and trafilatura reach together with nothing else around them.

``python -m bench.raw_ceiling FEED...`` prints the articles and the seconds, imports and the end of its processes left out.
"""

import asyncio
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import aiohttp
import feedparser
import trafilatura
from trafilatura.settings import Document

AT_ONCE = 64


def extract(page: bytes) -> str:
    """The text of a page, with its metadata taken too."""
    document = trafilatura.bare_extraction(page, with_metadata=True)
    return document.text or "" if isinstance(document, Document) else ""


async def _run(feeds: list[str], processes: int) -> int:
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(AT_ONCE)
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

            async def article(url: str) -> str:
                async with gate, session.get(url) as answer:
                    page = await answer.read()
                return await loop.run_in_executor(pool, extract, page)

            async def feed(url: str) -> list[str]:
                async with gate, session.get(url) as answer:
                    parsed = feedparser.parse(await answer.read())
                return [entry.link for entry in parsed.entries]

            links = [link for found in await asyncio.gather(*map(feed, feeds)) for link in found]
            return len(await asyncio.gather(*map(article, links)))


if __name__ == "__main__":
    begun = time.perf_counter()
    print(asyncio.run(_run(sys.argv[1:], 2)), time.perf_counter() - begun)
