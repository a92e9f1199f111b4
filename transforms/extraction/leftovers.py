"""Takes out of an extracted text what the site set around it: pointers, share bars, calls, headings of lists, credits, notes about the site.

By structure first (links, place, length, sentence or not), with the wording of ``furniture`` as a second sign. What a site repeats
on its pages goes later (``repetition``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blockwire.transforms.extraction import furniture
from blockwire.transforms.text.letters import squeeze

POINTER_CHARS = 260
CALL_CHARS = 220
CREDIT_CHARS = 160
CAPTION_CHARS = 320
HEADLINE_CHARS = 160
TAIL_SHARE = 0.35
"""A section about site or author under its own heading is at most this part of the text."""

_SENTENCE_END = re.compile(r"[.!?…。！？؟।:;;][\"'”’»)\]]*$")
_WORD = re.compile(r"\w")
_FILE_PHOTO = re.compile(
    r"\((?:file|archive|illustrative|stock)(?: photo| picture| image)?\)\s*$|[/|] ?(?:reuters|afp|ap|epa|getty images|tass|unian|унiан|уніан|tass)\s*$|\((?:архивное фото|фото из архива|archivbild|archives?|foto de archivo|資料照片?|资料图片?)\)\s*$",
    re.IGNORECASE,
)
# A label in brackets, or an arrow or square, in front of a title: 【Background】 How it came to this.
_LABEL = re.compile(r"^(?:[【［〔〖\[][^】］〕〗\]]{1,24}[】］〕〗\]]|[▶►▸▷→⇒➤➡➔☞▌▍◆◇●■□▲△]+)\s*")
LABELLED_LINK_SHARE = 0.8
"""The part of what follows a label that is link text where the line is nothing but a pointer."""
_SIGNATURE = re.compile(r"^[-–—]{1,3}\s*[^\W\d_][^\d]{2,50}$")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a text, with what is known of the element it came from."""

    text: str
    link_share: float = 0.0
    """The part of its characters that is inside links, 0 to 1."""
    heading: bool = False
    item: bool = False
    """A line of a list or table."""
    caption: bool = False


@dataclass(frozen=True)
class Cleaned:
    """What stays, and what was taken out and why."""

    kept: tuple[Paragraph, ...]
    dropped: tuple[tuple[str, str], ...] = ()
    """Text and reason."""


def is_sentence(text: str) -> bool:
    """Whether a line ends like a sentence."""
    return _SENTENCE_END.search(text.rstrip()) is not None


def _line_reason(paragraph: Paragraph) -> str | None:
    """Why one line by itself is furniture; None where it may be text."""
    text = paragraph.text.strip()
    if not _WORD.search(text):
        return "no words"
    if furniture.WHOLE_LINE.match(text.lower()):
        return "furniture line"
    if len(text) <= POINTER_CHARS and _points(furniture.POINTER, text, paragraph):
        return "pointer to another page"
    if len(text) <= CALL_CHARS and (found := furniture.CALL.match(text.lower())) and _stands_alone(text, found.end()):
        return "call to subscribe"
    if len(text) <= CREDIT_CHARS and (
        _points(furniture.CREDIT_LINE, text, paragraph, colon=True) or furniture.RIGHTS_LINE.match(text.lower())
    ):
        return "credit"
    if paragraph.caption or (len(text) <= CAPTION_CHARS and _FILE_PHOTO.search(text)):
        return "caption"
    if _points(furniture.TAG_LINE, text, paragraph, colon=True):
        return "tags"
    if _is_labelled_link(text, paragraph):
        return "labelled link"
    # Linked headings and lists of links are an article's own table of contents more often than not.
    if paragraph.link_share > 0.8 and not (paragraph.heading or paragraph.item) and _is_headline(paragraph):
        return "only a link"
    return None


def _is_labelled_link(text: str, paragraph: Paragraph) -> bool:
    label = _LABEL.match(text)
    rest = len(text) - label.end() if label else 0
    return 0 < rest <= POINTER_CHARS and paragraph.link_share * len(text) >= LABELLED_LINK_SHARE * rest


def _stands_alone(text: str, end: int) -> bool:
    if text[end : end + 1] == ",":
        return False
    return end == len(text) or not text[end].isalpha() or text[end].isupper() or not text[end - 1].isalpha()


def _points(pattern: re.Pattern[str], text: str, paragraph: Paragraph, colon: bool = False) -> bool:
    """A line that begins so and goes on as a title does: after a colon, in a link, or without a sentence's end."""
    found = pattern.match(text.lower())
    if not found or not _stands_alone(text, found.end()):
        return False
    rest = text[found.end() :].lstrip(" \xa0")
    if rest[:1] in {":", "：", "|", "»", "→", "/", "©", "】", "］", "〕"}:
        return True
    if colon:
        return False
    return paragraph.link_share > 0.4 or not (paragraph.heading or is_sentence(rest))


def clean_leftovers(paragraphs: Sequence[Paragraph], title: str = "") -> Cleaned:
    """Removes furniture from an article's paragraphs.

    Args:
        paragraphs: in the order of the page.
        title: the article's, so that a repetition of it at the start goes.

    Returns:
        What stays and what went. If nothing but furniture was found, everything stays: then the lines are what there is.
    """
    kept: list[Paragraph] = []
    dropped: list[tuple[str, str]] = []
    under_pointer = 0
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text.strip()
        reason = _line_reason(paragraph)
        if reason is None and under_pointer and _is_headline(paragraph):
            under_pointer -= 1
            reason = "headline under a pointer"
        elif reason is None:
            under_pointer = 0
            if not kept and _same_line(text, title):
                reason = "the title again"
        if furniture.MORE_HEADING.match(text.lower()):
            under_pointer = 6
        if furniture.END_HEADING.match(text.lower()) and _is_tail(paragraphs, index):
            dropped.extend((each.text, "after the article's end") for each in paragraphs[index:])
            break
        if reason is None:
            kept.append(paragraph)
        else:
            dropped.append((paragraph.text, reason))
    _trim_ends(kept, dropped)
    if not kept:
        return Cleaned(tuple(paragraphs))
    return Cleaned(tuple(kept), tuple(dropped))


def _is_headline(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    return (
        len(text) <= HEADLINE_CHARS and (paragraph.link_share > 0.6 or not is_sentence(text)) and not paragraph.heading
    )


def _is_tail(paragraphs: Sequence[Paragraph], index: int) -> bool:
    total = sum(len(each.text) for each in paragraphs)
    return sum(len(each.text) for each in paragraphs[index:]) <= TAIL_SHARE * total


def _trim_ends(kept: list[Paragraph], dropped: list[tuple[str, str]]) -> None:
    """Takes the author's signature and headings with nothing under them off the end."""
    while kept and len(kept) > 1:
        last = kept[-1].text.strip()
        if _SIGNATURE.match(last):
            reason = "signature"
        elif kept[-1].heading and not is_sentence(last):
            reason = "heading without text"
        else:
            return
        dropped.append((kept.pop().text, reason))


def _same_line(text: str, title: str) -> bool:
    if len(text) > 2 * len(title) + 20:
        return False
    mine, whole = squeeze(text), squeeze(title)
    return mine == whole or (len(mine) > 20 and whole.startswith(mine))
