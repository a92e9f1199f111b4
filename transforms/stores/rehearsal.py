"""A store that reads from the real one and writes to a scratch one, for ``--dry-run``."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from blockwire.schemas import CensorshipItem, DeadLetter, EntryFate, FeedState, Outcome, RoundSummary
from blockwire.transforms.stores.alert_contract import AlertStore
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery, Receipt, Store, StoreConfig
from blockwire.transforms.stores.event_contract import EventStore


@dataclass(frozen=True)
class RehearsalConfig:
    """Opens a ``RehearsalStore``."""

    real: StoreConfig
    scratch: StoreConfig

    def open(self) -> "RehearsalStore":
        """Opens both."""
        return RehearsalStore(self.real.open(), self.scratch.open())


class RehearsalStore:
    """Knows what the real store knows; what it is given goes to the scratch store and is what it shows."""

    def __init__(self, real: Store, scratch: Store) -> None:
        self._real = real
        self._scratch = scratch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes both."""
        self._scratch.close()
        self._real.close()

    @property
    def events(self) -> EventStore:
        """Those of this rehearsal."""
        return self._scratch.events

    @property
    def alerts(self) -> AlertStore:
        """Those of this rehearsal."""
        return self._scratch.alerts

    def lock(self) -> AbstractContextManager[None]:
        """A rehearsal harms no round, and none harms it."""
        return nullcontext()

    def lock_holder(self) -> str | None:
        """Nobody."""
        return None

    def known(self, entry_ids: Sequence[str]) -> set[str]:
        """Known to either."""
        return self._real.known(entry_ids) | self._scratch.known(entry_ids)

    def write_outcomes(self, outcomes: Sequence[Outcome]) -> list[Receipt]:
        """To the scratch store."""
        return self._scratch.write_outcomes(outcomes)

    def rewrite(self, outcomes: Sequence[Outcome]) -> None:
        """In the scratch store."""
        self._scratch.rewrite(outcomes)

    def feed_states(self) -> dict[str, FeedState]:
        """The real ones."""
        return self._real.feed_states()

    def put_feed_states(self, states: Iterable[FeedState]) -> None:
        """To the scratch store."""
        self._scratch.put_feed_states(states)

    def put_feed_dead_letters(self, letters: Iterable[DeadLetter], recovered: Iterable[str]) -> None:
        """To the scratch store."""
        self._scratch.put_feed_dead_letters(letters, recovered)

    def item(self, item_id: str) -> CensorshipItem | None:
        """One that this rehearsal found."""
        return self._scratch.item(item_id)

    def items(self, query: ItemQuery) -> Iterator[CensorshipItem]:
        """Those that this rehearsal found."""
        return self._scratch.items(query)

    def count_items(self, query: ItemQuery) -> int:
        """Of those that this rehearsal found."""
        return self._scratch.count_items(query)

    def fates(self, feed: str | None = None) -> Iterator[EntryFate]:
        """Those of this rehearsal."""
        return self._scratch.fates(feed)

    def dead_letters(self, query: DeadLetterQuery) -> Iterator[DeadLetter]:
        """The real ones, so that those that are due are tried again."""
        return self._real.dead_letters(query)

    def drop_dead_letters(self, ids: Sequence[str]) -> int:
        """From the scratch store."""
        return self._scratch.drop_dead_letters(ids)

    def put_round(self, summary: RoundSummary) -> None:
        """To the scratch store."""
        self._scratch.put_round(summary)

    def rounds(self, limit: int = 10) -> list[RoundSummary]:
        """Those of this rehearsal."""
        return self._scratch.rounds(limit)

    def round(self, round_id: str) -> RoundSummary | None:
        """Of this rehearsal."""
        return self._scratch.round(round_id)
