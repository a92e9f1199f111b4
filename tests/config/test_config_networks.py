"""The form of an allowed network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.config.networks import is_network


@pytest.mark.parametrize(
    "text",
    ["127.0.0.0/8", "10.1.2.3", "10.1.2.3/32:80", "10.1.2.3/8:80,8000-8100", "::1/128", "fd00::/8", "[::1]:80", "[::1/128]:1-65535"],
)  # fmt: skip
def test_networks(text: str) -> None:
    assert is_network(text)


@pytest.mark.parametrize(
    "text",
    ["", "localhost", "10.0.0/8", "10.0.0.0/33", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:70000", "10.0.0.1:90-80", "10.0.0.1:80,", "[::1", "[::1]x", "10.0.0.1:٨", "10.0.0.1:-80", "10.0.0.1:1-2-3"],
)  # fmt: skip
def test_no_networks(text: str) -> None:
    assert not is_network(text)


@given(st.ip_addresses(), st.integers(1, 65535))
def test_every_address_with_a_port(address: object, port: int) -> None:
    text = str(address)
    assert is_network(f"[{text}]:{port}" if ":" in text else f"{text}:{port}")


@given(st.text(max_size=40))
def test_any_text_is_judged(text: str) -> None:
    assert is_network(text) in (True, False)
