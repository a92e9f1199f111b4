"""What grouping reads out of an item: who restricts what, where, and what makes the article comparable with others."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from blockwire.schemas.base import CountryCode, Id, LanguageTag, Record, Slug, UtcDatetime
from blockwire.schemas.rules import FramingKind
from blockwire.schemas.taxonomy import Feature, FeedKind, Measure, Method, Scope, Status


class ReportRole(StrEnum):
    """What an article does for events."""

    NEWS = "news"
    """It can open an event and move one."""
    ROUNDUP = "roundup"
    """It names several events: it adds to those that are there, and opens and moves none."""
    BACKGROUND = "background"
    """It tells of years past, and belongs to no event."""


class Claim(Record):
    """One restriction, as one article tells of it."""

    countries: tuple[CountryCode, ...]
    """Where people are affected, the one that is meant most first."""
    jurisdiction: CountryCode
    measures: tuple[Measure, ...]
    """Strongest first."""
    targets: tuple[str, ...]
    """Service ids, domains, ``internet``, ``vpn``; empty where none is named."""
    mentioned: tuple[str, ...] = ()
    """Services and domains that the article names besides."""
    status: Status | None
    scope: Scope
    regions: tuple[str, ...] = ()
    features: tuple[Feature, ...] = ()
    methods: tuple[Method, ...] = ()
    censors: tuple[Slug, ...] = ()
    quote: str = ""
    """What says so, in the article's words."""
    status_quote: str = ""
    aside: bool = False
    """Told besides: it adds to an event that is there, and opens none."""


class Report(Record):
    """An item as grouping sees it."""

    article_id: Id
    url: str
    title: str
    language: LanguageTag | None = None
    at: UtcDatetime
    """When it was published, or else first seen."""
    published: UtcDatetime | None = None
    first_seen: UtcDatetime
    owner: Slug
    source_name: str
    source_kind: FeedKind
    wire_agency: str | None = None
    role: ReportRole
    claims: tuple[Claim, ...]
    score: Annotated[float, Field(ge=0, le=1)]
    """How sure the classifier is that this is about censorship."""
    names: tuple[str, ...] = ()
    """Folded proper names, domain labels and numbers: what articles on one thing share across languages."""
    titled: tuple[str, ...] = ()
    """Those of them that stand in the title."""
    context: tuple[str, ...] = ()
    """What the text says is going on: ``election``, ``protest``, ``conflict``."""
    framing: tuple[FramingKind, ...] = ()
    """How its title frames what it tells."""
    day: date | None = None
    """The latest day that its beginning names."""
    official: bool = False
    """An authority's own word: its feed, or its act quoted."""
    measurement: bool = False
    """Network measurements of its own."""
    signature: str = ""
    """MinHash of the text in hexadecimal, eight characters a hash."""
    shingles: Annotated[int, Field(ge=0)] = 0
    """How many different shingles the text has."""
    duplicate_of: Id | None = None
    """The earliest article whose text this one repeats."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The countries by which reports that may belong together are found."""
        return tuple(sorted({code for claim in self.claims for code in (*claim.countries, claim.jurisdiction)}))
