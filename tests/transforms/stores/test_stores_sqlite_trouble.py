"""What a person is told when the file cannot be used, and that nothing is lost by it."""

import os
import resource
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stores_samples import indexed, item, not_relevant

from blockwire.transforms.stores.contract import ItemQuery, StoreUnavailable
from blockwire.transforms.stores.sqlite import SqliteStore

NOBODY = 65_534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike pytest's."""
    made = Path(tempfile.mkdtemp(prefix="blockwire-tests-"))
    made.chmod(0o777)
    yield made
    shutil.rmtree(made)


def in_child(task: Callable[[], None], *, prepare: Callable[[], None] = lambda: None) -> str:
    """What a forked process says of the task: the error's type and message, or nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            prepare()
            task()
        except BaseException as error:  # noqa: BLE001 - the parent is told
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def as_nobody() -> None:
    """Root may write everything: be someone else."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def opening(path: Path) -> Callable[[], None]:
    def task() -> None:
        with SqliteStore(path):
            pass

    return task


def writing(path: Path, count: int) -> Callable[[], None]:
    def task() -> None:
        with SqliteStore(path) as store:
            for number in range(count):
                store.write_outcomes([indexed(item(f"n{number}", text="word " * 4000))])

    return task


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "wire.sqlite"
    opening(path)()
    assert path.exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        StoreUnavailable, match=r"the folder of the store .*wire.sqlite' cannot be made: Not a directory; make it"
    ):
        opening(tmp_path / "file" / "sub" / "wire.sqlite")()


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is a folder; name a file in it"):
        opening(tmp_path)()


def test_a_read_only_folder(folder: Path) -> None:
    folder.chmod(0o555)
    said = in_child(opening(folder / "wire.sqlite"), prepare=as_nobody)
    assert said == (
        f"StoreUnavailable: the store '{folder}/wire.sqlite' cannot be written: '{folder}' is read-only;"
        " make it writable or choose another store"
    )


def test_a_read_only_file(folder: Path) -> None:
    path = folder / "wire.sqlite"
    opening(path)()
    path.chmod(0o444)
    said = in_child(opening(path), prepare=as_nobody)
    assert said.startswith(f"StoreUnavailable: the store '{path}' cannot be written: '{path}' is read-only;")


def test_a_file_that_may_not_be_read(folder: Path) -> None:
    path = folder / "wire.sqlite"
    opening(path)()
    path.chmod(0o222)
    said = in_child(opening(path), prepare=as_nobody)
    assert said.startswith(f"StoreUnavailable: the store '{path}' cannot be opened: check that")


def test_the_lock_in_a_folder_that_became_read_only(folder: Path) -> None:
    def task() -> None:
        with SqliteStore(folder / "wire.sqlite") as store:
            folder.chmod(0o555)
            with store.lock():
                pass

    folder.chmod(0o777)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    said = in_child(task, prepare=as_nobody)
    assert said.startswith(
        f"StoreUnavailable: cannot make the lock file '{folder}/wire.sqlite.lock': Permission denied; make"
    )


def test_no_database(tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    path.write_text("This is a letter to the editor. " * 100)
    with pytest.raises(StoreUnavailable, match="is not a database; choose another file, or move this one away"):
        opening(path)()
    assert path.read_text().startswith("This is a letter")


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreUnavailable, match="is another program's database; choose another file"):
        opening(path)()


def test_a_newer_version(tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    opening(path)()
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version = 99")
    with pytest.raises(
        StoreUnavailable, match=r"newer blockwire \(version 99 of its tables, this one knows \d+\); upgrade with: pip"
    ):
        opening(path)()


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    writing(path, 20)()
    content = bytearray(path.read_bytes())
    content[4096:-4096] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="is damaged; restore a copy"), SqliteStore(path) as store:
        list(store.items(ItemQuery()))


def test_another_program_that_writes_for_too_long(tmp_path: Path) -> None:
    path = tmp_path / "wire.sqlite"
    with SqliteStore(path, busy_timeout_s=0.1) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="is locked by another program that is writing; close it, or wait"):
            store.write_outcomes([not_relevant("a")])
        assert store.known([not_relevant("a").fate.id]) == set()
        other.execute("ROLLBACK")
        other.close()
        store.write_outcomes([not_relevant("a")])


def test_a_quota_in_the_middle_of_a_round(folder: Path) -> None:
    path = folder / "wire.sqlite"
    limit = 1_000_000
    said = in_child(writing(path, 200), prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert said.startswith(f"StoreUnavailable: the store '{path}' cannot be ")
    assert "the disk may be full" in said
    assert "\n" not in said
    _goes_on_after_it(path)


def test_a_full_disk_in_the_middle_of_a_round(folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk to fill: {mounted.stderr.strip()}")
    try:
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 700_000)
        path = disk / "wire.sqlite"
        said = in_child(writing(path, 200))
        assert said == (
            f"StoreUnavailable: the store '{path}' cannot be written: the disk is full; free some space and start again,"
            " nothing half-done was kept"
        )
        ballast.unlink()
        _goes_on_after_it(path)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _goes_on_after_it(path: Path) -> None:
    """All whole outcomes are there, no part of one is, and more can be written."""
    with SqliteStore(path) as store:
        kept = store.count_items(ItemQuery(limit=1000))
        assert kept > 5
        assert kept == len(list(store.fates())) == store.count_items(ItemQuery(words="words"))
        store.write_outcomes([indexed(item("one-more"))])
        assert store.count_items(ItemQuery()) == kept + 1
