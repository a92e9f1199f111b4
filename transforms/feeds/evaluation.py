"""How well feeds are read, over a corpus of real and broken ones with what their sources expect.

The corpus is a folder with ``feeds.jsonl`` and the files it names.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from blockwire.schemas.feeds import FeedEntry
from blockwire.transforms.feeds.dates import read_date
from blockwire.transforms.feeds.expectations import Claim, expectation_of, stated_headers
from blockwire.transforms.feeds.reading import ReadFeed, UnreadableFeed, read_feed
from blockwire.transforms.text.cleaning import html_to_text
from blockwire.transforms.text.urls import canonical_url

CORPUS_URL = "http://example.org/feed"
"""Where the files are said to come from, where the file does not say it."""
LIVE_SHARE_FLOOR = 0.99
_HOLDS_ENTRIES = re.compile(rb"<(?:[\w-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_COMPARED_CHARS = 400


@dataclass(frozen=True)
class Check:
    """One claim of a source, against what was read."""

    field: str
    index: int
    expected: str
    found: str
    holds: bool


@dataclass(frozen=True)
class FileReading:
    """What came of one file."""

    id: str
    source: str
    live: bool
    holds_feed: bool
    """Whether it has entries to be read."""
    entries: int = 0
    dates: int = 0
    titles: int = 0
    links: int = 0
    reader: str | None = None
    error: str | None = None
    """The reason why it could not be read."""
    raised: str | None = None
    """What should not have been raised."""
    cpu_s: float = 0.0
    checks: tuple[Check, ...] = ()
    passed_over: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the prediction for the file, and the claims that do not hold."""
        plain = {k: v for k, v in vars(self).items() if k not in ("checks", "passed_over")}
        failed = [vars(check) for check in self.checks if not check.holds]
        return {**plain, "checks": len(self.checks), "failed_checks": failed, "passed_over": list(self.passed_over)}


@dataclass(frozen=True)
class FeedsReport:
    """The whole corpus."""

    files: tuple[FileReading, ...]

    @property
    def live_share(self) -> float:
        """Of the live captures that hold a feed, the share that gave entries."""
        live = [file for file in self.files if file.live and file.holds_feed]
        return sum(file.entries > 0 for file in live) / len(live) if live else 0.0

    @property
    def raised(self) -> tuple[FileReading, ...]:
        """Files that raised something unexpected."""
        return tuple(file for file in self.files if file.raised)

    @property
    def holds(self) -> bool:
        """Whether it is as good as it must be: 99 % of live captures, and nothing raised."""
        return self.live_share >= LIVE_SHARE_FLOOR and not self.raised

    def as_dict(self) -> dict[str, Any]:
        """The figures, for JSON."""
        checks = [check for file in self.files for check in file.checks]
        live = [file for file in self.files if file.live and file.holds_feed]
        cpu_s = sum(file.cpu_s for file in self.files)
        return {
            "files": len(self.files),
            "live_files": len(live),
            "live_with_entries": sum(file.entries > 0 for file in live),
            "live_share": self.live_share,
            "raised": [file.id for file in self.raised],
            "errors": dict(Counter(file.error for file in self.files if file.error)),
            "readers": dict(Counter(file.reader for file in self.files if file.reader)),
            "entries": sum(file.entries for file in self.files),
            "dates": sum(file.dates for file in self.files),
            "titles": sum(file.titles for file in self.files),
            "links": sum(file.links for file in self.files),
            "checks": len(checks),
            "checks_held": sum(check.holds for check in checks),
            "checks_by_field": _by_field(checks),
            "passed_over": dict(Counter(reason for file in self.files for reason in file.passed_over).most_common()),
            "cpu_s": round(cpu_s, 2),
            "live_entries_per_cpu_s": round(sum(f.entries for f in live) / max(1e-9, sum(f.cpu_s for f in live))),
        }


def evaluate(feeds_dir: Path) -> FeedsReport:
    """Reads every file of the corpus and checks what its source expects.

    Raises:
        OSError: the folder or a file of it is not there.
        ValueError: ``feeds.jsonl`` is broken.
    """
    now = datetime.now(UTC)
    with (feeds_dir / "feeds.jsonl").open(encoding="utf-8") as lines:
        return FeedsReport(tuple(_evaluate_file(json.loads(line), feeds_dir, now) for line in lines if line.strip()))


def _evaluate_file(row: dict[str, Any], feeds_dir: Path, now: datetime) -> FileReading:
    body = (feeds_dir / row["path"]).read_bytes()
    headers = stated_headers(body)
    url = canonical_url(headers.get("content-location", ""), CORPUS_URL) or CORPUS_URL
    known: dict[str, Any] = {
        "id": row["id"],
        "source": row["source_repo"],
        "live": bool(row["real_world"]),
        "holds_feed": _holds_feed(body, row["format"]),
    }
    expected = expectation_of(row)
    start = time.process_time()
    try:
        feed = read_feed(body, url=url, feed_id="corpus", now=now, content_type=headers.get("content-type"))
    except UnreadableFeed as error:
        cpu_s = time.process_time() - start
        unread = tuple(Check(claim.field, claim.index, str(claim.value), "", holds=False) for claim in expected.claims)
        return FileReading(**known, error=error.reason, cpu_s=cpu_s, checks=unread, passed_over=expected.passed_over)
    except Exception as error:  # noqa: BLE001 - to count what should never be raised is the point
        return FileReading(**known, raised=repr(error), passed_over=expected.passed_over)
    return FileReading(
        **known,
        entries=len(feed.entries),
        dates=sum(entry.published is not None for entry in feed.entries),
        titles=sum(bool(entry.title) for entry in feed.entries),
        links=sum(entry.url is not None for entry in feed.entries),
        reader=feed.reader,
        cpu_s=time.process_time() - start,
        checks=tuple(_checks(feed, expected.claims, url)),
        passed_over=expected.passed_over,
    )


def _holds_feed(body: bytes, form: str) -> bool:
    if form == "json":
        return b'"items"' in body
    return form != "other" and bool(_HOLDS_ENTRIES.search(body.replace(b"\0", b"")))


def _checks(feed: ReadFeed, claims: Iterable[Claim], url: str) -> Iterator[Check]:
    for claim in claims:
        if claim.field not in ("count", "feed_title") and claim.index >= len(feed.entries):
            yield Check(claim.field, claim.index, str(claim.value), "no such entry", holds=False)
            continue
        expected, found = _compared(feed, claim, url)
        yield Check(claim.field, claim.index, expected, found, holds=expected == found)


def _compared(feed: ReadFeed, claim: Claim, url: str) -> tuple[str, str]:
    """The expected and the found value in one form: plain text, canonical URLs, seconds of UTC."""
    value = str(claim.value)
    if claim.field == "count":
        return value, str(len(feed.entries) + len(feed.problems))
    if claim.field == "feed_title":
        return _plain(value), _plain(feed.title)
    entry = feed.entries[claim.index]
    if claim.field == "link":
        return canonical_url(value, url) or "", entry.url or ""
    if claim.field in ("published", "updated"):
        stated = read_date(value)
        moment = entry.published if claim.field == "published" else entry.updated or entry.published
        return stated.isoformat()[:19] if stated else "", moment.isoformat()[:19] if moment else ""
    if claim.field == "guid":
        return value, entry.guid or (value if canonical_url(value, url) == entry.url else "")
    return _plain(value), _plain(_text_of(entry, claim.field))


def _text_of(entry: FeedEntry, field: str) -> str:
    if field == "title":
        return entry.title
    if field == "author":
        return ", ".join(entry.authors)
    return entry.summary


def _plain(text: str) -> str:
    return " ".join(html_to_text(text, 4 * _COMPARED_CHARS).split())[:_COMPARED_CHARS]


def _by_field(checks: Iterable[Check]) -> dict[str, dict[str, int]]:
    fields: dict[str, dict[str, int]] = {}
    for check in checks:
        counts = fields.setdefault(check.field, {"checks": 0, "held": 0})
        counts["checks"] += 1
        counts["held"] += check.holds
    return fields
