"""An event: one restriction, by one country's actor, on one target, by one measure, in one episode."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from blockwire.schemas.base import CountryCode, Id, LanguageTag, Record, Slug, UtcDatetime
from blockwire.schemas.taxonomy import Feature, Measure, Method, Scope, Severity, Status


class StatusChange(Record):
    """A step in an event's history, with the article that told of it."""

    status: Status
    at: UtcDatetime
    """When the article was published."""
    article_id: Id
    quote: str = ""


class DevelopmentKind(StrEnum):
    """What is new about an event."""

    OPENED = "opened"
    STATUS = "status"
    SEVERITY = "severity"
    TARGET = "target"


class Development(Record):
    """Something new about an event that people may want to hear of: what alerts are made from."""

    kind: DevelopmentKind
    status: Status
    """The event's, with this development."""
    severity: Severity
    targets: tuple[str, ...]
    at: UtcDatetime
    """When the article that brought it was published."""
    recorded: UtcDatetime
    """When the wire noticed; a time of running."""
    article_id: Id
    quote: str = ""


class EventEvidence(Record):
    """An article about the event."""

    article_id: Id
    url: str
    title: str
    owner: Slug
    source_name: str
    language: LanguageTag | None = None
    published: UtcDatetime | None = None
    quote: str = ""
    claim: Annotated[int, Field(ge=0)] = 0
    """Which of the article's claims: one article can tell of two events."""
    independent: bool
    """Another owner, not a copy of a text already counted, not the same agency."""
    official: bool = False
    measurement: bool = False


class MeasurementLink(Record):
    """Where a person can check what was measured."""

    provider: Literal["ooni", "ioda", "cloudflare_radar"]
    url: str


class Verdict(StrEnum):
    """What a person said of an event."""

    CONFIRMED = "confirmed"
    FALSE_POSITIVE = "false_positive"


class BlockEvent(Record):
    """One restriction in one episode, with everything that was reported about it."""

    id: Id
    jurisdiction: CountryCode
    """Who orders."""
    countries: tuple[CountryCode, ...]
    """Where people are affected."""
    regions: tuple[str, ...] = ()
    scope: Scope = Scope.UNKNOWN
    measure: Measure
    targets: tuple[str, ...]
    """Service ids, domains, or ``internet``."""
    features: tuple[Feature, ...] = ()
    methods: tuple[Method, ...] = ()
    censors: tuple[Slug, ...] = ()
    status: Status
    history: tuple[StatusChange, ...]
    evidence: tuple[EventEvidence, ...]
    independent_sources: Annotated[int, Field(ge=0)]
    severity: Severity
    severity_reasons: tuple[str, ...] = ()
    confidence: Annotated[float, Field(ge=0, le=1)]
    start: UtcDatetime | None = None
    end: UtcDatetime | None = None
    first_seen: UtcDatetime
    last_seen: UtcDatetime
    links: tuple[MeasurementLink, ...] = ()
    developments: tuple[Development, ...] = ()
    """In the order in which the wire noticed them; only ever added to."""
    verdict: Verdict | None = None
    """A person's; no alert goes out for a false positive."""
    merged_into: Id | None = None
    """The event that this one became part of: it is no event any more."""
    revision: Annotated[int, Field(ge=1)]
    """Rises with every change; a late write of an older revision loses."""
    rules_version: str
    blockwire_version: str
