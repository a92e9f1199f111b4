"""When an article was published, from what its page says: stated times first, an extensive search last and bounded."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

from dateutil.parser import parse as parse_loosely  # type: ignore[import-untyped]
from htmldate import find_date
from lxml.html import HtmlElement

from blockwire.transforms.text.cleaning import EARLIEST, clean_time

MAX_ELEMENTS_SEARCHED = 6_000
"""htmldate's search cost 1.6 s on one page; pages with more elements are not searched."""

NEAR_CHARS = 1_500
"""A day within so many characters of the heading's surroundings is the article's."""

_NUMBER = re.compile(r"\d+")
_DIGITS = re.compile(r"\d{4}")
_DAY_FIRST = re.compile(r"\d{1,2}[.-]\d{1,2}[.-]\d{4}")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?")
_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|\D|$)")
# Offsets that RFC 5322 names; other abbreviations are ambiguous and read as UTC.
_ZONES = {
    "EST": -18000,
    "EDT": -14400,
    "CST": -21600,
    "CDT": -18000,
    "MST": -25200,
    "MDT": -21600,
    "PST": -28800,
    "PDT": -25200,
}


def read_time(value: str, now: datetime) -> datetime | None:
    """Reads a stated time, ISO 8601 or loosely written; None where it is none, is not plausible, or lacks a year."""
    value = value.strip()
    if len(value) > 80 or not _DIGITS.search(value):
        return None
    iso = _ISO.match(value)
    moment: datetime | None
    try:
        if iso:
            day, clock, zone = f"{iso[1]}-{iso[2]}-{iso[3]}", iso[4], iso[5] or ""
            moment = datetime.fromisoformat(f"{day}T{clock.replace(',', '.')}{zone}" if clock else day)
        elif value.isdigit():
            moment = _unix(value) or datetime.strptime(value, "%Y%m%d")  # noqa: DTZ007 (clean_time puts it in UTC)
        else:
            moment = _read_loosely(value)
    except (ValueError, OverflowError, TypeError):
        return None
    return clean_time(moment, now)


def _read_loosely(value: str) -> datetime | None:
    # What the value does not say is filled in from a default: two defaults show whether year, month and day are all stated.
    readings = [
        parse_loosely(value, default=default, tzinfos=_zone, dayfirst=_DAY_FIRST.match(value) is not None)
        for default in (datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 2, 2, tzinfo=UTC))
    ]
    first: datetime = readings[0]
    return first if first == readings[1] else None


def _zone(name: str | None, offset: int | None) -> timezone | None:
    seconds = offset if offset is not None else _ZONES.get(name or "")
    return timezone(timedelta(seconds=seconds)) if seconds is not None else None


def _unix(value: str) -> datetime | None:
    seconds = int(value) / (1000 if len(value) == 13 else 1)
    return datetime.fromtimestamp(seconds, UTC) if len(value) in {10, 13} else None


def first_time(values: Iterable[str], now: datetime) -> datetime | None:
    """The first that can be read."""
    return next((moment for value in values if (moment := read_time(value, now))), None)


def date_in_url(url: str, now: datetime) -> datetime | None:
    """The day that many sites put in an article's path."""
    found = _URL_DATE.search(url)
    return read_time("-".join(found.groups()), now) if found else None


def local_day(published: datetime, stated: Iterable[str], url: str) -> date:
    """The day of a publication as its publisher writes it: records are in UTC, where the evening of one day can be the next.

    Args:
        published: the moment in UTC.
        stated: what the page states, of which one with an offset may say the same moment.
        url: many hold the day.
    """
    for value in stated:
        found = _ISO.match(value.strip())
        if (
            found
            and read_time(value, published + timedelta(hours=1)) == published
            and found[5] not in {None, "Z", "+00:00"}
        ):
            return date(int(found[1]), int(found[2]), int(found[3]))
    named = date_in_url(url, published + timedelta(hours=24))
    if named is not None and abs(named + timedelta(hours=12) - published) < timedelta(hours=26):
        return named.date()
    return published.date()


def search_date(tree: HtmlElement, url: str, now: datetime) -> datetime | None:
    """The last resort: htmldate over marked-up and visible dates, only on pages small enough for it to end soon.

    What only its extensive search finds is wrong in a third of all cases; it counts where the same day stands near the heading.
    """
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS_SEARCHED:
        return None
    for extensive in (False, True):
        found = find_date(
            tree,
            url=url,
            extensive_search=extensive,
            original_date=True,
            max_date=now,
            min_date=EARLIEST,
            outputformat="%Y-%m-%d",
        )
        if found and (not extensive or _near_heading(tree, found)):
            return read_time(found, now)
    return None


def _near_heading(tree: HtmlElement, day: str) -> bool:
    heading = next(tree.iter("h1"), None)
    if heading is None:
        heading = next(tree.iter("h2"), None)
    if heading is None:
        return False
    around = heading
    for _ in range(2):
        parent = around.getparent()
        around = parent if parent is not None else around
    numbers = set(_NUMBER.findall(" ".join(around.itertext())[:NEAR_CHARS]))
    year, _, number = day.split("-")
    return number.lstrip("0") in {each.lstrip("0") for each in numbers} and (year in numbers or year[2:] in numbers)
