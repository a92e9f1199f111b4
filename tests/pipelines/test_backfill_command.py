"""Older articles come in by lists, sitemaps, feeds' older pages and WARC files; once, dated by publication, and quietly."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from shelf_site import ShelfSite, feed_list, page, rss, shelf_site
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.main import cli
from blockwire.schemas import AlertState, CensorshipItem
from blockwire.transforms.backfill.feed_pages import older_page
from blockwire.transforms.extraction.pool import kept_ready
from blockwire.transforms.packed import Packed
from blockwire.transforms.stores.alert_contract import AlertQuery
from blockwire.transforms.stores.contract import ItemQuery
from blockwire.transforms.stores.event_contract import EventQuery
from blockwire.transforms.stores.sqlite import SqliteStore

NEWS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
SETTINGS = """store = "sqlite:///wire.sqlite"
feeds = "feeds.yaml"
[fetch]
allow_addresses = ["127.0.0.0/8"]
per_host_delay_s = 0.0
[[alerts.channels]]
id = "told"
kind = "jsonl"
path = "told.jsonl"
"""


@pytest.fixture(scope="module", autouse=True)
def _ready() -> Iterator[None]:
    """What starts extraction is shared by all rounds."""
    with kept_ready(Packed.of(load_rules())):
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blockwire.toml").write_text(SETTINGS)
    (tmp_path / "feeds.yaml").write_text(feed_list(("elsewhere", "https://elsewhere.example/feed")))
    return tmp_path


def backfill(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--log-format", "json", "backfill", *arguments], catch_exceptions=False)


def told(result: Result) -> dict[str, int]:
    assert result.exit_code == 0, result.output
    counts: dict[str, int] = json.loads(result.stdout.splitlines()[-1])
    return counts


def items(folder: Path) -> list[CensorshipItem]:
    with SqliteStore(folder / "wire.sqlite") as store:
        return list(store.items(ItemQuery(limit=1000)))


def test_addresses_are_taken_up_once_in_chunks_and_quietly(folder: Path) -> None:
    """A second run finds them known and fetches nothing; nobody is alerted, then or by later rounds; one that fails is a dead letter."""
    with shelf_site() as site:
        for number in range(3):
            site.put(f"/a/{number}", page(number, f"2026-11-{20 + number}T08:00:00Z"))
        urls = "".join(f"{site.base}/a/{number}\n" for number in (0, 1, 2, 9))
        (folder / "urls.txt").write_text(f"# what is missing\n\n{urls}not an address\n")
        first = backfill("--urls", "urls.txt", "--chunk", "2")
        assert told(first) == {
            "looked_at": 4,
            "known": 0,
            "items": 3,
            "not_relevant": 0,
            "dead_letters": 1,
            "events": 3,
        }
        assert "40% · 2 looked at" in first.stderr and "left" in first.stderr
        fetched = len(site.asked)
        assert told(backfill("--urls", "urls.txt")) == {
            "looked_at": 4, "known": 4, "items": 0, "not_relevant": 0, "dead_letters": 0, "events": 0,
        }  # fmt: skip
        assert len(site.asked) == fetched
    assert {item.source.feed_id for item in items(folder)} == {"127.0.0.203"}
    with SqliteStore(folder / "wire.sqlite") as store:
        events = list(store.events.find(EventQuery()))
        assert {event.history[0].at for event in events} == {datetime(2026, 11, d, 8, tzinfo=UTC) for d in (20, 21, 22)}
        assert list(store.alerts.find(AlertQuery(states=tuple(AlertState)))) == []
        assert list(store.events.undecided()) == []


@pytest.mark.thorough
def test_alerts_go_out_where_they_are_asked_for(folder: Path) -> None:
    """By the rules of the settings, which look at the age of the news."""
    with shelf_site() as site:
        (folder / "urls.txt").write_text(site.put("/a/0", page(0, datetime.now(UTC).isoformat())))
        assert told(backfill("--urls", "urls.txt", "--alerts"))["items"] == 1
    assert len((folder / "told.jsonl").read_text().splitlines()) == 1


def put_sitemaps(site: ShelfSite) -> str:
    """An index of a news sitemap, a plain one, an old one, and one of another site."""
    site.put("/a/0", page(0))
    site.put("/a/1", page(1))
    site.put("/a/2", page(2))
    site.put(
        "/news.xml",
        f"<urlset {NEWS}><url><loc>BASE/a/0</loc><news:news><news:publication><news:language>en</news:language></news:publication>"
        "<news:publication_date>2026-11-20T10:00:00+02:00</news:publication_date><news:title>Iran blocks Telegram, report 0</news:title>"
        "</news:news></url></urlset>",
    )
    site.put("/plain.xml", f"<urlset {NEWS}><url><loc>BASE/a/1</loc><lastmod>2026-11-19</lastmod></url></urlset>")
    site.put("/old.xml", f"<urlset {NEWS}><url><loc>BASE/a/2</loc></url></urlset>")
    rows = "".join(
        f"<sitemap><loc>{loc}</loc><lastmod>{at}</lastmod></sitemap>"
        for loc, at in (
            ("BASE/news.xml", "2026-11-20"),
            ("BASE/plain.xml", "2026-11-19"),
            ("BASE/old.xml", "2019-01-01"),
            ("https://elsewhere.example/s.xml", "2026-11-20"),
        )
    )
    return site.put("/index.xml", f"<sitemapindex {NEWS}>{rows}</sitemapindex>")


def test_a_sitemap_index_is_walked_within_its_site(folder: Path) -> None:
    """Dates of publication are those of the news sitemap; without any, of the last change."""
    with shelf_site() as site:
        counts = told(backfill("--sitemap", put_sitemaps(site), "--since", "2026-11-01"))
    assert (counts["looked_at"], counts["items"]) == (2, 2)
    assert {item.url.rpartition("/")[2]: item.published for item in items(folder)} == {
        "0": datetime(2026, 11, 20, 8, tzinfo=UTC),
        "1": datetime(2026, 11, 19, tzinfo=UTC),
    }


ARCHIVE = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="prev-archive" href="BASE/older.xml"/>'


def test_older_pages_of_a_feed_are_walked(folder: Path) -> None:
    """By RFC 5005, until a page brings nothing that was not there; the items are the feed's."""
    date = "Fri, 20 Nov 2026 10:00:00 GMT"
    with shelf_site() as site:
        for number in range(4):
            site.put(f"/a/{number}", page(number))
        site.put("/older.xml", rss([(2, date), (3, date)], ARCHIVE))
        (folder / "feeds.yaml").write_text(
            feed_list(("shelf", site.put("/feed.xml", rss([(0, date), (1, date)], ARCHIVE))))
        )
        assert told(backfill("--older", "shelf"))["items"] == 4
    assert {item.source.feed_id for item in items(folder)} == {"shelf"}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="prev-archive" href="/2025.xml"/><link rel="next" href="?page=2"/>', "https://x.example/2025.xml"),
        ('<atom:link rel="next" href="?page=2&amp;n=5"/>', "https://x.example/feed?n=5&page=2"),
        ('<link rel="next" href="https://elsewhere.example/feed"/>', None),
        ("<generator>https://wordpress.org/?v=6.7</generator>", "https://x.example/feed?format=rss&paged=3"),
        ("<generator>Drupal</generator>", None),
    ],
)
def test_where_the_next_older_page_is(head: str, expected: str | None) -> None:
    """What the feed names on its own site; WordPress's way only where the feed says that WordPress made it."""
    assert older_page(f"<feed>{head}</feed>".encode(), "https://x.example/feed?format=rss&paged=2", 3) == expected


def test_pages_of_a_warc_file_need_no_server(folder: Path) -> None:
    """An article without a date is of the day of the crawl; what is no page is left out; a cut-off file is read up to its end."""
    with (folder / "crawl.warc.gz").open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number, (date, kind) in enumerate(
            (("2026-11-01T10:00:00Z", "text/html"), (None, "text/html"), (None, "image/png"))
        ):
            head = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://archived.example/{number}", "response", payload=io.BytesIO(page(number, date).encode()),
                http_headers=head, warc_headers_dict={"WARC-Date": "2026-11-03T12:00:00Z"},
            )  # fmt: skip
            writer.write_record(record)
    whole = (folder / "crawl.warc.gz").read_bytes()
    (folder / "crawl.warc.gz").write_bytes(whole[:-200])
    counts = told(backfill("--warc", "crawl.warc.gz"))
    assert (counts["looked_at"], counts["items"]) == (2, 2)
    assert {item.url: (item.published, item.fetched.day) for item in items(folder)} == {
        "https://archived.example/0": (datetime(2026, 11, 1, 10, tzinfo=UTC), 3),
        "https://archived.example/1": (datetime(2026, 11, 3, 12, tzinfo=UTC), 3),
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Say what to take up"),
        (("--warc", "feeds.yaml"), "cannot be read as WARC"),
        (("--older", "nobody"), "no feed has the id 'nobody'"),
    ],
)
def test_what_cannot_be_taken_up_is_said_plainly(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    result = backfill(*arguments)
    assert result.exit_code != 0
    assert said in result.output
