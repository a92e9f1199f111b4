"""An open connection and what searches see through it: what all parts of the Elasticsearch store work through."""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, TypeVar

from elasticsearch import ApiError, NotFoundError

from blockwire.schemas import Record
from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.bulk import Action, Ended, Ending, write_all
from blockwire.transforms.elasticsearch.connection import Connection, connect
from blockwire.transforms.elasticsearch.trouble import refused_request
from blockwire.transforms.stores.contract import StoreError
from blockwire.transforms.stores.documents import Shape
from blockwire.transforms.stores.elasticsearch_indices import index_name, make_indices, refresh
from blockwire.transforms.stores.elasticsearch_search import hits

R = TypeVar("R", bound=Record)
log = logging.getLogger(__name__)

_IDS_AT_ONCE: Final = 1000


class ElasticsearchSession:
    """One connection. It may be pickled before it is opened, and used by several threads after."""

    def __init__(
        self,
        prefix: str,
        access: Access,
        mappings: Mapping[str, Mapping[str, Any]],
        *,
        patience_s: float,
        start_patience_s: float,
        max_document_bytes: int,
    ) -> None:
        self._prefix = prefix
        self._access = access
        self._mappings = mappings
        self._patience_s = patience_s
        self._start_patience_s = start_patience_s
        self._max_document_bytes = max_document_bytes
        self._opened: Connection | None = None
        self._written: set[str] = set()
        """Indices with writes of ours that searches may not see yet."""
        self._shown: set[str] = set()
        """Indices that searches see as they are. At first none: a killed process may have written just before."""
        self._marking: AbstractContextManager[object] = nullcontext()
        """Held while the two are changed; threads write while others search."""

    def open(self) -> None:
        """Connects, once, and makes the indices what they should be.

        Raises:
            StoreUnavailable: with the reason and the next step.
        """
        if self._opened is not None:
            return
        connection = connect(self._access, patience_s=self._patience_s)
        try:
            make_indices(connection, self._prefix, self._mappings, patience_s=self._start_patience_s)
        except BaseException:
            connection.close()
            raise
        self._opened = connection
        self._marking = threading.Lock()

    def close(self) -> None:
        """Lets searches see what was written, and closes the connection."""
        if self._opened is None:
            return
        try:
            self._refresh(self._written, patience_s=0)
        except StoreError as error:
            # All is written; searches see it a second later.
            log.warning("%s", error)
        finally:
            self._opened.close()
            self._opened = None
            self._marking = nullcontext()
            self._shown.clear()

    @property
    def connection(self) -> Connection:
        """The open connection."""
        if self._opened is None:
            raise RuntimeError("the store is used outside its with block")
        return self._opened

    def index(self, kind: str) -> str:
        """The name of the index of a kind of record."""
        return index_name(self._prefix, kind)

    def action(self, operation: Any, shape: Shape[R], record: R) -> Action:
        """The bulk action that writes a record."""
        return Action(operation, self.index(shape.kind), shape.key(record), shape.to_document(record))

    def put(self, actions: Sequence[Action]) -> list[Ending]:
        """Writes; one ending for each action, in order."""
        endings = write_all(self.connection, actions, max_document_bytes=self._max_document_bytes)
        with self._marking:
            self._written |= {action.index for action in actions}
            self._shown -= self._written
        return endings

    def must(self, endings: Iterable[Ending]) -> None:
        """
        Raises:
            StoreError: where a document was refused that the server has to take.
        """
        for ending in endings:
            if ending.ended is Ended.REFUSED:
                raise StoreError(
                    f"Elasticsearch refuses a document that it must take ({ending.reason}: {ending.message[:300]}):"
                    " its indices may come from another version of blockwire"
                )

    def sources(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The documents of these ids that are there; sees writes at once, unlike a search."""
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = list(ids[start : start + _IDS_AT_ONCE])
            told = self.ask(lambda client, some=some: client.mget(index=self.index(kind), ids=some))
            found |= {document["_id"]: document["_source"] for document in told["docs"] if document.get("found")}
        return found

    def get(self, shape: Shape[R], ids: Sequence[str]) -> dict[str, R]:
        """The records of these ids that are there."""
        return {key: shape.to_record(source) for key, source in self.sources(shape.kind, ids).items()}

    def search(
        self, kind: str, query: dict[str, Any], sort: Sequence[dict[str, str]], limit: int | None = None
    ) -> Iterator[dict[str, Any]]:
        """The documents that match, in order, with all that was written before."""
        self.show([kind])
        return hits(self.connection, self.index(kind), query, sort, limit)

    def show(self, kinds: Iterable[str]) -> None:
        """Lets searches see what was written."""
        self._refresh(self.index(kind) for kind in kinds)

    def show_all(self, kinds: Iterable[str]) -> None:
        """Lets searches see what was written, by others too."""
        self._shown.clear()
        self.show(kinds)

    def _refresh(self, indices: Iterable[str], *, patience_s: float | None = None) -> None:
        with self._marking:
            names = sorted(set(indices) - self._shown)
            self._written.difference_update(names)
        if names:
            self.ask(lambda client: refresh(client, names), patience_s=patience_s)
            with self._marking:
                # What another thread wrote meanwhile may have come too late to be seen.
                self._shown.update(set(names) - self._written)

    def ask(self, request: Any, *, patience_s: float | None = None) -> Any:
        """The answer to one request.

        Raises:
            StoreError: where the server refuses it, or the indices are gone.
        """
        try:
            return self.connection.call(request, patience_s=patience_s)
        except NotFoundError as error:
            raise StoreError(
                f"the indices {self._prefix}-* at {self._access.shown} are gone: start again, and they are made anew"
            ) from error
        except ApiError as error:
            raise refused_request(error) from error
