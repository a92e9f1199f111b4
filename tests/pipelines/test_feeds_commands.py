"""``blockwire feeds``, as a person uses it: own list, own feeds, how they fare."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from tiny_site import tiny_site

from blockwire.config.catalogue import load_feeds
from blockwire.pipelines.main import run
from blockwire.schemas import FeedState
from blockwire.transforms.stores.sqlite import SqliteStore

LOCAL = ("--allow-address", "127.0.0.0/8")
LIST = """# ours
feeds:
- id: one   # the first
  name: One
  url: https://one.example/rss
  owner: one
  kind: newswire
  languages: [ru]
  countries: [RU]
- id: two
  name: Two
  url: https://two.example/rss
  owner: two
  kind: digital_rights
  languages: [en]
"""


class Said(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs ``blockwire feeds ...`` in a folder with a feed list of two."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "mine.yaml").write_text(LIST)
    (tmp_path / "blockwire.toml").write_text('feeds = "mine.yaml"\nstore = "sqlite:///wire.sqlite"\n')

    def said(*arguments: str) -> Said:
        status = run(["feeds", *arguments])
        return Said(status, *capsys.readouterr())

    return said


def test_the_list_can_be_narrowed(feeds: Callable[..., Said]) -> None:
    """By country, language and kind; for people and for machines."""
    assert "2 feeds" in feeds("list").out
    for flags in (("--country", "ru"), ("--language", "ru"), ("--kind", "newswire")):
        (line,) = feeds("list", *flags, "--format", "jsonl").out.splitlines()
        assert json.loads(line)["id"] == "one"


def test_status_tells_who_is_in_trouble_and_when_the_next_poll_is(feeds: Callable[..., Said]) -> None:
    """As a table, and as JSON Lines for a monitor."""
    now = datetime.now(UTC)
    with SqliteStore("wire.sqlite") as store:
        failed = FeedState(
            feed_id="two", url="https://two.example/rss", last_polled=now, failures=4, error="no answer",
            next_poll=now + timedelta(hours=2, minutes=5),
        )  # fmt: skip
        store.put_feed_states([failed])
    everything = feeds("status")
    assert "not in this list" not in everything.out
    with SqliteStore("wire.sqlite") as store:
        store.put_feed_states([FeedState(feed_id="other", url="https://other.example/rss")])
    assert "1 feeds of the store are not in this list." in feeds("status").out
    assert "2 feeds: 1 new, 1 failing" in everything.out
    assert "4 polls failed one after the other: no answer" in everything.out
    assert "next poll in 2.1 h" in everything.out
    (line,) = feeds("status", "--failing", "--format", "jsonl").out.splitlines()
    told = json.loads(line)
    assert (told["id"], told["condition"], told["failures"]) == ("two", "failing", 4)


def test_check_shows_what_would_be_read(feeds: Callable[..., Said]) -> None:
    """And says so where there is nothing."""
    with tiny_site(articles=3) as site:
        good = feeds("check", f"{site.base}/feed.xml", *LOCAL)
        page = feeds("check", f"{site.base}/a/1.html", *LOCAL)
        missing = feeds("check", f"{site.base}/nothing", *LOCAL)
        guarded = feeds("check", f"{site.base}/feed.xml")
    assert good.status == 0
    for told in ("rss 2.0", "3, 3 with a date", "unchanged feed costs nothing", f"{site.base}/a/2.html"):
        assert told in good.out
    assert (page.status, missing.status, guarded.status) == (1, 1, 1)
    assert "an HTML page where a feed should be" in page.out
    assert "404" in missing.err
    assert "127.0.0.202" in guarded.err


def test_discover_names_the_feeds_of_a_page(feeds: Callable[..., Said]) -> None:
    """One a line, ready for check or add."""
    with tiny_site(articles=1) as site:
        found = feeds("discover", f"{site.base}/a/0.html", *LOCAL)
        assert (found.status, found.out.split()) == (0, [f"{site.base}/feed.xml"])
        nothing = feeds("discover", f"{site.base}/feed.xml", *LOCAL)
    assert (nothing.status, nothing.out) == (1, "")


def test_a_feed_is_added_after_it_was_read(feeds: Callable[..., Said]) -> None:
    """Its title and language are taken from it; comments of the list stay."""
    with tiny_site(articles=2) as site:
        added = feeds("add", f"{site.base}/feed.xml", "--kind", "newswire", "--country", "tr", *LOCAL)
        again = feeds("add", f"{site.base}/feed.xml", "--kind", "newswire", *LOCAL)
        page = feeds("add", f"{site.base}/a/0.html", "--kind", "newswire", *LOCAL)
    assert added.status == 0, added.err
    assert "tiny (Tiny, en, 2 entries today) was added to mine.yaml" in added.out
    feed = load_feeds(Path("mine.yaml"))[-1]
    assert (feed.name, feed.languages, feed.countries) == ("Tiny", ("en",), ("TR",))
    assert "# the first" in Path("mine.yaml").read_text()
    assert again.status == 2 and "'tiny' has it" in again.err
    assert page.status == 1 and f"The page names {site.base}/feed.xml" in page.err
    assert len(load_feeds(Path("mine.yaml"))) == 3


def test_an_unreachable_feed_can_be_added_all_the_same(feeds: Callable[..., Said]) -> None:
    """Whoever adds it says what it is."""
    url = "http://127.0.0.1:9/rss"
    assert feeds("add", url, "--kind", "newswire", "--language", "fa", *LOCAL).status == 1
    assert "--language" in feeds("add", url, "--kind", "newswire", "--no-try").err
    done = feeds("add", url, "--kind", "newswire", "--language", "fa", "--name", "Far", "--no-try")
    assert (done.status, load_feeds(Path("mine.yaml"))[-1].id) == (0, "far")


def test_a_feed_is_removed(feeds: Callable[..., Said]) -> None:
    """By its id; a wrong one is answered with the nearest."""
    assert "did you mean 'two'" in feeds("remove", "tow").err
    assert feeds("remove", "two").status == 0
    assert [feed.id for feed in load_feeds(Path("mine.yaml"))] == ["one"]


def test_lists_go_out_as_opml_and_come_back(feeds: Callable[..., Said]) -> None:
    """What is in the list already is passed over."""
    assert feeds("export", "out.opml").status == 0
    assert feeds("export", "out.opml").status == 2, "an existing file is never overwritten"
    assert "xmlUrl" in feeds("export", "-").out
    feeds("remove", "two")
    back = feeds("import", "out.opml")
    assert "1 feeds were added to mine.yaml, 1 were in it already." in back.out
    assert [feed.id for feed in load_feeds(Path("mine.yaml"))] == ["one", "two"]


def test_the_shipped_list_is_not_changed(feeds: Callable[..., Said], tmp_path: Path) -> None:
    """It says how to make a copy of it."""
    (tmp_path / "blockwire.toml").unlink()
    told = feeds("remove", "two")
    assert told.status == 2
    assert "blockwire feeds export mine.yaml" in told.err
