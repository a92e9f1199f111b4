"""Names of countries in the languages of the news, from Unicode's CLDR (babel) and ISO 3166 (pycountry)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pycountry
from babel import Locale

LOCALES = (
    "en",
    "ru",
    "uk",
    "be",
    "fa",
    "ar",
    "tr",
    "zh",
    "zh_Hant",
    "es",
    "pt",
    "fr",
    "de",
    "my",
    "hi",
    "ur",
    "vi",
    "id",
    "am",
    "kk",
)
_SHORTEST_STEM = 4
"""Letters that have to remain of an inflected name: ``само~`` for Samoa would match half of Ukrainian."""
_SHORT = re.compile(r"^[\u0600-\u06ff]{1,4}$|^[\u2e80-\ufa00]$")
"""Names too short to be told from ordinary words; the places file has those that matter."""
_CYRILLIC = re.compile(r"[а-яёіїєґў]", re.IGNORECASE)
_ENDING = re.compile(r"[аяоеиіыйьюуї]+$")
_SOFTENED = re.compile(r"(?<=[иі])ка$")
"""Becomes ``ці`` in Ukrainian: ``Республіка``, ``Республіці``."""
_NOT_A_NAME = frozenset(
    {"chad", "georgia", "jordan", "turkey", "guinea", "mali", "niger", "oman", "cuba", "мали", "чад", "куба", "чили"}
)
"""Names that are too short to cut, or ordinary words: they are kept, but as they are."""
_LEFT_OUT = frozenset(
    {
        "الأردن الهاشمية",
        "om",
        "man",
        "مان",
        "ма",
        "美",
        "中",
        "mali",
        "chad",
        "jersey",
        "малі",
        "мали",
        "georgia",
        "jordan",
        "island",
        "chili",
    }
)
"""Ordinary words or first names of their language or of another; the places file has them where they can be told apart."""


@dataclass(frozen=True)
class Name:
    """A spelling, the country, and what kind of place it is."""

    pattern: str
    country: str
    kind: str
    region: str


@lru_cache(maxsize=1)
def country_names() -> tuple[Name, ...]:
    """Every country's names, as patterns that match their inflected forms."""
    return tuple(_names())


def _names() -> Iterator[Name]:
    codes = {country.alpha_2 for country in pycountry.countries}
    seen = set()
    for tag in LOCALES:
        for code, name in Locale.parse(tag).territories.items():
            if code not in codes:
                continue
            pattern = _inflected(name)
            if (
                name.lower() not in _LEFT_OUT
                and len(name) > 1
                and not _SHORT.match(name)
                and (pattern, code) not in seen
            ):
                seen.add((pattern, code))
                yield Name(pattern, code, "country", "")
    for country in pycountry.countries:
        for attribute in ("name", "common_name"):
            name = getattr(country, attribute, None)
            if name and "," not in name and name.lower() not in _LEFT_OUT:
                yield Name(name, country.alpha_2, "country", "")


def _inflected(name: str) -> str:
    """Cyrillic names lose their endings: ``Россия`` becomes ``росси~``, ``Южный Судан`` ``южн~ судан~``."""
    if not _CYRILLIC.match(name) or name.lower() in _NOT_A_NAME:
        return name
    words = name.split(" ")
    if len(words) > 1:
        return " ".join(_stem(_SOFTENED.sub("", word), 3) for word in words)
    return _stem(name, _SHORTEST_STEM)


def _stem(word: str, shortest: int) -> str:
    stem = _ENDING.sub("", word)
    return f"{stem}~" if len(stem) >= shortest else word
