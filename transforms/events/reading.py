"""From an item to a report: what grouping needs to know of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, compress
from typing import Final, Protocol
from urllib.parse import urlsplit

from blockwire.schemas import (
    CensorshipItem,
    Claim,
    Classification,
    Evidence,
    Feature,
    FeedKind,
    Measure,
    Report,
    ReportRole,
    Scope,
)
from blockwire.schemas.rules import FramingKind
from blockwire.transforms.classification.sentences import sentence_around
from blockwire.transforms.events.days import latest_day
from blockwire.transforms.events.framing import Framing, asks
from blockwire.transforms.events.measures import kin, restriction
from blockwire.transforms.events.names import domains_in, names_in
from blockwire.transforms.events.signals import Signals
from blockwire.transforms.events.tense import beginning, is_background
from blockwire.transforms.near_duplicates import fingerprint

INTERNET: Final = "internet"
VPN: Final = "vpn"

HEAD: Final = 300
"""Characters of text that say what an article is about; half of it in scripts that say more with fewer."""
_DENSE: Final = re.compile("[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]")
_TITLE_WEIGHT: Final = 2.0
_AT_HOME: Final = (
    FeedKind.NATIONAL_MEDIA,
    FeedKind.REGIONAL_NEWS,
    FeedKind.STATE_MEDIA,
    FeedKind.EXILE_MEDIA,
    FeedKind.OFFICIAL,
)
"""Sources that report on one country above all."""
_UNION: Final = "EU"
_PEOPLE: Final = (Measure.ARREST_PROSECUTION, Measure.SURVEILLANCE_OF_USERS)
_OF_TOOLS: Final = (Measure.VPN_CIRCUMVENTION, Measure.LEGAL_REGULATION)
_OF_OTHERS: Final = (Measure.WEBSITE_BLOCK, Measure.APP_STORE_REMOVAL)
"""Measures against sites and applications of which most are no services of ours: one that is named further down was named in passing."""
_MOST_TARGETS: Final = 12
_SECTIONS: Final = 3
"""A roundup has sections on at least so many countries ..."""
_LARGEST: Final = 0.5
"""... none of which has more than this share of them."""
_ANNOUNCED: Final = 2
"""Countries that are enough where the title says that it is a roundup."""
_LONGEST_SECTION: Final = 1200
_LISTED: Final = re.compile(r"^\s*(?:[-–—•*▪]|\d{1,2}[.)]|[^\n.!?。]{2,40}[:：])", re.MULTILINE)
"""How a section of a list begins: a bullet, a number, or a name with a colon."""
LONGEST_QUOTE: Final = 320
PRIVATE: Final = "private"
"""What the rules say that speak of a body's own network."""
ROUNDUP: Final = "roundup"
"""The signal in titles of roundups."""


class SectionJudge(Protocol):
    """Judges stretches of an item's text by themselves."""

    def read(self, text: str, item: CensorshipItem) -> Classification:
        """The decision about a stretch, as if it were the whole text."""
        ...

    def countries(self, text: str) -> Collection[str]:
        """All countries that words of a stretch stand for, quickly: the decision about it names no other."""
        ...


class ReportReader:
    """Makes reports. What it is given decides what it can see; it keeps nothing."""

    def __init__(self, judge: SectionJudge, signals: Signals, framing: Framing) -> None:
        self._judge = judge
        self._signals = signals
        self._framing = framing

    def report(self, item: CensorshipItem) -> Report:
        """The report that an item is. An item that names no country, of a source that is of no one country, makes no claim."""
        framing = self._framing.of(item.title)
        sections = self._sections(item)
        if sections:
            role, claims = ReportRole.ROUNDUP, sections
        else:
            role = ReportRole.BACKGROUND if is_background(item, self._framing) else ReportRole.NEWS
            claims = claims_of(item, home=_home(item))
            if self._is_supposed(item, framing) or _is_private(item):
                claims = _supposed(claims)
        print_ = fingerprint(item.text)
        told_at = [one.start for one in item.evidence if one.field == "text" and one.supports.startswith("measure:")]
        day = (item.published or item.first_seen).date()
        context = tuple(sorted(self._signals.shown_by(item.title, item.text, told_at, day.year)))
        return unread(item).model_copy(
            update={
                "role": role,
                "claims": claims,
                "names": names_in(item.title, item.text, _host(item.url)),
                "titled": names_in(item.title, ""),
                "context": context,
                "framing": tuple(sorted(framing)),
                "day": latest_day(beginning(item.title, item.text), day),
                "measurement": item.source.kind is FeedKind.MEASUREMENT or "measurement" in context,
                "signature": print_.signature,
                "shingles": print_.shingles,
            }
        )

    def _is_supposed(self, item: CensorshipItem, framing: Collection[FramingKind]) -> bool:
        """Whether a title tells what would be, or asks what the beginning of the text does not say."""
        if FramingKind.SUPPOSED in framing:
            return True
        if not asks(item.title):
            return False
        decision = self._judge.read(item.text[:_LONGEST_SECTION], item)
        return not (decision.relevant and decision.measures and decision.status)

    def _sections(self, item: CensorshipItem) -> tuple[Claim, ...]:
        """The claims of a roundup's sections; nothing where the article is about one thing."""
        paragraphs = [part for part in item.text.split("\n\n") if part.strip()]
        announced = ROUNDUP in self._signals.shown_by(item.title)
        listed = sum(bool(_LISTED.match(part)) for part in paragraphs) >= _SECTIONS
        if not (announced or listed or len(item.countries) > 1):
            return ()
        named = [self._judge.countries(part[:_LONGEST_SECTION]) for part in paragraphs]
        fewest = _ANNOUNCED if announced else _SECTIONS
        if len(set(chain.from_iterable(named))) < fewest:
            return ()
        claims: list[Claim] = []
        for paragraph in compress(paragraphs, named):
            decision = self._judge.read(paragraph[:_LONGEST_SECTION], item)
            if decision.relevant:
                claims += claims_of(decision, text=paragraph)[:1]
        places = Counter(claim.jurisdiction for claim in claims)
        return tuple(claims) if len(places) >= fewest and max(places.values()) <= _LARGEST * len(claims) else ()


def unread(item: CensorshipItem) -> Report:
    """What is known of an item without reading its text. It claims nothing."""
    return Report(
        article_id=item.id,
        url=item.url,
        title=item.title,
        language=item.language,
        at=item.published or item.first_seen,
        published=item.published,
        first_seen=item.first_seen,
        owner=item.source.owner,
        source_name=item.source.name,
        source_kind=item.source.kind,
        wire_agency=item.wire_agency,
        role=ReportRole.BACKGROUND,
        claims=(),
        score=item.score,
        official=item.source.kind is FeedKind.OFFICIAL,
    )


def claims_of(decision: Classification, text: str | None = None, home: str | None = None) -> tuple[Claim, ...]:
    """What an article claims, as far as it is known of which country.

    Args:
        decision: the item, or the decision about a stretch of it.
        text: that stretch.
        home: the country that is meant where none is named.
    """
    countries = decision.countries or ((home,) if home else ())
    if not countries or not decision.measures:
        return ()
    body = text if text is not None else getattr(decision, "text", "")
    head = HEAD // 2 if _DENSE.search(body[:20]) else HEAD
    measures = _measures(decision, head)
    targets, mentioned = _targets(decision, measures, head, body)
    if INTERNET not in targets and len(measures) > 1:
        measures = tuple(measure for measure in measures if measure is not Measure.INTERNET_SHUTDOWN)
    titled = {one.supports for one in decision.evidence if one.field == "title"}
    country = countries[0]
    occupied = decision.scope is Scope.OCCUPIED_TERRITORY and decision.jurisdictions
    claim = Claim(
        countries=(country, *_in_title(decision, "country", countries[1:])),
        jurisdiction=decision.jurisdictions[0] if occupied else country,
        measures=measures,
        targets=targets,
        mentioned=mentioned,
        status=decision.status,
        scope=decision.scope,
        regions=decision.regions,
        features=tuple(one for one in decision.features if one is not Feature.WHOLE_SERVICE),
        methods=decision.methods,
        censors=decision.censors,
        quote=_quote(decision, f"measure:{measures[0]}", body),
        status_quote=_quote(decision, f"status:{decision.status}", body),
    )
    besides = [
        measure
        for measure in measures[1:]
        if measure is not Measure.UNBLOCKING
        and f"measure:{measure}" in titled
        and not kin(measure, restriction(measures))
    ]
    return (claim, *(_aside(claim, measure) for measure in besides))


def _home(item: CensorshipItem) -> str | None:
    """The one country that a news source is of: its papers do not name it. What such a source tells of others, it names."""
    source = item.source
    own = set(source.countries) - {_UNION} if source.kind in _AT_HOME else set()
    return own.pop() if len(own) == 1 else None


def _is_private(item: CensorshipItem) -> bool:
    """Whether a body acts on its own network, and no authority is named: that restricts nobody else."""
    return any(one.supports == PRIVATE for one in item.evidence)


def _aside(claim: Claim, measure: Measure) -> Claim:
    """What a title says besides of another measure: how far that one has come is not told."""
    return claim.model_copy(update={"measures": (measure,), "aside": True, "status": None, "status_quote": ""})


def _supposed(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """What an article asks about, or a private body does: it adds to what is there, and is no news of it."""
    return tuple(claim.model_copy(update={"aside": True, "status": None, "status_quote": ""}) for claim in claims)


def _measures(decision: Classification, head: int) -> tuple[Measure, ...]:
    """Those that title and head speak for, by their weight there; then the others."""
    weight: dict[str, float] = defaultdict(float)
    for one in decision.evidence:
        kind, _, measure = one.supports.partition(":")
        if kind == "measure" and one.weight > 0 and _in_head(one, head):
            weight[measure] += one.weight * (_TITLE_WEIGHT if one.field == "title" else 1.0)
    titled = {one.supports for one in decision.evidence if one.field == "title"}
    aside = Measure.VPN_CIRCUMVENTION
    if aside is not decision.measures[0] and f"measure:{aside}" not in titled:
        # Reports on other measures tell by the way what people do against them.
        weight[aside] = 0.0
    named = [measure for measure in decision.measures if weight[measure] > 0]
    # What is done to people for using what is blocked is not told without the block; a report on the block has that in its title.
    named.sort(key=lambda measure: (measure not in _PEOPLE and f"measure:{measure}" not in titled, -weight[measure]))
    return (*named, *(measure for measure in decision.measures if measure not in named))


def _targets(
    decision: Classification, measures: Sequence[Measure], head: int, body: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is restricted, and what is named besides."""
    main = restriction(measures)
    named = (*decision.services, *decision.tools, *decision.domains)
    titled = _in_title(decision, "service", decision.services)
    if main is Measure.INTERNET_SHUTDOWN and not (titled and measures[0] is Measure.UNBLOCKING):
        return (INTERNET,), named
    told = tuple(
        dict.fromkeys(
            one.supports.partition(":")[2]
            for one in decision.evidence
            if one.supports.startswith("service:") and _in_head(one, head)
        )
    )
    told = tuple(one for one in told if one in decision.services)
    if Measure.VPN_CIRCUMVENTION in measures and (not told or (main in _OF_TOOLS and not titled)):
        return (VPN, *decision.tools)[:_MOST_TARGETS], decision.services
    sites: tuple[str, ...] = decision.domains
    if main is Measure.WEBSITE_BLOCK and not told and not sites and isinstance(decision, CensorshipItem):
        sites = domains_in(body, _host(decision.url))
    fallback = () if main in _OF_OTHERS else decision.services
    chosen = (*(told or fallback), *sites)[:_MOST_TARGETS]
    return chosen, tuple(one for one in named if one not in chosen)


def _in_title(decision: Classification, kind: str, values: Sequence[str]) -> tuple[str, ...]:
    titled = {one.supports for one in decision.evidence if one.field == "title"}
    return tuple(value for value in values if f"{kind}:{value}" in titled)


def _in_head(evidence: Evidence, head: int) -> bool:
    return evidence.field == "title" or evidence.start < head


def _quote(decision: Classification, supports: str, body: str) -> str:
    """The first sentence of the text that says it; where only the title does, the title."""
    speaking = [one for one in decision.evidence if one.supports == supports and one.weight >= 0]
    places = [one for one in speaking if one.field == "text" and body[one.start : one.end] == one.quote]
    if places:
        first = min(places, key=lambda one: one.start)
        return sentence_around(body, first.start, first.end)[:LONGEST_QUOTE].strip()
    return getattr(decision, "title", speaking[0].quote)[:LONGEST_QUOTE] if speaking else ""


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
