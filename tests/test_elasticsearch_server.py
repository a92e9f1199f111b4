"""The tests' own Elasticsearch: where it comes from, and what is said where it cannot be had."""

import json
import os
import subprocess
import sys
from pathlib import Path

import elasticsearch_server
import pytest
from elasticsearch_server import NoServer, Server, find_java, java_version, shared, stop_shared

ROOT = Path(__file__).resolve().parents[1]


def java(folder: Path, version: str) -> Path:
    """What looks like an installed Java."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch()
    (folder / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n')
    return folder


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)


def test_the_oldest_java_that_is_new_enough_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java(tmp_path / "a", "17.0.1")
    java(tmp_path / "b", "9999.0.2")
    wanted = java(tmp_path / "c", "9998")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "b"))
    monkeypatch.setenv("ES_JAVA_HOME", str(wanted))
    assert find_java(9998) == wanted
    with pytest.raises(NoServer, match="no Java 10000 or newer: install a JDK, or name a running server"):
        find_java(10_000)
    assert java_version(tmp_path) == 0


def test_without_maven_and_container_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elasticsearch_server, "CACHE", tmp_path / "cache")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("ES_JAVA_HOME", str(java(tmp_path / "java", "99")))
    with pytest.raises(NoServer, match="no Maven to get Elasticsearch with: install it"):
        elasticsearch_server.start()


def test_what_maven_says_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elasticsearch_server, "CACHE", tmp_path / "cache")
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "mvn", "print('could not resolve artifact'); raise SystemExit(1)")
    with pytest.raises(NoServer, match=r"Maven could not get org\.elasticsearch.*could not resolve artifact"):
        elasticsearch_server.fetch("9.5.3")


def test_a_container_where_there_is_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a program that takes the place of docker: no engine runs where this was written."""
    monkeypatch.setattr(elasticsearch_server, "CACHE", tmp_path / "cache")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("ES_JAVA_HOME", str(java(tmp_path / "java", "99")))
    program(
        tmp_path,
        "docker",
        f"""
import subprocess, sys
open({str(tmp_path / "calls")!r}, "a").write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1] == "run":
    port = next(a for a in sys.argv if a.startswith("127.0.0.1:")).split(":")[1]
    serve = "import http.server as h\\nclass H(h.BaseHTTPRequestHandler):\\n def do_GET(s): s.send_response(200); s.end_headers()\\n"
    serve += f"s = h.HTTPServer(('127.0.0.1', {{port}}), H); s.handle_request()"
    subprocess.Popen([sys.executable, "-c", serve], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    print("c0ffee")
""",
    )
    server = elasticsearch_server.start()
    elasticsearch_server.stop(server)
    assert server.container == "c0ffee"
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["info", "run", "stop"]
    assert "elasticsearch:9.5.3" in calls[1]
    assert calls[2] == "stop c0ffee"


def test_a_failure_is_remembered_for_the_next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Server:
        raise NoServer("none here")

    state = tmp_path / "state.json"
    monkeypatch.setattr(elasticsearch_server, "start", fail)
    for _ in range(2):
        with pytest.raises(NoServer, match="none here"):
            shared(state)
    assert json.loads(state.read_text()) == {"failure": "none here"}
    stop_shared(state)
    assert not state.exists()


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 error")])
def test_absent_means_skipped_by_name_but_failed_in_ci(tmp_path: Path, ci: str, outcome: str) -> None:
    test = tmp_path / "test_it.py"
    test.write_text("def test_needs_it(elasticsearch_url): pass\n")
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    fake = (
        (ROOT / "tests" / "elasticsearch_server.py")
        .read_text()
        .replace("def start(", "def start(): raise NoServer('none here')\ndef _(")
    )
    (tmp_path / "elasticsearch_server.py").write_text(fake)
    environment = {**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("BLOCKWIRE_TEST_ELASTICSEARCH", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(test)],
        capture_output=True, text=True, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert outcome in done.stdout, done.stdout
    assert "none here" in done.stdout
