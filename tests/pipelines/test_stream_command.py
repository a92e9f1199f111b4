"""``blockwire stream`` says what it cannot do, and on which engine it runs."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import click
import grpc
import psutil
import pytest
from apache_beam.options.pipeline_options import StandardOptions
from command_line import environment

from blockwire.pipelines.engines import NoEngine, find_prism, prism
from blockwire.pipelines.main import run
from blockwire.pipelines.options import FlinkJobOptions, runs_here, stream_options
from blockwire.pipelines.streaming import _Running

LISTENING = f"""#!{sys.executable} -IS
import socket, sys
port = int(sys.argv[sys.argv.index("--job_port") + 1])
with socket.create_server(("127.0.0.1", port)) as server:
    while True:
        server.accept()[0].close()
"""
"""Takes connections, as Prism does."""

HOLDING = """
import sys
from pathlib import Path
import psutil
from blockwire.pipelines.engines import prism
with prism(Path(sys.argv[1])):
    print(psutil.Process().children()[0].pid, flush=True)
    sys.stdin.read()
"""
"""A stream, as far as its engine goes: says which process that is."""

FLINK = ("--runner", "PortableRunner", "--job_endpoint", "localhost:8099")


@pytest.mark.parametrize("runner", ["DirectRunner", "FnApiRunner", "SwitchingDirectRunner"])
def test_a_stream_does_not_run_on_the_direct_runner(runner: str) -> None:
    """It says why, and what to type."""
    with pytest.raises(click.UsageError, match=r"leave --runner away for Prism.*blockwire ingest"):
        stream_options(["--runner", runner])


def test_a_stream_runs_on_prism_in_this_process_unless_told_otherwise() -> None:
    options = stream_options([])
    assert options.view_as(StandardOptions).runner == "PrismRunner"
    assert options.view_as(StandardOptions).streaming
    assert runs_here(options)


def test_flink_is_told_to_hand_on_soon_unless_the_user_says_when() -> None:
    """Its own default gathers for a second in each step."""
    assert stream_options(FLINK).view_as(FlinkJobOptions).max_bundle_time_mills == 200
    given = stream_options([*FLINK, "--max_bundle_time_mills", "50"])
    assert given.view_as(FlinkJobOptions).max_bundle_time_mills == 50


def test_workers_elsewhere_need_a_store_that_they_can_reach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An SQLite file is on this machine."""
    status = run(["stream", "--store", f"sqlite:///{tmp_path}/s.sqlite", *FLINK, "--environment_type", "PROCESS"])
    assert status == 2
    assert "give an Elasticsearch" in capsys.readouterr().err
    assert runs_here(stream_options([*FLINK, "--environment_type", "LOOPBACK"]))


def test_without_prism_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoEngine, match=r"deploy/engines/get_prism\.sh"):
        find_prism()


def test_prism_is_found_where_the_script_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the working directory, and only of Beam's own version."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / ".servers").mkdir()
    (tmp_path / ".servers" / "prism-2.0.0").touch()
    with pytest.raises(NoEngine):
        find_prism()
    wanted = tmp_path / ".servers" / f"prism-{beam_version()}"
    wanted.touch()
    assert find_prism() == wanted


def beam_version() -> str:
    from apache_beam.version import __version__

    return str(__version__)


def test_a_program_that_is_not_prism_is_told_of(tmp_path: Path) -> None:
    """It ends at once, or cannot be run."""
    program = tmp_path / "prism"
    program.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(NoEngine, match="does not start"), prism(program):
        pass
    program.chmod(0o755)
    with pytest.raises(NoEngine, match="did not start"), prism(program):
        pass


def test_prism_goes_with_a_stream_that_is_killed(tmp_path: Path) -> None:
    """Nobody is left to end it: the kernel does."""
    program = tmp_path / "prism"
    program.write_text(LISTENING)
    program.chmod(0o755)
    stream = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    assert stream.stdout is not None
    engine = psutil.Process(int(stream.stdout.readline()))
    stream.kill()
    stream.communicate()
    engine.wait(60)


class Lost:
    """What a pipeline gives whose engine is gone."""

    def wait_until_finish(self) -> None:
        raise grpc.RpcError


def test_a_stream_whose_engine_is_gone_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps it running can tell that from an end that was asked for."""
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    running = _Running(Lost())
    while running.alive:
        time.sleep(0.01)
    with pytest.raises(NoEngine, match="start it again"):
        running.end(goes_with_engine=True)


def test_ctrl_c_in_a_terminal_does_not_reach_prism(tmp_path: Path) -> None:
    """It is sent to the whole process group, and the stream needs its engine to finish what is under way."""
    program = tmp_path / "prism"
    program.write_text(LISTENING)
    program.chmod(0o755)
    others = {child.pid for child in psutil.Process().children()}  # servers of other tests
    with prism(program):
        (engine,) = (child for child in psutil.Process().children() if child.pid not in others)
        assert os.getpgid(engine.pid) != os.getpgid(0)
