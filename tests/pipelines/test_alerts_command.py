"""``blockwire alerts``: the whole command line, in this process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alerts_samples import CRITICAL, IN_FORCE, STATUS, WATCH, development, event, hours
from receivers import WebServer, web_server

from blockwire.pipelines.main import run
from blockwire.schemas import Alert, Verdict
from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.transforms.alerts.outbox import send_alerts
from blockwire.transforms.stores.event_contract import Regrouping
from blockwire.transforms.stores.sqlite import SqliteStore

SETTINGS = """\
store = "sqlite:///wire.sqlite"

[[alerts.channels]]
id = "desk"
kind = "webhook"
url_env = "DESK_URL"

[[alerts.channels]]
id = "feed"
kind = "atom"
path = "a.atom"
"""

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with web_server() as server:
        monkeypatch.setenv("DESK_URL", server.url)
        yield server


@pytest.fixture
def alerts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs ``blockwire alerts``, in a folder with settings; gives exit status, output and errors."""
    (tmp_path / "blockwire.toml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: str) -> tuple[int, str, str]:
        status = run(["alerts", *arguments])
        told = capsys.readouterr()
        return status, told.out, told.err

    return command


def happen() -> None:
    with SqliteStore("wire.sqlite") as store:
        told = event(development(0), development(1, STATUS, IN_FORCE, CRITICAL), id="a" * 32)
        store.events.regroup(Regrouping(events=[told, event(development(0, severity=WATCH), id="b" * 32)]))


def one_round() -> None:
    policy = AlertPolicy(channels=(Channel(id="desk", kind="webhook", url_env="DESK_URL"),))
    with SqliteStore("wire.sqlite") as store:
        send_alerts(store, policy, hours(1), lambda: hours(1))


def test_a_test_message_says_that_it_is_one(alerts: Command, web: WebServer) -> None:
    status, out, _ = alerts("test", "desk")
    (post,) = web.posts
    assert (status, out) == (0, f"Sent to desk, reference {post.json['id']}.\n")
    assert post.json["title"] == "TEST of blockwire, nothing happened"
    assert post.json["alerts"][0]["test"] is True
    assert alerts("test", "feed")[0] == 0
    assert "nothing happened" in Path("a.atom").read_text()
    assert alerts("history")[1] == "No alerts.\n"


def test_a_channel_that_does_not_work_is_told(alerts: Command, web: WebServer) -> None:
    web.status = 403
    status, _, err = alerts("test", "desk")
    assert (status, err) == (1, "Error: channel 'desk': refused: the server answered 403\n")
    status, _, err = alerts("test", "disk")
    assert status == 2
    assert "no channel has the id 'disk'; there are: desk, feed" in err


def test_a_preview_shows_what_would_be_sent_and_sends_nothing(alerts: Command, web: WebServer) -> None:
    assert alerts("preview")[1] == "No alert would fire.\n"
    happen()
    for form, part in (
        ("text", "“\u2068Звонки"),
        ("html", "<q lang="),
        ("markdown", "## \\["),
        ("cap", "<identifier>"),
    ):
        status, out, _ = alerts("preview", "aaaa", "--format", form)
        assert status == 0
        assert part in out
    records = [
        Alert.model_validate_json(line) for line in alerts("preview", "aaaa", "--format", "jsonl")[1].splitlines()
    ]
    assert [(one.channel, one.status) for one in records] == [
        (channel, status) for channel in ("desk", "feed") for status in ("ordered", "in_force")
    ]
    assert alerts("preview", "bbbb")[1] == "No alert would fire.\n"
    status, _, err = alerts("preview", "cccc")
    assert (status, "no event's id begins with 'cccc'" in err) == (2, True)
    assert web.posts == []
    assert alerts("history")[1] == "No alerts.\n"


def test_history_and_sending_again(alerts: Command, web: WebServer) -> None:
    happen()
    web.status = 500
    one_round()
    first, second = [json.loads(line) for line in alerts("history", "--format", "jsonl")[1].splitlines()]
    failed = next(one for one in (first, second) if one["error"])
    _, out, _ = alerts("history", "--state", "pending", "--channel", "desk")
    assert "waits until 2027-03-02 13:02: refused: the server answered 500" in out
    status, _, err = alerts("resend", failed["id"][:10])
    assert (status, err) == (1, f"{failed['id'][:8]} to desk: refused: the server answered 500\n")
    web.status = 200
    status, out, _ = alerts("resend", failed["id"][:10])
    assert (status, out) == (0, f"{failed['id'][:8]} to desk: sent\n")
    assert {post.headers["Idempotency-Key"] for post in web.posts} == {failed["id"]}
    assert "sent 20" in alerts("history", "--state", "sent")[1]
    status, _, err = alerts("resend", "zzzz")
    assert (status, "no alert's id begins with 'zzzz'" in err) == (1, True)


def test_an_events_history_by_the_beginning_of_its_id(alerts: Command, web: WebServer) -> None:
    happen()
    one_round()
    assert len(alerts("history", "--event", "aaaa", "--format", "jsonl")[1].splitlines()) == 2
    assert alerts("history", "--event", "bbbb")[1] == "No alerts.\n"
    status, _, err = alerts("history", "--event", "cccc")
    assert (status, "no event's id begins with 'cccc'" in err) == (2, True)


def test_a_preview_says_why_nothing_fires(alerts: Command) -> None:
    whole = event(development(0), id="a" * 32, verdict=Verdict.FALSE_POSITIVE)
    part = event(development(0), id="b" * 32, merged_into="a" * 32)
    with SqliteStore("wire.sqlite") as store:
        store.events.regroup(Regrouping(events=[whole, part]))
    assert alerts("preview", "aaaa")[1] == "No alert would fire: a person marked the event as false.\n"
    assert alerts("preview", "bbbb")[1] == "No alert would fire: the event is part of aaaaaaaa.\n"


def test_an_alert_whose_channel_is_gone_is_named(alerts: Command, web: WebServer) -> None:
    happen()
    one_round()
    Path("blockwire.toml").write_text('store = "sqlite:///wire.sqlite"\n')
    sent = json.loads(alerts("history", "--format", "jsonl")[1].splitlines()[0])
    status, _, err = alerts("resend", sent["id"][:10])
    assert (status, f"alert {sent['id'][:8]}: no channel has the id 'desk'" in err) == (1, True)


def test_without_channels_a_preview_still_works(alerts: Command) -> None:
    Path("blockwire.toml").write_text('store = "sqlite:///wire.sqlite"\n')
    happen()
    status, out, err = alerts("preview", "aaaa", "--format", "table")
    assert status == 0
    assert "preview · waits until" in out
    assert "The settings have no channel" in err
    status, _, err = alerts("test", "desk")
    assert (status, "the settings have none: see docs/alerts.md" in err) == (2, True)
