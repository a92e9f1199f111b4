"""What a thing is: frozen records, enums and ids. No Beam, no clients."""

from blockwire.schemas.alerts import Alert, AlertState, ChannelState
from blockwire.schemas.articles import Article
from blockwire.schemas.base import CountryCode, Id, LanguageTag, Record, Slug, UtcDatetime
from blockwire.schemas.classification import Classification, Evidence
from blockwire.schemas.corrections import Correction, CorrectionKind
from blockwire.schemas.dead_letters import DeadLetter
from blockwire.schemas.events import (
    BlockEvent,
    Development,
    DevelopmentKind,
    EventEvidence,
    MeasurementLink,
    StatusChange,
    Verdict,
)
from blockwire.schemas.feeds import Feed, FeedEntry, FeedState
from blockwire.schemas.items import CensorshipItem, EntryFate, Outcome, Source
from blockwire.schemas.reports import Claim, Report, ReportRole
from blockwire.schemas.rounds import FeedProblem, RoundSummary
from blockwire.schemas.taxonomy import (
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
    "AlertState",
    "Article",
    "BlockEvent",
    "CensorshipItem",
    "ChannelState",
    "Claim",
    "Classification",
    "Correction",
    "CorrectionKind",
    "CountryCode",
    "DeadLetter",
    "Development",
    "DevelopmentKind",
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
    "Report",
    "ReportRole",
    "RoundSummary",
    "Scope",
    "Severity",
    "Slug",
    "Source",
    "Stage",
    "Status",
    "StatusChange",
    "UtcDatetime",
    "Verdict",
]
