"""The decision about an article, with the quotes that led to it."""

from typing import Annotated, Literal

from pydantic import Field

from blockwire.schemas.base import CountryCode, Record, Slug
from blockwire.schemas.taxonomy import Feature, Measure, Method, Scope, Status


class Evidence(Record):
    """An exact quote and what it speaks for."""

    field: Literal["title", "text"]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    """``quote == getattr(article, field)[start:end]``"""
    quote: str
    rule: str
    """The id of the rule or gazetteer entry that matched."""
    supports: str
    """What it speaks for: ``measure:website_block``, ``country:RU``, ``service:telegram``, ``status:ordered``."""
    weight: float = 0.0
    """What it adds to the score; negative where it speaks against."""


class Classification(Record):
    """Is it about internet censorship, and who does what to which online thing, where."""

    relevant: bool
    score: Annotated[float, Field(ge=0, le=1)]
    measures: tuple[Measure, ...] = ()
    status: Status | None = None
    features: tuple[Feature, ...] = ()
    methods: tuple[Method, ...] = ()
    scope: Scope = Scope.UNKNOWN
    countries: tuple[CountryCode, ...] = ()
    """Where people are affected."""
    jurisdictions: tuple[CountryCode, ...] = ()
    """Whose authorities act: differs from ``countries`` in occupied territory."""
    regions: tuple[str, ...] = ()
    """Places below the country, as the text names them."""
    services: tuple[Slug, ...] = ()
    """Ids of the services gazetteer."""
    domains: tuple[str, ...] = ()
    """Domains named as targets."""
    censors: tuple[Slug, ...] = ()
    """Ids of the agencies gazetteer."""
    providers: tuple[Slug, ...] = ()
    """Network operators that carry the measure out, ids of the agencies gazetteer."""
    tools: tuple[Slug, ...] = ()
    """Circumvention tools, ids of the services gazetteer."""
    evidence: tuple[Evidence, ...] = ()
    rules_version: str
    model_version: str | None = None
