"""The archive: what led to items stays, as WARC that anybody reads, and a day is repeated from it byte for byte."""

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shelf_site import ShelfSite, feed_list, page, rss, shelf_site
from warcio.archiveiterator import ArchiveIterator

from blockwire.config.catalogue import load_feeds
from blockwire.config.rules.loading import load_rules
from blockwire.config.settings import Settings
from blockwire.pipelines.commands.shared import store_of
from blockwire.pipelines.options import beam_options
from blockwire.pipelines.repeat import repeat_day
from blockwire.pipelines.rounds import Choice, Wire, run_round, tasks_of
from blockwire.schemas import RoundSummary
from blockwire.schemas.policies import FetchPolicy
from blockwire.transforms.archive.days import day_file
from blockwire.transforms.archive.keeping import keep_what_led_to_items
from blockwire.transforms.archive.repeating import rounds_of
from blockwire.transforms.archive.spool import SPOOL, Spool
from blockwire.transforms.extraction.pool import kept_ready
from blockwire.transforms.packed import Packed
from blockwire.transforms.stores.contract import ItemQuery
from blockwire.transforms.stores.event_contract import EventQuery
from blockwire.transforms.warc_pages import WarcError, read_page

MORNING = datetime(2026, 11, 22, 6, tzinfo=UTC)
NOTICE = "<p>What stands here may be printed elsewhere with a link to us.</p>"
DATE = "Sun, 22 Nov 2026 05:00:00 GMT"


@dataclass(frozen=True)
class Newsroom:
    """A site, and the folder in which the wire runs."""

    site: ShelfSite
    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def wire(self, store: str = "live") -> Wire:
        fetching = FetchPolicy(allow_addresses=("127.0.0.0/8",), per_host_delay_s=0)
        settings = Settings(store=f"sqlite:///{self.folder}/{store}.sqlite", fetch=fetching, archive=self.archive)
        feeds = load_feeds(self.folder / "feeds.yaml")
        return Wire(settings, feeds, load_rules(), store_of(settings), beam_options([]))

    def round(self, hours: int, store: str = "live") -> RoundSummary:
        wire, now = self.wire(store), MORNING + timedelta(hours=hours)
        choice = Choice(wire.feeds, all_feeds=True)
        return run_round(wire, lambda opened: tasks_of(choice, opened, now), trigger="ingest", now=now)

    def records(self) -> list[tuple[str, str, bytes]]:
        """Kind, address and content of all records, as another library reads them."""
        with day_file(self.archive, MORNING.date()).open("rb") as file:
            return [
                (
                    record.rec_type,
                    record.rec_headers.get_header("WARC-Target-URI") or "",
                    record.content_stream().read(),
                )
                for record in ArchiveIterator(file, check_digests="raise")
            ]


def found(wire: Wire) -> list[str]:
    """All items and events, as JSON."""
    with wire.store.open() as store:
        records = [*store.items(ItemQuery(limit=1000)), *store.events.find(EventQuery(limit=None))]
    return sorted(record.model_dump_json() for record in records)


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """Two rounds of a day: four items that repeat a notice, and a page about the weather that came with them; then one of each."""
    folder = tmp_path_factory.mktemp("archive")
    with shelf_site() as site, kept_ready(Packed.of(load_rules())):
        site.headers = {"Set-Cookie": "session=secret"}
        for number in range(4):
            site.put(f"/a/{number}", page(number).replace("</article>", f"{NOTICE}</article>"))
        site.put("/a/4", page(4, relevant=False))
        address = site.put("/feed.xml", rss([(n, DATE) for n in range(5)], irrelevant=(4,)))
        (folder / "feeds.yaml").write_text(feed_list(("shelf", address)))
        room = Newsroom(site, folder)
        assert room.round(0).items == 4
        site.put("/a/5", page(5, "2026-11-22T07:00:00Z"))
        site.put("/a/6", page(6, relevant=False))
        site.put("/feed.xml", rss([(n, DATE) for n in range(7)], irrelevant=(4, 6)))
        assert room.round(1).items == 1
        yield room


def test_what_led_to_items_is_kept_and_nothing_else(newsroom: Newsroom) -> None:
    """Pages, and the one that they were compared with, with the requests for them; the feed of each round; which entry led where.

    Digests hold, and secrets are gone.
    """
    records = newsroom.records()
    paths = [(kind, url.removeprefix(newsroom.site.base)) for kind, url, _ in records]
    assert paths[0] == ("warcinfo", "")
    kept = sorted(path for kind, path in paths if kind == "response")
    assert kept == ["/a/0", "/a/1", "/a/2", "/a/3", "/a/4", "/a/5", "/feed.xml", "/feed.xml"]
    assert len([kind for kind, _ in paths if kind == "request"]) == len(kept)
    assert sum(kind == "metadata" for kind, _ in paths) == 6
    assert {url: body for kind, url, body in records if kind == "response"}[
        f"{newsroom.site.base}/a/5"
    ] == newsroom.site.shelf["/a/5"]
    assert b"secret" not in gzip.decompress(day_file(newsroom.archive, MORNING.date()).read_bytes())
    assert list((newsroom.archive / SPOOL).iterdir()) == []


def test_a_day_is_repeated_byte_for_byte(newsroom: Newsroom) -> None:
    """Without the network: items, with what cleaning took out of them, and events, with all their times."""
    asked = len(newsroom.site.asked)
    again = newsroom.wire("again")
    summaries = list(repeat_day(again, newsroom.archive, MORNING.date()))
    assert [(summary.started, summary.items) for summary in summaries] == [
        (MORNING, 4),
        (MORNING + timedelta(hours=1), 1),
    ]
    assert found(again) == found(newsroom.wire())
    assert not any("printed elsewhere" in text for text in found(again))
    assert len(newsroom.site.asked) == asked
    assert [summary.items for summary in repeat_day(again, newsroom.archive, MORNING.date())] == [0, 0]


def test_a_day_that_is_not_there_is_said_plainly(newsroom: Newsroom) -> None:
    with pytest.raises(WarcError, match="nothing is kept of 2026-11-23; it has 2026-11-22 to 2026-11-22"):
        list(repeat_day(newsroom.wire("none"), newsroom.archive, MORNING.date() + timedelta(days=1)))


@pytest.mark.thorough
def test_the_same_pages_again_are_kept_once(newsroom: Newsroom, tmp_path: Path) -> None:
    """A fresh store takes the day's articles up again: what the servers sent is there already, and which round had it is noted."""
    folder = shutil.copytree(newsroom.folder, tmp_path / "copy")
    room = Newsroom(newsroom.site, folder)
    assert room.round(2, "fresh").items == 5
    kinds = [kind for kind, _, _ in room.records()]
    assert (kinds.count("response"), kinds.count("metadata")) == (9, 13)
    again = room.wire("fresh-again")
    assert [one.items for one in repeat_day(again, room.archive, MORNING.date())] == [4, 1, 0]


def test_a_killed_round_leaves_a_readable_file_and_is_made_up_for(newsroom: Newsroom, tmp_path: Path) -> None:
    """Half a record at the end is cut off, and what the spool has is kept once."""
    folder = shutil.copytree(newsroom.folder, tmp_path / "copy")
    room = Newsroom(newsroom.site, folder)
    file = day_file(room.archive, MORNING.date())
    whole = file.read_bytes()
    shutil.copytree(spool_of(room), room.archive / SPOOL / "left")
    with file.open("ab") as torn:
        torn.write(whole[-300:-100])
    assert len(list(repeat_day(room.wire("torn"), room.archive, MORNING.date()))) == 2
    with room.wire().store.open() as store:
        assert keep_what_led_to_items(room.archive, store) == 1
    assert file.read_bytes() == whole


def spool_of(room: Newsroom) -> Path:
    """The spool of the second round, as it was before it was emptied."""
    second = rounds_of(room.archive, MORNING.date())[1]
    spool = Spool(room.folder / "elsewhere", second.at, "test")
    with room.wire().store.open() as store:
        (item,) = [one for one in store.items(ItemQuery()) if one.first_seen == second.at]
    (origin,) = second.entries
    assert origin.kept is not None
    spool.keep_entry(origin, item, read_page(origin.kept))
    return spool.place


def test_entries_that_are_known_are_not_waited_for(newsroom: Newsroom) -> None:
    """Those that were compared with each other come together again, as many as there are left."""
    first, second = rounds_of(newsroom.archive, MORNING.date())
    assert {one.together for one in first.without(())} == {5}
    known = {one.entry.id for one in first.entries[:2]}
    assert [one.together for one in first.without(known)] == [3, 3, 3]
    assert [one.together for one in second.without(known)] == [1]
