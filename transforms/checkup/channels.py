"""Whether alerts have somewhere to go. Nothing is sent: ``blockwire alerts test`` does that."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from blockwire.schemas.alerting import AlertPolicy, Channel
from blockwire.transforms.alerts.channels import address_of
from blockwire.transforms.alerts.failures import ChannelError
from blockwire.transforms.checkup.finding import Finding, Grade


def check_channels(policy: AlertPolicy, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the address of each channel is there and understood, and each file can be written."""
    if not policy.channels:
        yield Finding("channels", Grade.OK, "the settings have none: nobody is told (docs/alerts.md says how)")
    for channel in policy.channels:
        trouble = _trouble(channel, environ)
        about = f"channel {channel.id}"
        if trouble is None:
            ready = f"{channel.kind}, ready; blockwire alerts test {channel.id} sends a message"
            yield Finding(about, Grade.OK, ready)
        else:
            yield Finding(about, Grade.FAIL, f"{channel.kind}: {trouble[0]}", trouble[1])


def _trouble(channel: Channel, environ: Mapping[str, str]) -> tuple[str, str] | None:
    if channel.path is not None:
        return _trouble_with_file(channel.path)
    try:
        address = address_of(channel, environ)
    except ChannelError as error:
        told, _, remedy = str(error).rpartition(": ")
        return (told, remedy) if told else (remedy, "put the channel's address there")
    # Brings in apprise, which takes a second: only where there is a channel.
    from blockwire.transforms.alerts.courier import trouble_with_address

    trouble = trouble_with_address("webhook" if channel.kind == "webhook" else "apprise", address)
    return None if trouble is None else (trouble, "correct it: docs/alerts.md shows addresses that work")


def _trouble_with_file(path: Path) -> tuple[str, str] | None:
    place = next(one for one in (path, *path.resolve().parents) if one.exists())
    if place != path and not place.is_dir():
        return f"{str(path)!r} cannot be made", f"{str(place)!r} is no folder: choose another path"
    if not os.access(place, os.W_OK):
        return f"{str(path)!r} cannot be written", f"make {str(place)!r} writable for this user"
    return None
