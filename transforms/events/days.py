"""The days that a text names: of the week, of a month without a year, and today."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from babel import Locale

from blockwire.transforms.classification.countries import LOCALES
from blockwire.transforms.events.names import plain_digits

_SHORT: Final = 4
"""Letters up to which a word is not cut."""
_SUBSTRING: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u3040-\u9fff]")
_TODAY: Final = (
    *(
        "today",
        "yesterday",
        "tonight",
        "сегодня",
        "вчера",
        "сьогодні",
        "учора",
        "вчора",
        "امروز",
        "دیروز",
        "اليوم",
        "أمس",
    ),
    *(
        "bugün",
        "dün",
        "今天",
        "昨天",
        "今日",
        "昨日",
        "hoy",
        "ayer",
        "aujourd’hui",
        "aujourd'hui",
        "hier",
        "heute",
        "gestern",
    ),
    *("hoje", "ontem", "आज", "कल", "آج", "hôm nay", "hari ini", "ဒီနေ့", "ዛሬ", "бүгін"),
)


@dataclass(frozen=True)
class _Names:
    """How days are named in the languages of the news."""

    expression: re.Pattern[str]
    weekdays: dict[str, int]
    """From Monday, 0."""
    months: dict[str, int]


def names_day(text: str) -> bool:
    """Whether a text names a day, as news do."""
    return _names().expression.search(text.casefold()) is not None


def latest_day(text: str, at: date) -> date | None:
    """The latest of the days that a text names: of the week the last, of the month the nearest of that name.

    Args:
        text: the beginning of a report.
        at: when it was published.
    """
    return max(_days(plain_digits(text).casefold(), at), default=None)


def _days(text: str, at: date) -> Iterator[date]:
    names = _names()
    for match in names.expression.finditer(text):
        if match["weekday"]:
            yield at - timedelta(days=(at.weekday() - names.weekdays[match["weekday"]]) % 7)
        elif match["today"]:
            yield at
        else:
            month = names.months.get(match["month"] or match["before"] or "") or int(match["number"] or at.month)
            near = _near(month, int(match["day"] or match["behind"] or match["cjk"]), at)
            yield from sorted(near, key=lambda one: abs(one - at))[:1]


def _near(month: int, day: int, at: date) -> Iterator[date]:
    """The days of that name around a day; none where there is no such day."""
    for year in (at.year - 1, at.year, at.year + 1):
        with suppress(ValueError):
            yield date(year, month, day)


@cache
def _names() -> _Names:
    weekdays: dict[str, int] = {}
    months: dict[str, int] = {}
    for tag in LOCALES:
        locale = Locale.parse(tag)
        for number, name in locale.days["format"]["wide"].items():
            weekdays.setdefault(_stem(name.casefold()), number)
        for number, name in locale.months["format"]["wide"].items():
            if not name[0].isdigit():
                months.setdefault(name.casefold(), number)
    month = _any(months)
    undated = r"(?!\s*,?\s*(?:de |of )?\d{4})"
    expression = (
        rf"(?P<today>{_beginning(map(_stem, _TODAY))})|(?P<weekday>{_beginning(weekdays)})"
        rf"|\b(?P<day>\d{{1,2}})\.?\s(?:de )?(?P<month>{month}){undated}"
        rf"|\b(?P<before>{month})\s(?P<behind>\d{{1,2}})\b{undated}|(?:(?P<number>\d{{1,2}})月)?(?P<cjk>\d{{1,2}})日"
    )
    return _Names(re.compile(expression), weekdays, months)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _beginning(words: Iterable[str]) -> str:
    """Words whose beginnings are looked for where words begin, if their script has spaces: elsewhere none of them is tried."""
    known = set(words)
    unspaced = {word for word in known if _SUBSTRING.search(word)}
    return rf"(?:\b(?:{_any(known - unspaced)})|{_any(unspaced)})"


def _stem(word: str) -> str:
    """Endings vary, so that a name of a day is looked for as a beginning."""
    return word if _SUBSTRING.search(word) or len(word) <= _SHORT else word[:-1]
