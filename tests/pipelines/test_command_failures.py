"""What a person meets when something is wrong: one line with the next step, no traceback, nothing lost."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import Done, blockwire, blockwire_process
from tiny_site import tiny_site


def assert_one_line(done: Done, status: int, *said: str) -> None:
    """Standard error is one line that says all this."""
    lines = [line for line in done.err.splitlines() if line.strip()]
    assert done.status == status, done.err
    assert len(lines) == 1, done.err
    for words in said:
        assert words in lines[0]


@contextmanager
def small_disk(folder: Path, size: str, *, read_only: bool = False) -> Iterator[Path]:
    """A file system of its own."""
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        if read_only:
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_typo_in_the_settings_file_names_its_place(tmp_path: Path) -> None:
    """File, line, what stands there, and what was meant."""
    (tmp_path / "blockwire.toml").write_text('store = "sqlite:///w.sqlite"\n\n[fetch]\nconcurency = 8\n')
    done = blockwire_process("ingest", cwd=tmp_path)
    assert_one_line(done, 2, "blockwire.toml:4", "concurency", "concurrency")
    assert not (tmp_path / "w.sqlite").exists()


def test_a_bad_url_in_the_feed_list_names_its_place(tmp_path: Path) -> None:
    """Before anything is polled."""
    text = "feeds:\n- id: one\n  name: One\n  url: htp://one.example/feed\n  owner: one\n  kind: newswire\n  languages: [en]\n"
    (tmp_path / "mine.yaml").write_text(text)
    assert_one_line(
        blockwire("ingest", "--feeds", "mine.yaml", cwd=tmp_path), 2, "mine.yaml:4", "htp://one.example/feed"
    )


@pytest.mark.parametrize("flag", ["--stroe=x", "--limit=none", "--only=no-such-feed"])
def test_wrong_usage_is_an_error_of_status_2(flag: str, tmp_path: Path) -> None:
    """Unknown flags are not passed over."""
    done = blockwire("ingest", flag, cwd=tmp_path)
    assert done.status == 2 and "Traceback" not in done.err
    assert flag.split("=")[0] in done.err or flag.split("=")[1] in done.err


def test_an_unreachable_store_is_an_error_of_status_1(tmp_path: Path) -> None:
    """Nothing is polled for a store that cannot keep it."""
    at_once = {"BLOCKWIRE_ELASTICSEARCH__START_PATIENCE_S": "0"}
    done = blockwire("ingest", "--store", "http://someone:secret@127.0.0.1:9", cwd=tmp_path, extra=at_once)
    assert_one_line(done, 1, "http://someone:***@127.0.0.1:9")
    assert "secret" not in done.err


def test_a_read_only_folder(tmp_path: Path) -> None:
    """The database cannot be made there."""
    with small_disk(tmp_path / "disk", "1m", read_only=True) as disk:
        assert_one_line(
            blockwire_process("ingest", "--store", f"sqlite:///{disk}/wire.sqlite", cwd=tmp_path), 1, str(disk)
        )


def test_a_disk_that_is_full_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    """The round ends with a line; with room again the next one completes it."""
    with tiny_site(articles=16, paragraphs=400) as site, small_disk(tmp_path / "disk", "1m") as disk:
        (tmp_path / "feeds.yaml").write_text(site.feed_list())
        flags = ("--store", f"sqlite:///{disk}/wire.sqlite", "--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8")
        assert_one_line(blockwire_process("ingest", "--all", *flags, cwd=tmp_path), 1, "wire.sqlite", "full")
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        done = blockwire("--log-format", "json", "ingest", "--all", *flags, cwd=tmp_path)
        assert done.status == 0, done.err
        assert done.summary.entries_read == 16
        assert done.summary.items + done.summary.not_relevant == 16


def test_a_second_round_at_the_same_time_leaves(tmp_path: Path) -> None:
    """With a word on who is running."""
    from blockwire.transforms.stores.opening import store_config

    url = f"sqlite:///{tmp_path}/wire.sqlite"
    with store_config(url, {}).open() as store, store.lock():
        assert_one_line(blockwire_process("ingest", "--store", url, cwd=tmp_path), 1, str(os.getpid()), "running")


def test_every_feed_failing_is_status_1(tmp_path: Path) -> None:
    """Nothing could be done; the feeds and their reasons are in the summary."""
    with tiny_site(articles=1) as site:
        (tmp_path / "feeds.yaml").write_text(site.feed_list())
        done = blockwire("--log-format", "json", "ingest", "--all", "--feeds", "feeds.yaml", cwd=tmp_path)
    assert done.status == 1
    assert (done.summary.feeds_due, done.summary.feeds_failed) == (1, 1)
    assert done.summary.problems[0].reason == "address_refused"
