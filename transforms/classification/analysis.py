"""Title and text as sentences with the meaningful words in them."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from dataclasses import field as factory
from operator import itemgetter
from typing import Literal

from blockwire.schemas.rules import Position
from blockwire.transforms.classification.folding import MARKS, Folded
from blockwire.transforms.classification.sentences import latest_year, split
from blockwire.transforms.classification.vocabulary import ARABIC, LATIN, Label, Vocabulary

Place = Literal["title", "headline", "lead", "body", "late", "tail"]
DOMAIN = re.compile(
    rf"(?<![@.-])(?<![^\W{MARKS}])(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.)+[a-z]{{2,24}}(?!-|[^\W{MARKS}])"
)
"""In folded text, and in other. It may stand right behind a word that ends in a vowel sign."""
_DENSE = re.compile("[\u2e80-\ufa00]")
_EXCLUSIVE = LATIN | ARABIC
_PLACES = frozenset({"country", "region", "occupied"})
HEADLINE = 120
"""Characters of text below which a title stands alone."""
LEAD, LATE, TAIL = 400, 1500, 3500
"""Characters of text after which a sentence is no longer the lead, is late, is in the tail."""
NEAR = 60
"""A cue stands at most so many characters away."""
_ANY = "*"
"""Any language."""
_OVERLAPPING = 4
"""Look-alikes that may overlap in one place."""
LONGEST = 4_000
"""What follows in a text is not read."""


@dataclass(slots=True, eq=False)
class Found:
    """A match with its meaning. Not frozen: making a frozen record takes three times as long, and there are many."""

    start: int
    end: int
    label: Label


@dataclass(slots=True)
class SentenceView:
    """A sentence and what was found in it."""

    field: Literal["title", "text"]
    start: int
    end: int
    text: str
    """The folded field that it is part of."""
    weight: float
    place: Place
    found: list[Found] = factory(default_factory=list)
    mask: int = 0

    @property
    def dense(self) -> bool:
        """Whether it is written in a script that says more in fewer characters; few are asked."""
        middle = (self.start + self.end) // 2
        return _DENSE.search(self.text, middle, middle + 6) is not None

    @property
    def year(self) -> int | None:
        """The latest that it tells of; few are asked."""
        return latest_year(self.text, self.start, self.end)


@dataclass(slots=True)
class Reading:
    """The words found in title and text, before anything is made of them."""

    title: Folded
    text: Folded
    title_found: list[Found]
    text_found: list[Found]
    mask: int
    """All concepts found anywhere."""
    home: str | None
    """The country that the text's language is at home in, where there is one."""


@dataclass(slots=True)
class Analysis:
    """What the rules look at."""

    title: Folded
    text: Folded
    sentences: list[SentenceView]
    home: str | None

    def quote(self, where: str, start: int, end: int) -> tuple[int, int, str]:
        """A stretch of the folded field as offsets and quote of the original."""
        folded = self.title if where == "title" else self.text
        first, after = folded.span(start, end)
        return first, after, folded.original[first:after]


class Analyst:
    """Turns title and text into sentences with their matches."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = vocabulary
        self._hidden = vocabulary.bits["mask"]
        self._tool_only = vocabulary.bits["tool_only"]
        self._cues = vocabulary.mask(
            ("block", "unblock", "site", "social", "messenger", "app", "vpn", "user", "content", "calls", "store", "censor", "slow", "remove",
             "x_messaging", "x_social", "x_vpn", "outage", "platform", "search", "post", "cut", "restore", "limit", "crypto")
        )  # fmt: skip

    def read(
        self,
        title: str,
        text: str,
        language: str | None,
        longest: int = LONGEST,
        also: Collection[str] = (),
    ) -> Reading:
        """The words of both fields, of the languages that count; of the text the first ``longest`` characters.

        Args:
            title, text: the fields.
            language: the text's, where it is known.
            longest: characters of the text that are read.
            also: languages that a part of the text may be in. Their words count too, and of Arabic's script those of any language.
        """
        folded_title, folded_text = self._words.folding.fold(title), self._words.folding.fold(text[:longest])
        hits = self._found(folded_title), self._found(folded_text)
        allowed, home = self._languages(language, *hits)
        shut = _EXCLUSIVE - allowed.union(also, ARABIC if also else ())
        countries = {home, *map(self._words.rules.homes.get, also)}
        countries |= {one.label.identity[:2] for some in hits for one in some if one.label.kind in _PLACES}
        mask = 0
        for some in hits:
            some[:] = [one for one in some if one.label.language not in shut and _is_plain(one.label, countries)]
            for one in some:
                mask |= one.label.mask
        return Reading(folded_title, folded_text, *hits, mask, home)

    def countries(self, text: str) -> frozenset[str]:
        """The countries of all places and agencies that words of a text may stand for, as far as it is read."""
        labels = self._words.labels
        hits = self._words.matcher.find(self._words.folding.fold(text[:LONGEST]))
        return frozenset(code for *_, label in hits for code in labels[label].country.split(":") if code)

    def analyse(self, reading: Reading, position: Position) -> Analysis:
        """What was read, in sentences, without names that need a cue and have none."""
        sentences = self._sentences("title", reading.title, reading.title_found, position)
        alone = len(reading.text.text.strip()) < HEADLINE
        title = [one for one in sentences if one.place == "title"]
        sentences += self._sentences("text", reading.text, reading.text_found, position)
        if not reading.title.text.strip():
            for one in sentences[:1]:
                one.weight, one.place = position.title, "title"
                title.append(one)
        if alone:
            for one in title:
                one.weight, one.place = position.headline, "headline"
        return Analysis(reading.title, reading.text, sentences, reading.home)

    def _found(self, folded: Folded) -> list[Found]:
        labels = self._words.labels
        found = [Found(start, end, labels[label]) for start, end, label in self._words.matcher.find(folded)]
        hidden = [(one.start, one.end, one.label.language) for one in found if one.label.mask & self._hidden]
        # What needs a tool is no news about tools, in whatever language the tool's name is known.
        hidden += [(one.start, one.end, _ANY) for one in found if one.label.mask & self._tool_only]
        if hidden:
            hidden.sort()
            found = [one for one in found if one.label.mask & self._tool_only or not _is_within(one, hidden)]
        return found

    def _languages(self, language: str | None, *hits: list[Found]) -> tuple[set[str], str | None]:
        """The languages whose words count: English, the stated one, and else, of each script, the one that most of the text is in.

        With it the country that the language is at home in.
        """
        stated = language.split("-")[0] if language else ""
        counts: dict[str, int] = defaultdict(int)
        for some in hits:
            for one in some:
                counts[one.label.language] += one.end - one.start
        allowed = {"en", stated}
        for script in (LATIN, ARABIC):
            if stated not in script and (script is ARABIC or not stated):
                there = [name for name in script if name in counts]
                allowed.add(max(there, key=lambda name: (counts[name], name), default=""))
        counts.pop("", None)
        first = stated or max(counts, key=lambda name: (counts[name], name), default="")
        return allowed, self._words.rules.homes.get(first)

    def _sentences(
        self, where: Literal["title", "text"], folded: Folded, found: list[Found], position: Position
    ) -> list[SentenceView]:
        views = []
        for part in split(folded.text):
            place: Place = _place(part.start) if where == "text" else "title"
            views.append(SentenceView(where, part.start, part.end, folded.text, getattr(position, place), place))
        starts = [view.start for view in views]
        for one in found:
            views[bisect_right(starts, one.start) - 1].found.append(one)
        for view in views:
            if not view.found:
                continue
            view.found = self._plain(folded, view.found)
            for one in view.found:
                view.mask |= one.label.mask
        return views

    def _plain(self, folded: Folded, found: list[Found]) -> list[Found]:
        """Without names that need a cue and have none, and without the name of a service or a place inside a longer one."""
        services = [one for one in found if one.label.kind == "service"]
        places = [one for one in found if one.label.kind in _PLACES]
        kept = []
        for one in found:
            label = one.label
            if label.kind in _PLACES and _is_inside_longer(one, places):
                continue
            if label.kind == "service":
                if _is_inside_longer(one, services):
                    continue
                if label.cue and not (_capital(folded, one) and self._cued(one, found)):
                    continue
            kept.append(one)
        return kept

    def _cued(self, name: Found, found: list[Found]) -> bool:
        for other in found:
            if other is name or (other.label.kind == "service" and other.label.cue):
                continue
            if (
                other.start < name.end
                and name.start < other.end
                and not (other.start < name.start and name.end < other.end)
            ):
                continue
            if other.label.kind == "service" or other.label.mask & self._cues:
                gap = other.start - name.end if other.start >= name.end else name.start - other.end
                if gap <= NEAR:
                    return True
        return False


def _is_within(one: Found, hidden: list[tuple[int, int, str]]) -> bool:
    """Whether a match lies inside one of the stretches, sorted by where they begin, of its own language or of any."""
    place = bisect_right(hidden, one.start, key=itemgetter(0))
    near = hidden[max(0, place - _OVERLAPPING) : place]
    return any(
        one.end <= end and (language == _ANY or one.label.language in ("", language)) for _, end, language in near
    )


def _is_inside_longer(one: Found, others: list[Found]) -> bool:
    """``Guinea`` in ``Equatorial Guinea``."""
    return any(o.start <= one.start and one.end <= o.end and o.end - o.start > one.end - one.start for o in others)


def _is_plain(label: Label, countries: set[str | None]) -> bool:
    """Whether an agency's name needs no cue, or its country is named too."""
    return label.kind != "agency" or not label.cue or label.country in countries


def _place(start: int) -> Place:
    if start < LEAD:
        return "lead"
    if start < LATE:
        return "body"
    return "late" if start < TAIL else "tail"


def _capital(folded: Folded, found: Found) -> bool:
    """Whether a name is written as one, in scripts that have capitals."""
    first, after = folded.span(found.start, found.end)
    quote = folded.original[first:after]
    letter = quote[:1]
    return letter == letter.upper() and (
        len(quote) > 3 or quote == quote.upper() or not quote.isascii() or quote[1:2].islower()
    )
