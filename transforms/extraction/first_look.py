"""A first look at a page, at a tenth of the cost: most news is safely about something else, and need not be taken apart.

Only what is plainly the article that the feed announced is set aside. Short pages, and pages that do not say what the entry's title
says (challenges, consent walls, soft 404s, block pages), go on to be told apart in full. Of the page's text without menus half may be
missing, so that a little that speaks for relevance is enough to doubt; then all that the page says is read, and set aside if nothing
in it adds up to what the classifier asks for.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import unescape
from itertools import islice

from resiliparse.parse.html import HTMLTree

from blockwire.schemas import FeedEntry
from blockwire.transforms.classification.gate import LONGEST, Gate, GateDecision, cheap_text
from blockwire.transforms.extraction.messages import EXCERPT_CHARS, SetAside
from blockwire.transforms.extraction.page_kinds import not_html, text_size
from blockwire.transforms.http.charset import decode_html
from blockwire.transforms.text.cleaning import clean_line, clean_text, html_to_text
from blockwire.transforms.text.language import detect_language
from blockwire.transforms.text.letters import squeeze

MIN_CHARS = 600
"""A shorter text may be a stub, a wall or a challenge; in letters of an alphabet."""
TELLING_CHARS = 2_000
"""A text so long says what it is about: that its lead is about platforms and the state is not enough then."""
MIN_TOLD = 0.6
"""The part of the title's words that the page must say to be the entry's."""
MIN_PARTS = 3
"""Fewer words of a title, without what the site adds to it, may be on any page."""
MAX_TAGS = 20_000
"""More may be a flood, whose nesting takes time with its square."""
MAX_STATED = 3
"""A page is of one article; some name a few more."""
MAX_CONTENT = 200_000
"""Characters of markup that a feed's content has at most."""
WHOLE_CHARS = 60_000
"""A page that says more gets no second look."""
PARAGRAPHS = 5
"""The longest of a page are the article's."""
TITLE_CHARS = 300
"""Of one title."""
MAX_TITLES = 8
"""That a page states, in either way: teasers have headlines, too."""

_STATED = re.compile(
    r'"articleBody"\s*:\s*(?:(?:\[\s*|\{\s*"@value"\s*:\s*)?"([^"\\]*(?:\\.[^"\\]*)*)"|(?=[\[{]))', re.DOTALL
)
"""The text that a page states to search engines; nothing in the group where it does so in another form."""
_HEADLINE = re.compile(r'"headline"\s*:\s*"([^"\\]{0,400}(?:\\.[^"\\]{0,400}){0,400})"')
_TITLES = "meta[property$='title'], meta[name$='title'], meta[itemprop='headline']"
_ODD_BLANKS = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_BEFORE_THE_SITE = re.compile(r"\s+[-–—|»·:]+\s+")
# Words; of scripts that write none, pairs of characters.
_PARTS = re.compile(r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}|\w{2,}")


def first_look(
    html: bytes, *, url: str, content_type: str | None, entry: FeedEntry, gate: Gate, enough: float | None = None
) -> SetAside | None:
    """What to set aside; None where the page is to be extracted in full.

    Args:
        html: the body as it came, decompressed.
        url: where it came from, after redirects.
        content_type: the header's value.
        entry: the entry that led here.
        gate: what is safely irrelevant.
        enough: the score from which on somebody wants to know, where that is less than the rules' threshold.
    """
    if not entry.title or not_html(html, content_type) is not None or html.count(b"<") > MAX_TAGS:
        return None
    source = decode_html(html, content_type)
    stated = [match[1] for match in _STATED.finditer(source)] if '"articleBody"' in source else []
    if len(stated) > MAX_STATED or None in stated:
        return None
    tree = HTMLTree.parse(source)
    title = _distinct((entry.title, tree.title or "", *_stated_titles(tree, source)))
    told = "\n".join((*_told_by_feed(entry), *_unquoted(stated)))
    limit = gate.threshold if enough is None else min(enough, gate.threshold)
    languages = _languages(f"{entry.title}. {entry.summary}")
    # Where somebody wants to know of less than the rules ask for, half of a text is not enough to say no.
    if limit == gate.threshold:
        text = _ODD_BLANKS.sub(" ", cheap_text(tree)[:LONGEST])
        if _is_announced(text, entry.title):
            decision = gate.passes(title, told, text, len(told) + 1 + len(text), languages)
            if not decision.passed or (decision.lead_only and text_size(text) >= TELLING_CHARS):
                return _aside(url, entry, text, decision)
    whole = clean_text(cheap_text(tree, whole=True), WHOLE_CHARS + 1)
    if len(whole) <= WHOLE_CHARS and _is_announced(whole, entry.title):
        # Menus are in another language at times, and are short.
        longest = sorted(whole.split("\n"), key=len)[-PARAGRAPHS:]
        languages |= _languages(" ".join(reversed(longest)))
        decision = gate.adds_up(title, f"{told}\n{whole}", languages, limit)
        if not decision.passed:
            return _aside(url, entry, whole, decision)
    return None


def _aside(url: str, entry: FeedEntry, text: str, decision: GateDecision) -> SetAside:
    return SetAside(url, clean_text(entry.summary or text, EXCERPT_CHARS), decision)


def _stated_titles(tree: HTMLTree, source: str) -> Iterator[str]:
    """What a page tells social networks and search engines that its title is."""
    if tree.head:
        yield from (meta.getattr("content") or "" for meta in islice(tree.head.query_selector_all(_TITLES), MAX_TITLES))
    yield from _unquoted(match[1] for match in islice(_HEADLINE.finditer(source), MAX_TITLES))


def _distinct(titles: Iterable[str]) -> str:
    """The article's is one of them: a line each, and of one that is a part of another only the longer."""
    kept: dict[str, str] = {}
    for title in sorted({clean_line(unescape(each), TITLE_CHARS) for each in titles}, key=len, reverse=True):
        letters = squeeze(title)
        if not any(letters in longer for longer in kept):
            kept[letters] = title
    return "\n".join(kept.values())


def _told_by_feed(entry: FeedEntry) -> Iterator[str]:
    yield entry.summary
    if entry.content_html:
        yield html_to_text(entry.content_html, MAX_CONTENT)[:LONGEST]


def _unquoted(stated: Iterable[str]) -> Iterator[str]:
    """Strings as a page's data have them. Some pages show no text, and it is taken from there."""
    for each in stated:
        with suppress(ValueError):
            yield clean_text(json.loads(f'"{each}"', strict=False), LONGEST)


def _languages(text: str) -> set[str]:
    language = detect_language(text)
    return {language.partition("-")[0]} if language else set()


def _is_announced(text: str, title: str) -> bool:
    return text_size(text) >= MIN_CHARS and _says(text, title)


def _says(text: str, title: str) -> bool:
    """Whether the text says most of what the title says, or of its longest part: feeds put the site's name and section beside it."""
    folded, whole = text.casefold(), title.casefold()
    longest = max(_BEFORE_THE_SITE.split(whole), key=len)
    return any(
        len(parts) >= fewest and sum(part in folded for part in parts) >= MIN_TOLD * len(parts)
        for parts, fewest in ((set(_PARTS.findall(whole)), 1), (set(_PARTS.findall(longest)), MIN_PARTS))
    )
