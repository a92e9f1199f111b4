"""What a thing is: frozen records, enums and ids. No Beam, no clients."""

from .articles import Article
from .base import CountryCode, Id, LanguageTag, Record, Slug, UtcDatetime
from .classification import Classification, Evidence
from .dead_letters import DeadLetter
from .events import Alert, BlockEvent, EventEvidence, MeasurementLink, StatusChange
from .feeds import Feed, FeedEntry, FeedState
from .items import CensorshipItem, EntryFate, Outcome, Source
from .rounds import FeedProblem, RoundSummary
from .taxonomy import (
    Fate,
    Feature,
    FeedKind,
    Measure,
    Method,
    PageKind,
    Scope,
    Severity,
    Stage,
    Status,
)

__all__ = [
    "Alert",
    "Article",
    "BlockEvent",
    "CensorshipItem",
    "Classification",
    "CountryCode",
    "DeadLetter",
    "EntryFate",
    "EventEvidence",
    "Evidence",
    "Fate",
    "Feature",
    "Feed",
    "FeedEntry",
    "FeedKind",
    "FeedProblem",
    "FeedState",
    "Id",
    "LanguageTag",
    "Measure",
    "MeasurementLink",
    "Method",
    "Outcome",
    "PageKind",
    "Record",
    "RoundSummary",
    "Scope",
    "Severity",
    "Slug",
    "Source",
    "Stage",
    "Status",
    "StatusChange",
    "UtcDatetime",
]
