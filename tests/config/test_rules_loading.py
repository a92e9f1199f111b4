"""The rules load fast, and a mistake in them is named with file and line."""

import shutil
import time
from pathlib import Path

import pytest

from blockwire.config.rules.loading import HERE, RulesError, load_rules, load_trials


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "rules"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def change(path: Path, old: str, new: str) -> int:
    """Replaces the first occurrence; returns its line."""
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return content[: content.index(old)].count("\n") + 1


def test_the_shipped_rules_load() -> None:
    start = time.process_time()
    rules = load_rules()
    assert time.process_time() - start < 2
    assert {
        "en",
        "ru",
        "uk",
        "be",
        "fa",
        "ar",
        "tr",
        "zh",
        "es",
        "pt",
        "fr",
        "de",
        "my",
        "hi",
        "ur",
        "vi",
        "id",
        "am",
    } <= {lexicon.language for lexicon in rules.lexicons}
    assert rules.version.startswith("2026.")
    assert len(rules.services) > 200
    assert len(rules.agencies) > 250


def test_the_version_follows_the_content(folder: Path) -> None:
    before = load_rules(folder).version
    change(folder / "lexicon" / "en.yaml", "comment: English.", "comment: English!")
    assert load_rules(folder).version != before


def test_an_unknown_kind_of_service_is_named(folder: Path) -> None:
    line = change(folder / "services.yaml", "kind: social", "kind: sociable")
    with pytest.raises(RulesError, match=rf"services\.yaml:{line - 2}: kind 'sociable'; expected one of"):
        load_rules(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("lexicon/en.yaml", "  block: [", "  blok: [", "'blok' is no concept"),
        ("lexicon/en.yaml", "  block: [", "  block: [false, ", "Input should be a valid string"),
        ("ruleset.yaml", "weight: 3.2", "weight: heavy", "'heavy'"),
        ("ruleset.yaml", "needs: [[x_shutdown]]", "needs: [[x_down]]", "names 'x_down'"),
        ("ruleset.yaml", "threshold: 0.5", "threshold: 5", "less than or equal to 1"),
        ("services.yaml", "- id: odnoklassniki", "- id: vkontakte", "id 'vkontakte' is used twice"),
        ("places.yaml", "- country: RU", "- country: Russia", "'Russia'"),
        ("characters.yaml", "網: 网", "網: 网络", "at most 1 character"),
        ("agencies.yaml", "agencies:", "agencies: [", "no valid YAML"),
    ],
)
def test_a_mistake_names_file_and_line(folder: Path, name: str, old: str, new: str, message: str) -> None:
    change(folder / name, old, new)
    with pytest.raises(RulesError, match=message) as error:
        load_rules(folder)
    assert f"{Path(name).name}:" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "services.yaml").unlink()
    with pytest.raises(RulesError, match=r"services\.yaml: cannot be read"):
        load_rules(folder)
    shutil.rmtree(folder / "lexicon")
    with pytest.raises(RulesError, match=r"no LANGUAGE\.yaml there"):
        load_rules(folder)


def test_a_section_is_given_once(folder: Path) -> None:
    with (folder / "services.yaml").open("a", encoding="utf-8") as file:
        file.write("\nrules: []\n")
    with pytest.raises(RulesError, match=r"'rules' is in ruleset\.yaml already"):
        load_rules(folder)


def test_the_shipped_trials_hold_every_language_and_both_kinds() -> None:
    trials = load_trials()
    languages = {example.language for example in trials.examples}
    assert {lexicon.language for lexicon in load_rules().lexicons} - languages <= {"ha", "pl", "sw"}
    for language in languages:
        kinds = {example.relevant for example in trials.examples if example.language == language}
        assert kinds == {True, False}, language


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("tests.yaml", "holds: [", "holds: [7, ", "Input should be a valid string"),
        ("examples/en.yaml", "relevant: true", "relevant: perhaps", "'perhaps'"),
        ("examples/en.yaml", "measures: [internet_shutdown]", "measures: [shut_down]", "'shut_down'"),
    ],
)
def test_a_mistake_in_the_trials_names_file_and_line(folder: Path, name: str, old: str, new: str, message: str) -> None:
    change(folder / name, old, new)
    with pytest.raises(RulesError, match=message) as error:
        load_trials(folder)
    assert f"{Path(name).name}:" in str(error.value)
