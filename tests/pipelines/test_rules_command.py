"""``blockwire rules``: what decides, how it is tried, and why it decided so."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from blockwire.config.rules.loading import HERE
from blockwire.pipelines.commands.rules import rules_commands
from blockwire.schemas import EntryFate, Fate, Outcome
from blockwire.transforms.stores.sqlite import SqliteStore


def rules(*arguments: str, config: Path | None = None) -> Result:
    return CliRunner().invoke(rules_commands, list(arguments), obj={"config": config}, standalone_mode=False)


def test_lists_are_cut_down_by_kind_language_and_id() -> None:
    words = rules("list", "--kind", "words", "--language", "fa", "--format", "jsonl").output.split("\n")
    assert {json.loads(line)["id"].split(".")[0] for line in words if line} == {"fa"}
    (rule,) = [
        json.loads(line) for line in rules("list", "--id", "block-site", "--format", "jsonl").output.splitlines()
    ]
    assert (rule["kind"], rule["version"], rule["measures"]) == ("rule", 1, ["website_block"])
    assert "Telegram" in rules("list", "--id", "telegram").output
    assert rules("list", "--id", "nothing").return_value == 1


def test_every_rule_and_every_example_passes() -> None:
    done = rules("test")
    assert done.return_value == 0, done.output
    assert "none failed" in done.output


def test_a_failing_test_is_named_and_sets_the_exit_status(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "examples"))
    tests = folder / "tests.yaml"
    tests.write_text(
        tests.read_text(encoding="utf-8").replace("Factory shut down", "Mobile internet shut down"), "utf-8"
    )
    config = tmp_path / "blockwire.toml"
    config.write_text(f'rules = "{folder}"\n', encoding="utf-8")
    done = rules("test", config=config)
    assert done.return_value == 1
    assert "named-shutdown" in done.output and "1 failed" in done.output


@pytest.mark.parametrize(("text", "status"), [("Court bans news website", 0), ("Court bans wolf hunt", 1)])
def test_a_text_shows_which_rules_hold(text: str, status: int) -> None:
    done = rules("test", text, "--rule", "block-site")
    assert done.return_value == status
    assert ("+" in done.output) is (status == 0)


def test_why_names_points_missing_concepts_and_words() -> None:
    done = rules("why", "Ministry talks about websites")
    assert "0.0 points of the 4.2" in done.output
    assert "needs block" in done.output
    assert "en.state" in done.output


def test_a_text_longer_than_a_file_name_may_be_is_a_text() -> None:
    """Asking the file system about it raised."""
    done = rules("why", "The regulator blocked Telegram. " * 20)
    assert done.exit_code == 0, done.output
    assert "messaging_block" in done.output


def test_why_looks_a_rejected_entry_up(tmp_path: Path) -> None:
    store = tmp_path / "wire.sqlite"
    fate = EntryFate(
        id="ab" * 16,
        feed_id="sample",
        fate=Fate.NOT_RELEVANT,
        title="Ministry talks about websites",
        first_seen=datetime(2026, 3, 2, tzinfo=UTC),
        score=0.12,
        rules_version="1+ab",
    )
    with SqliteStore(store) as opened:
        opened.write_outcomes([Outcome(fate=fate)])
    done = rules("why", "abababab", "--store", f"sqlite:///{store}")
    assert "not relevant, score 0.12 by rules 1+ab" in done.output
    assert "en.state" in done.output
    unknown = rules("why", "cdcdcdcd", "--store", f"sqlite:///{store}")
    assert "no item's or entry's id begins" in str(unknown.exception)
