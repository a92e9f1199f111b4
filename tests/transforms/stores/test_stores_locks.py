"""One round at a time, and a killed one holds nobody up."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import stores_processes
from elasticsearch import Elasticsearch

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.transforms.stores.contract import RoundRunning, Store
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.stores.lease import Holder
from blockwire.transforms.stores.opening import open_store


@pytest.fixture(params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/wire.sqlite"
    found: str = request.getfixturevalue("prefixed_url")
    return found


@contextmanager
def opened(url: str) -> Iterator[Store]:
    with open_store(url, load_mappings()) as store:
        yield store


@contextmanager
def process(url: str, task: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, stores_processes.__file__, url, task]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        try:
            yield running
        finally:
            running.kill()


def first_line(running: "subprocess.Popen[str]") -> str:
    assert running.stdout
    return running.stdout.readline()


def test_another_process_is_told_who_holds_it(url: str) -> None:
    with process(url, "hold") as holder:
        assert first_line(holder) == "locked\n"
        with opened(url) as store, pytest.raises(RoundRunning) as told, store.lock():
            pass
    message = str(told.value)
    assert f"process {holder.pid}" in message
    assert "since 20" in message
    assert "wait until it ends" in message


def test_whoever_asks_is_told_who_holds_it(url: str) -> None:
    """In words that are the same for as long as it is held, wherever they are asked for."""
    with opened(url) as store:
        with process(url, "hold") as holder:
            assert first_line(holder) == "locked\n"
            told = store.lock_holder()
            assert told is not None
            assert f"process {holder.pid}" in told
            assert store.lock_holder() == told
            with opened(url) as other:
                assert other.lock_holder() == told
        with store.lock():
            assert store.lock_holder() not in (None, told)
        assert store.lock_holder() is None


def test_a_killed_holder_gives_it_up_at_once(url: str) -> None:
    with process(url, "hold") as holder:
        assert first_line(holder) == "locked\n"
        holder.kill()
        holder.wait()
        with opened(url) as store, store.lock():
            pass


def test_it_is_given_back_and_taken_again(url: str) -> None:
    with opened(url) as store:
        for _ in range(2):
            with store.lock():
                pass
        with suppress(KeyError), store.lock():
            raise KeyError
    with process(url, "pass") as other:
        assert first_line(other) == "locked\n"
        assert other.wait(20) == 0


def test_the_same_process_cannot_hold_it_twice(url: str) -> None:
    with opened(url) as one, one.lock(), opened(url) as two, pytest.raises(RoundRunning), two.lock():
        pass


def test_of_many_that_start_together_one_gets_it(url: str) -> None:
    got: list[str] = []
    over = threading.Barrier(4)

    def run() -> None:
        with opened(url) as store:
            over.wait()
            try:
                with store.lock():
                    got.append("lock")
                    over.wait()
            except RoundRunning:
                got.append("told")
                over.wait()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["lock", "told", "told", "told"]


@pytest.mark.elasticsearch
class TestLease:
    """What only the lock between machines has."""

    @pytest.fixture
    def put(self, prefixed_url: str) -> Iterator[Callable[[Holder], None]]:
        """Makes it look as if another held the lock."""
        server, _, prefix = prefixed_url.rpartition("/")
        with ElasticsearchStore(prefixed_url, load_mappings()), Elasticsearch(server) as client:
            yield (
                lambda holder: client.index(index=f"{prefix}-locks", id="round", document=holder.to_document()) and None
            )

    def test_another_machine_keeps_it_until_its_time_is_over(
        self, prefixed_url: str, put: Callable[[Holder], None]
    ) -> None:
        mine = Holder.this_process(60)
        put(replace(mine, host="elsewhere", pid=1))
        with opened(prefixed_url) as store:
            with pytest.raises(RoundRunning, match=r"process 1 on elsewhere.*its lock ends at 20"), store.lock():
                pass
            put(replace(mine, host="elsewhere", pid=1, expires=mine.since - timedelta(seconds=1)))
            with store.lock():
                pass

    def test_a_holder_from_before_the_last_start_of_this_machine_is_gone(
        self, prefixed_url: str, put: Callable[[Holder], None]
    ) -> None:
        put(replace(Holder.this_process(60), boot_id="an-earlier-one"))
        with opened(prefixed_url) as store, store.lock():
            pass

    def test_it_is_renewed_while_its_holder_lives(self, prefixed_url: str) -> None:
        with (
            ElasticsearchStore(prefixed_url, load_mappings(), lease_s=1.0) as store,
            store.lock(),
            opened(prefixed_url) as other,
        ):
            time.sleep(1.6)
            with pytest.raises(RoundRunning), other.lock():
                pass

    def test_one_that_was_taken_over_is_not_given_back_to_nobody(
        self, prefixed_url: str, put: Callable[[Holder], None], caplog: pytest.LogCaptureFixture
    ) -> None:
        with ElasticsearchStore(prefixed_url, load_mappings(), lease_s=0.4) as store:
            with store.lock():
                put(replace(Holder.this_process(60), host="elsewhere"))
                time.sleep(0.3)
            with pytest.raises(RoundRunning, match="elsewhere"), store.lock():
                pass
        assert "was taken over" in caplog.text
