"""The files of the archive, one a day: only ever appended to, and cut back to what was finished after a crash."""

from datetime import date, datetime
from pathlib import Path
from typing import Final

from fastwarc.warc import WarcRecordType

from blockwire.schemas.archives import KeptAnswer
from blockwire.transforms.archive.records import warcinfo
from blockwire.transforms.warc_pages import id_of, records_of, url_of

_LENGTH: Final = ".length"


def day_file(folder: Path, day: date) -> Path:
    """The file of a day, which may not be there."""
    return folder / f"blockwire-{day.isoformat()}.warc.gz"


class Day:
    """The file of the day of a round, to add to. One process at a time: the round's lock sees to that.

    A file beside it says how long it was when the last addition was finished. What is behind that was interrupted: it is
    cut off, and added again from the spool.
    """

    def __init__(self, folder: Path, at: datetime) -> None:
        """
        Args:
            folder: of the archive.
            at: the time of the round.

        Raises:
            OSError: where it cannot be read or written.
            WarcError: where there is a file of this name that is no WARC.
        """
        self._file = day_file(folder, at.date())
        self._finished = self._file.with_name(self._file.name + _LENGTH)
        self._cut_back()
        self._ids: set[str] = set()
        self._answers: dict[tuple[str, str], str] = {}
        self._added: list[bytes] = []
        if self._file.exists() and self._file.stat().st_size:
            self._read()
        else:
            self._added.append(warcinfo(self._file.name, at))

    def _cut_back(self) -> None:
        """A file without a length beside it came from elsewhere, and is left whole."""
        if self._file.exists() and self._finished.exists():
            with self._file.open("r+b") as file:
                file.truncate(int(self._finished.read_text()))

    def _read(self) -> None:
        for record, _ in records_of(self._file, WarcRecordType.response | WarcRecordType.metadata):
            known = id_of(record)
            self._ids.add(known)
            if record.record_type == WarcRecordType.response:
                self._answers[url_of(record), record.headers.get("WARC-Payload-Digest") or ""] = known

    def has(self, record_id: str) -> bool:
        """Whether a record is there, or is about to be."""
        return record_id in self._ids

    def answer(self, kept: KeptAnswer, members: bytes) -> KeptAnswer:
        """Adds an answer, unless the same came from the same address before. Returns the one that is there."""
        there = self._answers.setdefault((kept.url, kept.digest), kept.id)
        if there == kept.id and not self.has(kept.id):
            self.add(kept.id, members)
        return kept.model_copy(update={"id": there})

    def add(self, record_id: str, members: bytes) -> None:
        """Adds records that begin with this one."""
        self._ids.add(record_id)
        self._added.append(members)

    def finish(self) -> None:
        """Writes what was added.

        Raises:
            OSError: where it cannot be written.
        """
        if not self._file.exists():
            self._note_length(0)
        with self._file.open("ab") as file:
            for members in self._added:
                file.write(members)
            file.flush()
            length = file.tell()
        self._added.clear()
        self._note_length(length)

    def _note_length(self, length: int) -> None:
        half = self._finished.with_name(self._finished.name + ".half")
        half.write_text(str(length))
        half.replace(self._finished)
