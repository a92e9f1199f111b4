"""What both stores do with outcomes: refusals, repeated failures, and the time that an item is sorted by."""

from datetime import datetime

from blockwire.schemas import CensorshipItem, DeadLetter, EntryFate, Fate, FeedEntry, Outcome, Stage
from blockwire.schemas.ids import dead_letter_id
from blockwire.schemas.policies import MIB, blockwire_version
from blockwire.transforms.stores.contract import Receipt, Written

MAX_DOCUMENT_BYTES = 16 * MIB
"""A record of more bytes as JSON is refused: a server takes no request over 100 MB, and no article is that long."""

_REASON_CHARS = 80
_MESSAGE_CHARS = 2000


def item_time(item: CensorshipItem) -> datetime:
    """What items are sorted and selected by: when it was published, or else first seen."""
    return item.published or item.first_seen


def receipt(fate: EntryFate, written: Written) -> Receipt:
    """The store has this fate now."""
    return Receipt(feed_id=fate.feed_id, entry_id=fate.id, fate=fate.fate, written=written)


def ended_anew(before: EntryFate, now: EntryFate) -> EntryFate:
    """The fate of an entry that was a dead letter: it was first seen when it was."""
    return now.model_copy(update={"first_seen": min(before.first_seen, now.first_seen)})


def failed_again(before: DeadLetter, now: DeadLetter) -> DeadLetter:
    """The letter of an element that failed before: it counts one attempt more. The same failure told twice counts once."""
    if now.last_failed == before.last_failed and now.reason == before.reason:
        return before
    return now.model_copy(update={"first_failed": before.first_failed, "attempts": before.attempts + 1})


def refused(outcome: Outcome, reason: str, message: str) -> Outcome:
    """The outcome of an entry whose document the store would not take: a dead letter that can be replayed.

    Args:
        outcome: what was to be written.
        reason: the store's name for the failure, such as ``document_parsing_exception``.
        message: what it said.
    """
    fate = outcome.fate
    version = outcome.item.blockwire_version if outcome.item else blockwire_version()
    letter = DeadLetter(
        id=dead_letter_id(fate.id),
        stage=Stage.INDEX,
        reason=reason[:_REASON_CHARS],
        message=message[:_MESSAGE_CHARS],
        feed_id=fate.feed_id,
        url=fate.url,
        entry=entry_of(fate),
        first_failed=fate.first_seen,
        last_failed=fate.first_seen,
        blockwire_version=version,
    )
    return Outcome(fate=shortest(fate).model_copy(update={"fate": Fate.DEAD_LETTER}), dead_letter=letter)


def entry_of(fate: EntryFate) -> FeedEntry:
    """As much of the entry as its fate keeps, to try it again."""
    return FeedEntry(
        id=fate.id,
        feed_id=fate.feed_id,
        url=fate.url,
        title=fate.title,
        summary=fate.excerpt,
        published=fate.published,
    )


def shortest(fate: EntryFate) -> EntryFate:
    """A fate without anything long in it."""
    return EntryFate(
        id=fate.id, feed_id=fate.feed_id, fate=fate.fate, published=fate.published, first_seen=fate.first_seen
    )
