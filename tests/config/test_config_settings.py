"""Settings from file, environment and flags."""

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from blockwire.config.errors import ConfigurationError
from blockwire.config.layers import line_of, variable
from blockwire.config.settings import Settings, load_settings, setting_fields
from blockwire.schemas.policies import FetchPolicy


def write(folder: Path, text: str) -> Path:
    file = folder / "blockwire.toml"
    file.write_text(text, encoding="utf-8")
    return file


def mistake(
    folder: Path,
    text: str | None = None,
    environ: dict[str, str] | None = None,
    flags: dict[str, object] | None = None,
) -> str:
    """The line that a person gets, with the file's folder left out."""
    file = None if text is None else write(folder, text)
    with pytest.raises(ConfigurationError) as caught:
        load_settings(file, flags or {}, environ or {})
    line = str(caught.value)
    assert "\n" not in line
    return line.replace(f"{folder}/", "")


def test_defaults_without_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing needs to be set."""
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, {}, {}) == Settings()


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    """Layers are joined setting by setting, not section by section."""
    file = write(tmp_path, "[fetch]\nconcurrency = 1\nper_host = 1\nmax_redirects = 1\n")
    environ = {"BLOCKWIRE_FETCH__CONCURRENCY": "2", "BLOCKWIRE_FETCH__PER_HOST": "2"}
    fetch = load_settings(file, {"fetch.concurrency": 3}, environ).fetch
    assert (fetch.concurrency, fetch.per_host, fetch.max_redirects) == (3, 2, 1)
    assert fetch.connect_timeout_s == FetchPolicy().connect_timeout_s


def test_settings_are_frozen_and_picklable(tmp_path: Path) -> None:
    """Workers get the same object."""
    settings = load_settings(write(tmp_path, "[fetch]\nconcurrency = 1\n"), {}, {})
    assert type(settings) is Settings
    assert pickle.loads(pickle.dumps(settings)) == settings
    with pytest.raises(ValidationError):
        settings.store = "sqlite:///other"  # type: ignore[misc]


def test_settings_made_directly_read_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment counts in ``load_settings`` alone."""
    monkeypatch.setenv("BLOCKWIRE_STORE", "sqlite:///elsewhere")
    assert Settings().store == "sqlite:///blockwire.sqlite"


@pytest.mark.parametrize(
    ("name", "text", "path", "value"),
    [
        ("BLOCKWIRE_FETCH__CONCURRENCY", "7", ("fetch", "concurrency"), 7),
        ("BLOCKWIRE_FETCH__PER_HOST_DELAY_S", "0.5", ("fetch", "per_host_delay_s"), 0.5),
        ("BLOCKWIRE_FETCH__OBEY_ROBOTS", "false", ("fetch", "obey_robots"), False),
        ("BLOCKWIRE_FETCH__ALLOW_ADDRESSES", "127.0.0.0/8:80,81 ::1/128", ("fetch", "allow_addresses"), ("127.0.0.0/8:80,81", "::1/128")),
        ("BLOCKWIRE_FETCH__ALLOW_ADDRESSES", '["10.0.0.0/8"]', ("fetch", "allow_addresses"), ("10.0.0.0/8",)),
        ("BLOCKWIRE_FETCH__CA_FILE", "123", ("fetch", "ca_file"), "123"),
        ("BLOCKWIRE_EXTRACTION__WORKERS", "3", ("extraction", "workers"), 3),
        ("BLOCKWIRE_FEEDS", "mine.yaml", ("feeds",), Path("mine.yaml")),
    ],
)  # fmt: skip
def test_variables_are_read_as_the_setting_needs(name: str, text: str, path: tuple[str, ...], value: object) -> None:
    """A variable is text; the setting says what it means."""
    found: object = load_settings(Path("/dev/null"), {}, {name: text})
    for step in path:
        found = getattr(found, step)
    assert found == value


def test_an_empty_variable_counts_as_not_set() -> None:
    """``BLOCKWIRE_FEEDS=`` in a unit file is no path."""
    assert load_settings(Path("/dev/null"), {}, {"BLOCKWIRE_FEEDS": ""}).feeds is None


def test_variables_of_the_tests_and_other_programs_are_left_alone() -> None:
    """Not everything in the environment is ours."""
    environ = {
        "BLOCKWIRE_CONFIG": "/dev/null",
        "BLOCKWIRE_SHARED": "x",
        "BLOCKWIRE_TEST_ELASTICSEARCH": "x",
        "PATH": "x",
    }
    assert load_settings(None, {}, environ) == Settings()


def test_the_file_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--config, else BLOCKWIRE_CONFIG, else ./blockwire.toml."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, 'store = "sqlite:///here"')
    other = tmp_path / "other.toml"
    other.write_text('store = "sqlite:///other"')
    given = tmp_path / "given.toml"
    given.write_text('store = "sqlite:///given"')
    environ = {"BLOCKWIRE_CONFIG": str(other)}
    assert load_settings(None, {}, {}).store == "sqlite:///here"
    assert load_settings(None, {}, environ).store == "sqlite:///other"
    assert load_settings(given, {}, environ).store == "sqlite:///given"


def test_paths_in_a_file_start_from_its_folder(tmp_path: Path) -> None:
    """A settings file means the same from wherever the command runs."""
    file = write(tmp_path, 'feeds = "mine.yaml"\nrules = "/etc/rules"\n[fetch]\nca_file = "ca.pem"\n')
    settings = load_settings(file, {}, {})
    assert settings.feeds == tmp_path / "mine.yaml"
    assert settings.rules == Path("/etc/rules")
    assert settings.fetch.ca_file == str(tmp_path / "ca.pem")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[fetch]\nconcurency = 3\n",
            "blockwire.toml:2: fetch.concurency 3: expected a setting that exists; did you mean 'fetch.concurrency'?",
        ),
        ("\n\nfetch = 3\n", "blockwire.toml:3: fetch 3: expected a section: [fetch] with settings in it; correct it"),
        ('[fetch]\n\nconcurrency = "3"\n', "blockwire.toml:3: fetch.concurrency '3': expected a whole number; correct it"),
        ("fetch.concurrency = 0\n", "blockwire.toml:1: fetch.concurrency 0: expected a number of 1 or more; correct it"),
        ("[fetch]\nobey_robots = 1\n", "blockwire.toml:2: fetch.obey_robots 1: expected true or false; correct it"),
        ("store = 3\n", "blockwire.toml:1: store 3: expected text in quotes; correct it"),
        (
            'store = "postgres://x"\n',
            "blockwire.toml:1: store 'postgres://x': expected sqlite:///PATH, http://HOST:PORT or https://HOST:PORT; correct it",
        ),
        (
            '[fetch]\nallow_addresses = [\n  "127.0.0.0/8",\n  "10.0.0/8",\n]\n',
            "blockwire.toml:2: fetch.allow_addresses '10.0.0/8': expected an address or network with optional ports, such as "
            "127.0.0.0/8, 10.1.2.3/32:80,8000-8100, ::1/128 or [::1/128]:443; correct it",
        ),
        (
            '[fetch]\nallow_addresses = "127.0.0.0/8"\n',
            "blockwire.toml:2: fetch.allow_addresses '127.0.0.0/8': expected a list, such as [\"one\", \"two\"]; correct it",
        ),
        (
            "[polling]\nfloor_s = 100000\n",
            "blockwire.toml:2: polling.floor_s 100000.0: expected at most ceiling_s, 86400; correct it",
        ),
        (
            '[fetch]\ncontact_url = "me"\n',
            "blockwire.toml:2: fetch.contact_url 'me': expected an address that starts with http:// or https:// or mailto:; "
            "correct it",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_names_line_value_and_expectation(tmp_path: Path, text: str, line: str) -> None:
    """Where it is, what stands there, what should, and the next step."""
    assert mistake(tmp_path, text) == line


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    """The parser's own words, and the line."""
    assert mistake(tmp_path, "[fetch]\nconcurrency =\n").startswith(
        "blockwire.toml:2: line 'concurrency =': expected TOML ("
    )
    assert mistake(tmp_path, "a = 1\na = 2\n").startswith("blockwire.toml:2: ")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """No traceback for a wrong path or encoding."""
    with pytest.raises(ConfigurationError, match=r"absent\.toml': expected a file that can be read \(No such file"):
        load_settings(tmp_path / "absent.toml", {}, {})
    (tmp_path / "latin.toml").write_bytes(b'store = "caf\xe9"')
    with pytest.raises(ConfigurationError, match="expected UTF-8 text"):
        load_settings(tmp_path / "latin.toml", {}, {})


def test_mistakes_in_variables_and_flags(tmp_path: Path) -> None:
    """They are named as the person wrote them."""
    file = "store = 'sqlite:///x'"
    assert mistake(tmp_path, file, {"BLOCKWIRE_FETCH__CONCURRENCY": "many"}) == (
        "environment: BLOCKWIRE_FETCH__CONCURRENCY 'many': expected a whole number; correct it"
    )
    assert mistake(tmp_path, file, {"BLOCKWIRE_CONCURRENCY": "3"}) == (
        "environment: BLOCKWIRE_CONCURRENCY '3': expected a variable that names a setting; "
        "did you mean 'BLOCKWIRE_FETCH__CONCURRENCY'?"
    )
    assert mistake(tmp_path, file, {}, {"fetch.allow_addresses": ("nowhere",)}).startswith(
        "command line: fetch.allow_addresses 'nowhere': expected an address or network"
    )


def test_flags_may_be_nested_or_dotted_and_stay_as_they_were() -> None:
    """The caller's mapping is not written to."""
    flags: dict[str, object] = {"fetch": {"per_host": 3}, "fetch.concurrency": 4, "store": None}
    fetch = load_settings(Path("/dev/null"), flags, {}).fetch
    assert (fetch.per_host, fetch.concurrency) == (3, 4)
    assert flags["fetch"] == {"per_host": 3}


def test_an_impossible_default_is_explained(tmp_path: Path) -> None:
    """A low ceiling makes a default wrong that no source names."""
    assert mistake(tmp_path, "[polling]\nceiling_s = 60\n") == (
        "polling.newswire_floor_s 900.0: expected at most ceiling_s, 60; set it too"
    )


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """Neither the password in an address nor a variable with a telling name."""
    assert "hunter2" not in mistake(tmp_path, 'store = "ftp://me:hunter2@host/"')
    assert "hunter2" not in mistake(tmp_path, "store = https://me:hunter2@host/")
    assert "hunter2" not in mistake(tmp_path, "", {"BLOCKWIRE_STORE_PASSWORD": "hunter2"})


@pytest.mark.parametrize(
    "spelling", ["[fetch]\n\nconcurrency = 1", "fetch.concurrency = 1", "fetch = { concurrency = 1 }"]
)
def test_lines_are_found_in_every_spelling_of_a_key(spelling: str) -> None:
    """Also behind texts and lists that span lines and look like keys."""
    before = 'store = """\n[fetch]\nconcurrency = 9\n"""\n# concurrency = 8\nextra = [\n  1,\n]\n'
    expected = len((before + spelling).splitlines())
    assert line_of(before + spelling, ("fetch", "concurrency")) == expected


def test_every_setting_is_described_and_has_a_variable_of_its_own() -> None:
    """The example file and the table are made from these."""
    fields = setting_fields()
    assert len({variable(path) for path in fields}) == len(fields)
    assert [path for path, field in fields.items() if not field.description] == []
