"""Which of the titles that page and feed offer is the article's."""

import re
from collections.abc import Iterable, Sequence

_SUFFIX = re.compile(r"\s+[|–—\-·•»:/]+\s+|\s*[|｜»_]\s*| :: ")
_WORD = re.compile(r"\w+")
MAX_CANDIDATES = 8
MAX_TITLE_CHARS = 500


def _words(text: str) -> frozenset[str]:
    # Scripts without spaces: characters stand for words.
    words = _WORD.findall(text.casefold())
    return frozenset(words) if len(words) > 2 else frozenset("".join(words))


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second) if first and second else 0.0


def without_site(title: str, site_names: Iterable[str]) -> str:
    """The title without the name of the site (or of its section) that many set before or behind it."""
    names = [_words(name) for name in site_names if name]
    head, bar, tail = title.rpartition("|")
    # A bar is hardly ever part of a headline.
    if bar and len(tail.split()) <= 5 and len(head.strip()) >= 15:
        return without_site(head, site_names)
    parts = [part.strip() for part in _SUFFIX.split(title) if part.strip()]
    if len(parts) < 2:
        return title.strip()
    for edge in (-1, 0):
        words = _words(parts[edge])
        if any(words and (words <= name or name <= words) for name in names):
            cut = title.rfind(parts[-1]) if edge == -1 else title.find(parts[1], len(parts[0]))
            rest = title[:cut] if edge == -1 else title[cut:]
            rest = rest.strip(" |–—-·•»:/｜_\t")
            if len(rest) >= 8 or len(rest) > len(parts[edge]):
                return without_site(rest, site_names)
    return title.strip()


def choose_title(candidates: Sequence[str], site_names: Sequence[str]) -> str:
    """The candidate that the others agree with most; the earlier where they agree alike. Empty where there is none."""
    cleaned = [without_site(each, site_names) for each in candidates if each.strip()][:MAX_CANDIDATES]
    cleaned = [each for each in dict.fromkeys(cleaned) if len(each) <= MAX_TITLE_CHARS]
    names = {name.casefold() for name in site_names}
    cleaned = [each for each in cleaned if each.casefold() not in names] or cleaned
    if not cleaned:
        return ""
    words = [_words(each) for each in cleaned]
    scores = [sum(_overlap(mine, other) for other in words) for mine in words]
    best = max(scores)
    return next(title for title, score in zip(cleaned, scores, strict=True) if score >= best - 0.25)
