"""``blockwire audit`` over a real store: judging in the terminal and elsewhere, and the estimate."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from blockwire.pipelines.commands.audit import audit_command
from blockwire.schemas import EntryFate, Fate, Outcome
from blockwire.transforms.classification.labels import read_labels
from blockwire.transforms.stores.sqlite import SqliteStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store of ten doubtful and thirty plainly irrelevant entries; one title holds a character that ends lines elsewhere."""
    outcomes = [
        Outcome(
            fate=EntryFate(
                id=f"{number:032x}",
                feed_id="sample",
                fate=Fate.NOT_RELEVANT,
                title=f"Title\u2028{number}",
                excerpt="The beginning.",
                first_seen=NOON,
                score=0.4 if number < 10 else 0.01,
                rules_version="1+ab",
            )
        )
        for number in range(40)
    ]
    with SqliteStore(tmp_path / "wire.sqlite") as store:
        store.write_outcomes(outcomes)
    return tmp_path


def audit(folder: Path, *arguments: str, answers: str = "") -> Result:
    store = f"sqlite:///{folder / 'wire.sqlite'}"
    labels = str(folder / "labels.jsonl")
    given = ["--store", store, "--labels", labels, "--size", "10", *arguments]
    return CliRunner().invoke(audit_command, given, input=answers, obj={"config": None})


def test_answers_are_kept_as_labels_that_evaluate_reads(folder: Path) -> None:
    done = audit(folder, answers="y\nn\ns\nq\n")
    assert done.exit_code == 0, done.output
    with (folder / "labels.jsonl").open(encoding="utf-8") as lines:
        labels = read_labels(lines)
    assert [one.relevant for one in labels] == [True, False]
    assert labels[0].title.startswith("Title\u2028")
    assert "Too few labels" in done.output


def test_the_second_call_goes_on_where_the_first_ended(folder: Path) -> None:
    assert "1 of 10" in audit(folder, answers="n\nn\nq\n").output
    assert "1 of 8" in audit(folder, answers="q\n").output


def test_labels_can_be_made_elsewhere(folder: Path) -> None:
    sample = folder / "sample.jsonl"
    assert "10 entries to judge" in audit(folder, "--export", str(sample)).output
    lines = [json.loads(line) for line in sample.read_text(encoding="utf-8").split("\n") if line]
    assert all(line["label"] is None and line["score"] is not None for line in lines)
    for number, line in enumerate(lines[:6]):
        line["label"] = number % 2
    sample.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert audit(folder, "--import", str(sample)).exit_code == 0
    assert audit(folder, "--import", str(sample)).exit_code == 0
    kept = (folder / "labels.jsonl").read_text(encoding="utf-8").split("\n")
    assert len([line for line in kept if line]) == 6


def test_a_wrong_label_is_named(folder: Path) -> None:
    wrong = folder / "wrong.jsonl"
    wrong.write_text('{"id": "a", "label": 3}\n', encoding="utf-8")
    done = audit(folder, "--import", str(wrong))
    assert done.exit_code == 1
    assert "entry 1" in done.output and "expected 0, 1" in done.output
    wrong.write_text("{\n", encoding="utf-8")
    assert "wrong.jsonl:1: no valid JSON" in audit(folder, "--import", str(wrong)).output


def test_recall_is_estimated_once_accepted_and_rejected_entries_are_judged(folder: Path) -> None:
    accepted = EntryFate(id="f" * 32, feed_id="sample", fate=Fate.INDEXED, title="Found", first_seen=NOON, score=0.9)
    with SqliteStore(folder / "wire.sqlite") as store:
        store.write_outcomes([Outcome(fate=accepted)])
    done = audit(folder, answers="y\n" + "n\n" * 9)
    assert "estimated recall 100.0%, 95 % interval" in done.output
    assert "estimated precision 100.0%" in done.output
