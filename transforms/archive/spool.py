"""Where fetched pages wait, beside the archive, until it is known what they led to."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from blockwire.schemas import Article
from blockwire.schemas.archives import ArchivedEntry, KeptAnswer
from blockwire.transforms.archive.records import exchange, kept_answer
from blockwire.transforms.elements import NewEntry
from blockwire.transforms.http.messages import Fetcher, Response, Validators
from blockwire.transforms.stores.contract import StoreUnavailable

SPOOL: Final = "spool"
_MEMBERS: Final = ".warc.gz"
_ABOUT: Final = ".json"
_FEED: Final = "feed-"


@dataclass(frozen=True)
class Spool:
    """The spool of one round: plain values, picklable. What is not complete there counts as not there."""

    folder: Path
    """Of the archive."""
    round: datetime
    user_agent: str

    @property
    def place(self) -> Path:
        """Its own folder."""
        return self.folder / SPOOL / f"{self.round:%Y%m%dT%H%M%S.%fZ}"

    def keep_feed(self, feed_id: str, response: Response) -> None:
        """Keeps an answer of a feed."""
        kept = kept_answer(response, self.round.isoformat(), feed_id)
        self._write(f"{_FEED}{feed_id}", kept, exchange(kept, response, datetime.now(UTC), self.user_agent))

    def keep_entry(self, origin: NewEntry, article: Article, page: Response | None) -> None:
        """Keeps what an entry led to: its page, or that it carried the text itself."""
        key = self.round.isoformat(), origin.entry.id
        kept = kept_answer(page, *key) if page else None
        about = ArchivedEntry(
            round=self.round, entry=origin.entry, article_id=article.id, together=origin.together, page=kept
        )
        members = exchange(kept, page, article.fetched, self.user_agent) if kept and page else b""
        self._write(origin.entry.id, about, members)

    def _write(self, name: str, about: ArchivedEntry | KeptAnswer, members: bytes) -> None:
        """The records first: what says that they are there comes last, in one step."""
        with writable(self.folder):
            self.place.mkdir(parents=True, exist_ok=True)
            (self.place / f"{name}{_MEMBERS}").write_bytes(members)
            half = self.place / f"{name}.half"
            half.write_text(about.model_dump_json(), encoding="utf-8")
            half.replace(self.place / f"{name}{_ABOUT}")


@dataclass(frozen=True)
class KeepingFetcher:
    """A fetcher that spools the answers of a feed."""

    inner: Fetcher
    spool: Spool
    feed_id: str

    async def get_feed(self, url: str, validators: Validators = Validators()) -> Response:  # noqa: B008 - frozen
        """Fetches, and keeps what is new."""
        response = await self.inner.get_feed(url, validators)
        if not response.not_modified:
            await asyncio.to_thread(self.spool.keep_feed, self.feed_id, response)
        return response

    async def get_page(self, url: str) -> Response:
        """Fetches."""
        return await self.inner.get_page(url)


def spooled_entries(place: Path) -> list[ArchivedEntry]:
    """What is known of the entries in the spool of a round, by id."""
    files = sorted(file for file in place.glob(f"*{_ABOUT}") if not file.name.startswith(_FEED))
    return [ArchivedEntry.model_validate_json(file.read_bytes()) for file in files]


def spooled_feed(place: Path, feed_id: str) -> KeptAnswer | None:
    """What is known of a feed's answer there."""
    file = place / f"{_FEED}{feed_id}{_ABOUT}"
    return KeptAnswer.model_validate_json(file.read_bytes()) if file.exists() else None


def members_of(place: Path, name: str) -> bytes:
    """The records of an entry, by its id, or of a feed, by ``feed-`` and its id."""
    return (place / f"{name}{_MEMBERS}").read_bytes()


def feed_name(feed_id: str) -> str:
    """The name of a feed's files."""
    return f"{_FEED}{feed_id}"


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Says plainly that the archive cannot be written.

    Raises:
        StoreUnavailable: with the reason and the next step.
    """
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"the archive {str(folder)!r} cannot be written: {error.strerror or os.strerror(error.errno or 0)};"
            " free some space, or name another folder"
        ) from error
