"""Fetches the pages of new entries and takes the articles out of them."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import apache_beam as beam
from apache_beam.pvalue import PCollection, TaggedOutput

from blockwire.schemas import Article, DeadLetter, Feed, FeedEntry, Outcome, Stage
from blockwire.schemas.policies import ExtractionPolicy, FetchPolicy, RetryPolicy
from blockwire.schemas.rules import RuleSet
from blockwire.transforms.archive.spool import Spool
from blockwire.transforms.clock import Clock, utc_now
from blockwire.transforms.elements import Extracted, KeptPage, NewEntry
from blockwire.transforms.extraction.messages import Answer, ExtractionFailed, NotArticle, SetAside
from blockwire.transforms.extraction.pool import ExtractionPool
from blockwire.transforms.extraction.repetition import Companions
from blockwire.transforms.http.engine import FetchEngine
from blockwire.transforms.http.messages import FetchError, Response
from blockwire.transforms.outcomes import outcome_of_set_aside
from blockwire.transforms.overlap import Overlap, OverlappingDoFn, in_a_bundle
from blockwire.transforms.packed import Packed
from blockwire.transforms.result import bury
from blockwire.transforms.warc_pages import WarcError, read_page

ENTRIES_AT_ONCE = 2048
"""Entries under way, most of them waiting for their host; pages are held in memory for twice the fetching concurrency at most."""

Made = Extracted | TaggedOutput[str, Any]


class Fetched(NamedTuple):
    """The outputs of ``FetchArticles``."""

    good: PCollection[Extracted]
    aside: PCollection[Outcome]
    """Pages that a first look found to be about something else."""
    dead: PCollection[DeadLetter]


class FetchArticles(beam.PTransform[PCollection[NewEntry], Fetched]):
    """PCollection[NewEntry] -> Fetched.

    Fetching and extraction overlap in one DoFn, so that no page crosses between steps: pages are large, and copies of them
    doubled the memory (docs/decisions.md).

    Args:
        feeds: the catalogue by id; a feed with the full text in its entries needs no page.
        rules: what a first look sets pages aside by.
        fetching, extraction, retry: limits.
        clock: tells when an entry was looked at.
        spool: where pages wait for the archive; None to keep none.
        overlap: how entries are worked on at the same time.
    """

    def __init__(
        self,
        feeds: Mapping[str, Feed],
        rules: Packed[RuleSet],
        fetching: FetchPolicy,
        extraction: ExtractionPolicy,
        retry: RetryPolicy,
        clock: Clock,
        spool: Spool | None = None,
        overlap: Overlap[NewEntry] = in_a_bundle,
    ) -> None:
        super().__init__()
        full_text = frozenset(feed.id for feed in feeds.values() if feed.full_text)
        looking = rules if extraction.first_look else None
        self._do_fn = _FetchArticle(full_text, looking, fetching, extraction, retry, clock, spool)
        self._overlap = overlap

    def expand(self, entries: PCollection[NewEntry]) -> Fetched:
        """Fetches and extracts."""
        outputs = entries | self._overlap(self._do_fn, "aside", "dead")
        outputs.good.element_type = Extracted
        outputs.aside.element_type = Outcome
        outputs.dead.element_type = DeadLetter
        return Fetched(outputs.good, outputs.aside, outputs.dead)


class _FetchArticle(OverlappingDoFn[NewEntry, Made]):
    def __init__(
        self,
        full_text: frozenset[str],
        rules: Packed[RuleSet] | None,
        fetching: FetchPolicy,
        extraction: ExtractionPolicy,
        retry: RetryPolicy,
        clock: Clock,
        spool: Spool | None,
    ) -> None:
        super().__init__(in_flight=ENTRIES_AT_ONCE)
        self._full_text = full_text
        self._rules = rules
        self._fetching = fetching
        self._extraction = extraction
        self._retry = retry
        self._clock = clock
        self._spool = spool

    def setup(self) -> None:
        self._engine = FetchEngine.acquire(self._fetching)
        self._pool = ExtractionPool(self._extraction, self._rules)
        self._at_host: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(self._fetching.per_host)
        )
        self._pages = asyncio.Semaphore(2 * self._fetching.concurrency)

    def start(self, work: Coroutine[Any, Any, Any]) -> "Future[Any]":
        return self._engine.start(work)

    def start_bundle(self) -> None:
        super().start_bundle()
        self._companions = Companions()

    async def work(self, element: NewEntry) -> list[Made]:
        made = await self._make(element)
        found = made.article if isinstance(made, Extracted) else None
        article = await self._companions.join(element.entry.feed_id, element.together, found)
        return [made if article is None else Extracted(element, article)]

    async def _make(self, element: NewEntry) -> Made:
        entry = element.entry
        self._pool.prepare()
        told = entry.content_html or entry.summary
        if entry.url is None or (entry.feed_id in self._full_text and told):
            made = await self._of_entry(element)
            if entry.url is None or isinstance(made, Extracted):
                return made
        if element.kept is not None:
            return await self._extract_kept(element, element.kept)
        # An entry waits for its host first: those of a slow host must not keep the others from their pages.
        async with self._at_host[urlsplit(entry.url).netloc], self._pages:
            return await self._fetch(element, entry.url)

    async def _of_entry(self, element: NewEntry) -> Made:
        """The article that the entry is by itself."""
        entry = element.entry
        try:
            made = await self._pool.extract_entry(entry, self._clock())
        except ExtractionFailed as error:
            return self._dead(entry, Stage.EXTRACT, error.reason, error.message)
        return await self._result(element, made, None)

    async def _extract_kept(self, element: NewEntry, place: KeptPage) -> Made:
        try:
            page = await asyncio.to_thread(read_page, place)
        except WarcError as error:
            return self._dead(element.entry, Stage.FETCH, "bad_warc", str(error))
        return await self._extract(element, page)

    async def _fetch(self, element: NewEntry, url: str) -> Made:
        entry = element.entry
        try:
            page = await self._engine.client.get_page(url)
        except FetchError as error:
            retry_at = self._retry.next_attempt(element.failed_before, self._clock()) if error.transient else None
            letter = bury(
                entry, Stage.FETCH, error.reason, error.message, now=self._clock(), url=error.url, retry_at=retry_at
            )
            return TaggedOutput("dead", letter)
        return await self._extract(element, page)

    async def _extract(self, element: NewEntry, page: Response) -> Made:
        entry = element.entry
        try:
            made = await self._pool.extract(
                page.body,
                url=page.url,
                content_type=page.headers.get("content-type"),
                entry=entry,
                fetched=page.fetched or utc_now(),
            )
        except ExtractionFailed as error:
            return self._dead(entry, Stage.EXTRACT, error.reason, error.message)
        return await self._result(element, made, page)

    async def _result(self, element: NewEntry, made: Answer, page: Response | None) -> Made:
        entry = element.entry
        if isinstance(made, SetAside):
            return TaggedOutput("aside", outcome_of_set_aside(entry, made, self._clock()))
        if isinstance(made, NotArticle):
            letter = bury(
                entry,
                Stage.EXTRACT,
                made.kind.value,
                made.reason,
                now=self._clock(),
                url=page.url if page else None,
                page_kind=made.kind,
                sample=made.sample,
            )
            return TaggedOutput("dead", letter)
        return await self._extracted(element, _dated(made, element.seen), page)

    async def _extracted(self, element: NewEntry, article: Article, page: Response | None) -> Extracted:
        # A page that is in an archive already needs no second one.
        if self._spool is not None and element.kept is None:
            await asyncio.to_thread(self._spool.keep_entry, element, article, page)
        return Extracted(element, article)

    def _dead(self, entry: FeedEntry, stage: Stage, reason: str, message: str) -> Made:
        return TaggedOutput("dead", bury(entry, stage, reason, message, now=self._clock()))

    def teardown(self) -> None:
        super().teardown()
        self._engine.start(self._close_pool()).result()
        self._engine.release()

    async def _close_pool(self) -> None:
        # On the loop, behind the cancellations: nobody waits for a worker any more.
        self._pool.close()


def _dated(article: Article, seen: datetime | None) -> Article:
    """The article with a date, where it states none and it is known when it was there."""
    return article if article.published or seen is None else article.model_copy(update={"published": seen})
