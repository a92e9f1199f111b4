"""Which URLs are fetched at all, and where a redirect leads."""

import re

from yarl import URL

from blockwire.transforms.http.messages import FetchError

MAX_URL_CHARS = 8000
"""RFC 9110, section 4.1, asks for support of 8000 octets; a longer URL is an attack or an accident."""

SHOWN_CHARS = 200
_HOST = re.compile(r"(?=.{1,254}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE | re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:[/\\]*|[/\\]{2,})([^/?#]*)", re.IGNORECASE)
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE | re.ASCII)
_CANONICAL_IPV4 = re.compile(r"(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})", re.ASCII)


def vet_url(url: str) -> URL:
    """Reads a URL that is to be fetched. The host is ASCII then (IDNA), and the fragment gone.

    Raises:
        FetchError: ``bad_url`` where it is no http or https URL that all readers would understand alike;
            ``address_refused`` where it writes an IPv4 address in a form meant to slip past checks.
    """
    text = url.strip()
    shown = shorten(text)
    if len(text) > MAX_URL_CHARS:
        raise FetchError(
            "bad_url", f"The URL has {len(text)} characters, more than {MAX_URL_CHARS}: {shown}", url=shown
        )
    if _CONTROL.search(text):
        raise FetchError("bad_url", f"The URL {shown!r} contains control characters.", url=shown)
    try:
        parsed = URL(text).with_fragment(None)
        scheme, host, port = parsed.scheme, parsed.raw_host, parsed.port
    except ValueError as error:  # UnicodeError is one, too
        raise FetchError("bad_url", f"The URL {shown!r} cannot be read: {error}", url=shown) from error
    if scheme not in ("http", "https"):
        raise FetchError("bad_url", f"Only http and https are fetched, not {shown!r}.", url=shown)
    authority = _AUTHORITY.match(text)
    if authority and ("@" in authority[1] or "\\" in authority[1]):
        # Readers differ on which host is meant: https://www.rfc-editor.org/rfc/rfc3986#section-7.6
        raise FetchError("bad_url", f"The URL {shown!r} has a user name or a backslash before its path.", url=shown)
    if not host or not port or not (":" in host or _HOST.fullmatch(host)):
        raise FetchError("bad_url", f"The URL {shown!r} has no host or port that could exist.", url=shown)
    _refuse_odd_ipv4(host, shown)
    return parsed


def _refuse_odd_ipv4(host: str, shown: str) -> None:
    """Browsers take a host whose last label is a number for an IPv4 address (https://url.spec.whatwg.org/#host-parsing)."""
    last = host.rstrip(".").rpartition(".")[2]
    if _NUMERIC.fullmatch(last) and not _CANONICAL_IPV4.fullmatch(host):
        raise FetchError(
            "address_refused",
            f"The URL {shown!r} writes the address {host!r} in a decimal, octal, hexadecimal or short form.",
            url=shown,
        )


def redirect_target(current: URL, location: bytes) -> URL:
    """Where a ``Location`` header leads, read as the bytes that came.

    Raises:
        FetchError: as ``vet_url``.
    """
    try:
        text = location.decode()
    except UnicodeDecodeError:
        text = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in location)
    try:
        joined = current.join(URL(text.strip()))
    except ValueError as error:
        shown = shorten(text)
        raise FetchError(
            "bad_url", f"{shorten(current)} redirects to {shown!r}, which cannot be read: {error}", url=str(current)
        ) from error
    authority = _AUTHORITY.match(text.strip())
    if authority and ("@" in authority[1] or "\\" in authority[0]):
        raise FetchError(
            "bad_url",
            f"{shorten(current)} redirects to {shorten(text)!r}, with a user name or a backslash before its path.",
            url=str(current),
        )
    return vet_url(str(joined))


def shorten(url: object) -> str:
    """A URL as messages show it."""
    text = str(url)
    return text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "..."
