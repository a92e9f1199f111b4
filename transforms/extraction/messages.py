"""What goes between the pool and its workers. Imports none of what extracts: only the workers need that."""

from dataclasses import dataclass
from datetime import datetime

from blockwire.schemas import Article, FeedEntry, PageKind
from blockwire.transforms.classification.gate import GateDecision

EXCERPT_CHARS = 300
"""So much is kept of what is about something else."""


@dataclass(frozen=True)
class PageTask:
    """What a worker is sent in front of a page's body."""

    url: str
    content_type: str | None
    entry: FeedEntry
    fetched: datetime


@dataclass(frozen=True)
class EntryTask:
    """An entry that is all there is of its article."""

    entry: FeedEntry
    fetched: datetime

    @property
    def url(self) -> str:
        """What names it in a message."""
        return self.entry.url or self.entry.title


Task = PageTask | EntryTask


@dataclass(frozen=True)
class NotArticle:
    """A page that does not go on, and what it is instead."""

    kind: PageKind
    reason: str
    """A sentence for a person."""
    sample: str
    """What the page says, for the dead letter; shortened."""


@dataclass(frozen=True)
class SetAside:
    """A page that is about something else, in short form: enough to find and audit it."""

    url: str
    excerpt: str
    decision: GateDecision


Answer = Article | NotArticle | SetAside


class ExtractionFailed(Exception):
    """A page broke the worker that read it. Expected: it ends as a dead letter.

    ``reason`` is ``timeout``, ``out_of_memory`` or ``crash``.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return self.message
