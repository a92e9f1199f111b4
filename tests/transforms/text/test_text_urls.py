import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.text.urls import MAX_URL_CHARS, canonical_url, registered_domain, same_site

PIECES = st.sampled_from(
    [
        "http://",
        "https://",
        "a.org",
        "/",
        "?",
        "&",
        "=",
        "#",
        "#!",
        "%",
        "%2e",
        "..",
        ".",
        "utm_source=x",
        "x",
        "é",
        " ",
        "@",
        ":80",
        "[::1]",
        "\\",
        "%zz",
        "\ud800",
        "\u200b",
    ]
)
URLISH = st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=60)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.COM:80/a/../b?b=2&a=1#part", "http://example.com/b?a=1&b=2"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        (
            "https://пример.рф/путь?q=тест",
            "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C?q=%D1%82%D0%B5%D1%81%D1%82",
        ),
        ("https://example.com/#!/news/12", "https://example.com/#!/news/12"),
        ("https://example.com/a?utm_source=rss&utm_medium=x&id=5", "https://example.com/a?id=5"),
        ("https://example.com/a?fbclid=1&gclid=2&yclid=3&at_medium=RSS&xtor=4", "https://example.com/a"),
        ("https://example.com/a?ref=rss&source=feed&from=telegram", "https://example.com/a"),
        ("https://example.com/a?cid=77&ref=12&source=reuters", "https://example.com/a?cid=77&ref=12&source=reuters"),
        ("https://example.com/?p=123", "https://example.com/?p=123"),
        ("https://example.com/a?/news/5&b&a=1", "https://example.com/a?/news/5&b&a=1"),
        ("https://example.com/a?x=", "https://example.com/a?x="),
        ("http://user:secret@example.com/", "http://example.com/"),
        ("https://example.com/%7euser/%e4%b8", "https://example.com/~user/%E4%B8"),
        ("https://example.com./a", "https://example.com/a"),
        ("http://[::0001]:80/x", "http://[::1]/x"),
        ("http://127.0.0.10:21000/a", "http://127.0.0.10:21000/a"),
        ("  https://example.com/a\n", "https://example.com/a"),
        (
            "https://www.google.com/url?rct=j&url=https://example.com/a%3Fb%3D1%26utm_source%3Dx&ct=ga",
            "https://example.com/a?b=1",
        ),
        ("https://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fexample.com%2fa&c=1", "https://example.com/a"),
    ],
)
def test_one_page_has_one_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "data:text/html,x", "ftp://example.com/", "/relative", "http://", "http://[::1/x", "http://a:99999/", "http://a:0/",
     "http://exa mple.com/", "http://a\\@b/", "http://xn--\u0430-\uffff/", "http://" + "a" * 300 + ".com/", "https://example.com/" + "a" * MAX_URL_CHARS],
)  # fmt: skip
def test_what_cannot_be_fetched_is_no_url(url: str) -> None:
    assert canonical_url(url) is None


def test_relative_links_need_a_base() -> None:
    assert canonical_url("../x?y=1", "https://example.com/a/b/") == "https://example.com/a/x?y=1"
    assert canonical_url("//cdn.example.com/x", "https://example.com/") == "https://cdn.example.com/x"
    assert canonical_url("x", "http://[broken") is None


@given(URLISH, st.none() | URLISH)
def test_a_canonical_url_is_its_own(url: str, base: str | None) -> None:
    canonical = canonical_url(url, base)
    if canonical is not None:
        assert canonical.isascii()
        assert canonical.startswith(("http://", "https://"))
        assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.bbc.co.uk/x", "bbc.co.uk"),
        ("https://name.blogspot.com/", "name.blogspot.com"),
        ("http://127.0.0.10:21000/", "127.0.0.10"),
        ("http://[::1]:80/", "::1"),
        ("http://localhost:8080/", "localhost"),
        ("https://пример.рф/", "xn--e1afmkfd.xn--p1ai"),
        ("nothing", None),
    ],
)
def test_the_registered_domain(url: str, domain: str | None) -> None:
    assert registered_domain(url) == domain


def test_one_site_is_one_registered_domain() -> None:
    assert same_site("https://m.example.co.uk/a", "http://www.example.co.uk:8080/b")
    assert not same_site("https://a.github.io/", "https://b.github.io/")
    assert not same_site("https://example.com/", "nothing")


def test_under_a_reserved_suffix_the_label_below_it_is_the_site() -> None:
    assert same_site("https://www.ruritania.example/a", "https://news.ruritania.example/b")
    assert not same_site("https://www.ruritania.example/a", "https://www.freedonia.example/b")


def test_addresses_are_one_site_only_with_one_port() -> None:
    assert same_site("http://127.0.0.10:21000/a", "http://127.0.0.10:21000/b")
    assert not same_site("http://127.0.0.10:21000/", "http://127.0.0.11:21000/")
    assert not same_site("http://127.0.0.10:21000/", "http://127.0.0.10:21001/")


def test_the_network_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert registered_domain("https://never.seen.before.example.jp/") == "example.jp"
