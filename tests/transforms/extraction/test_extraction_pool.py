"""A page can cost itself, never the round: processes that hang, die or eat memory are replaced, and none is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from extraction_pages import NOW, PARAGRAPHS, TITLE, URL, entry, page

from blockwire.config.rules.loading import load_rules
from blockwire.schemas import Article, FeedEntry
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.extraction import pool as pool_module
from blockwire.transforms.extraction.article import article_from_entry
from blockwire.transforms.extraction.messages import ExtractionFailed, NotArticle, SetAside
from blockwire.transforms.extraction.pool import ExtractionPool, kept_ready
from blockwire.transforms.packed import Packed

GOOD = page().encode()


def children(pid: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def workers() -> list[int]:
    """The pool's, and no other process that this one has started: other tests share it with a server."""
    return [worker for nursery in nurseries() for worker in children(nursery)]


def nurseries() -> list[int]:
    return [child for child in children(os.getpid()) if b"extraction.worker" in command_of(child)]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@asynccontextmanager
async def running(**limits: object) -> AsyncIterator[Callable[[bytes], object]]:
    pool = ExtractionPool(ExtractionPolicy(**{"workers": 1, **limits}))  # type: ignore[arg-type]

    def extract(body: bytes) -> object:
        return pool.extract(body, url=URL, content_type="text/html", entry=entry(), fetched=NOW)

    try:
        yield extract
    finally:
        pool.close()


async def eventually(condition: Callable[[], bool]) -> bool:
    for _ in range(200):
        if condition():
            return True
        await asyncio.sleep(0.05)
    return False


def test_it_extracts_as_in_process() -> None:
    async def run() -> object:
        async with running() as extract:
            return await extract(GOOD)  # type: ignore[misc]

    article = asyncio.run(run())
    assert isinstance(article, Article)
    assert (article.title, article.text) == (TITLE, "\n\n".join(PARAGRAPHS))


def test_an_entry_without_a_page_is_read_in_a_worker_too() -> None:
    """What a feed carries costs no more than itself either."""
    told = entry().model_copy(update={"content_html": page(), "url": None})

    async def run(task: FeedEntry) -> object:
        pool = ExtractionPool(ExtractionPolicy(workers=1))
        try:
            return await pool.extract_entry(task, NOW)
        finally:
            pool.close()

    assert asyncio.run(run(told)) == article_from_entry(told, NOW, ExtractionPolicy())
    assert isinstance(
        asyncio.run(run(told.model_copy(update={"content_html": "", "summary": "", "title": ""}))), NotArticle
    )


def test_what_is_prepared_starts_once() -> None:
    async def run() -> None:
        pool = ExtractionPool(ExtractionPolicy(workers=1))
        try:
            assert nurseries() == []
            for _ in range(3):
                pool.prepare()
            assert len(nurseries()) == 1
            assert await pool.extract_entry(entry(), NOW)
            assert len(nurseries()) == 1
        finally:
            pool.close()
        pool.prepare()
        assert nurseries() == []

    asyncio.run(run())


def test_extractors_that_are_kept_ready_are_kept_until_the_first_who_keeps_them_leaves() -> None:
    with kept_ready(None):
        (first,) = nurseries()
        with kept_ready(None):
            assert nurseries() == [first]
        assert nurseries() == [first]
    assert nurseries() == []


def test_extractors_are_not_kept_by_who_fails() -> None:
    with pytest.raises(RuntimeError, match="the round"), kept_ready(None):
        raise RuntimeError("the round failed")
    assert nurseries() == []
    with kept_ready(None):
        assert len(nurseries()) == 1


def test_a_killed_worker_fails_its_page_only() -> None:
    async def run() -> None:
        async with running() as extract:
            await extract(GOOD)  # type: ignore[misc]
            worker = workers()[0]
            os.kill(worker, signal.SIGSTOP)
            under_way = asyncio.ensure_future(extract(GOOD))  # type: ignore[arg-type]
            await asyncio.sleep(0.02)
            os.kill(worker, signal.SIGKILL)
            with pytest.raises(ExtractionFailed) as failed:
                await under_way
            assert failed.value.reason == "crash"
            assert isinstance(await extract(GOOD), Article)  # type: ignore[misc]

    asyncio.run(run())


def test_what_starts_workers_may_die_between_two_looks_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def forks(*_: object) -> None:
        raise BrokenPipeError

    async def run() -> None:
        async with running() as extract:
            await extract(GOOD)  # type: ignore[misc]
            os.kill(workers()[0], signal.SIGKILL)
            with pytest.raises(ExtractionFailed):
                await extract(GOOD)  # type: ignore[misc]
            monkeypatch.setattr(pool_module._Nursery, "fork_worker", forks)
            with pytest.raises(ExtractionFailed, match="did not start"):
                await extract(GOOD)  # type: ignore[misc]

    asyncio.run(run())


def test_a_page_that_takes_too_long_is_given_up() -> None:
    async def run() -> None:
        async with running(page_timeout_s=0.3) as extract:
            # Warm up with a stopped clock: the first page of a worker loads the models.
            with pytest.raises(ExtractionFailed) as failed:
                while True:
                    task = asyncio.ensure_future(extract(GOOD))  # type: ignore[arg-type]
                    await eventually(lambda: bool(workers()))
                    for worker in workers():
                        os.kill(worker, signal.SIGSTOP)
                    await task
            assert failed.value.reason == "timeout"
            assert URL in str(failed.value)

    asyncio.run(run())


def test_a_page_that_needs_too_much_memory_is_given_up() -> None:
    body = b"<html><body>" + b"<p>word <b>and</b> word</p>" * 250_000 + b"</body></html>"

    async def run() -> None:
        async with running(page_memory_mib=48, page_timeout_s=60) as extract:
            with pytest.raises(ExtractionFailed) as failed:
                await extract(body)  # type: ignore[misc]
            assert failed.value.reason in {"out_of_memory", "crash"}

    asyncio.run(run())


def test_workers_are_replaced_after_so_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "RECYCLE_AFTER", 2)

    async def run() -> set[int]:
        seen: set[int] = set()
        async with running() as extract:
            for _ in range(4):
                await extract(b"%PDF-")  # type: ignore[misc]
                seen.update(workers())
        return seen

    assert len(asyncio.run(run())) >= 2


def test_a_worker_lasts_longer_where_pages_are_only_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one is slow on its first pages, and looking leaves no memory behind."""
    monkeypatch.setattr(pool_module, "RECYCLE_AFTER", 1)
    announced = entry().model_copy(update={"title": "The harvest of apples"})
    page = f"<article><h1>{announced.title}</h1>{'<p>The trees recovered from the frost of May.</p>' * 30}</article>".encode()

    async def run() -> list[int]:
        seen = []
        pool = ExtractionPool(ExtractionPolicy(workers=1), Packed.of(load_rules()))
        try:
            for _ in range(5):
                made = await pool.extract(page, url=URL, content_type="text/html", entry=announced, fetched=NOW)
                assert isinstance(made, SetAside)
                seen += workers()
        finally:
            pool.close()
        return seen

    seen = asyncio.run(run())
    assert len(set(seen)) == 2
    assert seen[0] == seen[2]


def test_more_pages_than_workers() -> None:
    async def run() -> list[object]:
        async with running(workers=2) as extract:
            return await asyncio.gather(*(extract(GOOD) for _ in range(10)))  # type: ignore[arg-type]

    assert all(isinstance(each, Article) for each in asyncio.run(run()))


def test_nothing_is_left_after_closing() -> None:
    async def run() -> None:
        async with running() as extract:
            await extract(b"%PDF-")  # type: ignore[misc]
            assert workers()
        assert await eventually(lambda: not nurseries())

    asyncio.run(run())


def test_a_closed_pool_says_so() -> None:
    async def run() -> None:
        async with running() as extract:
            pass
        with pytest.raises(RuntimeError, match="closed"):
            await extract(GOOD)  # type: ignore[misc]

    asyncio.run(run())


SCRIPT = """
import asyncio, os, sys, time
from datetime import UTC, datetime
from blockwire.schemas import FeedEntry
from blockwire.schemas.policies import ExtractionPolicy
from blockwire.transforms.extraction.pool import ExtractionPool

async def main():
    pool = ExtractionPool(ExtractionPolicy(workers=1, page_timeout_s=600))
    entry = FeedEntry(id="0" * 32, feed_id="f", url="https://a.example.org/1", title="")
    async def extract(body):
        return await pool.extract(body, url=entry.url, content_type="text/html", entry=entry, fetched=datetime.now(UTC))
    await extract(b"%PDF-")
    print("ready", flush=True)
    await extract(b"<html><body>" + b"<p>word <b>and</b> word</p>" * 400_000 + b"</body></html>")
    time.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def unguarded_script(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A running script without a ``__main__`` guard whose pool is busy."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment)
    yield process
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def test_workers_end_when_their_parent_is_killed(unguarded_script: "subprocess.Popen[str]") -> None:
    assert unguarded_script.stdout is not None
    assert unguarded_script.stdout.readline() == "ready\n"
    time.sleep(0.3)
    nursery = children(unguarded_script.pid)
    everyone = nursery + [worker for pid in nursery for worker in children(pid)]
    assert len(everyone) == 2
    unguarded_script.kill()
    unguarded_script.wait()
    assert asyncio.run(eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everyone)))
