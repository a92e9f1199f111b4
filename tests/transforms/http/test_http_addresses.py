import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.http import addresses
from blockwire.transforms.http.addresses import (
    AddressGuard,
    AddressRefused,
    AllowedNetwork,
    GuardedResolver,
    is_public,
    parse_allowed,
)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("127.0.0.0/8", [("127.1.2.3", 1), ("127.0.0.1", 65535)], [("128.0.0.1", 80)]),
        ("127.0.0.1/32:80,8000-8100", [("127.0.0.1", 80), ("127.0.0.1", 8100)], [("127.0.0.1", 81), ("127.0.0.2", 80)]),
        ("10.1.2.3:443", [("10.1.2.3", 443)], [("10.1.2.3", 80), ("10.1.2.4", 443)]),
        ("[::1]/128:8080", [("::1", 8080)], [("::1", 80), ("::2", 8080)]),
        ("[fd00::]/8", [("fd12::1", 9)], [("fe80::1", 9)]),
        ("fd00::/8", [("fd12::1", 9)], [("fe80::1", 9)]),
        (" [::1]:80-81 ", [("::1", 81)], [("::1", 82)]),
    ],
)
def test_an_allowed_network_holds_addresses_and_ports(
    text: str, inside: list[tuple[str, int]], outside: list[tuple[str, int]]
) -> None:
    allowed = parse_allowed(text)
    assert all(allowed.contains(ip_address(address), port) for address, port in inside)
    assert not any(allowed.contains(ip_address(address), port) for address, port in outside)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "127.0.0.1/8",
        "300.1.1.1",
        "127.0.0.0/33",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:80-70",
        "127.0.0.1:99999",
        "127.0.0.1:http",
        "[::1",
        "::1]:80",
        "127.0.0.1:80,",
        "[127.0.0.1",
        "0177.0.0.1",
        "1.1.1.1:²",
    ],
)
def test_what_is_no_network_is_refused_with_the_text_shown(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no network|bad port") as caught:
        parse_allowed(text)
    assert repr(text) in str(caught.value)


@given(st.text(max_size=40))
def test_parsing_raises_nothing_but_value_errors(text: str) -> None:
    try:
        assert isinstance(parse_allowed(text), AllowedNetwork)
    except ValueError as error:
        assert repr(text) in str(error)


REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "4000::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "193.0.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))
    with pytest.raises(AddressRefused, match="not public"):
        AddressGuard().check(address, 80)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert is_public(ip_address(address))
    AddressGuard().check(address, 80)


@given(st.ip_addresses(v=4))
def test_an_address_within_ipv6_is_as_public_as_outside(address: object) -> None:
    inner = ip_address(str(address))
    number = int(inner)
    for prefix in (0xFFFF << 32, 0x64FF9B << 96, (0x2002 << 112) | (number << 80)):
        low = 0 if prefix >> 112 == 0x2002 else number
        assert is_public(ip_address(prefix | low if prefix | low >= 1 << 32 else number)) == is_public(inner)


def test_a_mapped_address_is_allowed_as_the_address_it_is() -> None:
    guard = AddressGuard([parse_allowed("127.0.0.0/8")])
    guard.check("::ffff:127.0.0.1", 80)
    with pytest.raises(AddressRefused):
        guard.check("64:ff9b::7f00:1", 80)


def test_the_guard_makes_no_socket_for_a_refused_address() -> None:
    guard = AddressGuard([parse_allowed("127.0.0.1:80")])
    with guard.socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80))) as made:
        assert made.family == socket.AF_INET
    for address in (("127.0.0.1", 81), ("127.0.0.2", 80)):
        with pytest.raises(AddressRefused):
            guard.socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", address))


def resolve(found: list[str], guard: AddressGuard, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(addresses, "_lookup", lambda *_: [(socket.AF_INET, 6, each) for each in found])
    with ThreadPoolExecutor(1) as threads:
        answer = asyncio.run(GuardedResolver(guard, threads).resolve("news.example", 80))
    return [each["host"] for each in answer]


def test_a_name_is_refused_when_one_of_its_addresses_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve(["8.8.8.8", "1.1.1.1"], AddressGuard(), monkeypatch) == ["8.8.8.8", "1.1.1.1"]
    with pytest.raises(AddressRefused, match=r"169\.254\.169\.254"):
        resolve(["8.8.8.8", "169.254.169.254"], AddressGuard(), monkeypatch)
