"""What texts on one thing share across languages: proper names, names in quotes, domains and numbers."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from blockwire.transforms.classification.analysis import DOMAIN
from blockwire.transforms.text.letters import squeeze

_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*")
_SENTENCE_END: Final = re.compile(r"[.!?…:。！？؟\n«»“”„\"]\s*$|^\s*$")
_QUOTED: Final = re.compile(r"[«“„《「『\"]([^«»“”„《》「」『』\"\n]{3,30})[»”“》」』\"]")
_NUMBER: Final = re.compile(r"(?<![\w.,:/])\d{2,6}(?![\w.,:/%]\d|[\d%])")
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_SHORTEST: Final = 4
_SHORTEST_JOINED: Final = 8
_LAST_DAY: Final = 31
"""Numbers up to it may be days."""
_YEARS: Final = (range(1300, 1500), range(1900, 2100))
_SAME: Final = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "ß": "s"})


def names_in(title: str, text: str, own_host: str = "") -> tuple[str, ...]:
    """Names and numbers of an article, folded and sorted: what can be compared with another article's.

    Args:
        title: its title.
        text: its text.
        own_host: where it stands; the outlet's own domain says nothing.
    """
    found: set[str] = set()
    for field in (title, text):
        found.update(_proper_names(field))
        found.update(fold(match[1]) for match in _QUOTED.finditer(field))
        found.update(_numbers(field))
    found.update(domain_name(domain) for domain in domains_in(text, own_host))
    return tuple(sorted(name for name in found if len(name) >= _SHORTEST or name.startswith("#")))


def domains_in(text: str, own_host: str = "") -> tuple[str, ...]:
    """The domains that a text names, without the outlet's own."""
    found = dict.fromkeys(match[0] for match in DOMAIN.finditer(text.casefold()))
    return tuple(domain for domain in found if not own_host.endswith(domain) and not domain.endswith(own_host or "."))


def domain_name(domain: str) -> str:
    """The name within a domain, folded: ``korfezhaber`` of ``www.korfez-haber.example``."""
    labels = domain.split(".")
    return fold(max(labels[:-1], key=len, default=domain))


def fold(name: str) -> str:
    """Letters without accents, spaces and case."""
    return squeeze(unicodedata.normalize("NFKD", name.casefold().translate(_SAME)))


def plain_digits(text: str) -> str:
    """Digits of every script as ASCII ones."""
    return text if text.isascii() else _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def _proper_names(text: str) -> Iterator[str]:
    """Capitalised words inside sentences, alone and joined with the one before."""
    before = ""
    after_name = 0
    for match in _WORD.finditer(text):
        if match[0].islower():
            before = ""
            continue
        word = match[0].replace("’", "'").partition("'")[0]
        capital = word != word.lower()
        near = bool(before) and match.start() - after_name <= 1
        if capital:
            name = fold(word)
            if not _SENTENCE_END.search(text[max(0, match.start() - 3) : match.start()]):
                yield name
            if near and len(before + name) >= _SHORTEST_JOINED:
                yield before + name
            before, after_name = name, match.end()
        else:
            before = ""


def _numbers(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(plain_digits(text)):
        number = int(match[0])
        if number > _LAST_DAY and not any(number in years for years in _YEARS):
            yield f"#{number}"
