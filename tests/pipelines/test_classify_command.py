"""``blockwire classify``: the verdict, and with ``--explain`` what led there."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from blockwire.pipelines.commands.classify import classify_command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    text = tmp_path / "article.txt"
    text.write_text(
        "Regulator orders providers to block Telegram in Russia\nThe messenger stopped working on Monday.\n", "utf-8"
    )
    return text


def classify(*arguments: str) -> str:
    done = CliRunner().invoke(classify_command, list(arguments), obj={"config": None}, standalone_mode=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_verdict_and_the_facts_alone(file: Path) -> None:
    output = classify(str(file))
    assert "about internet censorship" in output
    assert "telegram" in output and "messaging_block" in output
    assert "What added up" not in output and "block-messenger" not in output


def test_explained_with_rules_and_quotes(file: Path) -> None:
    output = classify(str(file), "--explain")
    assert "What added up to the score" in output
    assert "block-messenger" in output
    assert "Quotes" in output


def test_as_a_record(file: Path) -> None:
    record = json.loads(classify(str(file), "--format", "json"))
    assert record["services"] == ["telegram"]
    assert all(evidence["quote"] for evidence in record["evidence"])
