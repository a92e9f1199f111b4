"""What a reader found in a feed, before anything is cleaned: the common ground of the fast, the tolerant and the JSON reader."""

from dataclasses import dataclass, field


class UnreadableFeed(Exception):
    """A body is no feed, or none that can be read. Expected: it ends as the feed's failure.

    ``reason`` is a short name: ``empty``, ``html_page``, ``not_a_feed``, ``bad_xml``, ``bad_json``, ``bad_encoding``,
    ``incomplete``, ``too_complex``, ``entity_expansion``.
    """

    def __init__(self, reason: str, message: str, *, sample: str = "", alternatives: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.sample = sample
        """The beginning of the body, cleaned."""
        self.alternatives = alternatives
        """Feeds that the page that came instead names, absolute."""

    def __reduce__(self) -> tuple[object, ...]:
        """Picklable, keyword arguments and all."""
        return _rebuild, (self.reason, self.message, self.sample, self.alternatives)


def _rebuild(reason: str, message: str, sample: str, alternatives: tuple[str, ...]) -> UnreadableFeed:
    return UnreadableFeed(reason, message, sample=sample, alternatives=alternatives)


@dataclass(frozen=True)
class EntryDraft:
    """One entry as the feed has it. All text may hold markup; all times are the feed's own words."""

    guid: str = ""
    link: str = ""
    """The best link to its page, perhaps relative to ``base``."""
    base: str = ""
    """The ``xml:base`` it stands in."""
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""


@dataclass(frozen=True)
class FeedDraft:
    """A feed as a reader found it."""

    title: str
    link: str
    """The site's page, perhaps relative."""
    format: str
    """``rss 2.0``, ``rdf``, ``atom 1.0``, ``json 1.1`` ..."""
    language: str = ""
    ttl_s: float | None = None
    """The pause that the feed asks for, in seconds."""
    entries: tuple[EntryDraft, ...] = field(default=())
