"""How severe an event is, as rules over what is known of it. Data only; see docs/events.md."""

from typing import Annotated

from pydantic import Field

from blockwire.schemas.base import CountryCode, Record, Slug
from blockwire.schemas.taxonomy import Measure, Scope, Severity, Status


class Conditions(Record):
    """What has to hold, all together; several values of one mean any of them, and none that it does not matter."""

    measures: tuple[Measure, ...] = ()
    """What the event's measure is."""
    statuses: tuple[Status, ...] = ()
    scopes: tuple[Scope, ...] = ()
    targets: tuple[str, ...] = ()
    """Service ids, ``internet`` or ``vpn``; one of them has to be a target."""
    kinds: tuple[str, ...] = ()
    """Kinds of the services gazetteer; one of them has to be a target's."""
    countries: tuple[CountryCode, ...] = ()
    """Where people are affected, or who orders."""
    context: tuple[Slug, ...] = ()
    """What the reports say is going on."""
    at_least_sources: Annotated[int, Field(ge=0)] = 0
    """Independent ones."""
    at_most_sources: Annotated[int, Field(ge=0)] | None = None
    score_below: Annotated[float, Field(ge=0, le=1)] = 1.0
    """No report of it was judged relevant with so high a score; 1: it does not matter."""
    actor: bool | None = None
    """Whether a body that orders such things is named."""
    official: bool | None = None
    """Whether an authority's own word is among the reports."""
    measurement: bool | None = None
    """Whether measurements are."""


class SeverityRule(Record):
    """One rule: a level that an event reaches, or one that it does not go over."""

    id: Slug
    reason: str
    """What people read beside the level."""
    at_least: Severity | None = None
    at_most: Severity | None = None
    when: Conditions = Conditions()


class Signal(Record):
    """What shows that something is going on."""

    words: tuple[str, ...]
    """Whole words and phrases in any language; a star at the end stands for any ending."""
    head: bool = False
    """Whether they count only in the title, the beginning of the text and the sentences that tell of the restriction: what a report is
    about, not what it mentions."""


class SeverityRules(Record):
    """All rules, and the words that show what is going on."""

    version: str
    signals: dict[Slug, Signal]
    """By what they show."""
    rules: tuple[SeverityRule, ...]
    service_kinds: dict[Slug, str] = Field(default_factory=dict)
    """The kind of each service; from the gazetteer."""
