"""Whether an article tells news or history, by the years and days that it begins with."""

import re
from functools import cache
from typing import Final

from babel import Locale

from blockwire.schemas import CensorshipItem
from blockwire.transforms.classification.countries import LOCALES
from blockwire.transforms.classification.sentences import latest_year, split
from blockwire.transforms.events.names import plain_digits

_HEAD: Final = 2
"""Sentences that say what an article is about."""
_BEGINNING: Final = 4
"""Sentences among which news say when."""
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


def is_background(item: CensorshipItem) -> bool:
    """Whether an article looks back: its head names a year long past, and more speaks for it.

    Where the words for what is done stand in the past (the classifier gives no status then), it is enough that the article names no year of
    now, or no day of these days in its beginning. Where they do not, both have to hold, and the title must not say what is done.
    """
    now = (item.published or item.first_seen).year
    title, text = plain_digits(item.title), plain_digits(item.text)
    sentences = split(text)
    in_title = latest_year(title, 0, len(title))
    years = [year for year in (in_title, *(one.year for one in sentences)) if year is not None]
    head = [in_title, *(one.year for one in sentences[:_HEAD])]
    if not any(year is not None and year < now - 1 for year in head):
        return False
    beginning = f"{title}\n{text[: sentences[:_BEGINNING][-1].end] if sentences else ''}".casefold()
    past_years, no_day = all(year < now for year in years), not _days().search(beginning)
    if item.status is None:
        return past_years or no_day
    return past_years and no_day and not _title_tells(item)


def _title_tells(item: CensorshipItem) -> bool:
    return any(one.field == "title" and one.supports.startswith("measure:") for one in item.evidence)


@cache
def _days() -> re.Pattern[str]:
    """Days of the week, days of a month without a year, and today, in the languages of the news."""
    words = set(_TODAY)
    months: set[str] = set()
    for tag in LOCALES:
        locale = Locale.parse(tag)
        words.update(name.casefold() for name in locale.days["format"]["wide"].values())
        months.update(name.casefold() for name in locale.months["format"]["wide"].values())
    months = {month for month in months if not month[0].isdigit()}
    bounded = "|".join(_bounded(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    month = "|".join(re.escape(name) for name in sorted(months, key=lambda name: (-len(name), name)))
    undated = r"(?!\s*,?\s*(?:de |of )?\d{4})"
    return re.compile(
        rf"{bounded}|\b\d{{1,2}}\.?\s(?:de )?(?:{month}){undated}|\b(?:{month})\s\d{{1,2}}\b{undated}|\d{{1,2}}日"
    )


def _bounded(word: str) -> str:
    if _SUBSTRING.search(word):
        return re.escape(word)
    # Endings vary, so that a name of a day is looked for as a beginning.
    return rf"\b{re.escape(word[:-1] if len(word) > _SHORT else word)}"
