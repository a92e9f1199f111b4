import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from blockwire.transforms.http.messages import FetchError
from blockwire.transforms.http.urls import MAX_URL_CHARS, redirect_target, vet_url


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://news.example/a?b=c#d", "http://news.example/a?b=c"),
        (" https://News.Example:8443/ ", "https://news.example:8443/"),
        ("http://пример.example/статья", "http://xn--e1afmkfd.example/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F"),
        ("http://a_b.example./x y", "http://a_b.example./x%20y"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        ("http://8.8.8.8/?u=http://user@host/", "http://8.8.8.8/?u=http://user@host/"),
        ("https://medium.example/@writer/post", "https://medium.example/@writer/post"),
    ],
)
def test_an_http_url_is_taken_as_it_is_sent(url: str, asked: str) -> None:
    assert str(vet_url(url)) == asked


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/etc/passwd",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/xml,<rss/>",
        "ftp://a.example/x",
        "<rss>",
        "http://",
        "http:///x",
        "http://[::1/x",
        "http://a.example:99999/",
        "http://a.example:0/",
        "http://a..example/",
        "http://.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 130 + "example/",
        "http://xn--а-￿/",
        "http://user:pass@a.example/",
        "http://a.example:80@b.example/",
        "http://a.example\\@b.example/",
        "//a.example/",
        "http://a.example/\nHost: b",
        "http://a.example/\x00",
        "http://a b.example/",
        "http://a%00b.example/",
        "http://a.example/" + "a" * MAX_URL_CHARS,
        "http://a.example\\.b.example/",
    ],
)
def test_a_url_that_readers_could_take_differently_is_bad(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        vet_url(url)
    assert caught.value.reason == "bad_url"
    assert not caught.value.transient
    assert len(str(caught.value)) < 900


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0x7f.0.0.1",
        "017700000001",
        "127.0.0.01",
        "1",
        "256.1",
        "127.0.0.1.",
        "1.2.3.4.5",
        "a.0x1",
        "0x",
        "１２７.1",
    ],
)
def test_an_ipv4_address_in_an_odd_form_is_refused(host: str) -> None:
    with pytest.raises(FetchError) as caught:
        vet_url(f"http://{host}/")
    assert caught.value.reason == "address_refused"


@given(st.one_of(st.text(max_size=60), st.text(max_size=60).map(lambda text: "http://" + text)))
def test_any_text_is_a_url_or_an_expected_error(text: str) -> None:
    try:
        url = vet_url(text)
    except FetchError as error:
        assert error.reason in ("bad_url", "address_refused")
    else:
        assert url.scheme in ("http", "https")
        assert url.raw_host
        assert url.user is None
        assert vet_url(str(url)) == url


@pytest.mark.parametrize(
    ("location", "to"),
    [
        (b"/b", "http://a.example/b"),
        (b"b?c=d", "http://a.example/x/b?c=d"),
        (b"//b.example/c", "http://b.example/c"),
        (b" https://b.example/#top", "https://b.example/"),
        ("/статья".encode(), "http://a.example/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F"),
        ("/статья".encode("cp1251"), "http://a.example/%F1%F2%E0%F2%FC%FF"),
        (b"/mail?to=a@b.example", "http://a.example/mail?to=a@b.example"),
        (b"?page=2", "http://a.example/x/y?page=2"),
    ],
)
def test_a_redirect_leads_relative_to_where_it_came_from(location: bytes, to: str) -> None:
    assert str(redirect_target(URL("http://a.example/x/y"), location)) == to


@pytest.mark.parametrize(
    "location",
    [
        b"file:///etc/passwd",
        b"javascript:alert(1)",
        b"//user@b.example/",
        b"http:\\\\b.example/",
        b"/\\b.example/",
        b"\\\\b.example\\x",
        b"http://b.example\\@a.example/",
        b"http://[::1",
        b"http://b.example:99999/",
        b"http://127.1/",
    ],
)
def test_a_redirect_to_a_doubtful_place_is_refused(location: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        redirect_target(URL("http://a.example/x/y"), location)
    assert caught.value.reason in ("bad_url", "address_refused")


@given(st.binary(max_size=60))
def test_any_location_is_a_url_or_an_expected_error(location: bytes) -> None:
    try:
        assert redirect_target(URL("http://a.example/x/y"), location).scheme in ("http", "https")
    except FetchError as error:
        assert error.reason in ("bad_url", "address_refused")
