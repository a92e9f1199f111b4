"""Brings messages to services and webhooks, in a process of its own that can be killed: see ``courier_process``."""

import asyncio
import logging
import re
from multiprocessing.connection import Connection
from typing import Final
from urllib.parse import unquote, urlsplit

import aiohttp
from apprise import Apprise, AppriseAsset, NotifyType, OverflowMode, PersistentStoreMode
from apprise.logger import logger as apprise_logger

from blockwire.transforms.alerts.courier_process import Parcel
from blockwire.transforms.alerts.wording import line

KEY_HEADER: Final = "X-Blockwire-Alert"
"""Of mails and of apprise's own HTTP plugins."""

_MASK: Final = "***"
_NO_WEB_ADDRESS: Final = "the address is not a URL that can be posted to"
_UNKNOWN_TO_APPRISE: Final = "the address is none that apprise knows"


def serve(descriptor: int) -> None:
    """Delivers what comes through a socket, and answers each with None or with what went wrong; ends when it is closed."""
    pipe = Connection(descriptor)
    while True:
        try:
            parcel: Parcel = pipe.recv()
        except (EOFError, ConnectionError):
            return
        pipe.send(deliver(parcel))


def deliver(parcel: Parcel) -> str | None:
    """Sends it.

    Returns:
        None where the service took it, else what went wrong in a line, without the address and its parts.
    """
    trouble = asyncio.run(_post(parcel)) if parcel.kind == "webhook" else _notify(parcel)
    return trouble and line(without_address(trouble, parcel.url))


def trouble_with_address(kind: str, url: str) -> str | None:
    """What is wrong with the form of an address, without its parts; None where it can be tried. Nothing is sent.

    Args:
        kind: ``webhook`` or ``apprise``.
        url: the address.
    """
    if kind == "webhook":
        return None if _is_web_address(url) else _NO_WEB_ADDRESS
    with _Complaints() as complaints:
        known = Apprise.instantiate(url, asset=_asset()) is not None
    return None if known else without_address(complaints.last or _UNKNOWN_TO_APPRISE, url)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


async def _post(parcel: Parcel) -> str | None:
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": parcel.key}
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(parcel.url, data=parcel.body.encode(), headers=headers, allow_redirects=False) as answer,
        ):
            return None if answer.status < 300 else f"the server answered {answer.status}"
    except aiohttp.InvalidURL:
        return _NO_WEB_ADDRESS
    except (aiohttp.ClientError, OSError) as error:
        return f"{type(error).__name__}: {error}"


def _notify(parcel: Parcel) -> str | None:
    asset = _asset()
    with _Complaints() as complaints:
        service = Apprise.instantiate(parcel.url, asset=asset)
        if service is None:
            return complaints.last or _UNKNOWN_TO_APPRISE
        _show_key(service, parcel.key)
        if "overflow=" not in parcel.url:
            # What a service has no room for comes in parts rather than not at all.
            service.overflow_mode = OverflowMode.SPLIT
        group = Apprise(asset=asset)
        group.add(service)
        taken = group.notify(
            body=parcel.body, title=parcel.title, body_format=parcel.form, notify_type=NotifyType.WARNING
        )
    return None if taken else complaints.last or "the service did not take it"


def _asset() -> AppriseAsset:
    return AppriseAsset(
        app_id="blockwire", app_desc="blockwire", async_mode=False, storage_mode=PersistentStoreMode.MEMORY
    )


def _show_key(service: object, key: str) -> None:
    """Mail, and services that are told by HTTP headers of one's own, get the key as one."""
    headers = getattr(service, "headers", None)
    if isinstance(headers, dict):
        headers[KEY_HEADER] = key


class _Complaints(logging.Handler):
    """Listens to apprise, which tells only its log what went wrong, and keeps it from all other logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def __enter__(self) -> "_Complaints":
        apprise_logger.addHandler(self)
        apprise_logger.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        apprise_logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()


def without_address(text: str, url: str) -> str:
    """The text with the address and every part of it masked, but for its scheme: any part may be a secret."""
    scheme, _, rest = url.partition("://")
    parts = {url, unquote(url), rest, *re.split(r"[/:@?&=,;+#\s]+", rest), *re.split(r"[/:@?&=,;+#\s]+", unquote(rest))}
    for part in sorted((part for part in parts if len(part) > 2 and part != scheme), key=len, reverse=True):
        text = text.replace(part, _MASK)
    return text
