"""What was taken from a page and what was dropped, line by line, and why: an examination in the words of a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blockwire.schemas import Article
from blockwire.transforms.extraction.article import Examination
from blockwire.transforms.extraction.body import TAKEN, Body
from blockwire.transforms.extraction.leftovers import Cleaned

SAID_BEFORE = "said before"
HIDDEN = "hidden from readers"
UNLIKELY = "not likely to be the article's"


@dataclass(frozen=True)
class Line:
    """One run of a page's text, or one paragraph of an extractor."""

    text: str
    kept: bool
    reason: str
    """Why it was dropped; empty where it was kept."""
    likely: float | None
    """How likely the model takes it to be the article's, 0 to 1; None where the model was not asked."""


@dataclass(frozen=True)
class ExtractionExplanation:
    """Everything about one page."""

    is_article: bool
    kind: str
    kind_reason: str
    """Why it counts as that; empty for plain text."""
    extractor: str
    extractor_reason: str
    facts: tuple[tuple[str, str, str], ...]
    """Field, value and where it comes from, for each field that has a value."""
    lines: tuple[Line, ...]
    """In the order of the page."""


_FACTS = ("title", "url", "published", "modified", "authors", "site_name", "language", "image", "wire_agency")


def explain(examination: Examination) -> ExtractionExplanation:
    """Says what was made of a page.

    Args:
        examination: from ``examine_page``.
    """
    made = examination.made
    body = examination.body or Body((), "")
    lines = tuple(_lines(body, examination.cleaned or Cleaned(())))
    if not isinstance(made, Article):
        return ExtractionExplanation(False, made.kind.value, examination.kind_reason, "", "", (), lines)
    facts = []
    for name in _FACTS:
        value = getattr(made, name)
        if value:
            shown = ", ".join(value) if isinstance(value, tuple) else str(value)
            facts.append((name, shown, examination.sources.get(name, "")))
    return ExtractionExplanation(
        True, made.page_kind.value, examination.kind_reason, made.extractor, body.why, tuple(facts), lines
    )


def _lines(body: Body, cleaned: Cleaned) -> Iterator[Line]:
    dropped = dict(cleaned.dropped)
    from_blocks = bool(body.taken) and len(body.taken) == len(body.paragraphs)
    if not from_blocks:
        for paragraph in body.paragraphs:
            reason = dropped.get(paragraph.text, "")
            yield Line(paragraph.text, not reason, reason, None)
        return
    taken = frozenset(body.taken)
    for index, (block, likely) in enumerate(zip(body.blocks, body.likely, strict=True)):
        if index in taken:
            reason = dropped.get(block.text, "")
        elif likely < TAKEN:
            reason = UNLIKELY
        else:
            reason = HIDDEN if block.node.hidden else SAID_BEFORE
        yield Line(block.text, not reason, reason, likely)


def around_the_article(lines: Sequence[Line], margin: int) -> tuple[Sequence[Line], int]:
    """The lines from a little before the first that was kept to a little behind the last, and how many are left out.

    Args:
        lines: of a page.
        margin: how many lines a little is.
    """
    kept = [index for index, line in enumerate(lines) if line.kept]
    if not kept:
        return lines[:margin], max(0, len(lines) - margin)
    shown = lines[max(0, kept[0] - margin) : kept[-1] + 1 + margin]
    return shown, len(lines) - len(shown)
