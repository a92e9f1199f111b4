"""Moving an index to a new version while it is read and written.

Documents are copied with their versions as external ones, pass after pass, each with what changed since the one before, by sequence
number. For the last of it writing to the old index is blocked: writers wait, as they do with a busy server, and readers go on.
Then the alias changes over in one step, and writers go on with the new index. Reading from both at once would be
no alternative: an alias of two indices answers no request by id, and what is known is asked by id.
"""

import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from elasticsearch import ApiError, BadRequestError

from blockwire.transforms.elasticsearch.bulk import Action, Ended, write_all
from blockwire.transforms.elasticsearch.connection import Connection
from blockwire.transforms.elasticsearch.trouble import reason_of, refused_request
from blockwire.transforms.stores.contract import StoreError
from blockwire.transforms.stores.elasticsearch_indices import SETTINGS, update_mapping
from blockwire.transforms.stores.elasticsearch_search import pages

log = logging.getLogger(__name__)

FEW: Final = 500
"""So many changes since the last pass are copied in about a second: time to block."""
PASSES: Final = 10
"""Where changes come faster than they are copied, writers are held up in the end."""

_IN_INDEX_ORDER: Final = ({"_shard_doc": "asc"},)
_VERSION: Final = re.compile(r"-v(\d+)$")


@dataclass(frozen=True)
class Migrated:
    """How an index moved."""

    source: str
    target: str
    documents: int
    held_up_s: float
    """How long writers waited, at most."""
    removed: bool
    """The old index is gone, since its name is the alias now; else it is kept, blocked for writing."""


def migrate(connection: Connection, name: str, mapping: Mapping[str, Any], retired: str | None = None) -> Migrated:
    """Moves what is behind a name to an index of the next version with this mapping.

    An interrupted migration goes on where it was when it is started again.

    Args:
        connection: with the right to manage the indices.
        name: the alias, or an index from before there were versions.
        mapping: of the new index, with its digest.
        retired: the lifecycle policy for the old index, where the server has one.

    Raises:
        StoreUnavailable: where the server cannot be used.
        StoreError: where documents do not fit the new mapping; all is as before then.
    """
    try:
        moving = _Moving(connection, name, mapping)
        done = moving.run()
        if retired is not None and not done.removed:
            moving.retire(retired)
    except ApiError as error:
        raise refused_request(error) from error
    return done


class _Moving:
    def __init__(self, connection: Connection, name: str, mapping: Mapping[str, Any]) -> None:
        self._connection = connection
        self._name = name
        self._mapping = dict(mapping)
        self._source = self._behind()
        found = _VERSION.search(self._source)
        self._target = f"{name}-v{int(found[1]) + 1 if found else 1}"

    def run(self) -> Migrated:
        self._prepare()
        seen = -1
        for _ in range(PASSES):
            seen, copied = self._pass(seen)
            if copied <= FEW:
                break
        begun = time.monotonic()
        with self._blocked():
            self._pass(seen)
            self._remove_gone()
            documents = self._count(self._target)
            self._change_over()
        held_up_s = time.monotonic() - begun
        return Migrated(self._source, self._target, documents, held_up_s, self._source == self._name)

    def _behind(self) -> str:
        told = self._connection.call(lambda client: client.indices.get_alias(index=self._name))
        return str(next(iter(told.body)))

    def _prepare(self) -> None:
        """Makes the new index, or takes the one that an interrupted migration left."""
        try:
            self._connection.call(
                lambda client: client.indices.create(index=self._target, mappings=self._mapping, settings=SETTINGS)
            )
        except BadRequestError as error:
            if reason_of(error)[0] != "resource_already_exists_exception":
                raise
            log.warning("going on with %s, which an interrupted migration left", self._target)
            self._connection.call(lambda client: update_mapping(client, self._target, self._mapping))

    def _pass(self, seen: int) -> tuple[int, int]:
        """Copies what changed since; returns what is seen now, and how many documents that were."""
        checkpoint = self._checkpoint()
        query = {"range": {"_seq_no": {"gt": seen}}} if seen >= 0 else {"match_all": {}}
        copied = 0
        for page in pages(self._connection, self._source, query, _IN_INDEX_ORDER, version=True):
            actions = [_copy_of(hit, self._target) for hit in page]
            endings = write_all(self._connection, actions)
            for action, ending in zip(actions, endings, strict=True):
                if ending.ended is Ended.REFUSED:
                    raise StoreError(
                        f"{self._source} is left as it is: its document {action.id!r} does not fit {self._target}"
                        f" ({ending.reason}: {ending.message[:300]}); delete {self._target} when it is not needed"
                    )
            copied += len(page)
        return checkpoint, copied

    def _checkpoint(self) -> int:
        """Up to which sequence number everything is there to be searched, on every shard."""
        stats = self._connection.call(lambda client: client.indices.stats(index=self._source, level="shards"))
        copies = [copy for shard in stats["indices"][self._source]["shards"].values() for copy in shard]
        checkpoint = min(copy["seq_no"]["local_checkpoint"] for copy in copies if copy["routing"]["primary"])
        self._connection.call(lambda client: client.indices.refresh(index=self._source))
        return int(checkpoint)

    @contextmanager
    def _blocked(self) -> Iterator[None]:
        """Nobody writes to the old index; lifted where the changing over does not come to its end."""
        self._connection.call(lambda client: client.indices.add_block(index=self._source, block="write"))
        try:
            if self._behind() != self._source:
                raise StoreError(f"{self._name} was moved by another migration at the same time")
            yield
        except BaseException:
            unblocked = {"index.blocks.write": None}
            self._connection.call(lambda client: client.indices.put_settings(index=self._source, settings=unblocked))
            raise

    def _remove_gone(self) -> None:
        """Removes what was deleted in the old index after it was copied."""
        self._connection.call(lambda client: client.indices.refresh(index=self._target))
        if self._count(self._source) == self._count(self._target):
            return
        for page in pages(self._connection, self._target, {"match_all": {}}, _IN_INDEX_ORDER):
            ids = [hit["_id"] for hit in page]
            told = self._connection.call(
                lambda client, ids=ids: client.mget(index=self._source, ids=ids, source=False)  # type: ignore[misc]
            )
            gone = [document["_id"] for document in told["docs"] if not document["found"]]
            write_all(self._connection, [Action("delete", self._target, one) for one in gone])
        self._connection.call(lambda client: client.indices.refresh(index=self._target))
        left, there = self._count(self._source), self._count(self._target)
        if left != there:
            raise StoreError(f"{self._source} is left as it is: {there} of its {left} documents are in {self._target}")

    def _count(self, index: str) -> int:
        return int(self._connection.call(lambda client: client.count(index=index))["count"])

    def _change_over(self) -> None:
        old: dict[str, Any] = {"remove": {"index": self._source, "alias": self._name, "must_exist": True}}
        if self._source == self._name:
            # An alias cannot have the name of an index.
            old = {"remove_index": {"index": self._source}}
        new = {"add": {"index": self._target, "alias": self._name, "is_write_index": True}}
        self._connection.call(lambda client: client.indices.update_aliases(actions=[old, new]))

    def retire(self, policy: str) -> None:
        """Lets the old index be deleted a while after today."""
        settings = {"index.lifecycle.name": policy, "index.lifecycle.origination_date": int(time.time() * 1000)}
        self._connection.call(lambda client: client.indices.put_settings(index=self._source, settings=settings))


def _copy_of(hit: Mapping[str, Any], target: str) -> Action:
    return Action(
        "index",
        target,
        hit["_id"],
        hit["_source"],
        routing=hit.get("_routing"),
        version=hit["_version"],
        version_type="external",
    )
