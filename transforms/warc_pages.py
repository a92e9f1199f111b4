"""Pages in WARC files (ISO 28500): our own archive, Common Crawl's news archive, or anybody's.

A file whose end is missing, for whoever wrote it was killed, is read up to there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from blockwire.schemas.policies import MIB
from blockwire.transforms.elements import KeptPage
from blockwire.transforms.http.charset import decode_html
from blockwire.transforms.http.messages import Response
from blockwire.transforms.text.cleaning import clean_line, html_to_text

MAX_PAGE_BYTES = 8 * MIB
"""Of a longer page the beginning is read."""
_HEAD_BYTES = 65_536
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_TITLE_CHARS = 500
_HTML = ("text/html", "application/xhtml+xml")
_BROKEN = (OSError, ValueError, EOFError)
"""What fastwarc raises where a file is cut off or is no WARC."""


class WarcError(Exception):
    """A file cannot be read as WARC. The message is one line for a person."""


@dataclass(frozen=True)
class PageRecord:
    """A page that a WARC file holds."""

    url: str
    title: str
    """As its head has it; may be empty."""
    fetched: datetime | None
    place: KeptPage


def pages_in(file: Path) -> Iterator[PageRecord]:
    """The HTML pages of a file that came with status 200, in the order of the file.

    Raises:
        WarcError: where the file is no WARC, or cannot be opened.
    """
    for record, offset in records_of(file, WarcRecordType.response):
        content_type = record.http_content_type or ""
        if record.http_headers is None or record.http_headers.status_code != 200 or content_type not in _HTML:
            continue
        head = decode_html(record.reader.read(_HEAD_BYTES), record.http_headers.get("Content-Type"))
        found = _TITLE.search(head)
        title = clean_line(html_to_text(found[1], _TITLE_CHARS), _TITLE_CHARS) if found else ""
        place = KeptPage(str(file), offset)
        yield PageRecord(url_of(record), title, date_of(record), place)


def records_of(file: Path, kinds: WarcRecordType) -> Iterator[tuple[WarcRecord, int]]:
    """The records of some kinds, with their offsets, up to where the file is cut off.

    Raises:
        WarcError: where there is no record at all, or the file cannot be opened.
    """
    seen = False
    try:
        with file.open("rb") as stream:
            for record in ArchiveIterator(
                stream, record_types=WarcRecordType.any_type, parse_http=True, auto_decode="all"
            ):
                seen = True
                if record.record_type & kinds:
                    yield record, record.stream_pos
    except _BROKEN as error:
        if not seen:
            raise WarcError(f"{file}: cannot be read as WARC: {error}") from error
    if not seen and file.stat().st_size:
        raise WarcError(f"{file}: there is no WARC record in it")


def id_of(record: WarcRecord) -> str:
    """The record's id, without brackets."""
    return (record.record_id or "").strip("<>")


def url_of(record: WarcRecord) -> str:
    """What was fetched; some writers put it between angle brackets, as WARC 1.0 had it."""
    return (record.headers.get("WARC-Target-URI") or "").strip("<>")


def date_of(record: WarcRecord) -> datetime | None:
    """When it was fetched."""
    try:
        return datetime.fromisoformat(record.headers.get("WARC-Date") or "").astimezone(UTC)
    except ValueError:
        return None


def read_page(place: KeptPage) -> Response:
    """The page at a place, as if it came from the server then.

    Raises:
        WarcError: where there is no page.
    """
    try:
        with Path(place.file).open("rb") as stream:
            stream.seek(place.offset)
            record = next(iter(ArchiveIterator(stream, parse_http=True, auto_decode="all")))
            headers = record.http_headers
            body = record.reader.read(MAX_PAGE_BYTES)
    except (*_BROKEN, StopIteration) as error:
        raise WarcError(f"{place.file}: no page at byte {place.offset}: {error}") from error
    if headers is None:
        raise WarcError(f"{place.file}: no answer of a server at byte {place.offset}")
    url = url_of(record)
    by_name = {name.lower(): value for name, value in headers.items()}
    return Response(url, url, headers.status_code or 200, by_name, body, fetched=date_of(record))
