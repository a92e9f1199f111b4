"""Each check by itself: what it takes for well, for doubtful, and for broken."""

import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from alerts_samples import NOON, alert, hours

from blockwire.schemas import RoundSummary
from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.schemas.ids import digest
from blockwire.transforms.checkup.channels import check_channels
from blockwire.transforms.checkup.finding import Finding, Grade, worst
from blockwire.transforms.checkup.machine import check_clock, check_disk, check_installation
from blockwire.transforms.checkup.rounds import check_outbox, check_rounds
from blockwire.transforms.checkup.runners import check_runner
from blockwire.transforms.checkup.sqlite_file import check_sqlite
from blockwire.transforms.stores.sqlite import SqliteStore

OK, WARN, FAIL = Grade
DAY = timedelta(days=1)
Usage = namedtuple("Usage", "total used free")


def grades(findings: Iterable[Finding]) -> dict[str, Grade]:
    return {one.about: one.grade for one in findings}


def test_the_worst_counts_and_is_what_monitoring_expects() -> None:
    assert worst([]) is OK
    assert worst([Finding("a", WARN, ""), Finding("b", FAIL, ""), Finding("c", OK, "")]) is FAIL
    assert [grade.exit_status for grade in Grade] == [0, 1, 2]


def test_what_is_missing_is_named() -> None:
    assert check_installation("no-such-package-anywhere").grade is WARN
    # A package that is installed without its optional parts: none of these counts as missing.
    assert check_installation("pydantic").grade is OK


@pytest.mark.parametrize(("free", "grade"), [(10 * 1024**3, OK), (1024**3, WARN), (1024**2, FAIL)])
def test_room_on_the_disk(free: int, grade: Grade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, free))
    assert check_disk(tmp_path / "not" / "yet").grade is grade


@pytest.mark.parametrize(("seconds", "grade"), [(0, OK), (-29, OK), (31, WARN), (-601, FAIL)])
def test_the_clock_against_a_server(seconds: int, grade: Grade) -> None:
    found = check_clock({"the server's": NOON + timedelta(seconds=seconds)}, NOON)
    assert found.grade is grade
    assert f"{abs(seconds)} s" in found.told
    assert check_clock({}, NOON).grade is OK


def round_at(hour: float, *, due: int = 4, failed: int = 0) -> RoundSummary:
    return RoundSummary(
        id=digest("round", str(hour)),
        started=hours(hour),
        finished=hours(hour),
        feeds_due=due,
        feeds_ok=due - failed,
        feeds_failed=failed,
        blockwire_version="0",
    )


def test_rounds_that_go_on_and_rounds_that_stand_still() -> None:
    assert grades(check_rounds([], NOON, DAY)) == {"rounds": WARN}
    assert grades(check_rounds([round_at(-23)], NOON, DAY)) == {"rounds": OK, "polling": OK}
    assert grades(check_rounds([round_at(-25)], NOON, DAY))["rounds"] is FAIL
    assert grades(check_rounds([round_at(1)], NOON, DAY))["rounds"] is FAIL, "from the future"


@pytest.mark.parametrize(("failed", "grade"), [(0, OK), (2, OK), (3, WARN), (4, FAIL)])
def test_polls_that_fail(failed: int, grade: Grade) -> None:
    rounds = [round_at(-1, due=0), round_at(-2, failed=failed)]
    assert grades(check_rounds(rounds, NOON, DAY))["polling"] is grade


def test_alerts_that_do_not_get_out() -> None:
    waiting = [alert(due=hours(-0.5))]
    assert check_outbox(waiting, [], NOON).grade is OK
    assert check_outbox([alert(due=hours(-2))], [], NOON).grade is WARN
    assert check_outbox([], [alert()], NOON).grade is FAIL


def test_another_runner_than_the_one_in_process_is_told(tmp_path: Path) -> None:
    assert check_runner("FnApiRunner", tmp_path).grade is OK
    assert check_runner("PrismRunner", tmp_path).grade is FAIL
    prism = tmp_path / ".apache_beam" / "cache" / "prism" / "bin" / "prism-v2"
    prism.parent.mkdir(parents=True)
    prism.touch()
    assert str(prism) in check_runner("FnApiRunner", tmp_path).told


def test_channels_are_looked_at_and_nothing_is_sent(tmp_path: Path) -> None:
    def found(channel: Channel, **environ: str) -> Finding:
        (finding,) = check_channels(AlertPolicy(channels=(channel,)), environ)
        return finding

    desk, hook = Channel(id="desk", url_env="DESK"), Channel(id="hook", kind="webhook", url_env="HOOK")
    assert found(desk).grade is FAIL
    assert "DESK is not set" in found(desk).told
    assert found(desk, DESK="ntfy://localhost/hunter2secret").grade is OK
    wrong = found(desk, DESK="nosuch://hunter2secret@x")
    assert wrong.grade is FAIL
    assert "hunter2secret" not in wrong.told + wrong.remedy
    assert found(hook, HOOK="https://example.org/hook").grade is OK
    for broken in ("example.org/hook", "http://[", "ftp://x/"):
        assert found(hook, HOOK=broken).grade is FAIL
    assert found(Channel(id="feed", kind="atom", path=tmp_path / "sub" / "a.atom")).grade is OK
    (tmp_path / "file").touch()
    assert found(Channel(id="feed", kind="atom", path=tmp_path / "file" / "a.atom")).grade is FAIL
    assert grades(check_channels(AlertPolicy(), {})) == {"channels": OK}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "wire.sqlite"
    with SqliteStore(file):
        pass
    return file


def test_a_store_that_is_whole(path: Path) -> None:
    assert set(grades(check_sqlite(path)).values()) == {OK}


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert grades(check_sqlite(tmp_path / "a" / "wire.sqlite")) == {"store": WARN}
    assert list(tmp_path.iterdir()) == []


def test_a_round_that_runs_is_told(path: Path) -> None:
    with SqliteStore(path) as store, store.lock():
        (lock,) = (one for one in check_sqlite(path) if one.about == "lock")
    assert "a round is running: process" in lock.told
    (lock,) = (one for one in check_sqlite(path) if one.about == "lock")
    assert lock.told == "no round is running"


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 6] = b"\xff" * 4096 * 5
    path.write_bytes(content)


def _foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()


def _newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()


def _no_database(path: Path) -> None:
    path.write_text("hello " * 1000)


@pytest.mark.parametrize("spoil", [_damaged, _foreign, _newer, _no_database])
def test_a_store_that_cannot_be_used_fails_in_a_line(path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(path)
    failed = [one for one in check_sqlite(path) if one.grade is FAIL]
    assert failed
    assert all(one.remedy and "\n" not in one.told for one in failed)


def test_tables_of_before_are_told_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert grades(check_sqlite(path))["tables"] is WARN
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()
