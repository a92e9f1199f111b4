"""From the spool into the archive: what led to an item stays, the rest goes."""

import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from blockwire.schemas.archives import ArchivedEntry
from blockwire.transforms.archive.days import Day
from blockwire.transforms.archive.records import metadata, metadata_id
from blockwire.transforms.archive.spool import SPOOL, feed_name, members_of, spooled_entries, spooled_feed, writable
from blockwire.transforms.extraction.repetition import MAX_TOGETHER, REPEATED_ON
from blockwire.transforms.stores.contract import Store


def keep_what_led_to_items(folder: Path, store: Store) -> int:
    """Empties the spool, what an interrupted round left there too. Returns how many entries were kept.

    Whether an entry led to an item is looked up in the store, so it does not matter when, or by whom, this is called. A crash
    in the middle repeats it, and keeps nothing twice.

    Raises:
        StoreUnavailable: where the archive cannot be written.
    """
    kept = 0
    with writable(folder):
        for place in sorted((folder / SPOOL).glob("*")):
            kept += _keep_round(folder, place, store)
            shutil.rmtree(place)
    return kept


def _keep_round(folder: Path, place: Path, store: Store) -> int:
    by_feed: defaultdict[str, list[ArchivedEntry]] = defaultdict(list)
    for spooled in spooled_entries(place):
        by_feed[spooled.entry.feed_id].append(spooled)
    wanted = {feed: chosen for feed, entries in by_feed.items() if (chosen := _chosen(entries, store))}
    if not wanted:
        return 0
    day = Day(folder, next(iter(wanted.values()))[0].round)
    for feed, entries in sorted(wanted.items()):
        if (answer := spooled_feed(place, feed)) is not None:
            day.answer(answer, members_of(place, feed_name(feed)))
        for entry in entries:
            _keep_entry(day, place, entry)
    day.finish()
    return sum(map(len, wanted.values()))


def _chosen(entries: Sequence[ArchivedEntry], store: Store) -> list[ArchivedEntry]:
    """Those that led to items; with them those that they were compared with, for the texts depend on these."""
    led = [entry for entry in entries if _led_to_item(entry, store)]
    if not led or not any(map(was_compared, led)):
        return led
    ids = {entry.entry.id for entry in led}
    return [entry for entry in entries if entry.entry.id in ids or was_compared(entry)]


def was_compared(entry: ArchivedEntry) -> bool:
    """Whether its article was compared with those that came with it."""
    return REPEATED_ON <= entry.together <= MAX_TOGETHER


def _led_to_item(entry: ArchivedEntry, store: Store) -> bool:
    item = store.item(entry.article_id)
    return item is not None and item.entry_id == entry.entry.id


def _keep_entry(day: Day, place: Path, entry: ArchivedEntry) -> None:
    if day.has(metadata_id(entry)):
        return
    if entry.page is not None:
        page = day.answer(entry.page, members_of(place, entry.entry.id))
        entry = entry.model_copy(update={"page": page})
    day.add(metadata_id(entry), metadata(entry))
