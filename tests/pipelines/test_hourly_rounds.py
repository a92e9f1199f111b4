"""Hourly rounds over fifty changing feeds, faulty ones among them: nothing lost, nothing twice, and nothing grows but what is new.

A day of them; BLOCKWIRE_TEST_HOURS=168 makes it a week, which takes a while.
"""

import gc
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Literal

import psutil
import pytest
from shelf_site import COUNTRIES, SENTENCES, SERVICES, WEATHER

from blockwire.config.demo.outlets import DemoArticle, DemoOutlet, load_demo
from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import store_of
from blockwire.pipelines.demo.pages import FEED_PATHS, Published
from blockwire.pipelines.demo.server import Answer, NewsWeb
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.rounds import Choice, Wire, run_round, tasks_of
from blockwire.schemas import Fate, FeedKind, RoundSummary
from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.schemas.policies import FetchPolicy
from blockwire.transforms.extraction.pool import kept_ready
from blockwire.transforms.packed import Packed
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery

FEEDS = 50
HOURS = int(os.environ.get("BLOCKWIRE_TEST_HOURS", "24"))
A_THIRD = HOURS // 3
"""So many hours in, a feed ends, and the process has the size that it keeps."""
START = datetime(2026, 11, 16, tzinfo=UTC)
EVERY_H = 6
"""A feed publishes so often, each at its own hour."""
WINDOW = 8
"""Entries in a feed: longer than any outage."""
GONE, BROKEN, MOODY, SILENT = range(4)
"""Feeds that end after a third of the time, that never can be read, that fail for hours every day, that never have an entry."""
FORMATS: tuple[Literal["rss", "atom", "rdf", "json"], ...] = ("rss", "atom", "rdf", "json")


def article(feed: int, number: int) -> DemoArticle:
    """One in five is relevant."""
    chance = random.Random(f"{feed}/{number}")
    place, service = chance.choice(COUNTRIES), chance.choice(SERVICES)
    relevant = (feed + number) % 5 == 0
    told = chance.sample([s for some in SENTENCES for s in some], 6) if relevant else list(WEATHER) * 3
    words = [f"{line.format(place=place, service=service)} Report {feed}-{number}-{n}." for n, line in enumerate(told)]
    title = f"{place} blocks {service}, {feed}-{number}" if relevant else f"Rain in {place}, forecast {feed}-{number}"
    path = f"/news/{number}"
    return DemoArticle(
        path=path, title=title, summary=words[0], section="News", author="", text="\n\n".join(words), hours_ago=0
    )


class HourlyWeb(NewsWeb):
    """The feeds, as they are at ``hour``."""

    def __init__(self) -> None:
        like = load_demo()[0]
        outlets = [
            like.model_copy(
                update={
                    "id": f"feed-{n:02}", "name": f"Feed {n}", "host": f"feed{n}.example", "owner": f"owner-{n}",
                    "kind": FeedKind.NATIONAL_MEDIA, "feed": FORMATS[n % 4], "full_text": n % 2 == 0, "fault": None, "articles": (),
                }
            )
            for n in range(FEEDS)
        ]  # fmt: skip
        super().__init__(outlets)
        self.hour = 0
        self._articles = {
            outlet.id: [
                Published(article(n, number), START + timedelta(hours=number * EVERY_H + n % EVERY_H))
                for number in range(HOURS // EVERY_H)
            ]
            for n, outlet in enumerate(outlets)
        }
        self._by_id = {outlet.id: n for n, outlet in enumerate(outlets)}

    def all_published(self, outlet: DemoOutlet) -> list[Published]:
        """Until now, the newest first."""
        now = START + timedelta(hours=self.hour)
        if self._by_id[outlet.id] == SILENT:
            return []
        return [each for each in reversed(self._articles[outlet.id]) if each.at <= now]

    def published(self, outlet: DemoOutlet) -> list[Published]:
        """What the feed shows."""
        return self.all_published(outlet)[:WINDOW]

    def answer(self, outlet: DemoOutlet, base: str, path: str) -> Answer:
        """With the faults of some."""
        number = self._by_id[outlet.id]
        feed = path == FEED_PATHS[outlet.feed]
        answer = super().answer(outlet, base, path)
        if number == GONE and feed and self.hour >= A_THIRD:
            return replace(answer, status=HTTPStatus.GONE)
        if number == BROKEN and feed:
            return replace(answer, body=b"<html><body>Database error</body></html>")
        if number == MOODY and self.hour % 24 < 5:
            return replace(answer, status=HTTPStatus.SERVICE_UNAVAILABLE)
        return answer


@dataclass(frozen=True)
class Size:
    """What could grow."""

    memory: int
    threads: int
    files: int


def size() -> Size:
    gc.collect()
    this = psutil.Process()
    return Size(this.memory_info().rss, this.num_threads(), this.num_fds())


@dataclass(frozen=True)
class Run:
    """What is left of it."""

    web: HourlyWeb
    wire: Wire
    folder: Path
    summaries: list[RoundSummary]
    early: Size
    late: Size


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("hours")
    rules = load_rules()
    channel = Channel(id="told", kind="jsonl", path=folder / "told.jsonl")
    with HourlyWeb() as web, kept_ready(Packed.of(rules)):
        settings = Settings(
            store=f"sqlite:///{folder}/wire.sqlite",
            fetch=FetchPolicy(allow_addresses=web.networks, per_host_delay_s=0),
            alerts=AlertPolicy(channels=(channel,)),
            archive=folder / "archive",
            metrics_file=folder / "wire.prom",
        )
        wire = Wire(settings, web.feeds, rules, store_of(settings), beam_options([]))
        summaries, early = [], size()
        for hour in range(HOURS):
            web.hour = hour
            now = START + timedelta(hours=hour)
            choose = partial(tasks_of, Choice(wire.feeds), now=now)
            summaries.append(run_round(wire, choose, trigger="ingest", now=now))
            if hour == A_THIRD:
                early = size()
        yield Run(web, wire, folder, summaries, early, size())


pytestmark = pytest.mark.thorough


def test_nothing_is_lost_and_nothing_twice(run: Run) -> None:
    """Each article that a feed showed has one fate, and its page was fetched once; of a feed that failed for hours too."""
    healthy = [outlet for n, outlet in enumerate(run.web.outlets) if n not in (GONE, BROKEN)]
    shown = {(outlet.id, each.article.path) for outlet in healthy for each in run.web.all_published(outlet)}
    with run.wire.store.open() as store:
        fates = list(store.fates())
        items = list(store.items(ItemQuery(limit=10_000)))
    told = Counter((fate.feed_id, "/" + (fate.url or "").split("/", 3)[3]) for fate in fates)
    late = {
        (o.id, p.article.path)
        for o in healthy
        for p in run.web.all_published(o)
        if p.at > START + timedelta(hours=HOURS - 30)
    }
    assert shown - set(told) <= late
    assert set(told.values()) == {1}
    assert {fate.fate for fate in fates} <= {Fate.INDEXED, Fate.NOT_RELEVANT}
    assert len(items) == len({item.url for item in items}) > HOURS // 4
    fetched = Counter((r.outlet, r.path) for r in run.web.requests if r.status == 200 and r.path.startswith("/news/"))
    assert set(fetched.values()) == {1}
    assert sum(summary.entries_new for summary in run.summaries) == len(fates) + sum(
        s.entries_retried for s in run.summaries
    )


def test_alerts_go_out_once(run: Run) -> None:
    lines = [json.loads(line) for line in (run.folder / "told.jsonl").read_text("utf-8").splitlines()]
    assert lines
    assert len({line["id"] for line in lines}) == len(lines)


def test_state_is_what_is_new(run: Run) -> None:
    """A state for each feed, a dead letter for what a person has to see to, and an empty spool."""
    with run.wire.store.open() as store:
        assert len(store.feed_states()) == FEEDS
        assert len(store.rounds(1000)) == HOURS
        letters = list(store.dead_letters(DeadLetterQuery()))
        assert {letter.feed_id for letter in letters} == {f"feed-{n:02}" for n in (GONE, BROKEN)}
        assert len(letters) == 2
    assert list((run.folder / "archive" / "spool").iterdir()) == []
    assert len(list((run.folder / "archive").glob("*.warc.gz"))) == HOURS // 24


def test_the_process_does_not_grow(run: Run) -> None:
    """In the end it has the memory, threads and open files that it had after a third of the time."""
    before, after = run.early, run.late
    assert after.memory <= before.memory * 1.1, f"{before.memory / 2**20:.0f} MiB became {after.memory / 2**20:.0f}"
    assert after.threads <= before.threads + 2
    assert after.files <= before.files + 2
