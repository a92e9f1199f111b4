"""What could not be processed, with all that is needed to try again."""

from typing import Annotated

from pydantic import Field

from blockwire.schemas.base import Id, Record, Slug, UtcDatetime
from blockwire.schemas.feeds import FeedEntry
from blockwire.schemas.taxonomy import PageKind, Stage


class DeadLetter(Record):
    """One failed element. It is replaced when the element fails again and removed when it succeeds."""

    id: Id
    stage: Stage
    reason: Annotated[str, Field(max_length=80)]
    """A short name for the kind of failure: ``timeout``, ``http_404``, ``block_page``, ``bad_xml``."""
    message: Annotated[str, Field(max_length=2000)]
    """What happened, in a sentence, with the value that was wrong."""
    feed_id: Slug
    url: str | None = None
    entry: FeedEntry | None = None
    """What to replay; None where the feed itself failed: then polling it again is the replay."""
    page_kind: PageKind | None = None
    sample: Annotated[str, Field(max_length=4000)] = ""
    """The beginning of what came, where that helps: a block page, a broken feed."""
    attempts: Annotated[int, Field(ge=1)] = 1
    first_failed: UtcDatetime
    last_failed: UtcDatetime
    retry_at: UtcDatetime | None = None
    """When the next round tries again by itself; None when only a person's replay does."""
    blockwire_version: str
