"""A connection to Elasticsearch that waits where waiting helps, and says in one line what else to do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.patience import Patience, Room
from blockwire.transforms.elasticsearch.trouble import Trouble, trouble_of
from blockwire.transforms.stores.contract import StoreUnavailable

T = TypeVar("T")
log = logging.getLogger(__name__)


class Meter:
    """Is told what a connection does; this one forgets it."""

    def retried(self) -> None:
        """A request, or a part of it, is to be sent again."""

    def sent(self, documents: int, length: int, seconds: float) -> None:
        """A bulk of so many documents and bytes was answered after so long."""


class Failed(Exception):
    """A request failed for a reason that is not its own."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def connect(access: Access, *, patience_s: float, meter: Meter | None = None) -> "Connection":
    """A connection; nothing is sent yet.

    Args:
        access: where to, and how.
        patience_s: how long to go on trying a request that fails for a reason that may pass.
        meter: is told of attempts and bulks.

    Raises:
        StoreUnavailable: where a file or variable that ``access`` names is not there.
    """
    # Its retries have no pause between them, and none after a lost connection: ours do.
    client = Elasticsearch(max_retries=0, retry_on_timeout=False, **access.client_options())
    return Connection(client, access.shown, patience_s, access.identity, meter or Meter())


@dataclass
class Connection:
    """A client with patience."""

    client: Elasticsearch
    node: str
    """As messages name it."""
    patience_s: float
    identity: str | None = None
    """What we are known by, for messages."""
    meter: Meter = field(default_factory=Meter)
    room: Room = field(default_factory=Room)
    """What bulks found so far."""

    def attempt(self, request: Callable[[Elasticsearch], T]) -> T:
        """What the request returns.

        Raises:
            Failed: where it failed for a reason that is not its own.
            ApiError: where it was wrong: for the caller to judge.
        """
        try:
            return request(self.client)
        except (ApiError, TransportError, UnsupportedProductError) as error:
            trouble = trouble_of(error, self.node, self.identity)
            if trouble is None:
                raise
            raise Failed(trouble) from error

    def call(self, request: Callable[[Elasticsearch], T], *, patience_s: float | None = None) -> T:
        """What the request returns, after as many attempts as patience allows.

        Raises:
            StoreUnavailable: where the server cannot be used, or did not come back in time.
            ApiError: where it answered, and the request was wrong: for the caller to judge.
        """
        patience = Patience(self.patience_s if patience_s is None else patience_s)
        while True:
            try:
                return self.attempt(request)
            except Failed as failure:
                self.pause(failure.trouble, patience)

    def pause(self, trouble: Trouble, patience: Patience) -> None:
        """Says what it waits for, and waits.

        Raises:
            StoreUnavailable: where waiting does not help, or has taken long enough.
        """
        pause_s = patience.pause_s() if trouble.may_pass else None
        if pause_s is None:
            raise StoreUnavailable(trouble.message)
        log.warning("%s (trying again in %.1f s, for at most %.0f s)", trouble.message, pause_s, patience.total_s)
        self.meter.retried()
        patience.sleep(pause_s)

    def close(self) -> None:
        """Closes its sockets."""
        self.client.close()
