"""``blockwire doctor``: the whole command, in this process."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from blockwire.pipelines.main import run
from blockwire.schemas import RoundSummary
from blockwire.schemas.ids import digest
from blockwire.transforms.stores.sqlite import SqliteStore

Doctor = Callable[..., tuple[int, dict[str, dict[str, str]]]]


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Runs it in an empty folder; gives the exit status, and the findings by what they are about."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
        status = run([*arguments, "doctor", "--format", "json"])
        told = json.loads(capsys.readouterr().out)
        return status, {one["about"]: one for one in told["findings"]}

    return command


def ran(ago: timedelta) -> None:
    with SqliteStore("blockwire.sqlite") as store:
        at = datetime.now(UTC) - ago
        store.put_round(RoundSummary(id=digest("r"), started=at, finished=at, blockwire_version="0"))


def test_a_new_folder_says_what_to_do_first(doctor: Doctor) -> None:
    status, found = doctor()
    assert status == 1
    assert found["store"]["remedy"] == "the first round makes it: blockwire ingest"
    assert not Path("blockwire.sqlite").exists()


def test_a_store_with_rounds_is_looked_into(doctor: Doctor) -> None:
    ran(timedelta(hours=1))
    _, found = doctor()
    assert {
        name: found[name]["grade"] for name in ("store", "tables", "lock", "rounds", "feeds", "alerts", "runner")
    } == (dict.fromkeys(("store", "tables", "lock", "rounds", "feeds", "alerts", "runner"), "ok"))
    ran(timedelta(days=3))
    status, found = doctor()
    assert (status, found["rounds"]["grade"]) == (2, "fail")


def test_settings_with_a_mistake_are_a_finding(doctor: Doctor) -> None:
    Path("blockwire.toml").write_text("[fetch]\nconcurrency = 0\n")
    status, found = doctor()
    assert status == 2
    assert "blockwire.toml:2" in found["settings"]["told"]
    Path("blockwire.toml").write_text('feeds = "none.yaml"\n')
    status, found = doctor()
    assert (status, found["configuration"]["grade"]) == (2, "fail")


def test_a_server_that_is_not_there_fails_without_its_password(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLOCKWIRE_STORE", "http://me:hunter2@127.0.0.1:1/wire")
    status, found = doctor()
    assert (status, found["store"]["grade"]) == (2, "fail")
    assert "cannot be reached" in found["store"]["told"]
    assert "hunter2" not in json.dumps(found)


def test_people_get_a_line_for_each_and_the_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok   settings: ")
    assert "     -> the first round makes it: blockwire ingest" in lines
    assert lines[-1].startswith("warn: ")
