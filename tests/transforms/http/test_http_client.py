import asyncio
import gzip
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from http_loopback import Answer, Asked, LoopbackServer, policy, redirect, reply, serving

from blockwire.schemas.policies import FetchPolicy
from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError, Response, Validators

T = TypeVar("T")
NONE = Validators()
FEED = b"<rss><channel/></rss>"


def run(
    answers: dict[str, Answer] | Answer,
    work: Callable[[HttpClient, LoopbackServer], Awaitable[T]],
    rules: FetchPolicy | None = None,
) -> tuple[T, LoopbackServer]:
    async def main() -> tuple[T, LoopbackServer]:
        async with serving(answers) as server, HttpClient(rules or policy()) as client:
            return await work(client, server), server

    return asyncio.run(main())


def fetch(
    answers: dict[str, Answer] | Answer,
    path: str = "/",
    validators: Validators = NONE,
    rules: FetchPolicy | None = None,
) -> Response:
    return run(answers, lambda client, server: client.get_feed(server.url(path), validators), rules)[0]


def failure(
    answers: dict[str, Answer] | Answer, path: str = "/", rules: FetchPolicy | None = None, page: bool = False
) -> FetchError:
    with pytest.raises(FetchError) as caught:
        if page:
            run(answers, lambda client, server: client.get_page(server.url(path)), rules)
        else:
            fetch(answers, path, rules=rules)
    assert str(caught.value)
    return caught.value


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


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [
        ("204 No Content", "http_204", False),
        ("206 Partial Content", "http_206", False),
        ("300 Multiple", "http_300", False),
        ("403 Forbidden", "http_403", False),
        ("404 Not Found", "http_404", False),
        ("410 Gone", "http_410", False),
        ("429 Slow Down", "http_429", True),
        ("500 Oops", "http_500", True),
        ("999 Denied", "http_999", True),
    ],
)
def test_any_other_status_is_an_error(status: str, reason: str, transient: bool) -> None:
    error = failure(reply(b"" if status.startswith("2") else FEED, status))
    assert (error.reason, error.status, error.transient) == (reason, int(status[:3]), transient)


async def _silent(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def _dripping_headers(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    await _drip(writer, b"X-A: b\r\n")


async def _dripping_body(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    await _drip(writer, b"x")


async def _drip(writer: asyncio.StreamWriter, what: bytes) -> None:
    while True:
        writer.write(what)
        await writer.drain()
        await asyncio.sleep(0.02)


async def _slow_redirects(asked: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.15)
    writer.write(redirect(asked.path + "x"))


@pytest.mark.parametrize("answer", [_silent, _dripping_headers, _dripping_body, _slow_redirects])
def test_the_deadline_holds_for_all_hops_and_drips(answer: Answer) -> None:
    began = time.monotonic()
    error = failure(answer, rules=policy(total_timeout_s=0.4, max_redirects=20))
    assert (error.reason, error.transient) == ("timeout", True)
    assert "0.4 s" in str(error)
    assert time.monotonic() - began < 3


def test_a_connection_that_does_not_come_about_ends_in_time() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    async def main() -> None:
        listener = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with listener, HttpClient(policy(connect_timeout_s=0.2)) as client:
            with pytest.raises(FetchError) as caught:
                await client.get_feed(f"https://127.0.0.1:{port}/")  # nobody answers the TLS greeting
            assert caught.value.reason == "timeout"
            await asyncio.sleep(0.01)

    asyncio.run(main())


async def _endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"A" * 0x1000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"", Content_Length="10000000000"),
        reply(b"x" * 5000),
        reply(gzip.compress(b" " * 5_000_000), Content_Encoding="gzip"),
        _endless,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"") * 1000,
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n",
    ],
)
def test_what_is_too_large_is_refused(answer: Answer) -> None:
    assert failure(answer, rules=policy(feed_max_bytes=4000)).reason == "too_large"


def test_pages_and_feeds_have_limits_of_their_own() -> None:
    rules = policy(feed_max_bytes=4000, page_max_bytes=400, obey_robots=False)
    assert failure(reply(b"x" * 500), rules=rules, page=True).reason == "too_large"
    assert len(fetch(reply(b"x" * 500), rules=rules).body) == 500


@pytest.mark.parametrize(
    "answer",
    [
        reply(FEED, Content_Length="5000"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        reply(gzip.compress(FEED * 99)[:40], Content_Encoding="gzip"),
    ],
)
def test_half_a_body_is_an_error(answer: bytes) -> None:
    error = failure(answer)
    assert (error.reason, error.transient) == ("incomplete", True)


@pytest.mark.parametrize(
    "answer",
    [
        b"HELLO 200\r\n\r\nx",
        FEED,
        b"\x00\xff\x16\x03garbage" * 20,
        b"",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    ],
)
def test_what_is_no_http_is_an_expected_error(answer: bytes) -> None:
    assert failure(answer).reason in ("connection", "incomplete")


def test_a_body_is_decompressed() -> None:
    assert fetch(reply(gzip.compress(FEED), Content_Encoding="gzip")).body == FEED
    assert failure(reply(FEED, Content_Encoding="compress")).reason == "bad_encoding"


def test_a_closed_port_and_an_unknown_name_are_told() -> None:
    async def main() -> None:
        async with serving(reply(FEED)) as server:
            pass
        async with HttpClient(policy()) as client:
            for url, reason in ((server.url(), "connection"), ("http://news.invalid/", "dns")):
                with pytest.raises(FetchError) as caught:
                    await client.get_feed(url)
                assert caught.value.reason == reason

    asyncio.run(main())


def test_a_host_that_asks_for_a_pause_is_left_alone() -> None:
    async def work(client: HttpClient, server: LoopbackServer) -> None:
        for _ in range(3):
            with pytest.raises(FetchError) as caught:
                await client.get_feed(server.url())
            assert (caught.value.reason, caught.value.status) == ("http_429", 429)
            assert 3599 < (caught.value.retry_after_s or 0) <= 3600

    _, server = run(reply(b"", "429 Slow", Retry_After="3600"), work)
    assert len(server.asked) == 1


def test_a_short_pause_is_kept() -> None:
    async def work(client: HttpClient, server: LoopbackServer) -> None:
        with pytest.raises(FetchError):
            await client.get_feed(server.url("/busy"))
        await client.get_feed(server.url("/"))

    answers: dict[str, Answer] = {"/busy": reply(b"", "503 Busy", Retry_After="0.3"), "/": reply(FEED)}
    _, server = run(answers, work)
    assert server.asked[1].at - server.asked[0].at >= 0.29


def test_a_host_that_does_not_answer_costs_a_few_deadlines_and_not_one_for_each_page() -> None:
    async def work(client: HttpClient, server: LoopbackServer) -> list[str]:
        messages = []
        for number in range(5):
            with pytest.raises(FetchError) as caught:
                await client.get_feed(server.url(f"/{number}"))
            assert caught.value.reason == "timeout"
            assert caught.value.transient
            assert caught.value.retry_after_s is None
            messages.append(str(caught.value))
        return messages

    messages, server = run(_silent, work, policy(total_timeout_s=0.1))
    assert server.paths == ["/0", "/1", "/2"]
    assert "not asked" in messages[3]


def test_errors_that_are_answers_do_not_count_as_silence() -> None:
    async def work(client: HttpClient, server: LoopbackServer) -> None:
        for _ in range(5):
            with pytest.raises(FetchError, match="404"):
                await client.get_feed(server.url())

    _, server = run({}, work)
    assert len(server.asked) == 5


def test_requests_to_one_host_are_few_at_once_and_apart() -> None:
    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.25)
        writer.write(reply(FEED))

    async def work(client: HttpClient, server: LoopbackServer) -> None:
        await asyncio.gather(*(client.get_feed(server.url(f"/{n}")) for n in range(6)))

    _, server = run(slowly, work, policy(per_host=2, per_host_delay_s=0.1))
    assert server.most_at_once == 2
    at = [asked.at for asked in server.asked]
    assert all(after - before >= 0.08 for before, after in itertools.pairwise(at))


def test_redirects_keep_the_distance_too() -> None:
    _, server = run(
        {"/": redirect("/1"), "/1": reply(FEED)},
        lambda client, server: client.get_feed(server.url()),
        policy(per_host_delay_s=0.1),
    )
    assert server.asked[1].at - server.asked[0].at >= 0.08


def test_settings_that_cannot_be_read_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"'10\.0\.0\.1/8' is no network"):
        HttpClient(policy(allow_addresses=("10.0.0.1/8",)))
    with pytest.raises(ValueError, match=r"ca_file '/nowhere/ca\.pem'"):
        HttpClient(policy(ca_file="/nowhere/ca.pem"))


def test_the_client_must_be_entered() -> None:
    with pytest.raises(RuntimeError, match="context manager"):
        asyncio.run(HttpClient(policy()).get_feed("http://127.0.0.1:9/"))
