"""``blockwire setup kibana`` as it is called, against Kibanas old and new."""

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from kibana_server import FakeKibana, fake_kibana

from blockwire.config.kibana.loading import load_kibana
from blockwire.pipelines.main import cli, run

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


def kinds(kibana: FakeKibana, space: str = "default") -> dict[str, int]:
    """How many objects of each kind it holds."""
    counts: dict[str, int] = {}
    for kind, _ in kibana.spaces[space].objects:
        counts[kind] = counts.get(kind, 0) + 1
    return counts


@pytest.mark.parametrize("version", ["8.19.3", "9.4.2"])
def test_older_ones_get_saved_objects(version: str) -> None:
    with fake_kibana(version) as kibana:
        assert run(["setup", "kibana", "--url", kibana.url]) == 0
        assert kinds(kibana) == {"tag": 1, "index-pattern": 7, "search": 21, "lens": 39, "dashboard": 4}
        assert len(kibana.spaces["default"].rules) == 5


@pytest.mark.parametrize("version", ["9.5.0", "10.1.0"])
def test_newer_ones_get_dashboards_by_their_api(version: str) -> None:
    with fake_kibana(version) as kibana:
        assert run(["setup", "kibana", "--url", kibana.url]) == 0
        assert kinds(kibana) == {"tag": 1, "index-pattern": 7, "search": 21}
        assert set(kibana.spaces["default"].dashboards) == {
            f"blockwire-{name}" for name in ("overview", "events", "feed-health", "dead-letters")
        }


@pytest.mark.parametrize("version", ["8.19.3", "9.5.0"])
def test_twice_is_the_same_and_says_so(version: str, capsys: Output) -> None:
    with fake_kibana(version) as kibana:
        run(["setup", "kibana", "--url", kibana.url])
        before = json.dumps(kibana.spaces["default"].rules), dict(kibana.spaces["default"].objects)
        assert "changed" not in capsys.readouterr().out
        assert run(["setup", "kibana", "--url", kibana.url]) == 0
        assert "made" not in capsys.readouterr().out
        assert (json.dumps(kibana.spaces["default"].rules), kibana.spaces["default"].objects) == before


def test_actions_that_people_added_stay() -> None:
    """Who is told of an alert is theirs to say; so is that a rule is switched off."""
    action: dict[str, Any] = {"group": "query matched", "id": "mail", "params": {"to": "desk"}, "uuid": "u-1"}
    with fake_kibana("9.5.0") as kibana:
        run(["setup", "kibana", "--url", kibana.url])
        rule = next(iter(kibana.spaces["default"].rules.values()))
        rule |= {"actions": [{**action, "connector_type_id": ".email"}], "enabled": False, "name": "old name"}
        assert run(["setup", "kibana", "--url", kibana.url]) == 0
        rule = kibana.spaces["default"].rules[rule["id"]]
        assert rule["actions"] == [action]
        assert rule["enabled"] is False
        assert rule["name"] == "[blockwire] New restriction in force"


def test_a_space_is_made_once(capsys: Output) -> None:
    with fake_kibana("9.5.0") as kibana:
        for did in ("made", "there already"):
            assert run(["setup", "kibana", "--url", kibana.url, "--space", "desk"]) == 0
            (row,) = [line for line in capsys.readouterr().out.splitlines() if "space desk" in line]
            assert did in row
        assert not kibana.spaces["default"].objects
        assert len(kibana.spaces["desk"].rules) == 5


@pytest.mark.parametrize("version", ["8.19.3", "9.5.0"])
def test_a_dry_run_changes_nothing_and_tells_the_same(version: str, capsys: Output) -> None:
    with fake_kibana(version) as kibana:
        assert run(["setup", "kibana", "--url", kibana.url, "--space", "desk", "--dry-run"]) == 0
        told = capsys.readouterr().out
        assert not kibana.changes
        assert "nothing was changed" in told
        run(["setup", "kibana", "--url", kibana.url, "--space", "desk"])
        for line in capsys.readouterr().out.splitlines()[3:-1]:
            assert line.split("│")[1] in told


def test_the_prefix_of_the_store_is_what_is_looked_at(capsys: Output) -> None:
    with fake_kibana("9.5.0") as kibana:
        for store in ("http://es:9200/north", "http://es:9200/south"):
            assert run(["setup", "kibana", "--url", kibana.url, "--store", store]) == 0
        objects = kibana.spaces["default"].objects
        assert objects["index-pattern", "north-items"]["attributes"]["title"] == "north-items"
        assert objects["index-pattern", "south-items"]["attributes"]["title"] == "south-items"
        assert len(kibana.spaces["default"].rules) == 10


def test_who_asks_is_who_the_flags_or_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pw").write_text("let-me-in")
    (tmp_path / "key").write_text("a-key")
    ask = ["setup", "kibana", "--dry-run", "--url"]
    with fake_kibana("9.5.0", password="let-me-in", api_key="a-key") as kibana:
        assert run([*ask, kibana.url]) == 1
        assert run([*ask, kibana.url, "--user", "ada", "--password-file", "pw"]) == 0
        assert run([*ask, kibana.url, "--api-key-file", "key"]) == 0
        assert run([*ask, kibana.url, "--store", "http://ada:let-me-in@es:9200"]) == 0
        monkeypatch.setenv("BLOCKWIRE_ELASTICSEARCH__API_KEY_FILE", "key")
        assert run([*ask, kibana.url]) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Say where Kibana is with --url"),
        (["--url", "kibana:5601"], "expected http(s)://HOST:PORT"),
        (["--url", "http://ada:hush@kibana"], "without a user"),
        (["--url", "http://[kibana"], "expected http(s)://HOST:PORT"),
        (["--url", "http://kibana:none"], "expected http(s)://HOST:PORT"),
        (["--url", "http://kibana", "--store", "http://es/North Wire"], "is not understood"),
        (["--url", "http://kibana", "--space", "../Desk"], "expected small letters"),
        (["--url", "http://kibana", "--user", "ada"], "--user and --password-file go together"),
        (["--url", "http://kibana", "--user", "a", "--password-file", "b", "--api-key-file", "c"], "not both"),
    ],
)
def test_wrong_usage(arguments: list[str], told: str, capsys: Output) -> None:
    assert run(["setup", "kibana", *arguments]) == 2
    said = capsys.readouterr().err
    assert told in " ".join(said.split())
    assert "hush" not in said


def test_one_that_is_too_old(capsys: Output) -> None:
    with fake_kibana("7.17.0") as kibana:
        assert run(["setup", "kibana", "--url", kibana.url]) == 1
        assert not kibana.changes
    assert "has version 7.17: 8 or newer is needed" in capsys.readouterr().err


def test_what_is_refused_names_the_first_object(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"success": False, "errors": [{"type": "search", "id": "s", "error": {"type": "unsupported_type"}}]}
    with fake_kibana("9.5.0") as kibana:
        monkeypatch.setattr("kibana_server._imported", lambda *_: (200, refused))
        assert run(["setup", "kibana", "--url", kibana.url]) == 1
    assert "refuses 1 of the objects, the first search 's'" in capsys.readouterr().err


@pytest.mark.parametrize(("what", "count"), [("dashboards", 4), ("rules", 5)])
def test_bodies_are_printed(what: str, count: int, capsys: Output) -> None:
    assert run(["setup", "kibana", "--print", what]) == 0
    assert len(json.loads(capsys.readouterr().out)) == count


def test_objects_are_printed_one_a_line(capsys: Output) -> None:
    assert run(["setup", "kibana", "--print", "ndjson"]) == 0
    assert len([json.loads(line) for line in capsys.readouterr().out.splitlines()]) == 72


def test_commands_that_searches_advise_exist() -> None:
    """People read them in Kibana, far from the command line."""
    advised = {
        command for search in load_kibana().searches for command in re.findall(r"`blockwire ([a-z -]+)", search.use)
    }
    assert len(advised) >= 4
    for command in advised:
        group = cli
        for word in command.split():
            found = group.get_command(click.Context(group), word)
            assert found is not None, command
            if isinstance(found, click.Group):
                group = found
