"""Which addresses may be contacted: public ones, and those that the settings allow. The guard against SSRF.

Names are resolved once, every address is checked, and the connection goes to a checked address (``GuardedResolver``); each
socket is checked again when it is made (``AddressGuard.socket``), so that no path around the resolver is left.
"""

import asyncio
import re
import socket
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult

Address = IPv4Address | IPv6Address

_NOT_PUBLIC = (
    IPv4Network("168.63.129.16/32"),  # the metadata service of Azure, though in public space
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, RFC 7526
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the IPv4 address is the last 32 bits
_PORTS = re.compile(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*", re.ASCII)
_SPEC = re.compile(r"(?:\[(?P<v6>[^\]]*)\](?P<v6len>/\d+)?|(?P<v4>[^:\[\]]+))(?::(?P<ports>.*))?")


class AddressRefused(OSError):
    """A host has an address that must not be contacted. The message is a plain sentence with the address."""


@dataclass(frozen=True)
class AllowedNetwork:
    """A network that may be contacted though it is not public, on all ports or on those named."""

    network: IPv4Network | IPv6Network
    ports: tuple[tuple[int, int], ...] = ()
    """First and last port of each range; empty for all ports."""

    def contains(self, address: Address, port: int) -> bool:
        """Whether this address and port are in it."""
        return address in self.network and (not self.ports or any(first <= port <= last for first, last in self.ports))


def parse_allowed(text: str) -> AllowedNetwork:
    """Reads ``127.0.0.0/8``, ``127.0.0.1:80,8000-8100``, ``fd00::/8`` or ``[::1]/128:8080``.

    Raises:
        ValueError: with a sentence that shows the text and says what is wrong with it.
    """
    spec = text.strip()
    if spec.count(":") > 1 and not spec.startswith("["):
        return AllowedNetwork(_network(spec, text))
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise ValueError(f"{text!r} is no network: write it like 127.0.0.0/8:80,8000-8100 or [::1]/128:8080")
    address = match["v4"] if match["v6"] is None else match["v6"] + (match["v6len"] or "")
    return AllowedNetwork(_network(address, text), () if match["ports"] is None else _ports(match["ports"], text))


def _network(address: str, text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(address)
    except ValueError as error:
        raise ValueError(f"{text!r} is no network: {error}") from error


def _ports(ports: str, text: str) -> tuple[tuple[int, int], ...]:
    if not _PORTS.fullmatch(ports):
        raise ValueError(f"{text!r} has bad ports {ports!r}: write them like 80 or 80,8000-8100")
    ranges = []
    for part in ports.split(","):
        first, _, last = part.partition("-")
        pair = int(first), int(last or first)
        if not 1 <= pair[0] <= pair[1] <= 65535:
            raise ValueError(f"{text!r} has a bad port range {part!r}: ports are 1 to 65535, the lower one first")
        ranges.append(pair)
    return tuple(ranges)


def is_public(address: Address) -> bool:
    """Whether the address belongs to the public internet, by the registries of IANA (RFC 6890) and by what it embeds.

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is as public as that one.
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    elif any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class AddressGuard:
    """Checks addresses before they are contacted.

    Args:
        allowed: networks that may be contacted besides the public internet.
    """

    def __init__(self, allowed: Iterable[AllowedNetwork] = ()) -> None:
        self._allowed = tuple(allowed)

    def check(self, address: str, port: int) -> None:
        """Lets a public or allowed address pass.

        Raises:
            AddressRefused: any other.
        """
        ip: Address = ip_address(address)
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        if is_public(ip) or any(network.contains(ip, port) for network in self._allowed):
            return
        raise AddressRefused(f"the address {address} port {port} is not public and no --allow-address permits it")

    def check_literal(self, host: str, port: int) -> None:
        """Checks a host that is an address itself; a name passes, to be checked when it is resolved.

        Raises:
            AddressRefused: as ``check``.
        """
        try:
            ip_address(host)
        except ValueError:
            return
        self.check(host, port)

    def socket(self, info: tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]) -> socket.socket:
        """Makes the socket for a connection (aiohttp's ``socket_factory``), if its address passes.

        Raises:
            AddressRefused: the connection would go to a forbidden address.
        """
        family, kind, protocol, _, address = info
        self.check(address[0], address[1])
        return socket.socket(family=family, type=kind, proto=protocol)


class GuardedResolver(AbstractResolver):
    """Resolves names, and refuses a name as soon as one of its addresses is forbidden.

    Args:
        guard: what checks the addresses.
        executor: threads for the system's blocking resolver; the loop's default ones are few, and slow names would fill them.
    """

    def __init__(self, guard: AddressGuard, executor: Executor) -> None:
        self._guard = guard
        self._executor = executor

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host.

        Raises:
            AddressRefused: one of them is forbidden.
            OSError: there are none, or the name is none.
        """
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._executor, _lookup, host, port, family)
        for _, _, address in found:
            self._guard.check(address, port)
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=address, port=port, family=found_family, proto=protocol, flags=flags)
            for found_family, protocol, address in found
        ]

    async def close(self) -> None:
        """Nothing to close: the executor belongs to who made it."""


def _lookup(host: str, port: int, family: int) -> list[tuple[socket.AddressFamily, int, str]]:
    infos = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(found, protocol, str(address[0])) for found, _, protocol, _, address in infos]
