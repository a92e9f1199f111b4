import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from blockwire.schemas import Feed, FeedKind, FeedState, Stage
from blockwire.schemas.policies import PollPolicy
from blockwire.transforms.feeds.polling import LASTING_FAILURES, Poll, PollOutcome, poll
from blockwire.transforms.http.messages import FetchError, Response, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://news.example/feed"
FEED = Feed(id="news", name="News", url=URL, owner="news", kind=FeedKind.NEWSWIRE, languages=("en",))
POLICY = PollPolicy()
BODY = (
    b"<rss version='2.0'><channel><title>N</title>"
    b"<item><title>A</title><link>https://news.example/a</link><pubDate>Sun, 01 Mar 2026 11:00:00 GMT</pubDate></item>"
    b"<item><title>B</title><link>https://news.example/b</link><pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>"
)


@dataclass
class FakeFetcher:
    """Answers as told, one answer a request, and remembers what was asked."""

    answers: list[Callable[[str, Validators], Response]] = field(default_factory=list)
    asked: list[tuple[str, Validators]] = field(default_factory=list)

    async def get_feed(self, url: str, validators: Validators = Validators()) -> Response:  # noqa: B008 - frozen
        self.asked.append((url, validators))
        return self.answers.pop(0)(url, validators)

    async def get_page(self, url: str) -> Response:
        raise AssertionError(f"polling fetched the page {url}")

    def says(
        self, body: bytes = BODY, *, etag: str | None = None, permanent: str | None = None, **headers: str
    ) -> "FakeFetcher":
        def answer(url: str, validators: Validators) -> Response:
            by_name = {name.replace("_", "-"): value for name, value in headers.items()}
            return Response(url, permanent or url, 200, by_name, body, Validators(etag), permanent)

        self.answers.append(answer)
        return self

    def not_modified(self) -> "FakeFetcher":
        self.answers.append(lambda url, validators: Response(url, url, 304, {}, b"", validators))
        return self

    def fails(self, reason: str, status: int | None = None, retry_after_s: float | None = None) -> "FakeFetcher":
        def answer(url: str, validators: Validators) -> Response:
            raise FetchError(reason, f"{url}: {reason}", url=url, status=status, retry_after_s=retry_after_s)

        self.answers.append(answer)
        return self

    def polled(self, state: FeedState | None = None, feed: Feed = FEED, now: datetime = NOW) -> Poll:
        return asyncio.run(poll(feed, state, self, POLICY, now))


def test_a_feed_with_new_entries() -> None:
    polled = FakeFetcher().says(etag='"1"').polled()
    assert polled.outcome is PollOutcome.OK
    assert polled.answered
    assert [entry.title for entry in polled.entries] == ["A", "B"]
    state = polled.state
    assert (state.etag, state.entries, state.last_ok, state.failures) == ('"1"', 2, NOW, 0)
    assert state.last_new == NOW - timedelta(hours=1)
    assert state.rhythm_s == 3600
    assert polled.dead_letter is None


def test_the_validators_go_back_as_they_came() -> None:
    fetcher = FakeFetcher().says(etag='W/"odd \xe9"').not_modified()
    first = fetcher.polled()
    second = fetcher.polled(first.state)
    assert fetcher.asked[1] == (URL, Validators('W/"odd \xe9"'))
    assert second.outcome is PollOutcome.UNCHANGED
    assert (second.entries, second.state.entries, second.state.etag) == ((), 2, 'W/"odd \xe9"')


def test_the_same_bytes_again_are_ok() -> None:
    fetcher = FakeFetcher().says().says()
    first = fetcher.polled()
    second = fetcher.polled(first.state)
    assert second.outcome is PollOutcome.OK
    assert second.entries == first.entries


def test_validators_of_a_broken_answer_are_not_kept() -> None:
    fetcher = (
        FakeFetcher().says(b"<html>Database error</html>", etag='"bad"').says(etag='"good"').says(b"", etag='"empty"')
    )
    first = fetcher.polled()
    assert (first.outcome, first.state.etag) == (PollOutcome.FAILED, None)
    second = fetcher.polled(first.state)
    third = fetcher.polled(second.state)
    assert third.state.etag == '"good"'


def test_validators_of_half_a_feed_are_not_kept() -> None:
    """Else the server would say ever after that nothing changed, and the other half would be lost."""
    half = BODY[: BODY.index(b"<title>B") + 8]
    polled = FakeFetcher().says(half, etag='"1"').polled()
    assert (polled.outcome, [entry.title for entry in polled.entries]) == (PollOutcome.OK, ["A"])
    assert (polled.state.etag, polled.warnings) == (None, ("the feed is cut off: its end is missing",))


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    polled = FakeFetcher().not_modified().polled()
    assert (polled.outcome, polled.reason) == (PollOutcome.FAILED, "unasked_304")


def test_an_unreadable_body_is_kept_for_a_person() -> None:
    page = b'<html><link rel="alternate" type="application/rss+xml" href="/rss.xml"><p>Moved house</p></html>'
    letter = FakeFetcher().says(page).polled().dead_letter
    assert letter is not None
    assert (letter.stage, letter.reason, letter.entry) == (Stage.PARSE, "html_page", None)
    assert "Moved house" in letter.sample
    assert "https://news.example/rss.xml" in letter.message


@pytest.mark.parametrize("reason", ["http_404", "address_refused", "tls", "too_large"])
def test_what_time_does_not_heal_is_a_dead_letter(reason: str) -> None:
    status = 404 if reason == "http_404" else None
    polled = FakeFetcher().fails(reason, status).polled()
    assert polled.outcome is PollOutcome.FAILED
    assert not polled.answered
    assert polled.dead_letter is not None
    assert (polled.dead_letter.stage, polled.dead_letter.reason) == (Stage.POLL, reason)


@pytest.mark.parametrize(("reason", "status"), [("timeout", None), ("dns", None), ("http_500", 500)])
def test_what_passes_by_itself_is_none_until_it_lasts(reason: str, status: int | None) -> None:
    polled = FakeFetcher().fails(reason, status).polled()
    assert polled.dead_letter is None
    assert (polled.state.failures, polled.state.http_status) == (1, status)
    lasting = FeedState(feed_id="news", url=URL, failures=LASTING_FAILURES - 1)
    assert FakeFetcher().fails(reason, status).polled(lasting).dead_letter is not None


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(status: int) -> None:
    polled = FakeFetcher().fails(f"http_{status}", status, retry_after_s=7200.0).polled()
    assert polled.outcome is PollOutcome.THROTTLED
    assert polled.state.next_poll == NOW + timedelta(seconds=7200)
    assert polled.dead_letter is None


def test_gone_is_told_and_remembered() -> None:
    polled = FakeFetcher().fails("http_410", 410).polled()
    assert polled.outcome is PollOutcome.GONE
    assert polled.state.gone
    assert polled.dead_letter is not None


def test_a_permanent_redirect_is_followed_from_the_next_poll_on() -> None:
    fetcher = FakeFetcher().says(permanent="https://new.example/feed").says()
    first = fetcher.polled()
    fetcher.polled(first.state)
    assert fetcher.asked[1][0] == "https://new.example/feed"


def test_a_redirect_to_a_page_is_not_believed() -> None:
    polled = FakeFetcher().says(b"<html>Welcome</html>", permanent="https://parked.example/").polled()
    assert polled.state.url == URL


def test_a_corrected_feed_list_is_followed_without_old_validators() -> None:
    state = FeedState(feed_id="news", url=URL, etag='"1"')
    fetcher = FakeFetcher().says()
    fetcher.polled(state, feed=FEED.model_copy(update={"url": "https://other.example/feed"}))
    assert fetcher.asked == [("https://other.example/feed", Validators())]


def test_max_age_and_ttl_are_waited_for() -> None:
    polled = FakeFetcher().says(cache_control="max-age=5400").polled()
    assert polled.state.next_poll == NOW + timedelta(seconds=5400)


def test_bad_entries_are_dead_letters_of_their_own() -> None:
    polled = FakeFetcher().says(BODY.replace(b"</channel>", b"<item/><item></item></channel>")).polled()
    assert polled.outcome is PollOutcome.OK
    assert len(polled.entries) == 2
    letters = polled.problems
    assert [(letter.stage, letter.reason) for letter in letters] == [(Stage.PARSE, "empty_entry")] * 2
    assert len({letter.id for letter in letters}) == 2


def test_a_bad_entry_is_known_by_what_it_is_and_not_by_its_place() -> None:
    """Another one at the same place is another one; the same at another place, or twice, is the same."""

    def ids(*entries: bytes) -> list[str]:
        polled = FakeFetcher().says(BODY.replace(b"</channel>", b"".join(entries) + b"</channel>")).polled()
        assert polled.outcome is PollOutcome.OK
        return [letter.id for letter in polled.problems]

    one, other = b"<item><x:rating>5</x:rating></item>", b"<item>\n<x:rating>4</x:rating>\n</item>"
    (first,) = ids(one)
    (second,) = ids(other)
    assert first != second
    assert ids(other, one, b"<item>  <x:rating>5</x:rating></item>".replace(b"  ", b"")) == [second, first]


def test_a_large_feed_is_read_beside_the_event_loop() -> None:
    items = b"".join(
        b"<item><title>%d</title><link>https://news.example/%d</link></item>" % (n, n) for n in range(1500)
    )
    assert len(FakeFetcher().says(b"<rss><channel>" + items + b"</channel></rss>").polled().entries) == 1500
