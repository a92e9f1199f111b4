"""``blockwire browse`` where it cannot begin: each time one line with the next step."""

import socket
import sqlite3
from pathlib import Path

import browse_samples
import pytest
from stores_samples import indexed, item

from blockwire.pipelines.main import run
from blockwire.transforms.browse.asking import Asked
from blockwire.transforms.browse.wire import Wire
from blockwire.transforms.stores.contract import StoreUnavailable
from blockwire.transforms.stores.sqlite import SqliteStore


def test_a_store_that_is_not_there_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["browse", "--port", "0", "--store", "sqlite:///none.sqlite"]) == 1
    assert "there is no store 'none.sqlite' yet: blockwire ingest" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_elasticsearch_is_left_to_kibana(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["browse", "--store", "https://user:secret@es.example:9200"]) == 2
    told = capsys.readouterr().err
    assert "blockwire setup kibana" in told
    assert "secret" not in told


def test_a_port_that_is_taken_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wire.sqlite"
    with SqliteStore(path), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(["browse", "--port", str(port), "--store", f"sqlite:///{path}"]) == 1
    assert f"127.0.0.1:{port} cannot be listened on" in capsys.readouterr().err


def test_an_older_store_is_brought_up_to_date_by_the_command_it_names(tmp_path: Path) -> None:
    """Statuses and censors of items written before version 4 are facets after it."""
    path = tmp_path / "wire.sqlite"
    with SqliteStore(path) as store:
        store.write_outcomes(
            [indexed(item("a", censors=("ru-roskomnadzor", "ru-fsb"))), indexed(item("b", status=None))]
        )
    with sqlite3.connect(path) as older:
        older.execute(
            "DELETE FROM item_terms WHERE term IN (SELECT number FROM terms WHERE kind IN ('status', 'censor'))"
        )
        older.execute("DELETE FROM terms WHERE kind IN ('status', 'censor')")
        older.execute("PRAGMA user_version = 3")
    older.close()
    with pytest.raises(StoreUnavailable, match=r"older blockwire.*blockwire items list --limit 1 --store sqlite:///"):
        SqliteStore(path, read_only=True).__enter__()
    assert run(["items", "list", "--limit", "1", "--store", f"sqlite:///{path}"]) == 0
    with SqliteStore(path, read_only=True) as store:
        facets = Wire(store.browsing).items(Asked()).facets
    assert facets["status"] == [("ordered", 1)]
    assert facets["censor"] == [("ru-fsb", 1), ("ru-roskomnadzor", 1)]


def test_nothing_can_be_written_through_a_store_that_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    browse_samples.fill(path)
    with SqliteStore(path, read_only=True) as store, pytest.raises(StoreUnavailable, match="read-only"):
        store.drop_dead_letters(["x"])
