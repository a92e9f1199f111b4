"""What is indexed: a censorship item, and the fate of every entry."""

from typing import Annotated

from pydantic import Field

from blockwire.schemas.articles import Article
from blockwire.schemas.base import CountryCode, Id, LanguageTag, Record, Slug, UtcDatetime
from blockwire.schemas.classification import Classification, Evidence
from blockwire.schemas.dead_letters import DeadLetter
from blockwire.schemas.feeds import Feed
from blockwire.schemas.taxonomy import Fate, FeedKind


class Source(Record):
    """Where an item was read, as the catalogue had it then."""

    feed_id: Slug
    name: str
    owner: Slug
    kind: FeedKind
    countries: tuple[CountryCode, ...] = ()

    @classmethod
    def of(cls, feed: Feed) -> "Source":
        """The source that a feed is."""
        return cls(feed_id=feed.id, name=feed.name, owner=feed.owner, kind=feed.kind, countries=feed.countries)

    @classmethod
    def unlisted(cls, feed_id: str) -> "Source":
        """The source of an entry whose feed is in the catalogue no more."""
        return cls(feed_id=feed_id, name=feed_id, owner=feed_id, kind=FeedKind.COMMUNITY)


class CensorshipItem(Classification, Article):
    """An article about internet censorship: the article, the decision about it, and where it came from."""

    source: Source
    first_seen: UtcDatetime
    """When the wire first had it; alert rules look at this, not at the time of publication."""
    duplicate_of: Id | None = None
    """The item whose text this one repeats."""
    lemmas: str = ""
    """Search terms made from title and text, and the names of services in every script, for servers and stores without language analysers."""
    blockwire_version: str

    @classmethod
    def of(cls, article: Article, decision: Classification, **rest: object) -> "CensorshipItem":
        """Joins an article and the decision about it."""
        return cls(**dict(article), **dict(decision), **rest)  # type: ignore[arg-type]


class EntryFate(Record):
    """What became of an entry, in short form: enough to find and audit what was missed."""

    id: Id
    """The entry's."""
    feed_id: Slug
    fate: Fate
    article_id: Id | None = None
    url: str | None = None
    title: str = ""
    excerpt: str = ""
    """The beginning of the text."""
    language: LanguageTag | None = None
    published: UtcDatetime | None = None
    first_seen: UtcDatetime
    score: Annotated[float, Field(ge=0, le=1)] | None = None
    top_evidence: tuple[Evidence, ...] = ()
    rules_version: str | None = None


class Outcome(Record):
    """One element, one fate: everything to be written about one entry, together."""

    fate: EntryFate
    item: CensorshipItem | None = None
    dead_letter: DeadLetter | None = None
