"""What a measurement says beside its line, and the page that is made of it."""

import json
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from bench.figures import Figure
from bench.page import MARK, write_page
from bench.processes import run_python

FASTER = Figure("first look to raw", 4.4, at_least=4, goal=5)
SLOWER = Figure("no <news>", 6.25, "s", at_most=5)
PLAIN = Figure("articles", 20_000.0)


def test_a_figure_is_held_to_its_line() -> None:
    assert (FASTER.line, FASTER.shown, FASTER.margin) == ("≥ 4 (goal 5)", "4.40", pytest.approx(1.1))
    assert (SLOWER.line, SLOWER.shown, SLOWER.margin) == ("≤ 5 s", "6.25 s", pytest.approx(0.8))
    assert (PLAIN.line, PLAIN.shown, PLAIN.margin) == ("", "20,000", None)


def test_what_is_kept_is_read_back() -> None:
    for figure in (FASTER, SLOWER, PLAIN):
        assert Figure(**json.loads(json.dumps(figure.as_json()))) == figure


def test_the_page_keeps_its_words_and_shows_what_was_missed(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Ours\n\n{MARK}\n\nold figures\n", "utf-8")
    part = {"title": "the first look", "measured": "today", "runs": 3, "cores": 2, "load": 0.5}
    write_page({"gate": part | {"figures": [one.as_json() for one in (FASTER, SLOWER, PLAIN)]}}, page)

    text = page.read_text("utf-8")
    assert text.startswith(f"# Ours\n\n{MARK}")
    assert "old figures" not in text
    assert "| first look to raw | 4.40 | ≥ 4 (goal 5) |" in text
    bars = etree.parse(page.with_suffix(".svg")).findall(".//{*}rect")
    assert [bar.get("class") for bar in bars] == ["bar", "bar missed"]
    assert float(bars[0].get("width")) > float(bars[1].get("width"))


def test_a_process_is_measured_with_its_children() -> None:
    busy = "import time; end = time.process_time() + 0.8\nwhile time.process_time() < end: pass"
    run = run_python(["-c", f"import subprocess, sys; print(subprocess.call([sys.executable, '-c', {busy!r}]))"])
    assert run.output == "0\n"
    assert run.seconds > 0.5
    assert run.cpu_s > 0.2  # samples are a fifth of a second apart
    assert run.peak_mib > 5


def test_a_failure_is_no_measurement() -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run_python(["-c", "import sys; sys.exit('out of order')"])
    assert "out of order" in failed.value.stderr
