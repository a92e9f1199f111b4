"""What a rule set is: words by concept and language, rules over concepts, and the gazetteers. Data only; see docs/rules.md."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from blockwire.schemas.base import CountryCode, LanguageTag, Record, Slug
from blockwire.schemas.taxonomy import Measure, Status

Concept = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
"""What a word stands for, in every language alike: ``block``, ``site``, ``state``."""

Pattern = Annotated[str, Field(min_length=1, max_length=240)]
Character = Annotated[str, Field(min_length=1, max_length=1)]
"""Words as they are looked for: ``stem*``, ``name~`` (up to four letters more), ``..`` (up to three words between), ``=VK`` (as written)."""


class FramingKind(StrEnum):
    """How words frame what an article tells; grouping reads them, the classifier does not."""

    LONG_AGO = "long_ago"
    """They count the years since: ``eight years ago``."""
    SUPPOSED = "supposed"
    """They tell what would be if."""
    EXPLAINED = "explained"
    """They announce how something came about, and no news of it."""
    AGAIN = "again"
    """What was over is done once more."""
    PASSING_YEAR = "passing_year"
    """A year directly before or behind them dates a service or a law, and nothing that is told."""


class Lexicon(Record):
    """The words of one language."""

    language: LanguageTag
    comment: str = ""
    substring: bool = False
    """True for scripts that put no spaces between words."""
    prefixes: tuple[str, ...] = ()
    """Letters that are written together with the next word: Arabic and Amharic."""
    concepts: dict[Concept, tuple[Pattern, ...]]
    framing: dict[FramingKind, tuple[Pattern, ...]] = Field(default_factory=dict)
    """Words that frame what an article tells."""


class Rule(Record):
    """Concepts that mean something when they stand near each other."""

    id: Slug
    version: PositiveInt = 1
    """Raised when the rule comes to mean something else."""
    comment: str
    needs: tuple[tuple[Concept, ...], ...]
    """One concept of each group has to be there."""
    unless: tuple[Concept, ...] = ()
    """None of these may be in the same sentence (for a document rule: in the document)."""
    within: Annotated[int, Field(ge=10, le=2000)] = 150
    """The longest stretch, in characters, that holds one concept of each group."""
    where: Literal["sentence", "title", "lead", "document"] = "sentence"
    """Where the concepts have to meet; ``lead``: title and the beginning of the text together."""
    weight: float
    """Added to the log-odds that the item is relevant."""
    measures: tuple[Measure, ...] = ()
    supports: str = ""
    """What the rule speaks for where that is no measure: ``relevance``, ``noise``, ``private``."""


class Service(Record):
    """An online service, site or tool."""

    id: Slug
    name: str
    kind: str
    domains: tuple[str, ...] = ()
    names: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    """Spellings by language; the name itself counts everywhere."""
    cue: tuple[str, ...] = ()
    """Spellings that are ordinary words too: they count in capitals and next to an online word."""


class Agency(Record):
    """A body that orders, announces, carries out or measures restrictions."""

    id: Slug
    country: str
    name: str
    kind: str
    names: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    cue: tuple[str, ...] = ()
    """Spellings that several bodies share: they count where the country is named."""


class Place(Record):
    """A country's names that no library gives, and places within it."""

    country: CountryCode
    names: tuple[Pattern, ...] = ()
    """Adjectives, capitals, seats of government, short forms."""
    regions: dict[str, tuple[Pattern, ...]] = Field(default_factory=dict)
    """Places below the country: the name to show, and its spellings."""


class Position(Record):
    """How much a sentence counts by where it stands."""

    title: float
    headline: float
    """A title with next to no text behind it: it has to say all."""
    lead: float
    """The first 400 characters of the text."""
    body: float
    late: float
    """After 1,500 characters."""
    tail: float
    """After 3,500 characters."""


class Tuning(Record):
    """The numbers of the decision."""

    bias: float
    threshold: Annotated[float, Field(ge=0, le=1)]
    position: Position
    history_factor: Annotated[float, Field(ge=0, le=1)]
    """What remains of a match in a sentence that tells of years past."""
    negation_factor: Annotated[float, Field(ge=0, le=1)]
    own_factor: Annotated[float, Field(ge=0, le=1)]
    """What remains of a match in which a platform acts by itself and no authority is named."""
    repeat_factor: Annotated[float, Field(ge=0, le=1)]
    """What remains of the second, third ... match of one rule, each time."""
    sentence_cap: Position
    """The most that one sentence adds: a remark in passing decides nothing."""
    measure_floor: float
    """The weight from which a measure is named."""
    measure_share: Annotated[float, Field(ge=0, le=1)]
    """And the share of the strongest measure's weight."""
    measure_floors: dict[Measure, float] = Field(default_factory=dict)
    """Where another floor holds."""
    measure_position: Position
    """How much a match counts for naming a measure, by where it stands."""
    generic_share: Annotated[float, Field(ge=0, le=1)]
    """The share of a named target's measure that a block of sites needs beside it."""
    dense_factor: Annotated[float, Field(gt=0, le=1)]
    """What remains of a rule's stretch in scripts that say more in fewer characters."""


class GateRules(Record):
    """What the gate lets through."""

    points: float
    """From this much that speaks for relevance on, anywhere in the text."""
    lead: tuple[tuple[tuple[Concept, ...], ...], ...]
    """Or where a sentence of title, summary or lead has one concept of each group, for one of the entries."""


class RuleSet(Record):
    """All that the classifier knows."""

    version: str
    """The declared version and a digest of the content: ``2026.11.1+1a2b3c4d``."""
    tuning: Tuning
    concepts: dict[Concept, str]
    """Every concept with what it means."""
    rules: tuple[Rule, ...]
    gate: GateRules
    lexicons: tuple[Lexicon, ...]
    services: tuple[Service, ...]
    service_concepts: dict[str, Concept]
    """The concept that a service of a kind stands for."""
    agencies: tuple[Agency, ...]
    agency_concepts: dict[str, Concept]
    places: tuple[Place, ...]
    occupied: dict[str, tuple[Pattern, ...]]
    """Occupied places, by the code ``country:jurisdiction``, and their spellings."""
    homes: dict[str, CountryCode]
    """Languages of one country: names that several bodies share mean that country's in them, where none is named."""
    characters: dict[Character, Character]
    """Characters read as others, one for one: traditional as simplified Chinese."""


class RuleTest(Record):
    """What a rule is held to."""

    rule: Slug
    holds: Annotated[tuple[str, ...], Field(min_length=1)]
    """Titles in which it holds."""
    fails: tuple[str, ...] = ()
    """Titles in which it does not."""


class Example(Record):
    """A text of our own and what is to be read from it. What is not given is not looked at."""

    language: LanguageTag
    title: str
    text: str = ""
    relevant: bool
    measures: tuple[Measure, ...] = ()
    """Those that have to be named, perhaps beside others."""
    countries: tuple[CountryCode, ...] | None = None
    jurisdictions: tuple[CountryCode, ...] | None = None
    services: tuple[Slug, ...] | None = None
    """Circumvention tools among them."""
    censors: tuple[Slug, ...] | None = None
    status: Status | None = None


class Trials(Record):
    """All that a rule set is tried with."""

    tests: tuple[RuleTest, ...]
    examples: tuple[Example, ...]
