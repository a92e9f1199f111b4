"""When an article was published, from what its page says.

In the order of trust: what the page states for machines about itself, the day in its address, the day that the data in its scripts
agree on, the day a reader sees beside the title (``visible_date``), times that may be another article's. What is only a day is
midnight in UTC. Against an extensive search (htmldate) this is right more often, wrong half as often, and costs less: docs/extraction.md.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple
from urllib.parse import urlsplit

from dateutil.parser import parse as parse_loosely  # type: ignore[import-untyped]

from blockwire.transforms.extraction.metadata import TIME_ELEMENTS, Stated
from blockwire.transforms.extraction.visible_date import days_in, is_month_first
from blockwire.transforms.text.cleaning import clean_time

MAX_TIME_CHARS = 80
WEAK_SOURCES = frozenset({"meta date", "meta dc.date", "meta dc:date", "meta dcterms.date", TIME_ELEMENTS})
"""Where sites also put the day of an edition, of a change, or of another article: a visible day counts more."""

_DIGITS = re.compile(r"\d{4}")
_ISO = re.compile(r"^\d{4}-?\d{2}-?\d{2}(?!\d)")
_SLASHED = re.compile(r"^\d{1,2}[/-]\d{1,2}[/-]\d{4}")
_DAY_FIRST = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{4}")
_YEAR, _MONTH, _DAY = r"(?P<year>(?:19|20)\d{2})", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<day>0?[1-9]|[12]\d|3[01])"
_URL_DATES = (
    re.compile(rf"(?<!\d){_YEAR}(?P<mark>[-_/]){_MONTH}(?P=mark){_DAY}(?!\d)"),
    # A clock or a number may follow at once: 202611191230, 20261119001234.
    re.compile(rf"(?<!\d){_YEAR}{_MONTH}{_DAY}(?=\d{{4,}}(?!\d)|\D|$)".replace("0?", "0")),
    re.compile(rf"(?<!\d){_DAY}(?P<mark>[-_.]){_MONTH}(?P=mark){_YEAR}(?!\d)".replace("0?", "0")),
)
_LATEST_EVENING = 8
"""Hours that publishers' clocks may be behind UTC: Los Angeles."""
_EARLIEST_MORNING = 13
"""Hours that they may be ahead: Auckland in summer."""
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


class Publication(NamedTuple):
    """When, and where the page says so."""

    moment: datetime
    source: str


def publication(
    stated: Sequence[Stated],
    url: str,
    days: Iterable[tuple[date, str]],
    languages: Sequence[str],
    now: datetime,
) -> Publication | None:
    """The time of publication; None where nothing says it that can be trusted.

    Args:
        stated: from the page's metadata, in the order of trust.
        url: of the page.
        days: that are found in the rest of the page, and where; asked for one by one, and only where nothing better is stated.
        languages: of the page; see ``is_month_first``.
        now: what is later than a day after it is not believed.
    """
    readings = [
        Publication(moment, each.source)
        for each in stated
        if (moment := read_time(each.value, now, languages)) is not None
    ]
    strong = next((each for each in readings if each.source not in WEAK_SOURCES), None)
    if strong is not None:
        return strong
    if (named := date_in_url(url, now)) is not None:
        return _with_clock(Publication(named, "URL"), readings)
    for day, source in days:
        if (moment := clean_time(datetime.combine(day, time()), now)) is not None:
            return _with_clock(Publication(moment, source), readings)
    return next(iter(readings), None)


def _with_clock(day: Publication, readings: Iterable[Publication]) -> Publication:
    """The reading that is on this day, and so tells the hour too; else the day itself."""
    return next((each for each in readings if each.moment.date() == day.moment.date()), day)


def _can_be_on(moment: datetime, day: date) -> bool:
    earliest, latest = moment - timedelta(hours=_LATEST_EVENING), moment + timedelta(hours=_EARLIEST_MORNING)
    return earliest.date() <= day <= latest.date()


def read_time(value: str, now: datetime, languages: Sequence[str] = ()) -> datetime | None:
    """Reads a stated time, ISO 8601 or loosely written; None where it is none, is not plausible, or lacks a year.

    Args:
        value: as stated.
        now: later times are not plausible.
        languages: of the page; they say whether 03/04 is in March or in April, and name the months.
    """
    moment = _moment(value, languages)
    return clean_time(moment, now) if moment is not None else None


def first_time(values: Iterable[Stated], now: datetime, languages: Sequence[str] = ()) -> Publication | None:
    """The first that can be read."""
    for each in values:
        if (moment := read_time(each.value, now, languages)) is not None:
            return Publication(moment, each.source)
    return None


def _moment(value: str, languages: Sequence[str]) -> datetime | None:
    value = value.strip()
    if len(value) > MAX_TIME_CHARS or not _DIGITS.search(value):
        return None
    try:
        if value.isdigit() and len(value) != 8:
            return _unix(value)
        if _ISO.match(value):
            return datetime.fromisoformat(value.replace(",", ".").replace(" +", "+"))
    except (ValueError, OverflowError):
        pass  # Years first, but not in the form of the standard.
    try:
        return _read_loosely(value, languages)
    except (ValueError, OverflowError, TypeError):
        day = next((day for _, _, day in days_in(value, languages)), None)
        return datetime.combine(day, time()) if day is not None else None


def _read_loosely(value: str, languages: Sequence[str]) -> datetime | None:
    # What the value does not say is filled in from a default: two defaults show whether year, month and day are all stated.
    day_first = _DAY_FIRST.match(value) is not None
    if _SLASHED.match(value):
        day_first = bool(languages) and not is_month_first(languages, otherwise=True)
    first, second = (
        parse_loosely(value, default=default, tzinfos=_zone, dayfirst=day_first)
        for default in (datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 2, 2, tzinfo=UTC))
    )
    return first if isinstance(first, datetime) and first == second else None


def _zone(name: str | None, offset: int | None) -> timezone:
    seconds = offset if offset is not None else _ZONES.get(name or "", 0)
    return timezone(timedelta(seconds=seconds))


def _unix(value: str) -> datetime | None:
    seconds = int(value) / (1000 if len(value) == 13 else 1)
    return datetime.fromtimestamp(seconds, UTC) if len(value) in {10, 13} else None


def date_in_url(url: str, now: datetime) -> datetime | None:
    """The day that many sites put in an article's path."""
    path = urlsplit(url)._replace(scheme="", netloc="").geturl()
    for pattern in _URL_DATES:
        if found := pattern.search(path):
            return read_time(f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}", now)
    return None


def local_day(published: datetime, stated: Iterable[Stated], url: str, languages: Sequence[str] = ()) -> date:
    """The day of a publication as its publisher writes it: records are in UTC, where the evening of one day can be the next.

    Args:
        published: the moment in UTC.
        stated: what the page states, of which one may say the same moment with an offset.
        url: many hold the day.
        languages: of the page; see ``read_time``.
    """
    for each in stated:
        moment = _moment(each.value, languages)
        if moment is not None and moment.utcoffset() and moment == published:
            return moment.date()
    named = date_in_url(url, published + timedelta(hours=24))
    return named.date() if named is not None and _can_be_on(published, named.date()) else published.date()
