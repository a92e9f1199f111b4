import asyncio

import pytest
from http_exchange import FEED, failure, fetch, run
from http_loopback import Answer, Asked, LoopbackServer, policy, redirect, reply, serving

from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError, Response, Validators


def test_a_feed_comes_with_its_headers_and_validators() -> None:
    answer = fetch(reply(FEED, ETag='W/"1"', Last_Modified="then", X_Odd=b"caf\xe9", Content_Type="text/xml"), "/f#x")
    assert (answer.status, answer.body, answer.not_modified) == (200, FEED, False)
    assert answer.validators == Validators('W/"1"', "then")
    assert answer.headers["x-odd"] == "café"
    assert answer.headers["content-type"] == "text/xml"
    assert answer.url.endswith("/f")
    assert answer.requested_url.endswith("/f#x")
    assert answer.permanent_url is None


def test_repeated_headers_are_joined() -> None:
    raw = b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\ncache-control: private\r\nContent-Length: 0\r\n\r\n"
    assert fetch(raw).headers["cache-control"] == "max-age=60, private"


def test_the_client_names_itself_and_carries_nothing_along() -> None:
    async def twice(client: HttpClient, server: LoopbackServer) -> None:
        await client.get_feed(server.url("/from"))
        await client.get_feed(server.url("/to"))

    answers: dict[str, Answer] = {"/from": redirect("/to"), "/to": reply(FEED, Set_Cookie="sid=1; Path=/")}
    _, server = run(answers, twice, policy(contact_url="https://news.example/bot"))
    assert server.paths == ["/from", "/to", "/to"]
    for asked in server.asked:
        assert b"(+https://news.example/bot)" in asked.headers["user-agent"]
        assert asked.headers["accept-encoding"] == b"gzip, deflate, br, zstd"
        assert asked.headers["accept"].startswith(b"application/rss+xml")
        assert not {"cookie", "referer", "authorization", "if-none-match", "if-modified-since"} & set(asked.headers)


@pytest.mark.parametrize("etag", [b'"a"', b"W/\"x-gzip;v='1'\"", b"bare", '"é€"'.encode(), b'"a b\\"'])
def test_validators_go_back_byte_for_byte(etag: bytes) -> None:
    async def twice(client: HttpClient, server: LoopbackServer) -> Response:
        first = await client.get_feed(server.url())
        return await client.get_feed(server.url(), first.validators)

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if "if-none-match" in asked.headers:
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        else:
            writer.write(reply(FEED, ETag=etag, Last_Modified="Tue, 2 Sep 2025 10:00:00 +0000"))

    second, server = run(answer, twice)
    assert second.not_modified
    assert second.validators == Validators(etag.decode("latin-1"), "Tue, 2 Sep 2025 10:00:00 +0000")
    assert server.asked[1].headers["if-none-match"] == etag
    assert server.asked[1].headers["if-modified-since"] == b"Tue, 2 Sep 2025 10:00:00 +0000"


@pytest.mark.parametrize("etag", ['"\xff"', '"a\r\nX-Evil: 1"', '"€"'])
def test_a_validator_that_cannot_be_sent_is_left_out(etag: str) -> None:
    _, server = run(reply(FEED), lambda client, server: client.get_feed(server.url(), Validators(etag)))
    assert "if-none-match" not in server.asked[0].headers
    assert "x-evil" not in server.asked[0].headers


def test_nothing_is_unchanged_where_nothing_was_known() -> None:
    error = failure(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    assert (error.reason, error.status) == ("http_304", 304)


@pytest.mark.parametrize(
    ("hops", "led_to"),
    [
        (["301 Moved", "308 Permanent"], "/2"),
        (["301 Moved", "302 Found", "301 Moved"], "/1"),
        (["302 Found", "301 Moved"], None),
        (["307 Temporary"], None),
        ([], None),
    ],
)
def test_a_move_is_permanent_as_far_as_every_hop_says_so(hops: list[str], led_to: str | None) -> None:
    answers: dict[str, Answer] = {f"/{n}": redirect(f"/{n + 1}", status) for n, status in enumerate(hops)}
    answer = fetch(answers | {f"/{len(hops)}": reply(FEED)}, "/0")
    assert answer.body == FEED
    assert answer.url.endswith(f"/{len(hops)}")
    assert answer.permanent_url == (led_to and answer.url.rpartition("/")[0] + led_to)


def test_redirects_are_few() -> None:
    answers: dict[str, Answer] = {"/": redirect("/")}
    assert failure(answers, rules=policy(max_redirects=3)).reason == "redirects"
    assert failure({"/": reply(b"", "301 Moved")}).reason == "redirects"
    assert fetch({"/": redirect("/1"), "/1": reply(FEED)}, rules=policy(max_redirects=1)).body == FEED
    assert failure({"/": redirect("/1")}, rules=policy(max_redirects=0)).reason == "redirects"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:{port}/",
        "http://169.254.169.254/",
        "http://[::ffff:127.0.0.2]:{port}/",
        "http://0x7f000002:{port}/",
        "http://127.0.0.1.:{port}/",
        "http://[::1]:{port}/",
        "http://[64:ff9b::7f00:2]:{port}/",
        "//127.2:{port}/",
    ],
)
def test_a_redirect_to_a_forbidden_address_is_not_followed(location: str) -> None:
    async def both() -> list[Asked]:
        async with serving(reply(b"secret"), "127.0.0.2") as secret:
            answers: dict[str, Answer] = {"/": redirect(location.format(port=secret.port))}
            async with serving(answers) as server, HttpClient(policy()) as client:
                with pytest.raises(FetchError) as caught:
                    await client.get_feed(server.url())
                assert caught.value.reason == "address_refused"
            return secret.asked

    assert asyncio.run(both()) == []


def test_the_allowed_port_is_the_only_one() -> None:
    async def main() -> None:
        async with (
            serving(reply(FEED)) as one,
            serving(reply(FEED)) as other,
            HttpClient(policy(allow_addresses=(f"127.0.0.1:{one.port}",))) as client,
        ):
            assert (await client.get_feed(one.url())).body == FEED
            with pytest.raises(FetchError, match="allow-address"):
                await client.get_feed(other.url())

    asyncio.run(main())


def test_a_name_is_resolved_once_and_the_checked_address_contacted(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the second answer of the name server would be a forbidden address."""
    from blockwire.transforms.http import addresses

    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])

    def lookup(host: str, port: int, family: int) -> list[tuple[int, int, str]]:
        assert host == "rebind.example"
        return [(2, 6, address) for address in next(answers)]

    monkeypatch.setattr(addresses, "_lookup", lookup)
    answer, server = run(reply(FEED), lambda client, server: client.get_feed(server.url(host="rebind.example")))
    assert answer.body == FEED
    assert server.asked[0].headers["host"] == f"rebind.example:{server.port}".encode()
    with pytest.raises(FetchError) as caught:
        run(reply(FEED), lambda client, server: client.get_feed(server.url(host="rebind.example")))
    assert caught.value.reason == "address_refused"
    assert "127.0.0.2" in str(caught.value)


def test_the_socket_is_checked_even_if_the_resolver_were_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blockwire.transforms.http.addresses.AddressGuard.check_literal", lambda *_: None)

    async def main() -> None:
        async with serving(reply(FEED), "127.0.0.2") as server, HttpClient(policy()) as client:
            with pytest.raises(FetchError) as caught:
                await client.get_feed(server.url(host="127.0.0.2"))
            assert caught.value.reason == "address_refused"
            assert server.asked == []

    asyncio.run(main())


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(reply(FEED)).body == FEED


def test_settings_that_cannot_be_read_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"'10\.0\.0\.1/8' is no network"):
        HttpClient(policy(allow_addresses=("10.0.0.1/8",)))
    with pytest.raises(ValueError, match=r"ca_file '/nowhere/ca\.pem'"):
        HttpClient(policy(ca_file="/nowhere/ca.pem"))


def test_the_client_must_be_entered() -> None:
    with pytest.raises(RuntimeError, match="context manager"):
        asyncio.run(HttpClient(policy()).get_feed("http://127.0.0.1:9/"))
