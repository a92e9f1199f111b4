"""A round that is killed before any of its writes is made up for: every receiver has every alert, and repeats by their key."""

import json
import os
import subprocess
import sys
from pathlib import Path

import alerts_round
import feedparser
import pytest
from alerts_samples import CRITICAL, IN_FORCE, STATUS, development, event
from receivers import MailBox, WebServer, mail_server, web_server

from blockwire.schemas import BlockEvent
from blockwire.schemas.alerting import AlertPolicy
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.sqlite import SqliteStore

EVENTS = (
    event(development(-2), development(-1, STATUS, IN_FORCE, CRITICAL), id="a" * 32),
    event(development(-1), id="b" * 32),
)
ALERTS = 3
CHANNELS = ("mail", "hook", "feed", "cap", "log")


def policy_of(folder: Path) -> AlertPolicy:
    return AlertPolicy.model_validate(
        {
            "channels": [
                {"id": "mail", "url_env": "MAIL_URL"},
                {"id": "hook", "kind": "webhook", "url_env": "HOOK_URL"},
                {"id": "feed", "kind": "atom", "path": folder / "a.atom"},
                {"id": "cap", "kind": "cap", "path": folder / "cap"},
                {"id": "log", "kind": "jsonl", "path": folder / "a.jsonl"},
            ]
        }
    )


def store_with(path: Path, *events: BlockEvent) -> Path:
    with SqliteStore(path) as store:
        store.events.regroup(Regrouping(events=events))
    return path


def run(folder: Path, lives: int, mail: MailBox, web: WebServer) -> int | None:
    """A round in a process of its own. Returns the lives that are left; None where it was killed."""
    given = {"policy": policy_of(folder).model_dump_json(), "store": str(folder / "wire.sqlite"), "lives": lives}
    done = subprocess.run(
        [sys.executable, alerts_round.__file__, json.dumps(given)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "MAIL_URL": mail.url, "HOOK_URL": web.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == -9:
        return None
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def keys(folder: Path, mail: MailBox, web: WebServer) -> dict[str, list[str]]:
    """What each receiver has, by the keys that it sees."""
    lines = (folder / "a.jsonl").read_text().splitlines()
    return {
        "mail": [one["X-Blockwire-Alert"] for one in mail.mails],
        "hook": [one.headers["Idempotency-Key"] for one in web.posts],
        "feed": [one.id[-32:] for one in feedparser.parse((folder / "a.atom").read_bytes()).entries],
        "cap": [file.stem for file in (folder / "cap").glob("*.xml")],
        "log": [json.loads(line)["id"] for line in lines],
    }


@pytest.mark.thorough
def test_a_round_killed_before_any_write_is_made_up_for(tmp_path: Path) -> None:
    """From the first write to the one after the last: a whole round tells how many there are."""
    with mail_server() as mail, web_server() as web:
        (tmp_path / "whole").mkdir()
        store_with(tmp_path / "whole" / "wire.sqlite", *EVENTS)
        left = run(tmp_path / "whole", 1000, mail, web)
        assert left is not None
    for lives in range(1000 - left):
        folder = tmp_path / str(lives)
        folder.mkdir()
        _killed_and_made_up_for(folder, lives)


@pytest.mark.parametrize("lives", [6, 12])
def test_a_round_killed_while_it_decides_or_sends_is_made_up_for(tmp_path: Path, lives: int) -> None:
    """When alerts are kept and their event does not count as decided yet; when a mail is sent and not recorded."""
    _killed_and_made_up_for(tmp_path, lives)


def _killed_and_made_up_for(folder: Path, lives: int) -> None:
    with mail_server() as mail, web_server() as web:
        store_with(folder / "wire.sqlite", *EVENTS)
        assert run(folder, lives, mail, web) is None
        assert run(folder, 1000, mail, web) is not None
        received = keys(folder, mail, web)
        with SqliteStore(folder / "wire.sqlite") as store:
            recorded = list(store.alerts.find(AlertQuery()))
        for channel in CHANNELS:
            wanted = sorted(one.id for one in recorded if one.channel == channel)
            assert len(wanted) == ALERTS
            assert sorted(set(received[channel])) == wanted, (channel, lives)
            repeats = len(received[channel]) - len(wanted)
            assert repeats <= (1 if channel in ("mail", "hook") else 0), (channel, lives)
        before = keys(folder, mail, web)
        run(folder, 1000, mail, web)
        assert keys(folder, mail, web) == before
