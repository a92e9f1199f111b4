"""How long a round groups where the store is large.

100,000 items of three hundred days, 5,000 open events, and 200 new items of the last hour, in SQLite. Making them takes minutes.
``python -m bench.events FOLDER`` makes them; run again, it groups, and prints the seconds, those of CPU, and MiB.
"""

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench.figures import Figure, Setting
from bench.processes import run_python
from blockwire.config.rules.loading import load_rules
from blockwire.config.severity import load_severity
from blockwire.schemas import (
    CensorshipItem,
    Classification,
    DeadLetter,
    EntryFate,
    Evidence,
    Fate,
    FeedKind,
    Measure,
    Outcome,
    Report,
    Scope,
    Source,
    Status,
)
from blockwire.schemas.ids import digest
from blockwire.schemas.severity import SeverityRules
from blockwire.transforms.events.building import build
from blockwire.transforms.events.episodes import Episode, Telling
from blockwire.transforms.events.framing import Framing
from blockwire.transforms.events.reading import ReportReader
from blockwire.transforms.events.regrouping import Regrouper
from blockwire.transforms.events.signals import Signals
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.sqlite import SqliteStore

ITEMS: Final = 100_000
OPEN_EVENTS: Final = 5_000
NEW: Final = 200
PER_EVENT: Final = 3
NOW: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
_OPEN_DAYS: Final = 40
_ALL_DAYS: Final = 300
_COUNTRIES: Final = tuple(f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJKL")
_MEASURES: Final = (Measure.WEBSITE_BLOCK, Measure.SOCIAL_MEDIA_BLOCK, Measure.MESSAGING_BLOCK, Measure.THROTTLING)


def measure(setting: Setting) -> list[Figure]:
    """Both in processes of their own, so that the memory is that of grouping alone."""
    for _ in range(2):
        run = run_python(["-m", "bench.events", str(setting.folder)])
    seconds, cpu_s, mib = map(float, run.output.split())
    return [
        Figure(f"grouping {NEW} new items", seconds, "s"),
        Figure("the same in CPU seconds", cpu_s, "s"),
        Figure("peak memory (RSS)", mib, "MiB"),
    ]


def item(number: int, at: datetime, event: int) -> CensorshipItem:
    """An item about an event."""
    chance = random.Random(number)
    url = f"https://outlet{number % 300}.example/{number}"
    target, measure = f"site{event}.example", _MEASURES[event % len(_MEASURES)]
    title = f"Regulator blocks {target}"
    words = " ".join(f"w{chance.randrange(20_000)}" for _ in range(40))
    key = digest("article", url)
    country = _COUNTRIES[event % len(_COUNTRIES)]
    return CensorshipItem(
        id=key,
        entry_id=key,
        feed_id=f"feed{number % 300}",
        url=url,
        fetched_url=url,
        title=title,
        text=f"On Monday access to {target} was cut. {words}",
        language="en",
        extractor="bench",
        fetched=at,
        published=at,
        first_seen=at,
        relevant=True,
        score=0.99,
        measures=(measure,),
        status=Status.IN_FORCE,
        scope=Scope.NATIONAL,
        countries=(country,),
        jurisdictions=(country,),
        domains=(target,),
        evidence=(
            Evidence(
                field="title", start=0, end=16, quote=title[:16], rule="r", supports=f"measure:{measure}", weight=2.0
            ),
        ),
        rules_version="bench",
        source=Source(
            feed_id=f"feed{number % 300}", name="bench", owner=f"owner{number % 300}", kind=FeedKind.NATIONAL_MEDIA
        ),
        blockwire_version="bench",
    )


def fill(store: SqliteStore, reader: ReportReader, severity: SeverityRules) -> None:
    """What earlier rounds left."""
    known = range(ITEMS - NEW)
    for start in known[:: PER_EVENT * 500]:
        items = [
            item(number, _published(number), number // PER_EVENT) for number in known[start : start + PER_EVENT * 500]
        ]
        store.write_outcomes([_outcome(one) for one in items])
        reports: list[Report] = []
        events = []
        for place in range(0, len(items), PER_EVENT):
            # Reading is not what is measured: the others of an event are like its first.
            first = reader.report(items[place])
            some = [first, *(_like(first, one) for one in items[place + 1 : place + PER_EVENT])]
            reports += some
            events.append(build(_episode(some), None, None, severity, NOW, "bench"))
        store.events.regroup(Regrouping(events=[one for one in events if one], reports=reports))


def _published(number: int) -> datetime:
    event = number // PER_EVENT
    days = (1 + event % _OPEN_DAYS) if event < OPEN_EVENTS else 50 + event % (_ALL_DAYS - 50)
    return NOW - timedelta(days=days, minutes=number % 600)


def _like(report: Report, one: CensorshipItem) -> Report:
    changed = {
        "article_id": one.id,
        "url": one.url,
        "at": one.published,
        "published": one.published,
        "owner": one.source.owner,
    }
    return report.model_copy(update={**changed, "first_seen": one.first_seen, "signature": ""})


def _episode(reports: list[Report]) -> Episode:
    episode = Episode(None)
    for one in sorted(reports, key=lambda report: (report.at, report.article_id)):
        episode.add(Telling(one, 0))
    return episode


def _outcome(one: CensorshipItem) -> Outcome:
    fate = EntryFate(
        id=one.entry_id, feed_id=one.feed_id, fate=Fate.INDEXED, article_id=one.id, first_seen=one.first_seen
    )
    return Outcome(fate=fate, item=one)


def new_items() -> Iterator[CensorshipItem]:
    """Of the last hour: most about open events, some about new ones."""
    chance = random.Random(0)
    for number in range(NEW):
        event = chance.randrange(OPEN_EVENTS) if number % 4 else ITEMS + number
        yield item(ITEMS + number, NOW - timedelta(seconds=10 * number), event)


class NoSections:
    """There are no roundups here."""

    def read(self, text: str, item: CensorshipItem) -> Classification:
        """Is not asked."""
        raise AssertionError(item.title)

    def countries(self, text: str) -> tuple[str, ...]:
        """So many that it would be, if it were read."""
        return ("AA", "BB", "CC")


def buried(letter: DeadLetter) -> None:
    """Everything here can be read."""
    raise AssertionError(letter.message)


def main(folder: Path) -> None:
    """Fills a store in the folder where there is none, and groups in it."""
    rules = load_rules()
    severity = load_severity(rules)
    reader = ReportReader(NoSections(), Signals(severity.signals), Framing(rules))
    path = folder / "bench-events.sqlite"
    filled = path.exists()
    with SqliteStore(path) as store:
        if not filled:
            fill(store, reader, severity)
            return
        store.write_outcomes([_outcome(one) for one in new_items()])
        before, cpu = time.perf_counter(), time.process_time()
        changed = list(Regrouper(store.events, reader, severity, NOW, bury=buried).everything_new())
        seconds, cpu = time.perf_counter() - before, time.process_time() - cpu
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if not changed:
        raise RuntimeError("no event changed")
    print(seconds, cpu, mib)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
