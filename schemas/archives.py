"""What the archive says of an entry beside its page: enough to take it through the steps again."""

from typing import Annotated

from pydantic import Field

from blockwire.schemas.base import Id, Record, UtcDatetime
from blockwire.schemas.feeds import FeedEntry


class KeptAnswer(Record):
    """An answer of a server, in the WARC file of a day."""

    id: str
    """The WARC-Record-ID of the response, without brackets."""
    url: str
    """Where it came from, after redirects."""
    digest: str
    """SHA-1 of the decoded body, in Base32, as WARC-Payload-Digest has it."""


class ArchivedEntry(Record):
    """An entry that led to an item, or was compared with one that did."""

    round: UtcDatetime
    """The time of the round that took it up."""
    entry: FeedEntry
    article_id: Id
    together: Annotated[int, Field(ge=1)]
    """How many entries of its feed came with it."""
    page: KeptAnswer | None = None
    """None where the feed carried the text."""
