"""How long pages of ``blockwire browse`` take where the store is large, from question to complete HTML.

200,000 items of three years in eight languages and six scripts, of made-up words; making them takes some minutes.
"""

import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from starlette.testclient import TestClient

from bench.figures import Figure, Setting
from blockwire.pipelines.browse.app import browse_app
from blockwire.pipelines.browse.rendering import environment
from blockwire.pipelines.browse.views import Library
from blockwire.schemas import CensorshipItem, EntryFate, Evidence, Fate, FeedKind, Measure, Outcome, Source, Status
from blockwire.schemas.ids import digest
from blockwire.transforms.browse.names import Names
from blockwire.transforms.browse.wire import Wire
from blockwire.transforms.stores.sqlite import SqliteStore
from blockwire.transforms.text.search_terms import lemmas

ITEMS: Final = 200_000
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

ADDRESSES: Final = {
    "first page": ("/items",),
    "page 100": ("/items?page=100",),
    "search": tuple(f"/items?q={{{language}}}" for language in _LANGUAGES),
    "search, newest first": tuple(f"/items?q={{{language}}}&order=newest" for language in _LANGUAGES),
    "filters": (
        "/items?country=AA",
        "/items?measure=website_block&measure=throttling",
        "/items?country=AA&country=BB&language=ru&status=in_force",
        "/items?since=2026-10-01",
    ),
    "charts": ("/charts", "/charts?language=zh"),
}
"""What is asked, each for the median of its name; ``{ru}`` is a common word of that language."""


def vocabulary(language: str) -> list[str]:
    """Words of a language that nobody speaks, in its letters, the commonest first."""
    chance = random.Random(language)
    longest = 2 if language == "zh" else 9
    return ["".join(chance.choices(_LETTERS[language], k=chance.randint(2, longest))) for _ in range(_VOCABULARY)]


def items(count: int) -> Iterator[CensorshipItem]:
    """Items in the order of their times, a few words of them common and most rare, as in any language."""
    words = {language: vocabulary(language) for language in _LANGUAGES}
    for number in range(count):
        chance = random.Random(number)
        language = chance.choice(_LANGUAGES)
        chosen = [words[language][int(_VOCABULARY * chance.random() ** 3)] for _ in range(_WORDS)]
        yield _item(number, count, language, ("" if language == "zh" else " ").join(chosen), chance)


def _item(number: int, count: int, language: str, text: str, chance: random.Random) -> CensorshipItem:
    url = f"https://outlet{number % 300}.example/{number}"
    at = END - timedelta(minutes=(count - number) * 8)
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


def fill(path: Path, count: int) -> float:
    """Makes the store; returns how many items a second were written."""
    spent = 0.0
    with SqliteStore(path) as store:
        made = items(count)
        while batch := list(islice(made, 500)):
            outcomes = [
                Outcome(
                    fate=EntryFate(
                        id=one.entry_id,
                        feed_id=one.feed_id,
                        fate=Fate.INDEXED,
                        article_id=one.id,
                        first_seen=one.first_seen,
                    ),
                    item=one,
                )
                for one in batch
            ]
            started = time.perf_counter()
            store.write_outcomes(outcomes)
            spent += time.perf_counter() - started
    return count / spent


def measure(setting: Setting) -> list[Figure]:
    """The median of each kind of page; the store is made in the folder where it is not there."""
    path = setting.folder / "browse.sqlite"
    figures = []
    if not path.exists():
        figures.append(Figure("items written", fill(path, ITEMS), "items/s"))
    common = {language: vocabulary(language)[5] for language in _LANGUAGES}
    with SqliteStore(path, read_only=True) as store:
        started = time.perf_counter()
        wire = Wire(store.browsing)
        wire.refresh()
        figures.append(Figure("start", time.perf_counter() - started, "s"))
        library = Library(store, wire, list, setting.folder / "labels.jsonl")
        client = TestClient(browse_app(library, environment(Names()), ["localhost"]), base_url="http://localhost")
        client.get("/items")
        for name, addresses in ADDRESSES.items():
            times = [_timed(client, address.format(**common)) for _ in range(setting.runs) for address in addresses]
            figures.append(Figure(f"{name} at {ITEMS:,} items", statistics.median(times), "ms", at_most=LIMIT_MS))
    return figures


def _timed(client: TestClient, address: str) -> float:
    started = time.perf_counter()
    client.get(address).raise_for_status()
    return 1000 * (time.perf_counter() - started)
