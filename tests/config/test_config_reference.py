"""The settings as text."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.config.layers import line_of
from blockwire.config.masking import without_secrets
from blockwire.config.reference import (
    EXAMPLE,
    GUIDE,
    as_toml,
    example_toml,
    settings_table,
    with_table,
    write_reference,
)
from blockwire.config.settings import Settings, load_settings, setting_fields

REPOSITORY = Path(__file__).parents[2]
REMEDY = "run: python -m blockwire.config.reference ."


def test_the_example_file_is_that_of_the_code() -> None:
    assert (REPOSITORY / EXAMPLE).read_text(encoding="utf-8") == example_toml(), REMEDY


def test_the_guide_has_the_table_of_the_code() -> None:
    assert settings_table() in (REPOSITORY / GUIDE).read_text(encoding="utf-8"), REMEDY


def test_writing_changes_nothing_twice(tmp_path: Path) -> None:
    for file in (EXAMPLE, GUIDE):
        (tmp_path / file).parent.mkdir()
    (tmp_path / GUIDE).write_text((REPOSITORY / GUIDE).read_text(encoding="utf-8"), encoding="utf-8")
    write_reference(tmp_path)
    assert (tmp_path / GUIDE).read_text() == (REPOSITORY / GUIDE).read_text()
    assert (tmp_path / EXAMPLE).read_text() == (REPOSITORY / EXAMPLE).read_text()


def test_a_guide_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        with_table("# Settings\n")


def test_the_example_with_all_signs_removed_is_valid_and_changes_only_what_has_no_default(tmp_path: Path) -> None:
    """Every line of it can be used as it stands."""
    names = {path[-1] for path in setting_fields()}
    lines = [
        line.removeprefix("# ") if line[2:].partition(" = ")[0] in names else line
        for line in example_toml().splitlines()
    ]
    file = tmp_path / "all.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    settings = load_settings(file, {}, {})
    assert settings.feeds == tmp_path / "feeds.yaml"
    plain = settings.fetch.model_copy(update={"ca_file": None})
    assert plain == Settings().fetch
    assert line_of(file.read_text(), ("retry", "attempts")) > 50


def test_settings_survive_the_way_through_toml(tmp_path: Path) -> None:
    flags = {"fetch.allow_addresses": ["127.0.0.0/8"], "feeds": '/x/"é".yaml', "extraction.workers": 2}
    settings = load_settings(Path("/dev/null"), flags, {})
    file = tmp_path / "shown.toml"
    file.write_text(as_toml(settings), encoding="utf-8")
    assert load_settings(file, {}, {}) == settings


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(lambda text: "\x00" not in text))
def test_any_text_is_shown_as_toml_reads_it(text: str) -> None:
    settings = Settings.model_construct(**{**dict(Settings()), "feeds": text})
    assert tomllib.loads(as_toml(settings))["feeds"] == without_secrets(text)


def test_secrets_are_masked() -> None:
    settings = Settings(store="https://me:hunter2@host:9200/?api_key=hunter2&x=1")
    assert 'store = "https://me:***@host:9200/?api_key=***&x=1"' in as_toml(settings)


def test_what_is_no_secret_is_shown() -> None:
    address = "https://news.example/search?keyword=censorship&q=a"
    assert without_secrets(address) == address
