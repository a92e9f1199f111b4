"""Whether an article tells news or history, by the years and days that it begins with."""

import re
from functools import cache
from typing import Final

from babel import Locale

from blockwire.schemas import CensorshipItem
from blockwire.transforms.classification.countries import LOCALES
from blockwire.transforms.classification.sentences import latest_year, split
from blockwire.transforms.events.framing import tells_of_long_ago, without_passing_years
from blockwire.transforms.events.names import plain_digits

_HEAD: Final = 2
"""Sentences that say what an article is about."""
_MANY: Final = 3
"""Sentences with years past that make up for a head without one."""
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
    """Whether an article looks back.

    Where its title or first sentence counts the years since. Where the words for what is done stand in the past (the classifier gives no
    status then): its head names a year long past and its title does not say what is done, or all of it many years past, and its beginning no
    day of these days. Where they do not: title or first sentence name a year past, nothing names a year of now or a day, and the title does
    not say what is done. The year in which a service was founded or a law passed counts for nothing.
    """
    now = (item.published or item.first_seen).year
    title, text = (without_passing_years(plain_digits(one)) for one in (item.title, item.text))
    sentences = split(text)
    in_title = latest_year(title, 0, len(title))
    dated = [in_title, *(one.year for one in sentences)]
    years = [year for year in dated if year is not None]
    in_first, in_head = (any(year is not None and year < now - 1 for year in dated[:many]) for many in (2, 1 + _HEAD))
    past_years = all(year < now for year in years)
    beginning = f"{title}\n{text[: sentences[:_BEGINNING][-1].end] if sentences else ''}".casefold()
    no_day = not _days().search(beginning)
    titled = in_title is None and _title_tells(item)
    if tells_of_long_ago(title):
        return True
    if sentences and tells_of_long_ago(text[: sentences[0].end]) and no_day and not (titled and item.status):
        return True
    if item.status is None:
        many_past = past_years and len(years) >= _MANY
        return (no_day and (many_past or (in_head and not titled))) or (in_first and past_years and not titled)
    return in_first and past_years and no_day and not _title_tells(item)


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
