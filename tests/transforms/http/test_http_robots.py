import asyncio
import time

import pytest
from http_loopback import Answer, Asked, LoopbackServer, policy, redirect, reply, serving
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from blockwire.transforms.http import robots as module
from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError
from blockwire.transforms.http.robots import MAX_ROBOTS_BYTES, RobotsRules, read_rules

PAGE = reply(b"<html>page</html>")
RULES = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 0\n"


def pages(answers: dict[str, Answer], paths: list[str], **rules: object) -> tuple[list[str], LoopbackServer]:
    """What became of each page: ok or the reason of its failure."""

    async def main() -> tuple[list[str], LoopbackServer]:
        ends = []
        async with serving(answers) as server, HttpClient(policy(**rules)) as client:
            for path in paths:
                try:
                    await client.get_page(server.url(path))
                    ends.append("ok")
                except FetchError as error:
                    ends.append(error.reason)
            return ends, server

    return asyncio.run(main())


def test_a_page_is_asked_for_only_where_the_site_permits_it() -> None:
    answers: dict[str, Answer] = {"/robots.txt": reply(RULES), "/a": PAGE, "/private/b": PAGE}
    ends, server = pages(answers, ["/a", "/private/b", "/a"])
    assert ends == ["ok", "robots", "ok"]
    assert server.paths == ["/robots.txt", "/a", "/a"]


def test_a_redirect_is_permitted_or_not_like_a_page() -> None:
    answers: dict[str, Answer] = {"/robots.txt": reply(RULES), "/a": redirect("/private/b"), "/private/b": PAGE}
    ends, server = pages(answers, ["/a"])
    assert ends == ["robots"]
    assert "/private/b" not in server.paths


def test_a_feed_is_not_asked_about() -> None:
    async def main() -> None:
        async with serving({"/private/feed": PAGE}) as server, HttpClient(policy()) as client:
            await client.get_feed(server.url("/private/feed"))
            assert server.paths == ["/private/feed"]

    asyncio.run(main())


def test_the_setting_turns_it_off() -> None:
    ends, server = pages({"/robots.txt": reply(RULES), "/private/b": PAGE}, ["/private/b"], obey_robots=False)
    assert (ends, server.paths) == (["ok"], ["/private/b"])


@pytest.mark.parametrize(
    "robots",
    [
        reply(b"no", "404 Not Found"),
        reply(b"no", "403 Forbidden"),
        reply(b"oops", "500 Oops"),
        b"garbage",
        redirect("/robots.txt"),
        redirect("http://10.0.0.1/robots.txt"),
        reply(b"\xff\xfe\x00<html>"),
    ],
)
def test_without_rules_everything_is_allowed_and_they_are_not_asked_for_again(robots: bytes) -> None:
    ends, server = pages({"/robots.txt": robots, "/a": PAGE}, ["/a", "/a"], max_redirects=2)
    assert ends == ["ok", "ok"]
    assert server.paths[-2:] == ["/a", "/a"]


def test_a_site_that_asks_for_a_pause_gets_it_before_its_pages_are_asked_for() -> None:
    answers: dict[str, Answer] = {"/robots.txt": reply(b"", "429 Slow", Retry_After="60"), "/a": PAGE}
    ends, server = pages(answers, ["/a", "/a"])
    assert ends == ["http_429", "http_429"]
    assert server.paths == ["/robots.txt"]


def test_old_rules_hold_while_the_new_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RULES_TTL_S", -1.0)

    async def fetch(url: URL) -> bytes:
        asked.append(str(url))
        if len(asked) == 1:
            return b"User-agent: blockwire\nDisallow: /"
        raise FetchError("http_500", "oops", url=str(url), status=500)

    async def main() -> None:
        rules = RobotsRules(fetch, lambda *_: None)
        for _ in range(3):
            with pytest.raises(FetchError, match="forbids /a to blockwire"):
                await rules.require(URL("http://a.example/a"))

    asked: list[str] = []
    asyncio.run(main())
    assert asked == ["http://a.example/robots.txt"] * 2


def test_a_crawl_delay_is_kept_up_to_the_longest() -> None:
    answers: dict[str, Answer] = {"/robots.txt": reply(b"User-agent: *\nCrawl-delay: 60"), "/a": PAGE}
    _, server = pages(answers, ["/a", "/a"], max_crawl_delay_s=0.2)
    at = [asked.at for asked in server.asked]
    assert at[1] - at[0] >= 0.15
    assert 0.15 <= at[2] - at[1] < 2


def test_many_pages_at_once_ask_for_the_rules_once() -> None:
    async def main() -> LoopbackServer:
        async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.05)
            writer.write(reply(RULES))

        async with serving({"/robots.txt": slowly, "/a": PAGE}) as server, HttpClient(policy()) as client:
            await asyncio.gather(*(client.get_page(server.url("/a")) for _ in range(10)))
            return server

    assert asyncio.run(main()).paths.count("/robots.txt") == 1


def test_rules_beyond_the_limit_are_not_read() -> None:
    body = RULES + b"# " + b"x" * MAX_ROBOTS_BYTES + b"\nDisallow: /\n"
    assert pages({"/robots.txt": reply(body), "/a": PAGE}, ["/a", "/private/b"])[0] == ["ok", "robots"]


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("\ufeffUser-agent: *\r\nDisallow: /", False),
        ("user-AGENT : BlockWire/1.0 # us\ndisallow : /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: blockwire\nAllow: /", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: otherbot\nUser-agent: blockwire\nDisallow: /", False),
        ("User-agent: block\nDisallow: /", True),
        ("User-agent: blockwirebot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /news/*.html$\nAllow: /news/", False),
        ("User-agent: *\nDisallow: /\nAllow: /news/", True),
    ],
)
def test_the_group_that_names_us_counts_else_the_one_for_all(rules: str, allowed: bool) -> None:
    assert read_rules(rules.encode()).can_fetch("http://a.example/news/x.html", "blockwire") is allowed


@given(st.binary(max_size=400))
def test_any_bytes_are_rules(body: bytes) -> None:
    read_rules(b"User-agent: *\n" + body).can_fetch("http://a.example/x", "blockwire")


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"User-agent: x%d\n" % n for n in range(15_000))
        + b"".join(b"Disallow: /%d\n" % n for n in range(17_000)),
        b"User-agent: *\n" + b"Disallow: /" + b"*a" * 250_000,
        b"User-agent: *\n" + b"".join(b"Disallow: /*a*%d$\n" % n for n in range(25_000)),
        b"User-agent" + b" " * 500_000,
    ],
)
def test_rules_made_to_be_costly_are_not(body: bytes) -> None:
    began = time.process_time()
    read_rules(body).can_fetch("http://a.example/" + "a" * 4000, "blockwire")
    assert time.process_time() - began < 5


def test_sites_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SITES", 3)

    async def fetch(url: URL) -> bytes:
        return b""

    async def main() -> int:
        rules = RobotsRules(fetch, lambda *_: None)
        for number in range(10):
            await rules.require(URL(f"http://a{number}.example/"))
        return len(rules._sites)

    assert asyncio.run(main()) == 3
