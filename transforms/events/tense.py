"""Whether an article tells news or history, by the years and days that it begins with."""

from typing import Final

from blockwire.schemas import CensorshipItem
from blockwire.schemas.rules import FramingKind
from blockwire.transforms.classification.sentences import latest_year, split
from blockwire.transforms.events.days import names_day
from blockwire.transforms.events.framing import Framing
from blockwire.transforms.events.names import plain_digits

_HEAD: Final = 2
"""Sentences that say what an article is about."""
_MANY: Final = 3
"""Sentences with years past that make up for a head without one."""
_BEGINNING: Final = 4
"""Sentences among which news say when."""


def beginning(title: str, text: str) -> str:
    """Title and first sentences: where news say when."""
    sentences = split(text)[:_BEGINNING]
    return f"{title}\n{text[: sentences[-1].end] if sentences else ''}"


def is_background(item: CensorshipItem, framing: Framing) -> bool:
    """Whether an article looks back.

    Where its title or first sentence counts the years since. Where the words for what is done stand in the past (the classifier gives no
    status then): its head names a year long past and its title does not say what is done, or all of it many years past, and its beginning no
    day of these days. Where they do not: title or first sentence name a year past, nothing names a year of now or a day, and the title does
    not say what is done. The year in which a service was founded or a law passed counts for nothing.
    """
    now = (item.published or item.first_seen).year
    title, text = (framing.without_passing_years(plain_digits(one)) for one in (item.title, item.text))
    sentences = split(text)
    in_title = latest_year(title, 0, len(title))
    dated = [in_title, *(latest_year(text, *one) for one in sentences)]
    years = [year for year in dated if year is not None]
    in_first, in_head = (any(year is not None and year < now - 1 for year in dated[:many]) for many in (2, 1 + _HEAD))
    past_years = all(year < now for year in years)
    no_day = not names_day(beginning(title, text))
    titled = in_title is None and _title_tells(item)
    if FramingKind.LONG_AGO in framing.of(title):
        return True
    long_ago = sentences and FramingKind.LONG_AGO in framing.of(text[: sentences[0].end])
    if long_ago and no_day and not (titled and item.status):
        return True
    if item.status is None:
        many_past = past_years and len(years) >= _MANY
        return (no_day and (many_past or (in_head and not titled))) or (in_first and past_years and not titled)
    return in_first and past_years and no_day and not _title_tells(item)


def _title_tells(item: CensorshipItem) -> bool:
    return any(one.field == "title" and one.supports.startswith("measure:") for one in item.evidence)
