"""``blockwire report``: the whole command, in this process."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alerts_samples import development, event, evidence
from click.testing import CliRunner, Result

from blockwire.pipelines.main import cli
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.sqlite import SqliteStore


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a store with an event of two hours ago."""
    monkeypatch.chdir(tmp_path)
    at = datetime.now(UTC) - timedelta(hours=2)
    with SqliteStore("blockwire.sqlite") as store:
        opened = development(0).model_copy(update={"at": at, "recorded": at})
        store.events.regroup(Regrouping(events=[event(opened, evidence=(evidence(published=at),))]))
    return tmp_path


def report(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["report", *arguments])


def test_a_page_is_written_and_the_count_is_told(folder: Path) -> None:
    done = report("--since", "24h", "--output", "day.html")
    assert done.output == "day.html: 1 new events, 0 moved, 0 lifted.\n"
    assert (folder / "day.html").read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.usefixtures("folder")
def test_markdown_goes_to_standard_output_and_times_are_kept_to() -> None:
    assert "1 new events" in report("--since", "7d", "--format", "markdown").output
    assert "0 new events" in report("--since", "60m", "--format", "markdown").output
    assert "0 new events" in report("--since", "2020-01-01", "--until", "2020-02-01", "--format", "markdown").output


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--since", "7 days"], "neither so long ago"),
        (["--since", "1d", "--until", "2d"], "--since is not before --until"),
        (["--output", "none/day.html"], "cannot be written"),
    ],
)
def test_mistakes_are_told_in_a_line(arguments: list[str], told: str) -> None:
    done = report(*arguments)
    assert done.exit_code != 0
    assert told in done.output


@pytest.mark.parametrize(
    "command", [["report"], ["items", "list"], ["events", "list"], ["dead-letters", "list"], ["audit"]]
)
def test_what_only_reads_makes_no_store_of_a_name_misspelt(folder: Path, command: list[str]) -> None:
    done = CliRunner().invoke(cli, [*command, "--store", "sqlite:///blokwire.sqlite"])
    assert done.exit_code == 1
    assert "there is no store 'blokwire.sqlite' yet: blockwire ingest makes and fills it" in done.output
    assert [one.name for one in folder.iterdir() if one.name.startswith("blok")] == []
