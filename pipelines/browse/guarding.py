"""Who may ask, and what every answer says to browsers: nothing runs, loads or frames here but what is ours."""

import re
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""https://www.w3.org/TR/CSP3/"""

HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-cache",
}


_HOST: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")
"""A name or address, and a port (https://www.rfc-editor.org/rfc/rfc9110#section-7.2)."""


class KnownHosts:
    """Answers to its own names only. Else any page that a reader has open could have its own name lead here and read along (DNS
    rebinding)."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        found = _HOST.fullmatch(Headers(scope=scope).get("host", ""))
        if found and found["name"].lower() in self._names:
            await self._app(scope, receive, send)
            return
        name = found["name"] if found else "NAME"
        message = (
            "This page does not answer to the name that it was called by: another site could read along by such names.\n"
            f"If it is yours, allow it:\n\n    blockwire browse --allow-host {name}\n"
        )
        await PlainTextResponse(message, 421)(scope, receive, send)


class SafeHeaders:
    """Adds the headers to whatever the application within answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)
