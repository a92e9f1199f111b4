"""Alerts as files: valid, whole at every moment, bounded, and no alert twice."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import feedparser
import pytest
from alerts_samples import (
    CRITICAL,
    DENIED,
    IN_FORCE,
    LIFTED,
    NOON,
    STATUS,
    alert,
    development,
    event,
    evidence,
    hours,
    policy,
)
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from blockwire.schemas import Alert, MeasurementLink, Status
from blockwire.schemas.alerting import Channel
from blockwire.transforms.alerts.atom import as_atom
from blockwire.transforms.alerts.cap import NAMESPACE, as_cap
from blockwire.transforms.alerts.decisions import decide
from blockwire.transforms.alerts.failures import ChannelError
from blockwire.transforms.alerts.files import publish

CAP_RULES = etree.RelaxNG(etree.parse(str(Path(__file__).parents[2] / "cap_1_2.rng")))
CAP = {"cap": NAMESPACE}


def channel(kind: str, path: Path, **fields: Any) -> Channel:
    return Channel.model_validate({"id": "feed", "kind": kind, "path": path, **fields})


def read_cap(message: bytes) -> etree._Element:
    """The message, if it is valid."""
    root = etree.fromstring(message)
    CAP_RULES.assertValid(root)
    return root


def in_order(count: int) -> list[Alert]:
    """Alerts of as many events, the oldest first."""
    return [alert(event(id=f"{number:032x}"), created=hours(number)) for number in range(count)]


def story() -> list[Alert]:
    """Ordered, in force, lifted."""
    whole = event(development(0), development(1, STATUS, IN_FORCE, CRITICAL), development(2, STATUS, LIFTED))
    found = decide(whole, policy(), hours(2))
    return [one.model_copy(update={"created": hours(number)}) for number, one in enumerate(found)]


def test_a_cap_message_is_valid_and_says_what_is_known() -> None:
    full = event(
        start=NOON,
        regions=("Запоріжжя",),
        evidence=(evidence(measurement=True),),
        countries=("UA", "MD"),
        jurisdiction="RU",
    )
    message = read_cap(as_cap(alert(full), [], "blockwire.example"))
    told = {name: message.findtext(f".//cap:{name}", namespaces=CAP) for name in (
        *("identifier", "sender", "sent", "status", "msgType", "urgency", "severity", "certainty", "onset", "areaDesc"),
        *("headline", "web", "references"),
    )}  # fmt: skip
    assert told == {
        "identifier": alert(full).id,
        "sender": "blockwire.example",
        "sent": "2027-03-02T12:00:00-00:00",
        "status": "Actual",
        "msgType": "Alert",
        "urgency": "Expected",
        "severity": "Severe",
        "certainty": "Observed",
        "onset": "2027-03-02T12:00:00-00:00",
        "areaDesc": "Запоріжжя, UA, MD",
        "headline": alert(full).title,
        "web": "https://news.example/0-opened",
        "references": None,
    }
    assert [code.text for code in message.findall(".//cap:geocode/cap:value", CAP)] == ["UA", "MD"]


def test_later_messages_about_an_event_update_the_earlier_ones() -> None:
    first, second, third = story()
    message = read_cap(as_cap(third, [first, second], "b"))
    assert message.findtext("cap:msgType", namespaces=CAP) == "Update"
    assert message.findtext("cap:references", namespaces=CAP) == (
        f"b,{first.id},2027-03-02T12:00:00-00:00 b,{second.id},2027-03-02T13:00:00-00:00"
    )
    assert message.findtext(".//cap:responseType", namespaces=CAP) == "AllClear"
    assert message.findtext("cap:incidents", namespaces=CAP) == first.event_id


def test_a_trial_says_so() -> None:
    assert read_cap(as_cap(alert(test=True), [], "b")).findtext("cap:status", namespaces=CAP) == "Test"


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_cap_message(status: Status) -> None:
    message = read_cap(as_cap(alert(event(development(0, status=status))), [], "b"))
    assert (message.findtext(".//cap:certainty", namespaces=CAP) == "Unlikely") == (status is DENIED)


hostile = st.one_of(st.text(max_size=80), st.sampled_from(["]]>&<!--", "\ufffe\ud800\x00", "\u202e<script>", " ", ""]))


@given(hostile)
def test_hostile_news_makes_valid_files(text: str) -> None:
    evil = alert(
        event(
            targets=(text or "x",),
            regions=(text or "x",),
            severity_reasons=(text,),
            evidence=(evidence(title=text, quote=text, source_name=text),),
            links=(MeasurementLink(provider="ioda", url=text),),
        )
    )
    message = read_cap(as_cap(evil, [], "b"))
    assert message.findtext("cap:identifier", namespaces=CAP) == evil.id
    feed = read_atom(as_atom([evil], "feed", NOON))
    assert feed.entries[0].id.endswith(evil.id)
    assert "<script" not in feed.entries[0].content[0].value


def read_atom(content: bytes) -> Any:
    """The feed as a reader has it, if it is well-formed and has what RFC 4287 asks for."""
    feed = feedparser.parse(content)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    assert feed.feed.id and feed.feed.title and feed.feed.updated and feed.feed.author
    for entry in feed.entries:
        assert entry.id and entry.title and entry.updated and entry.content[0].type == "text/html"
    root = etree.fromstring(content)
    ids = root.xpath("//*[local-name()='entry']/*[local-name()='id']/text()")
    assert len(ids) == len(set(ids)) == len(feed.entries)
    return feed


def test_an_atom_feed_is_read_back(tmp_path: Path) -> None:
    feed_channel = channel("atom", tmp_path / "public" / "a.atom", link="https://wire.example/a.atom")
    publish(feed_channel, story(), [])
    feed = read_atom((tmp_path / "public" / "a.atom").read_bytes())
    assert [entry.title for entry in feed.entries] == [one.title for one in reversed(story())]
    assert feed.entries[0].id == f"urn:x-blockwire:alert:{story()[2].id}"
    assert feed.entries[0].updated == "2027-03-02T14:00:00+00:00"
    assert "Звонки ограничены" in feed.entries[0].content[0].value
    assert feed.feed.links[0].href == "https://wire.example/a.atom"
    assert feed.entries[0].link == "https://news.example/0-opened"


def test_an_atom_feed_holds_so_many_and_each_once(tmp_path: Path) -> None:
    file = tmp_path / "a.atom"
    alerts = in_order(6)
    publish(channel("atom", file, keep=4), alerts[4:], alerts[:5])
    entries = read_atom(file.read_bytes()).entries
    assert [entry.id[-32:] for entry in entries] == [one.id for one in reversed(alerts[2:])]
    before = file.read_bytes()
    publish(channel("atom", file, keep=4), alerts[4:], alerts)
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.atom"]


def test_a_folder_of_cap_messages_has_an_index(tmp_path: Path) -> None:
    folder = tmp_path / "cap"
    where = channel("cap", folder, keep=2, sender="wire.example", link="https://wire.example/cap")
    first, second, third = story()
    publish(where, [first, second], [])
    (folder / "notes.xml").write_text("somebody else's")
    publish(where, [third], [first, second])
    assert names(folder) == sorted([f"{second.id}.xml", f"{third.id}.xml", "index.atom", "notes.xml"])
    references = read_cap((folder / f"{third.id}.xml").read_bytes()).findtext("cap:references", namespaces=CAP)
    assert references == f"wire.example,{second.id},2027-03-02T13:00:00-00:00"
    index = read_atom((folder / "index.atom").read_bytes())
    assert [entry.links[0].href for entry in index.entries] == [
        f"https://wire.example/cap/{one.id}.xml" for one in (third, second)
    ]
    assert index.entries[0].links[0].type == "application/cap+xml"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_what_is_missing_in_the_folder_is_made_anew(tmp_path: Path) -> None:
    where = channel("cap", tmp_path / "cap")
    publish(where, in_order(2), [])
    whole = names(tmp_path / "cap")
    for file in (tmp_path / "cap").iterdir():
        file.unlink()
    publish(where, in_order(2)[1:], in_order(2))
    assert names(tmp_path / "cap") == whole


def lines(file: Path) -> Sequence[Alert]:
    return [Alert.model_validate_json(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_json_lines_hold_each_alert_once(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    where = channel("jsonl", file)
    alerts = in_order(3)
    publish(where, alerts[:2], [])
    publish(where, alerts, [])
    assert lines(file) == alerts


def test_a_line_cut_off_by_a_power_cut_is_written_again(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    where = channel("jsonl", file)
    first, second = in_order(2)
    publish(where, [first], [])
    whole = file.read_bytes()
    file.write_bytes(whole + second.model_dump_json().encode()[:200])
    publish(where, [second], [])
    assert lines(file) == [first, second]


def test_lines_of_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    file.write_text('not json\n["a list"]\n{"id": 7}\n\n')
    publish(channel("jsonl", file), in_order(1), [])
    assert file.read_text().startswith('not json\n["a list"]\n{"id": 7}\n\n{"id":')
    assert json.loads(file.read_text().splitlines()[-1])["id"] == in_order(1)[0].id


@pytest.mark.parametrize("kind", ["atom", "cap", "jsonl"])
def test_a_file_that_cannot_be_written_is_a_failure_of_the_channel(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ChannelError, match=r"x' cannot be written: Not a directory; check the path") as failure:
        publish(channel(kind, tmp_path / "file" / "folder" / "x"), in_order(1), [])
    assert failure.value.reason == "unwritable"
