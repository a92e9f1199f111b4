"""The store for Kibana and for more than one machine: indices of an Elasticsearch server."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self, TypeVar

from blockwire.schemas import CensorshipItem, DeadLetter, EntryFate, Fate, FeedState, Outcome, Record, RoundSummary
from blockwire.schemas.ids import dead_letter_id
from blockwire.transforms.elasticsearch.access import Access, Address
from blockwire.transforms.elasticsearch.bulk import Action, Ended, Ending
from blockwire.transforms.stores.alert_contract import AlertStore
from blockwire.transforms.stores.alert_documents import ALERT_SHAPES
from blockwire.transforms.stores.contract import (
    DeadLetterQuery,
    ItemQuery,
    Receipt,
    StoreError,
    Written,
)
from blockwire.transforms.stores.documents import DEAD_LETTERS, ENTRIES, FEEDS, ITEMS, ROUNDS, SHAPES
from blockwire.transforms.stores.elasticsearch_alerts import ElasticsearchAlerts
from blockwire.transforms.stores.elasticsearch_events import ElasticsearchEvents
from blockwire.transforms.stores.elasticsearch_search import (
    BY_ID,
    BY_RANK,
    NEWEST_FIRST,
    dead_letters_query,
    has_words,
    items_query,
)
from blockwire.transforms.stores.elasticsearch_session import ElasticsearchSession
from blockwire.transforms.stores.event_contract import EventStore
from blockwire.transforms.stores.event_documents import EVENT_SHAPES
from blockwire.transforms.stores.lease import LEASE_S, lease, lease_holder
from blockwire.transforms.stores.outcomes import (
    MAX_DOCUMENT_BYTES,
    ended_anew,
    failed_again,
    receipt,
    refused,
)

R = TypeVar("R", bound=Record)
log = logging.getLogger(__name__)

PATIENCE_S = 180.0
_IDS_AT_ONCE = 1000


class ElasticsearchStore:
    """Holds to the ``Store`` contract on the indices of one prefix, for any number of processes and machines.

    It may be pickled before it is entered, and used by several threads after.
    """

    def __init__(
        self,
        url: str,
        mappings: Mapping[str, Mapping[str, Any]],
        *,
        access: Access = Access(),  # noqa: B008 - frozen
        patience_s: float = PATIENCE_S,
        start_patience_s: float = 0.0,
        max_document_bytes: int = MAX_DOCUMENT_BYTES,
        lease_s: float = LEASE_S,
    ) -> None:
        """
        Args:
            url: ``http(s)://[user:password@]host:port/[prefix]``.
            mappings: the index mapping of each kind of record.
            access: how to identify ourselves and the server, besides what the URL says.
            patience_s: how long to go on trying what fails for a reason that may pass.
            start_patience_s: how long to wait for a server that is not there on entering.
            max_document_bytes: a longer record, as JSON, is refused.
            lease_s: how long the round's lock outlives a process that is gone without a word.

        Raises:
            ValueError: where the URL is not understood, or contradicts ``access``.
        """
        address = Address.parse(url)
        self._session = ElasticsearchSession(
            address.prefix,
            address.access(access),
            mappings,
            patience_s=patience_s,
            start_patience_s=start_patience_s,
            max_document_bytes=max_document_bytes,
        )
        self._lease_s = lease_s

    def __enter__(self) -> Self:
        self._session.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets searches see what was written, and closes the connection."""
        self._session.close()

    @property
    def events(self) -> EventStore:
        """In indices of the same prefix."""
        return ElasticsearchEvents(self._session)

    @property
    def alerts(self) -> AlertStore:
        """In indices of the same prefix."""
        return ElasticsearchAlerts(self._session)

    def lock(self) -> AbstractContextManager[None]:
        """A document with an end, renewed by a thread."""
        return lease(self._session.connection, self._session.index("locks"), self._lease_s)

    def lock_holder(self) -> str | None:
        """As that document says, as long as it is renewed."""
        return lease_holder(self._session.connection, self._session.index("locks"))

    def known(self, entry_ids: Sequence[str]) -> set[str]:
        """By id, which sees writes at once, unlike a search."""
        found: set[str] = set()
        for start in range(0, len(entry_ids), _IDS_AT_ONCE):
            ids = list(entry_ids[start : start + _IDS_AT_ONCE])
            told = self._session.ask(
                lambda client, ids=ids: client.mget(index=self._session.index("entries"), ids=ids, source=False)
            )
            found |= {document["_id"] for document in told["docs"] if document.get("found")}
        return found

    def write_outcomes(self, outcomes: Sequence[Outcome]) -> list[Receipt]:
        """Items and dead letters first, then the fates, then the dead letters that are over are removed."""
        told: list[Receipt] = []
        for some in _without_repeats(outcomes):
            receipts = self._write(some)
            told += (receipts[outcome.fate.id] for outcome in some)
        return told

    def _write(self, outcomes: Sequence[Outcome]) -> dict[str, Receipt]:
        fates = self._session.get(ENTRIES, [outcome.fate.id for outcome in outcomes])
        letters = self._session.get(DEAD_LETTERS, [_letter_id(outcome) for outcome in outcomes])
        receipts = {
            fate.id: receipt(fate, Written.KNOWN) for fate in fates.values() if fate.fate is not Fate.DEAD_LETTER
        }
        fresh = [outcome for outcome in outcomes if outcome.fate.id not in receipts]
        ended = self._write_contents(fresh, fates, letters)
        receipts |= self._write_fates(ended, fates, letters)
        over = [
            letter.id
            for outcome in outcomes
            if (letter := letters.get(_letter_id(outcome))) and receipts[outcome.fate.id].fate is not Fate.DEAD_LETTER
        ]
        self._session.put([Action("delete", self._session.index("dead-letters"), letter) for letter in over])
        return receipts

    def _write_contents(
        self, outcomes: list[Outcome], fates: Mapping[str, EntryFate], letters: Mapping[str, DeadLetter]
    ) -> list[Outcome]:
        """Writes items and dead letters. Returns the outcomes as they came to be: of a refused item, a dead letter."""
        items = [outcome.item for outcome in outcomes if outcome.item is not None]
        endings = iter(self._session.put([self._session.action("create", ITEMS, item) for item in items]))
        # An item that was there already is as good as written.
        ended = [outcome if outcome.item is None else _judged(outcome, next(endings)) for outcome in outcomes]
        return self._write_letters(ended, fates, letters)

    def _write_letters(
        self, outcomes: list[Outcome], fates: Mapping[str, EntryFate], letters: Mapping[str, DeadLetter]
    ) -> list[Outcome]:
        due: dict[str, DeadLetter] = {}
        for outcome in outcomes:
            letter = outcome.dead_letter
            before = letters.get(letter.id) if letter else None
            if letter and before and outcome.fate.id in fates:
                letter = failed_again(before, letter)
            # Without a fate, what is there is what an interrupted write left: the same attempt, not one more.
            if letter and letter != before:
                due[outcome.fate.id] = letter
        endings = self._session.put([self._session.action("index", DEAD_LETTERS, letter) for letter in due.values()])
        ending_of = dict(zip(due, endings, strict=True))
        return [self._buried(outcome, ending_of.get(outcome.fate.id)) for outcome in outcomes]

    def _buried(self, outcome: Outcome, ending: Ending | None) -> Outcome:
        """What an outcome becomes when one of its documents is refused: a dead letter short enough to be taken."""
        if ending is None or ending.ended is not Ended.REFUSED:
            return outcome
        buried = refused(outcome, ending.reason, ending.message)
        self._session.must(
            self._session.put(
                [self._session.action("index", DEAD_LETTERS, letter) for letter in [buried.dead_letter] if letter]
            )
        )
        return buried

    def _write_fates(
        self, outcomes: list[Outcome], fates: Mapping[str, EntryFate], letters: Mapping[str, DeadLetter]
    ) -> dict[str, Receipt]:
        receipts: dict[str, Receipt] = {}
        due: list[Outcome] = []
        for outcome in outcomes:
            before = fates.get(outcome.fate.id)
            letter = outcome.dead_letter
            there = letters.get(letter.id) if letter else None
            if before and letter and there and failed_again(there, letter) == there:
                receipts[before.id] = receipt(before, Written.KNOWN)
            elif before:
                due.append(outcome.model_copy(update={"fate": ended_anew(before, outcome.fate)}))
            else:
                due.append(outcome)
        actions = [self._session.action("index" if o.fate.id in fates else "create", ENTRIES, o.fate) for o in due]
        for outcome, ending in zip(due, self._session.put(actions), strict=True):
            buried = self._buried(outcome, ending)
            if buried is not outcome:
                self._session.must(self._session.put([self._session.action("index", ENTRIES, buried.fate)]))
            written = Written.KNOWN if ending.ended is Ended.KNOWN else Written.CREATED
            receipts[outcome.fate.id] = receipt(buried.fate, written)
        return receipts

    def rewrite(self, outcomes: Sequence[Outcome]) -> None:
        """Three bulks, the fates in the last. An item's document loses the mark that it is grouped."""
        items = [self._session.action("index", ITEMS, outcome.item) for outcome in outcomes if outcome.item]
        gone = [one.fate.article_id for one in outcomes if one.item is None and one.fate.article_id]
        items += [Action("delete", self._session.index("items"), article) for article in gone]
        letters = [outcome.dead_letter for outcome in outcomes if outcome.dead_letter]
        for actions in (
            items,
            [self._session.action("index", DEAD_LETTERS, letter) for letter in letters],
            [self._session.action("index", ENTRIES, outcome.fate) for outcome in outcomes],
        ):
            self._session.must(self._session.put(actions))

    def feed_states(self) -> dict[str, FeedState]:
        """In the order of their ids."""
        sources = self._session.search("feeds", {"match_all": {}}, ({"feed.id": "asc"},))
        return {state.feed_id: state for state in map(FEEDS.to_record, sources)}

    def put_feed_states(self, states: Iterable[FeedState]) -> None:
        """One bulk; a feed's state stands alone, so that it need not be all or none."""
        self._session.must(self._session.put([self._session.action("index", FEEDS, state) for state in states]))

    def put_feed_dead_letters(self, letters: Iterable[DeadLetter], recovered: Iterable[str]) -> None:
        """One bulk, after a look at what is there."""
        given = list(letters)
        there = self._session.get(DEAD_LETTERS, [letter.id for letter in given])
        due = [failed_again(there[letter.id], letter) if letter.id in there else letter for letter in given]
        actions = [
            self._session.action("index", DEAD_LETTERS, letter) for letter in due if letter != there.get(letter.id)
        ]
        actions += [Action("delete", self._session.index("dead-letters"), dead_letter_id(feed)) for feed in recovered]
        self._session.must(self._session.put(actions))

    def item(self, item_id: str) -> CensorshipItem | None:
        """By id, or else by a search for its beginning."""
        exact = self._session.get(ITEMS, [item_id]) if item_id else {}
        if exact:
            return exact[item_id]
        found = list(self._session.search("items", {"prefix": {"event.id": item_id}}, BY_ID, limit=2))
        if len(found) > 1:
            raise StoreError(f"several items begin with {item_id!r}: give more of the id")
        return ITEMS.to_record(found[0]) if found else None

    def items(self, query: ItemQuery) -> Iterator[CensorshipItem]:
        """Page by page, as of one point in time."""
        sort = BY_RANK if has_words(query) else NEWEST_FIRST
        return map(ITEMS.to_record, self._session.search("items", items_query(query), sort, query.limit))

    def count_items(self, query: ItemQuery) -> int:
        """An exact count."""
        self._session.show(["items"])
        return int(
            self._session.ask(
                lambda client: client.count(index=self._session.index("items"), query=items_query(query))
            )["count"]
        )

    def fates(self, feed: str | None = None) -> Iterator[EntryFate]:
        """Page by page, as of one point in time."""
        query = {"match_all": {}} if feed is None else {"term": {"feed.id": feed}}
        return map(ENTRIES.to_record, self._session.search("entries", query, BY_ID))

    def dead_letters(self, query: DeadLetterQuery) -> Iterator[DeadLetter]:
        """Page by page, as of one point in time."""
        return map(
            DEAD_LETTERS.to_record,
            self._session.search("dead-letters", dead_letters_query(query), NEWEST_FIRST, query.limit),
        )

    def drop_dead_letters(self, ids: Sequence[str]) -> int:
        """The fates of their entries stay."""
        endings = self._session.put([Action("delete", self._session.index("dead-letters"), letter) for letter in ids])
        return sum(ending.ended is Ended.DELETED for ending in endings)

    def put_round(self, summary: RoundSummary) -> None:
        """Replaces one of the same id, and lets searches see all that was written."""
        self._session.must(self._session.put([self._session.action("index", ROUNDS, summary)]))
        # Others wrote in this round, and closed or not, the next command is to see it.
        self._session.show_all(shape.kind for shape in (*SHAPES, *EVENT_SHAPES, *ALERT_SHAPES))

    def rounds(self, limit: int = 10) -> list[RoundSummary]:
        """By the time they started."""
        return [
            ROUNDS.to_record(source)
            for source in self._session.search("rounds", {"match_all": {}}, NEWEST_FIRST, limit)
        ]

    def round(self, round_id: str) -> RoundSummary | None:
        """By id, which sees writes at once."""
        return self._session.get(ROUNDS, [round_id]).get(round_id)


def _letter_id(outcome: Outcome) -> str:
    return outcome.dead_letter.id if outcome.dead_letter else dead_letter_id(outcome.fate.id)


def _judged(outcome: Outcome, ending: Ending) -> Outcome:
    return refused(outcome, ending.reason, ending.message) if ending.ended is Ended.REFUSED else outcome


def _without_repeats(outcomes: Sequence[Outcome]) -> Iterator[list[Outcome]]:
    """Cuts the sequence where an entry comes again: one bulk must not hold two fates of one entry."""
    some: dict[str, Outcome] = {}
    for outcome in outcomes:
        if outcome.fate.id in some:
            yield list(some.values())
            some = {}
        some[outcome.fate.id] = outcome
    if some:
        yield list(some.values())
