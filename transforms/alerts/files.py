"""Channels that are files. Each write leaves a whole file behind, in which no alert is twice."""

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from blockwire.schemas import Alert
from blockwire.schemas.alerting import Channel
from blockwire.transforms.alerts.atom import as_atom
from blockwire.transforms.alerts.cap import as_cap
from blockwire.transforms.alerts.failures import ChannelError

INDEX: Final = "index.atom"
"""The Atom feed of a folder of CAP messages."""

_OURS: Final = re.compile(r"[0-9a-f]{32}\.xml")


def publish(channel: Channel, alerts: Sequence[Alert], earlier: Sequence[Alert]) -> None:
    """Writes alerts to the file or folder of a channel.

    Args:
        channel: of the kind ``atom``, ``cap`` or ``jsonl``.
        alerts: the new ones.
        earlier: those that the channel has already, as many as it keeps; new ones may be among them.

    Raises:
        ChannelError: where the file cannot be written.
    """
    if channel.path is None:
        raise TypeError(f"the channel {channel.id} is no file")
    try:
        channel.path.parent.mkdir(parents=True, exist_ok=True)
        if channel.kind == "jsonl":
            _append(channel.path, alerts)
        elif channel.kind == "atom":
            kept = _kept(channel, alerts, earlier)
            _replace(channel.path, as_atom(kept, channel.id, kept[0].created, channel.link))
        else:
            _write_folder(channel, channel.path, {alert.id for alert in alerts}, _kept(channel, alerts, earlier))
    except OSError as error:
        where = f"{str(channel.path)!r} cannot be written"
        raise ChannelError("unwritable", f"{where}: {error.strerror}; check the path and its permissions") from error


def _kept(channel: Channel, alerts: Iterable[Alert], earlier: Iterable[Alert]) -> list[Alert]:
    """All that the channel is to hold, each once, the newest first."""
    by_id = {alert.id: alert for alert in (*earlier, *alerts)}
    return sorted(by_id.values(), key=lambda alert: (alert.created, alert.id), reverse=True)[: channel.keep]


def _write_folder(channel: Channel, folder: Path, new: set[str], kept: Sequence[Alert]) -> None:
    """The messages first, then the index that leads to them; last, messages that the index no longer names go."""
    folder.mkdir(exist_ok=True)
    for alert in kept:
        file = folder / f"{alert.id}.xml"
        if alert.id in new or not file.exists():
            _replace(file, as_cap(alert, _about_the_same(alert, kept), channel.sender))
    base = channel.link.rstrip("/") + "/" if channel.link else ""
    index = as_atom(
        kept, channel.id, kept[0].created, f"{base}{INDEX}" if base else None, lambda alert: f"{base}{alert.id}.xml"
    )
    _replace(folder / INDEX, index)
    names = {f"{alert.id}.xml" for alert in kept}
    for file in folder.iterdir():
        if _OURS.fullmatch(file.name) and file.name not in names:
            file.unlink()


def _about_the_same(alert: Alert, kept: Iterable[Alert]) -> list[Alert]:
    """The messages that came before about the event, the oldest first."""
    before = (
        other
        for other in kept
        if other.event_id == alert.event_id and (other.created, other.id) < (alert.created, alert.id)
    )
    return sorted(before, key=lambda other: (other.created, other.id))


def _replace(file: Path, content: bytes) -> None:
    """Readers see the old file or the new one, and after a power cut too."""
    beside = file.with_name(f".{file.name}.new")
    with beside.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)


def _append(file: Path, alerts: Sequence[Alert]) -> None:
    """A line for each alert that has none. A line that a power cut left half-written is cut off: its alert comes again."""
    with file.open("a+b") as opened:
        opened.seek(0)
        known: set[str] = set()
        whole = 0
        for one in opened:
            if one.endswith(b"\n"):
                whole += len(one)
                known.add(_key_of(one))
        opened.truncate(whole)
        opened.write(b"".join(f"{alert.model_dump_json()}\n".encode() for alert in alerts if alert.id not in known))
        opened.flush()
        os.fsync(opened.fileno())


def _key_of(line: bytes) -> str:
    """The id in a line; empty where a line is not ours."""
    try:
        record = json.loads(line)
    except ValueError:
        return ""
    return str(record.get("id", "")) if isinstance(record, dict) else ""
