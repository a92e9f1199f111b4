"""What a reader asks for, as the query of an address says it, and the addresses of questions close by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urlencode

ITEM_FACETS: Final[Mapping[str, str]] = {
    "country": "country",
    "measure": "measure",
    "service": "service",
    "status": "status",
    "censor": "censor",
    "language": "language",
    "source": "feed",
}
"""By what items are narrowed down: the name in addresses, and the kind of term in the store."""
EVENT_FACETS: Final[Mapping[str, str]] = {name: name for name in ("severity", "country", "measure", "target", "status")}
"""The same for events."""
ALERT_FACETS: Final[Mapping[str, str]] = {name: name for name in ("state", "severity", "channel")}
"""By what alerts are narrowed down: the name in addresses, and the field."""
LETTER_FACETS: Final[Mapping[str, str]] = {"stage": "stage", "reason": "reason", "feed": "feed_id"}
"""The same for dead letters."""

PAGE_SIZE: Final = 50
MAX_PAGE: Final = 100_000
MAX_WORDS: Final = 1000
MAX_VALUES: Final = 50


class NotUnderstood(ValueError):
    """What was asked makes no sense. The message says so to a person, with what was expected."""


class Order(StrEnum):
    """In which order things come."""

    BEST = "best"
    """The best match first; without words, newest."""
    NEWEST = "newest"


@dataclass(frozen=True)
class Asked:
    """A question: all conditions together, several values of one facet mean any of them."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values of each facet, by the facet's name in addresses."""
    since: date | None = None
    """The first day, in UTC."""
    until: date | None = None
    """The last day, in UTC."""
    order: Order = Order.BEST
    page: int = 1

    @property
    def start(self) -> datetime | None:
        """The first moment."""
        return None if self.since is None else datetime.combine(self.since, time.min, UTC)

    @property
    def end(self) -> datetime | None:
        """The last moment."""
        return None if self.until is None else datetime.combine(self.until, time.max, UTC)

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words or self.chosen or self.since or self.until)

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a facet that are asked for."""
        return self.chosen.get(name, ())

    def toggled(self, name: str, value: str) -> Self:
        """The question with one more value, or without it where it is asked for already; from its first page."""
        before = self.values(name)
        after = tuple(one for one in before if one != value) if value in before else (*before, value)
        chosen = {key: values for key, values in (dict(self.chosen) | {name: after}).items() if values}
        return replace(self, chosen=chosen, page=1)

    def between(self, since: date | None, until: date | None) -> Self:
        """The question for other days."""
        return replace(self, since=since, until=until, page=1)

    def last_days(self, days: int, today: date) -> Self:
        """The question for so many days up to today."""
        return self.between(today - timedelta(days=days - 1), None)

    def at_page(self, page: int) -> Self:
        """Another page of the same."""
        return replace(self, page=page)

    def ordered(self, order: str) -> Self:
        """The same in another order."""
        return replace(self, order=Order(order), page=1)

    def without_words(self) -> Self:
        """The same, whatever the words."""
        return replace(self, words="", order=Order.BEST, page=1)

    @property
    def query(self) -> str:
        """The query of its address, beginning with ``?``; empty where everything is meant."""
        text = urlencode(self.pairs)
        return f"?{text}" if text else ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the query."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(name, value) for name, values in self.chosen.items() for value in values]
        pairs += [(name, day.isoformat()) for name, day in (("since", self.since), ("until", self.until)) if day]
        pairs += [("order", self.order.value)] if self.order is not Order.BEST else []
        return [*pairs, ("page", str(self.page))] if self.page > 1 else pairs


def read_question(pairs: Iterable[tuple[str, str]], facets: Iterable[str]) -> Asked:
    """The question of an address.

    Args:
        pairs: names and values of its query; names that mean nothing here, and empty values, are passed over.
        facets: the names by which can be narrowed down.

    Raises:
        NotUnderstood: where a day, an order or a page is none, or there is too much of something.
    """
    given = [(name, value.strip()) for name, value in pairs if value.strip()]
    single = dict(given)
    words = single.get("q", "")
    if len(words) > MAX_WORDS:
        raise NotUnderstood(f"a search has {MAX_WORDS} characters at most; this one has {len(words):,}")
    chosen = {
        name: tuple(dict.fromkeys(value for key, value in given if key == name)) for name in facets if name in single
    }
    if sum(map(len, chosen.values())) > MAX_VALUES:
        raise NotUnderstood(f"at most {MAX_VALUES} values can be chosen at once")
    order = single.get("order", Order.BEST.value)
    if order not in set(Order):
        raise NotUnderstood(f"there is no order {order!r}; expected {' or '.join(Order)}")
    return Asked(
        words, chosen, _day("since", single), _day("until", single), Order(order), _page(single.get("page", "1"))
    )


def _day(name: str, single: Mapping[str, str]) -> date | None:
    text = single.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise NotUnderstood(f"{name} is {text!r}; expected a day such as 2026-11-22") from None


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_PAGE):
        raise NotUnderstood(f"the page is {text!r}; expected a number from 1 to {MAX_PAGE:,}")
    return int(text)
