"""The form of an allowed network: ``127.0.0.0/8``, ``10.1.2.3/32:80,8000-8100``, ``[::1/128]:443``."""

from ipaddress import ip_network

EXPECTED = (
    "an address or network with optional ports, such as 127.0.0.0/8, 10.1.2.3/32:80,8000-8100, ::1/128 or [::1/128]:443"
)


def is_network(text: str) -> bool:
    """Whether the text is a network, with ports or without. Host bits may be set: 10.1.2.3/8 is 10.0.0.0/8."""
    network, ports = _split(text)
    try:
        ip_network(network, strict=False)
    except ValueError:
        return False
    return ports is None or all(_is_port_range(part) for part in ports.split(","))


def _split(text: str) -> tuple[str, str | None]:
    """Network and ports. A bare IPv6 network has no ports: its colons are its own."""
    if text.startswith("["):
        network, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return "", None
        return network, rest[1:] if rest else None
    if text.count(":") == 1:
        network, _, ports = text.partition(":")
        return network, ports
    return text, None


def _is_port_range(text: str) -> bool:
    first, dash, last = text.partition("-")
    ends = (first, last) if dash else (first,)
    if not all(end.isascii() and end.isdigit() and len(end) <= 5 and 1 <= int(end) <= 65535 for end in ends):
        return False
    return int(ends[0]) <= int(ends[-1])
