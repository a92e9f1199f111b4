"""The day of publication as a reader sees it: a date in a short line near the heading.

Most pages also state it for machines; this is for those that do not. Dates in sentences, in lists of other articles and
beside words like "updated" are not it. In doubt it is none: a wrong day is worse than a missing one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names

from blockwire.transforms.extraction.blocks import LANDMARKS, NAMES, Block
from blockwire.transforms.text.cleaning import EARLIEST

LINE_CHARS = 160
"""Longer lines are sentences."""
REST_CHARS = 80
"""A line that is not marked as a date's may have so much beside it,"""
REST_CHARS_IN_TEXT = 45
"""or so much if it is a paragraph of the article."""
BESIDE_TITLE = 2
"""So many lines above the title belong to the article's head,"""
AFTER_START = 8
"""so many from its first paragraph on,"""
MAX_HEAD = 40
"""and at most so many between title and text; with more, the title is another's."""
BEFORE_TITLE = 8
AFTER_END = 8
"""So far above the title and behind the end a line can still be about the article, if its element does not say otherwise."""

_NUMERIC = re.compile(r"(?<![\d.])(\d{1,4}) ?([-/.年년]) ?(\d{1,2}) ?[-/.月월] ?(\d{1,4})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|[.ºª])?[\s,-]*(?:de |of |den )?(?:[^\W\d_]{3,14} / )?([^\W\d_]{3,14})[.,]?[\s,-]*(?:de |del )?(\d{4})(?!\d)"
)
_MONTH_DAY = re.compile(
    r"(?<!\w)([^\W\d_]{3,14})\.?\s?(\d{1,2})(?:st|nd|rd|th)?[\s,]+(?:\d{1,2}:\d\d[\s,]+)?(\d{4})(?!\d)"
)
CHANGE = re.compile(
    r"updat|modif|revis|review|aktualis|geändert|änderung|mis à jour|actualiz|atualiz|aggiorn|обновл|изменен|оновлен|güncel|编辑于|更新|修改",
    re.IGNORECASE,
)
"""Words beside the day of a change."""
_PUBLICATION = re.compile(
    r"publi(?:sh|é|cad|kowan|cerad|ceret|cat)|veröffentlich|erschienen|posted on|pubblicat|опубликован|опубліковано|gepubliceerd|yayın|nashr|发布|發布|公開日|入力|نشر|انتشار",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[ ,]*\d{1,2}[:.]\d\d(?::\d\d)?(?: ?(?:Uhr|[ap]\.?m\.?))?", re.IGNORECASE)
_DATELINE = re.compile(r"\)?\s*[-–—|:•]\s|\)\s")
"""What stands behind a date at the beginning of a paragraph if it is the article's."""
_RIGHTS = re.compile("©|copyright", re.IGNORECASE)


def _bits(names: Sequence[str], wanted: str) -> int:
    return sum(1 << names.index(name) for name in wanted.split())


_DATED = _bits(NAMES, "meta")
_COMMENT = _bits(NAMES, "comment")
_OTHERS = _bits(NAMES, "related comment chrome")
_AROUND = _bits(LANDMARKS, "nav footer aside")


def visible_day(
    blocks: Sequence[Block], title: int | None, taken: Sequence[int], languages: Sequence[str], latest: date
) -> date | None:
    """The day in the line nearest to the article's title, else right before its text or behind its end.

    Args:
        blocks: of the page.
        title: where among them the title stands, if it does.
        taken: where the article's paragraphs stand, in order.
        languages: of the page, the likeliest first, as ISO 639 or BCP 47 (``en-GB``): they name the months, and say whether
            03/04 is in March or in April.
        latest: later days are not believed.
    """
    if not taken:
        return None
    head, around = _places(title, taken)
    text = frozenset(taken)

    def days(indexes: Iterable[int]) -> Iterator[date]:
        for index in indexes:
            if 0 <= index < len(blocks) and (index in head or _is_own(blocks[index])):
                rest = REST_CHARS_IN_TEXT if index in text else REST_CHARS
                if (day := _day_of(blocks[index], languages, latest, rest)) is not None:
                    yield day

    beside = next(days((*head, *around)), None)
    if beside is not None:
        return beside
    marked = set(days(index for index, block in enumerate(blocks) if block.node.own_names & _DATED or _says_so(block)))
    return marked.pop() if len(marked) == 1 else None


def _places(title: int | None, taken: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """The article's head, and what is near it; in both the likeliest place of a date first."""
    start, end = taken[0], taken[-1]
    first_lines = range(start, min(start + AFTER_START, end + 1))
    if title is None or not start - MAX_HEAD <= title <= start + 2:
        title = start - 1
        head = (*range(title, title - BESIDE_TITLE - 1, -1), *first_lines)
    else:
        head = (*range(title + 1, first_lines.stop), *range(title, title - BESIDE_TITLE - 1, -1))
    return head, (*range(title - BESIDE_TITLE - 1, title - BEFORE_TITLE, -1), *range(end + 1, end + AFTER_END))


def _is_own(block: Block) -> bool:
    """Whether a line that is not in the article's head is likely to be about it."""
    node = block.node
    return (
        bool(node.own_names & _DATED) or _says_so(block) or not (node.landmarks & _AROUND or node.own_names & _OTHERS)
    )


def _says_so(block: Block) -> bool:
    return len(block.text) <= LINE_CHARS and _PUBLICATION.search(block.text) is not None


def _day_of(block: Block, languages: Sequence[str], latest: date, rest: int) -> date | None:
    node = block.node
    if node.near_names & _COMMENT:
        return None
    for start, end, day in days_in(block.text[:LINE_CHARS], languages):
        end = clock.end() if (clock := _CLOCK.match(block.text, end)) else end
        dateline = start <= 1 and _DATELINE.match(block.text, end) is not None
        lone = len(block.text) <= LINE_CHARS and (len(block.text) - (end - start) <= rest or node.own_names & _DATED)
        if not (dateline or lone) or not EARLIEST.date() <= day <= latest:
            continue
        before = block.text[max(0, start - 30) : start]
        if not CHANGE.search(before) and not _RIGHTS.search(before):
            return day
    return None


def days_in(text: str, languages: Sequence[str]) -> Iterator[tuple[int, int, date]]:
    """Dates in a line, each with its beginning and end, in the line's order; those that can be read in two ways are left out."""
    found = []
    for pattern, read in ((_NUMERIC, _numeric), (_DAY_MONTH, _day_month), (_MONTH_DAY, _month_day)):
        for match in pattern.finditer(text):
            try:
                day = read(match, languages)
            except ValueError:
                continue
            if day is not None:
                found.append((match.start(), match.end(), day))
    yield from sorted(found)


def _numeric(match: re.Match[str], languages: Sequence[str]) -> date | None:
    first, middle, last = int(match[1]), int(match[3]), int(match[4])
    if first > 31:
        return date(first, middle, last)
    if len(match[4]) not in {2, 4}:
        return None
    year = last if last > 99 else 2000 + last
    if max(first, middle) <= 12 and match[2] != ".":
        month_first = is_month_first(languages)
        if month_first is None:
            return None
    else:
        month_first = middle > 12
    return date(year, first, middle) if month_first else date(year, middle, first)


def is_month_first(languages: Sequence[str], otherwise: bool | None = None) -> bool | None:
    """Whether 03/04 is the fourth of March, as in the United States alone; ``otherwise`` where English comes from nobody knows where."""
    tags = [tag.replace("_", "-").casefold() for tag in languages]
    regional = next((tag for tag in tags if "-" in tag), None)
    if regional is not None:
        return regional == "en-us"
    return otherwise if "en" in tags else False


def _day_month(match: re.Match[str], languages: Sequence[str]) -> date | None:
    month = _month(match[2], tuple(languages))
    return date(int(match[3]), month, int(match[1])) if month else None


def _month_day(match: re.Match[str], languages: Sequence[str]) -> date | None:
    month = _month(match[1], tuple(languages))
    return date(int(match[3]), month, int(match[2])) if month else None


def _month(word: str, languages: tuple[str, ...]) -> int | None:
    word = word.casefold()
    for language in (*languages, "en"):
        for name, month in _months(language.replace("_", "-").partition("-")[0].casefold()):
            if name == word or (len(word) >= 3 and name.startswith(word)):
                return month
    return None


@lru_cache(maxsize=64)
def _months(language: str) -> tuple[tuple[str, int], ...]:
    """The names of the months in a language, in the forms of a date and alone."""
    try:
        locale = Locale(language)
    except (UnknownLocaleError, ValueError):
        return ()
    names = {
        (name.casefold().rstrip("."), month)
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, context, locale).items()
    }
    return tuple(sorted(names, key=lambda each: (each[1], each[0])))
