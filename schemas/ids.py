"""Deterministic ids: the same thing gets the same id in every round, on every machine."""

import hashlib
from collections.abc import Iterable

UNIT_SEPARATOR = "\x1f"


def digest(kind: str, *parts: str) -> str:
    """128 bits of SHA-256 over the kind of thing and what identifies it, as 32 hexadecimal characters."""
    text = UNIT_SEPARATOR.join((kind, *parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def article_id(canonical_url: str) -> str:
    """The id of an article: its canonical URL is what makes it one article, in whatever feed it stands."""
    return digest("article", canonical_url)


def entry_id(*, canonical_url: str | None, feed_id: str, guid: str | None, title: str, content: str) -> str:
    """The id of a feed entry: by canonical URL, else by GUID within the feed, else by what it says."""
    if canonical_url:
        return article_id(canonical_url)
    if guid:
        return digest("guid", feed_id, guid)
    return digest("content", feed_id, title, content)


def event_id(*, jurisdiction: str, measure: str, targets: Iterable[str], countries: Iterable[str], episode: str) -> str:
    """The id of an event: one actor's country, one measure, one set of targets, one set of places, one episode."""
    return digest("event", jurisdiction, measure, ",".join(sorted(targets)), ",".join(sorted(countries)), episode)


def alert_id(*, event: str, status: str, channel: str, update: str = "") -> str:
    """The id of an alert, which is its idempotency key too: a channel hears once each time that an event comes to a status.

    Args:
        event: the event's id.
        status: what it came to.
        channel: who is told.
        update: which return to the status it is, and what is new within one that was told already, for channels that want to hear of that.
    """
    return digest("alert", event, status, channel, *([update] if update else []))


def alert_digest_id(*, channel: str, due: str) -> str:
    """The id of the message that gathers a channel's alerts of one time."""
    return digest("alert-digest", channel, due)


def dead_letter_id(source: str) -> str:
    """The id of a dead letter: one for each source (an entry's id or a feed's), however often it fails."""
    return digest("dead-letter", source)
