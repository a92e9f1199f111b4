"""What the flags of a round do, and trying dead letters again."""

import subprocess
import sys
from pathlib import Path

from command_line import Done, blockwire, environment
from tiny_site import YESTERDAY, TinySite, tiny_site

from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.ingest import _extractors_on_the_way
from blockwire.schemas import Feed, FeedKind, RoundSummary
from blockwire.schemas.ids import digest
from blockwire.transforms.extraction.pool import _Nursery
from blockwire.transforms.stores.sqlite import SqliteStore

STORE = "sqlite:///wire.sqlite"


def ingest(folder: Path, site: TinySite, *flags: str, command: tuple[str, ...] = ("ingest",)) -> Done:
    (folder / "feeds.yaml").write_text(site.feed_list())
    given = ("--store", STORE, "--feeds", "feeds.yaml", "--allow-address", "127.0.0.0/8")
    return blockwire("--log-format", "json", *command, *given, *flags, cwd=folder)


def count(folder: Path, what: str = "items") -> int:
    return len(blockwire(what, "list", "--store", STORE, "--format", "jsonl", cwd=folder).records)


def test_beam_is_not_imported_before_extractors_can_be_on_the_way() -> None:
    """To import it takes as long as to load them."""
    told = "import sys, blockwire.pipelines.commands.ingest; print('apache_beam' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], env=environment(), capture_output=True, check=True)
    assert done.stdout == b"False\n"


def test_extractors_are_on_the_way_where_something_is_due_and_the_last_round_brought_news(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path}/wire.sqlite")
    feed = Feed(id="a", name="A", url="https://a.example/feed", owner="a", kind=FeedKind.NEWSWIRE, languages=("en",))

    def on_the_way(*feeds: Feed) -> bool:
        with _extractors_on_the_way(settings, load_rules(), feeds, all_feeds=False):
            return _Nursery.kept is not None

    assert on_the_way(feed)
    assert not on_the_way()
    with SqliteStore(tmp_path / "wire.sqlite") as store:
        store.put_round(RoundSummary(id=digest("r"), started=YESTERDAY, finished=YESTERDAY, blockwire_version="0"))
    assert not on_the_way(feed)
    assert _Nursery.kept is None


def test_a_dry_run_does_everything_and_keeps_nothing(tmp_path: Path) -> None:
    """Before there is a store, and beside one."""
    with tiny_site(articles=3) as site:
        rehearsed = ingest(tmp_path, site, "--dry-run")
        assert (rehearsed.status, rehearsed.summary.items) == (0, 3)
        assert not (tmp_path / "wire.sqlite").exists()
        assert ingest(tmp_path, site, "--limit", "1").summary.items == 1
        assert ingest(tmp_path, site, "--dry-run", "--all").summary.items == 2
        assert count(tmp_path) == 1


def test_a_limit_leaves_the_rest_for_later(tmp_path: Path) -> None:
    """Nothing that it leaves is lost, though the feed answers 304 when asked conditionally."""
    with tiny_site(articles=5) as site:
        first = ingest(tmp_path, site, "--limit", "2")
        assert (first.summary.entries_new, first.summary.entries_deferred) == (2, 3)
        second = ingest(tmp_path, site)
        assert (second.summary.entries_known, second.summary.entries_new) == (2, 3)
        assert ingest(tmp_path, site).summary.feeds_due == 0
        assert ingest(tmp_path, site, "--all").summary.feeds_unchanged == 1


def test_since_leaves_older_entries_out(tmp_path: Path) -> None:
    """By the date that the feed gives."""
    with tiny_site(articles=5) as site:
        done = ingest(tmp_path, site, "--since", f"{YESTERDAY:%Y-%m-%d}T03:00:00Z")
    assert (done.summary.entries_deferred, done.summary.items) == (3, 2)


def test_a_feed_list_can_be_opml(tmp_path: Path) -> None:
    """As other readers export it."""
    with tiny_site(articles=2) as site:
        outline = f'<outline type="rss" text="Tiny" xmlUrl="{site.base}/feed.xml"/>'
        (tmp_path / "mine.opml").write_text(f'<opml version="2.0"><head/><body>{outline}</body></opml>')
        done = ingest(tmp_path, site, "--feeds", "mine.opml", "--only", "tiny")
    assert (done.status, done.summary.items) == (0, 2), done.err


def test_dead_letters_are_listed_shown_replayed_and_dropped(tmp_path: Path) -> None:
    """What succeeds when it is tried again leaves the dead letters; what fails again counts one attempt more."""
    with tiny_site(articles=3) as site:
        site.missing.update({"/a/0.html", "/a/1.html"})
        assert ingest(tmp_path, site).summary.dead_letters == 2
        listed = blockwire("dead-letters", "list", "--store", STORE, "--format", "jsonl", cwd=tmp_path).records
        assert {letter["reason"] for letter in listed} == {"http_404"}
        site.missing.discard("/a/0.html")
        replayed = ingest(tmp_path, site, "--reason", "http_404", command=("dead-letters", "replay"))
        assert (replayed.status, replayed.summary.entries_retried) == (0, 2), replayed.err
        assert (replayed.summary.items, replayed.summary.dead_letters) == (1, 1)
    (left,) = blockwire("dead-letters", "list", "--store", STORE, "--format", "jsonl", cwd=tmp_path).records
    assert left["attempts"] == 2
    shown = blockwire("dead-letters", "show", str(left["id"])[:10], "--store", STORE, cwd=tmp_path)
    assert '"http_404"' in shown.out
    dropped = blockwire("dead-letters", "drop", "--all", "--yes", "--store", STORE, cwd=tmp_path)
    assert dropped.out.strip() == "1 dropped."
    assert count(tmp_path, "dead-letters") == 0 and count(tmp_path) == 2


def test_a_round_adds_itself_to_the_metrics_file(tmp_path: Path) -> None:
    """Polls, entries, lag; a rehearsal leaves the file alone."""
    with tiny_site(articles=2) as site:
        assert ingest(tmp_path, site, "--metrics-file", "wire.prom").status == 0
        text = (tmp_path / "wire.prom").read_text("utf-8")
        assert ingest(tmp_path, site, "--metrics-file", "wire.prom", "--dry-run", "--all").status == 0
    assert (tmp_path / "wire.prom").read_text("utf-8") == text
    assert 'blockwire_polls_total{kind="newswire",outcome="ok"} 1.0' in text
    assert 'blockwire_entries_total{fate="indexed"} 2.0' in text
    assert "blockwire_publication_to_index_seconds_count 2.0" in text
    assert 'blockwire_feeds{condition="ok",kind="newswire"} 1.0' in text


def test_nothing_is_dropped_or_replayed_unasked(tmp_path: Path) -> None:
    """A bare command says what it needs."""
    done = blockwire("dead-letters", "drop", "--store", STORE, cwd=tmp_path)
    assert done.status == 2 and "Say which" in done.err
