"""Dates as feeds write them: RFC 822 and ISO 8601, their many misspellings, months in other languages, other calendars.

No date is guessed: a number that could be day or month, or a date that does not exist, is none.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from babel import Locale, UnknownLocaleError

MAX_DATE_CHARS = 120

_MONTH_LANGUAGES = (
    "am ar az be bg bn bs ca cs da de el es et eu fa fi fr gl ha he hi hr hu hy id is it ka kk km ky lt lv mk ms mt my nb ne nl "
    "pl ps pt ro ru sk sl so sq sr sv sw ta te th tr uk ur uz vi zu"
)
_ENGLISH_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
# The solar calendar of Iran; Afghanistan's names of the same months are those of the zodiac.
_PERSIAN_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("فروردین", "حمل"),
            ("اردیبهشت", "ثور"),
            ("خرداد", "جوزا"),
            ("تیر", "سرطان"),
            ("مرداد", "اسد"),
            ("شهریور", "سنبله"),
            ("مهر", "میزان"),
            ("آبان", "عقرب"),
            ("آذر", "قوس"),
            ("دی", "جدی"),
            ("بهمن", "دلو"),
            ("اسفند", "حوت"),
        ),
        start=1,
    )
    for name in names
}
_ZONES_H = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "wat": 1, "cest": 2, "mest": 2, "eet": 2,
    "cat": 2, "sast": 2, "eest": 3, "msk": 3, "eat": 3, "trt": 3, "ast": -4, "irst": 3.5, "gst": 4, "pkt": 5, "uzt": 5, "ist": 5.5,
    "npt": 5.75, "mmt": 6.5, "ict": 7, "wib": 7, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "wita": 8, "awst": 8, "jst": 9, "kst": 9,
    "wit": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "brt": -3, "art": -3, "clt": -4, "cot": -5, "pet": -5, "vet": -4,
}  # fmt: skip

_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:]\d+)?)?)?\s*(.*)", re.IGNORECASE
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2}):?(\d{2})(?::?(\d{2}))?)?\s*(.*)", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(.*)")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(.*)")
_EAST_ASIAN = re.compile(
    r"(令和|民國|民国)?\s*(\d{1,4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]\s*(?:\([^)]{1,5}\))?\s*"
    r"(?:(오전|오후|上午|下午|午前|午後)?\s*(\d{1,2})\s*[:시時时]\s*(\d{2})(?:\s*[:분分]\s*(\d{2}))?)?.*"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]\.?m\.?(?![a-z]))?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:gmt|utc)?\s*([+-])\s*(\d{1,2}):?(\d{2})?(?!\d)", re.IGNORECASE)
_ZONE_NAME = re.compile(r"[a-z]{1,5}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:[.'’][^\W\d_]+)*\.?")
_NUMBER = re.compile(r"\d+")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?(\d))?$")


@lru_cache(maxsize=8192)
def read_date(text: str, language: str | None = None) -> datetime | None:
    """The moment that a feed's date names, in UTC, or None. Without a zone it is taken as UTC.

    ``language`` decides what a month's name means where languages differ (``listopad``).
    """
    text = _plain_digits(text.strip())
    if not 4 <= len(text) <= MAX_DATE_CHARS:
        return None
    try:
        return _read(text, language)
    except (ValueError, OverflowError):
        return None


def _plain_digits(text: str) -> str:
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text[: MAX_DATE_CHARS + 1])
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text if c not in "\u200e\u200f")


def _read(text: str, language: str | None) -> datetime | None:
    if text.isdigit() and len(text) in (10, 13):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    for pattern in (_ISO, _COMPACT):
        if match := pattern.fullmatch(text):
            year, month, day, hour, minute, second, rest = match.groups()
            return _moment(int(year), int(month), int(day), (hour, minute, second), rest)
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year, hour, minute, second, rest = match.groups()
        return _moment(int(year), int(month), int(day), (hour, minute, second), rest)
    if match := _SLASHES.fullmatch(text):
        first, second_number, year, hour, minute, second, rest = match.groups()
        return _either_order(int(first), int(second_number), int(year), (hour, minute, second), rest)
    if match := _EAST_ASIAN.search(text):
        return _east_asian(match)
    if match := _WEEK.fullmatch(text):
        return datetime.combine(date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1)), _MIDNIGHT)
    return _with_month_name(text, language)


_MIDNIGHT = datetime.min.replace(tzinfo=UTC).timetz()
_Clock = tuple[str | None, str | None, str | None]


def _either_order(first: int, second: int, year: int, clock: _Clock, rest: str) -> datetime | None:
    if first > 12:
        return _moment(year, second, first, clock, rest)
    if second > 12 or first == second:
        return _moment(year, first, second, clock, rest)
    return None


def _east_asian(match: re.Match[str]) -> datetime | None:
    era, year, month, day, half, hour, minute, second = match.groups()
    full_year = int(year) + {"令和": 2018, "民國": 1911, "民国": 1911}.get(era or "", 0)
    if half in ("오후", "下午", "午後") and int(hour) < 12:
        hour = str(int(hour) + 12)
    # Written in local time: Korea and Japan are nine hours ahead, China eight.
    offset = "+0900" if "년" in match.string or era == "令和" else "+0800"
    return _moment(full_year, int(month), int(day), (hour, minute, second), offset if hour else "")


def _with_month_name(text: str, language: str | None) -> datetime | None:
    clock = _CLOCK.search(text)
    calendar = text if clock is None else f"{text[: clock.start()]} {_without_zone(text[clock.end() :])}"
    found = _month_in(calendar, language)
    if found is None:
        return None
    month, persian = found
    numbers = _NUMBER.findall(_OFFSET.sub(" ", calendar) if clock is None else calendar)
    if len(numbers) != 2:
        return None
    year_first = len(numbers[0]) == 4 or int(numbers[0]) > 31
    year_digits, day = numbers if year_first else (numbers[1], numbers[0])
    year, day = int(year_digits), int(day)
    if len(year_digits) == 2:
        year += 2000 if year < 70 else 1900
    if persian and 1300 <= year <= 1500:
        return _moment(year, month, day, _clock_of(clock), "" if clock is None else text[clock.end() :])
    if persian:
        return None
    return _moment(year, month, day, _clock_of(clock), "" if clock is None else text[clock.end() :])


def _without_zone(rest: str) -> str:
    """What stands behind the clock, without its zone: ``+0000 2025`` of ``Tue Sep 02 10:00:00 +0000 2025``."""
    return _OFFSET.sub(" ", rest, count=1)


def _clock_of(match: re.Match[str] | None) -> _Clock:
    if match is None:
        return (None, None, None)
    hour = int(match[1])
    half = (match[4] or "").lower()[:1]
    if half == "p" and hour < 12:
        hour += 12
    if half == "a" and hour == 12:
        hour = 0
    return (str(hour), match[2], match[3])


def _month_in(text: str, language: str | None) -> tuple[int, bool] | None:
    words = [word.rstrip(".").lower() for word in _WORD.findall(text)]
    for word in words:
        if word in _ENGLISH_MONTHS:
            return _ENGLISH_MONTHS[word], False
    for word in words:
        if word in _PERSIAN_MONTHS:
            return _PERSIAN_MONTHS[word], True
    for word in words:
        months = _month_names().get(word)
        if months:
            own = [month for month, tag in months if tag == (language or "")[:2]]
            meant = set(own or [month for month, _ in months])
            if len(meant) == 1:
                return meant.pop(), False
    return None


@lru_cache(maxsize=1)
def _month_names() -> dict[str, set[tuple[int, str]]]:
    """Names of months by CLDR, of all languages at once; made when first needed."""
    names: dict[str, set[tuple[int, str]]] = {}
    for tag in _MONTH_LANGUAGES.split():
        try:
            months = Locale(tag).months
        except UnknownLocaleError:
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    word = unicodedata.normalize("NFKC", name).rstrip(".").lower()
                    if len(word) > 1 and not word.isdigit():
                        names.setdefault(word, set()).add((number, tag))
    return names


def _moment(year: int, month: int, day: int, clock: _Clock, rest: str) -> datetime | None:
    hour, minute, second = (int(part) if part else 0 for part in clock)
    after = _CLOCK.match(rest) if clock[0] is None else None
    if after:
        hour, minute, second = (int(part) if part else 0 for part in _clock_of(after))
        rest = rest[after.end() :]
    civil = _gregorian(year, month, day)
    start = datetime(civil.year, civil.month, civil.day, tzinfo=_zone(rest))
    if hour > 24 or minute > 59 or second > 60:
        return None
    return (start + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))).astimezone(UTC)


def _zone(rest: str) -> timezone:
    rest = rest.strip(" ()[]")
    if offset := _OFFSET.match(rest):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes <= 14 * 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    elif name := _ZONE_NAME.match(rest):
        return timezone(timedelta(hours=_ZONES_H.get(name.group().lower(), 0)))
    return UTC


def _gregorian(year: int, month: int, day: int) -> date:
    """The date in the calendar that the year belongs to: 1404 is Iran's, 2568 the Buddhist era."""
    if 1300 <= year <= 1500:
        return _from_persian(year, month, day)
    if 2450 <= year <= 2650:
        return date(year - 543, month, day)
    return date(year, month, day)


def _from_persian(year: int, month: int, day: int) -> date:
    """By the 33-year cycle, exact for 1244 to 1530 (Borkowski, *The Persian calendar for 3000 years*, 1996)."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        raise ValueError(f"no such date: {year}-{month}-{day}")
    leap_days = (8 * year + 21) // 33
    days_before_month = 31 * (month - 1) if month <= 7 else 30 * (month - 1) + 6
    return date.fromordinal(_PERSIAN_EPOCH + 365 * (year - 1) + leap_days + days_before_month + day - 1)


# 1 Farvardin 1404 was 21 March 2025.
_PERSIAN_EPOCH = date(2025, 3, 21).toordinal() - 365 * 1403 - (8 * 1404 + 21) // 33
