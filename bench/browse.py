"""How long pages of ``blockwire browse`` take where the store is large, from question to complete HTML.

200,000 items of three years in eight languages and six scripts, of made-up words, and 20,000 events; making them takes some minutes.
"""

import random
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from starlette.testclient import TestClient

from bench.figures import Figure, Setting
from blockwire.pipelines.browse.app import browse_app
from blockwire.pipelines.browse.rendering import environment
from blockwire.pipelines.browse.views import Library
from blockwire.schemas import (
    BlockEvent,
    CensorshipItem,
    EntryFate,
    EventEvidence,
    Evidence,
    Fate,
    FeedKind,
    Measure,
    Outcome,
    Severity,
    Source,
    Status,
    StatusChange,
)
from blockwire.schemas.ids import digest
from blockwire.transforms.browse.names import Names
from blockwire.transforms.browse.wire import Wire
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.sqlite import SqliteStore
from blockwire.transforms.text.search_terms import lemmas

ITEMS: Final = 200_000
EVENTS: Final = 20_000
PER_EVENT: Final = 2
LIMIT_MS: Final = 300
END: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
_LETTERS: Final = {
    "en": "abcdefghiklmnoprstuvwy",
    "es": "abcdefghilmnopqrstuvñé",
    "tr": "abcçdefgğhıiklmnoöprsş",
    "ru": "абвгдежзиклмнопрстуфхцчшыьэюя",
    "uk": "абвгдежзиіїклмнопрстуфхцчшьюя",
    "fa": "ابپتثجچحخدرزسشعغفقکگلمنوهی",
    "hi": "कखगघचछजझटठडढतथदधनपफबभमयरलवशसह",
    "zh": "网络审查封锁应用删除法院命令监管电信公司社交媒体新闻报道屏蔽关键词用户",
}
_LANGUAGES: Final = tuple(_LETTERS)
_COUNTRIES: Final = tuple(f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJKL")
_SERVICES: Final = tuple(f"service-{number}" for number in range(200))
_VOCABULARY: Final = 20_000
_WORDS: Final = 60
_EVERYWHERE: Final = "vpn"
"""In three articles of ten, whatever their language: the search with the most to rank."""
_EVERYWHERE_SHARE: Final = 0.3

QUESTIONS: Final = {
    "first page": ("/items",),
    "page 100, and the last": ("/items?page=100", f"/items?page={ITEMS // 50}"),
    "search, a common word": tuple(f"/items?q={{common[{language}]}}" for language in _LANGUAGES),
    "search, a rare word": tuple(f"/items?q={{rare[{language}]}}" for language in _LANGUAGES),
    "search, newest first": tuple(f"/items?q={{common[{language}]}}&order=newest" for language in _LANGUAGES),
    f"search, a word of {_EVERYWHERE_SHARE:.0%}": (f"/items?q={_EVERYWHERE}", f"/items?q={_EVERYWHERE}&page=50"),
    "search and filters": tuple(f"/items?q={{common[{language}]}}&status=in_force" for language in _LANGUAGES),
    "filter: country": ("/items?country=AA", "/items?country=AA&country=BB&country=CC"),
    "filter: measure": ("/items?measure=website_block", "/items?measure=website_block&measure=throttling"),
    "filter: service": ("/items?service=service-7",),
    "filter: status": ("/items?status=in_force",),
    "filter: censor": ("/items?censor=agency-7",),
    "filter: language": ("/items?language=ru", "/items?language=zh"),
    "filter: source": ("/items?source=feed-7",),
    "filter: days": ("/items?since=2026-10-01", "/items?until=2024-12-31"),
    "filters of four kinds": ("/items?country=AA&country=BB&language=ru&status=in_force&since=2025-01-01",),
    "charts": ("/charts", "/charts?language=zh", f"/charts?q={_EVERYWHERE}"),
    "events": ("/events", "/events?page=100", "/events?country=AA&measure=throttling", "/events?q={common[ru]}"),
}
"""What is asked, each for the median of its name; ``{common[ru]}`` is a word of one item in five of that language, ``{rare[ru]}`` one
of a few dozen items."""


def vocabulary(language: str) -> list[str]:
    """Words of a language that nobody speaks, in its letters, the commonest first."""
    chance = random.Random(language)
    longest = 2 if language == "zh" else 9
    return ["".join(chance.choices(_LETTERS[language], k=chance.randint(2, longest))) for _ in range(_VOCABULARY)]


def items(numbers: Iterable[int]) -> Iterator[CensorshipItem]:
    """Items by number, one every eight minutes; a few words of them common and most rare, as in any language."""
    words = {language: vocabulary(language) for language in _LANGUAGES}
    for number in numbers:
        chance = random.Random(number)
        language = chance.choice(_LANGUAGES)
        chosen = [words[language][int(_VOCABULARY * chance.random() ** 3)] for _ in range(_WORDS)]
        if chance.random() < _EVERYWHERE_SHARE:
            chosen[chance.randrange(_WORDS)] = f" {_EVERYWHERE} "
        yield _item(number, language, ("" if language == "zh" else " ").join(chosen), chance)


def _item(number: int, language: str, text: str, chance: random.Random) -> CensorshipItem:
    url = f"https://outlet{number % 300}.example/{number}"
    at = END - timedelta(minutes=(ITEMS - number) * 8)
    country = chance.choice(_COUNTRIES)
    feed = f"feed-{number % 300}"
    return CensorshipItem(
        id=digest("article", url),
        entry_id=digest("entry", url),
        feed_id=feed,
        url=url,
        fetched_url=url,
        title=text[:60],
        text=text,
        language=language,
        extractor="made up",
        fetched=at,
        published=at,
        first_seen=at,
        relevant=True,
        score=0.9,
        measures=tuple(chance.sample(tuple(Measure), 2)),
        status=chance.choice(tuple(Status)),
        countries=(country,),
        jurisdictions=(country,),
        services=tuple(chance.sample(_SERVICES, 2)),
        censors=(f"agency-{number % 90}",),
        evidence=(
            Evidence(field="text", start=10, end=40, quote=text[10:40], rule="r", supports="measure:x", weight=1.0),
        ),
        rules_version="bench",
        source=Source(feed_id=feed, name=feed, owner=feed, kind=FeedKind.NATIONAL_MEDIA),
        lemmas=lemmas(text, language),
        blockwire_version="bench",
    )


def events(found: Sequence[CensorshipItem]) -> Iterator[BlockEvent]:
    """Events that items tell of, two each."""
    for first, second in zip(found[::PER_EVENT], found[1::PER_EVENT], strict=False):
        chance = random.Random(first.id)
        yield BlockEvent(
            id=digest("event", first.id),
            jurisdiction=first.countries[0],
            countries=first.countries,
            measure=first.measures[0],
            targets=first.services,
            status=Status.IN_FORCE,
            history=(StatusChange(status=Status.IN_FORCE, at=first.first_seen, article_id=first.id),),
            evidence=tuple(_told_by(one) for one in (first, second)),
            independent_sources=2,
            severity=chance.choice(tuple(Severity)),
            confidence=0.9,
            first_seen=first.first_seen,
            last_seen=second.first_seen,
            revision=1,
            rules_version="bench",
            blockwire_version="bench",
        )


def _told_by(item: CensorshipItem) -> EventEvidence:
    return EventEvidence(
        article_id=item.id,
        url=item.url,
        title=item.title,
        owner=item.source.owner,
        source_name=item.source.name,
        language=item.language,
        published=item.published,
        quote=item.text[10:40],
        independent=True,
    )


def _outcome(item: CensorshipItem) -> Outcome:
    fate = EntryFate(
        id=item.entry_id, feed_id=item.feed_id, fate=Fate.INDEXED, article_id=item.id, first_seen=item.first_seen
    )
    return Outcome(fate=fate, item=item)


def fill(path: Path, count: int) -> float:
    """Makes the store, with an event of every tenth pair of items; returns how many items a second were written."""
    spent = 0.0
    with SqliteStore(path) as store:
        made = items(range(count))
        while batch := list(islice(made, 500)):
            started = time.perf_counter()
            store.write_outcomes([_outcome(one) for one in batch])
            spent += time.perf_counter() - started
            store.events.regroup(Regrouping(events=list(events(batch[: len(batch) * PER_EVENT * EVENTS // count]))))
    return count / spent


def measure(setting: Setting) -> list[Figure]:
    """The median of each kind of page; the store is made in the folder where it is not there."""
    path = setting.folder / "browse.sqlite"
    figures = []
    if not path.exists():
        figures.append(Figure("items written", fill(path, ITEMS), "items/s"))
    with SqliteStore(path, read_only=True) as store:
        started = time.perf_counter()
        wire = Wire(store.browsing)
        wire.refresh()
        figures.append(Figure("start", time.perf_counter() - started, "s"))
        library = Library(store, wire, list, setting.folder / "labels.jsonl")
        client = TestClient(browse_app(library, environment(Names()), ["localhost"]), base_url="http://localhost")
        client.get("/items")
        for name, addresses in addresses_of(QUESTIONS).items():
            times = [_timed(client, address) for _ in range(setting.runs) for address in addresses]
            figures.append(_figure(name, times))
        figures.append(_figure("first page while a round writes", list(_while_writing(client, path, setting.runs))))
    return figures


def addresses_of(questions: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The questions with their words put in."""
    words = {language: vocabulary(language) for language in _LANGUAGES}
    common, rare = ({language: some[place] for language, some in words.items()} for place in (5, _VOCABULARY - 5))
    return {name: [one.format(common=common, rare=rare) for one in asked] for name, asked in questions.items()}


def _figure(name: str, times: Sequence[float]) -> Figure:
    return Figure(f"{name} at {ITEMS:,} items", statistics.median(times), "ms", at_most=LIMIT_MS)


def _while_writing(client: TestClient, path: Path, times: int) -> Iterator[float]:
    """Each time with ten new items, which the page takes in first."""
    with SqliteStore(path) as store:
        before = client.get("/items.json").json()["count"]
        for number in range(times):
            first = before + 10 * number
            store.write_outcomes([_outcome(one) for one in items(range(first, first + 10))])
            yield _timed(client, "/items")


def _timed(client: TestClient, address: str) -> float:
    started = time.perf_counter()
    client.get(address).raise_for_status()
    return 1000 * (time.perf_counter() - started)
