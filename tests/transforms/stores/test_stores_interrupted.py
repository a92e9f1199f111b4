"""A round that is killed between any two writes is completed by the next, and the store is as if nothing had happened."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from stores_samples import failed, indexed, item, letter, minutes, not_relevant

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.schemas import Outcome
from blockwire.transforms.elasticsearch.bulk import Action, Ending
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery, Store
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.stores.sqlite import SqliteStore


class _Killed(BaseException):
    """Stands for kill -9: no handler of ours catches it."""


class DyingStore(ElasticsearchStore):
    """Dies before its n-th request that writes."""

    def __init__(self, url: str, lives: int) -> None:
        super().__init__(url, load_mappings())
        self._lives = lives
        self._write_for_real = self._session.put
        self._session.put = self._put  # type: ignore[method-assign]

    def _put(self, actions: Sequence[Action]) -> list[Ending]:
        if actions:
            self._lives -= 1
            if self._lives < 0:
                raise _Killed
        return self._write_for_real(actions)


def first_round() -> list[Outcome]:
    return [failed(letter("was-dead")), failed(letter("still-dead")), indexed(item("old"))]


def second_round() -> list[Outcome]:
    return [
        indexed(item("new")),
        not_relevant("dull"),
        failed(letter("newly-dead")),
        indexed(item("was-dead")),
        failed(letter("still-dead", at=minutes(30))),
        indexed(item("old", "Another title")),
    ]


def contents(store: Store) -> tuple[object, ...]:
    return list(store.items(ItemQuery())), list(store.fates()), list(store.dead_letters(DeadLetterQuery()))


@pytest.mark.elasticsearch
@pytest.mark.parametrize("lives", range(5))
def test_elasticsearch_killed_between_any_two_requests(prefixed_url: str, tmp_path: Path, lives: int) -> None:
    with ElasticsearchStore(prefixed_url, load_mappings()) as whole:
        whole.write_outcomes(first_round())
    dying = DyingStore(prefixed_url, lives)
    dying.__enter__()
    if lives < 4:
        with pytest.raises(_Killed):
            dying.write_outcomes(second_round())
    else:
        dying.write_outcomes(second_round())

    with ElasticsearchStore(prefixed_url, load_mappings()) as store:
        assert (store.item(item("new").id) is not None) == (lives > 0)
        if lives < 3:
            # The fates come after items and dead letters: nothing is known that is not all there.
            assert store.known([outcome.fate.id for outcome in second_round()[:3]]) == set()
        store.write_outcomes(second_round())
        after = contents(store)
        store.write_outcomes(second_round())
        assert contents(store) == after

    assert after == _uninterrupted(tmp_path / "wire.sqlite")


def _uninterrupted(path: Path) -> tuple[object, ...]:
    """The same two rounds in the other store: both hold to one contract."""
    with SqliteStore(path) as store:
        store.write_outcomes(first_round())
        store.write_outcomes(second_round())
        return contents(store)


def test_sqlite_killed_in_the_middle_of_a_transaction(tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    with SqliteStore(path) as whole:
        whole.write_outcomes(first_round())
        before = contents(whole)
    child = os.fork()
    if child == 0:
        store = SqliteStore(path).__enter__()
        with store._session.transaction() as connection:
            for outcome in second_round():
                store._write(connection, outcome)
            connection.execute("PRAGMA cache_spill = 1")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with SqliteStore(path) as store:
        assert contents(store) == before
        store.write_outcomes(second_round())
        after = contents(store)
        store.write_outcomes(second_round())
        assert contents(store) == after
