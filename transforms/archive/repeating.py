"""A day of the archive, as the entries that its rounds took up."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from fastwarc.warc import WarcRecordType

from blockwire.schemas.archives import ArchivedEntry
from blockwire.transforms.archive.days import day_file
from blockwire.transforms.archive.keeping import was_compared
from blockwire.transforms.elements import KeptPage, NewEntry
from blockwire.transforms.warc_pages import WarcError, id_of, records_of


@dataclass(frozen=True)
class KeptRound:
    """What one round took up, as far as it was kept."""

    at: datetime
    entries: tuple[NewEntry, ...]

    def without(self, known: Collection[str]) -> list[NewEntry]:
        """The entries but for those with these ids. Those that were compared with each other come together again: nobody waits for the others."""
        left = [one for one in self.entries if one.entry.id not in known]
        together = Counter(one.entry.feed_id for one in left if one.together > 1)
        return [replace(one, together=together[one.entry.feed_id]) if one.together > 1 else one for one in left]


def rounds_of(folder: Path, day: date) -> list[KeptRound]:
    """The rounds of a day, in the order in which they were.

    Raises:
        WarcError: where there is no file of the day, or it is no WARC.
    """
    file = day_file(folder, day)
    if not file.exists():
        days = sorted(path.name.removeprefix("blockwire-")[:10] for path in folder.glob("blockwire-*.warc.gz"))
        has = f"it has {days[0]} to {days[-1]}" if days else "it has no day at all"
        raise WarcError(f"{folder}: nothing is kept of {day}; {has}.")
    places: dict[str, KeptPage] = {}
    kept: defaultdict[datetime, list[ArchivedEntry]] = defaultdict(list)
    for record, offset in records_of(file, WarcRecordType.response | WarcRecordType.metadata):
        if record.record_type == WarcRecordType.response:
            places[id_of(record)] = KeptPage(str(file), offset)
        else:
            entry = ArchivedEntry.model_validate_json(record.reader.read())
            kept[entry.round].append(entry)
    return [KeptRound(at, _entries(entries, places)) for at, entries in sorted(kept.items())]


def _entries(entries: Sequence[ArchivedEntry], places: dict[str, KeptPage]) -> tuple[NewEntry, ...]:
    return tuple(
        NewEntry(
            one.entry,
            together=one.together if was_compared(one) else 1,
            kept=places[one.page.id] if one.page else None,
        )
        for one in entries
    )
