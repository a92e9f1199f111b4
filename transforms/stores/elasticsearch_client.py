"""A connection to Elasticsearch that waits where waiting helps, and says in one line what else to do."""

import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from blockwire.transforms.stores.contract import StoreError, StoreUnavailable
from blockwire.transforms.stores.patience import Patience

T = TypeVar("T")
log = logging.getLogger(__name__)

DEFAULT_PREFIX: Final = "blockwire"
TRANSIENT_STATUSES: Final = frozenset({429, 502, 503, 504})
REQUEST_TIMEOUT_S: Final = 60.0
"""The client's own 10 s are too few for a bulk on a busy server."""

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_EXPECTED_URL = "http(s)://[user:password@]host:port/[prefix], the prefix of small letters, digits, - and _"


@dataclass(frozen=True)
class Address:
    """What the URL of a store says."""

    node: str
    """The server's URL, without user and prefix."""
    prefix: str
    """What the names of the indices begin with."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Takes a store's URL apart.

        Raises:
            ValueError: with what was expected, and without the password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 9200)
        except ValueError as error:
            raise _not_understood(url) from error
        prefix = parts.path.strip("/") or DEFAULT_PREFIX
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise _not_understood(url)
        if not _PREFIX.fullmatch(prefix):
            raise _not_understood(url)
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(
            node=f"{parts.scheme}://{host}:{port}",
            prefix=prefix,
            user=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
        )

    @property
    def shown(self) -> str:
        """The server's URL for messages: with the user, and a mask for the password."""
        scheme, _, rest = self.node.partition("://")
        return self.node if self.user is None else f"{scheme}://{self.user}:***@{rest}"


def _not_understood(url: str) -> ValueError:
    scheme, separator, rest = url.partition("://")
    shown = f"{scheme}{separator}{rest.rpartition('@')[2]}"
    return ValueError(f"the store {shown!r} is not understood; expected {_EXPECTED_URL}")


@dataclass(frozen=True)
class Access:
    """How to identify ourselves and the server, besides what the URL says. All are plain values."""

    api_key: str | None = field(default=None, repr=False)
    bearer: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    """Certificates to trust besides the system's."""
    ca_fingerprint: str | None = None
    """The SHA-256 of the one certificate to trust, in hexadecimal."""


def connect(address: Address, access: Access = Access(), *, patience_s: float) -> "Connection":
    """A connection; nothing is sent yet.

    Args:
        address: where to.
        access: how.
        patience_s: how long to go on trying a request that fails for a reason that may pass.
    """
    options: dict[str, Any] = {"api_key": access.api_key, "bearer_auth": access.bearer}
    if address.node.startswith("https:"):
        # As OpenSSL has it; the client by itself reads only its own bundle.
        options["ca_certs"] = access.ca_file or os.environ.get("SSL_CERT_FILE")
        options["ssl_assert_fingerprint"] = access.ca_fingerprint
    if address.user is not None:
        options["basic_auth"] = (address.user, address.password or "")
    # Its retries have no pause between them, and none after a lost connection: ours do.
    client = Elasticsearch(
        address.node,
        request_timeout=REQUEST_TIMEOUT_S,
        max_retries=0,
        retry_on_timeout=False,
        http_compress=True,
        **{name: value for name, value in options.items() if value is not None},
    )
    return Connection(client, address.shown, patience_s)


@dataclass
class Connection:
    """A client with patience."""

    client: Elasticsearch
    node: str
    """As messages name it."""
    patience_s: float

    def call(self, request: Callable[[Elasticsearch], T], *, patience_s: float | None = None) -> T:
        """What the request returns, after as many attempts as patience allows.

        Raises:
            StoreUnavailable: where the server cannot be used, or did not come back in time.
            ApiError: where it answered, and the request was wrong: for the caller to judge.
        """
        patience = Patience(self.patience_s if patience_s is None else patience_s)
        while True:
            try:
                return request(self.client)
            except (ApiError, TransportError, UnsupportedProductError) as error:
                trouble = trouble_of(error, self.node)
                if trouble is None:
                    raise
                pause_s = patience.pause_s() if trouble.may_pass else None
                if pause_s is None:
                    raise StoreUnavailable(trouble.message) from error
                wait(trouble.message, pause_s, patience, sleep=patience.sleep)

    def close(self) -> None:
        """Closes its sockets."""
        self.client.close()


def wait(message: str, pause_s: float, patience: Patience, *, sleep: Callable[[float], None]) -> None:
    """Says what it waits for, and waits."""
    log.warning("%s (trying again in %.1f s, for at most %.0f s)", message, pause_s, patience.total_s)
    sleep(pause_s)


@dataclass(frozen=True)
class Trouble:
    """Why a request failed, where that is not the request's fault."""

    message: str
    may_pass: bool


def trouble_of(error: Exception, node: str) -> Trouble | None:
    """What an error means to a person; None where the request itself was wrong."""
    server = f"Elasticsearch at {node}"
    match error:
        case TlsError() if "certificate" not in error.message.lower():
            return Trouble(f"{server} does not speak TLS: check http or https in the store's URL", False)
        case TlsError():
            return Trouble(
                f"{server} has a certificate that is not trusted ({_first_line(error)}):"
                " name the file of its CA in SSL_CERT_FILE",
                False,
            )
        case ConnectionTimeout():
            return Trouble(f"{server} does not answer in time: check its load, or try again later", True)
        case NoConnection():
            return Trouble(f"{server} cannot be reached: check that it runs, and the store's URL", True)
        case UnsupportedProductError():
            return Trouble(f"what answers at {node} is not Elasticsearch: check the store's URL", False)
        case ApiError():
            return _trouble_with_answer(error, node)
        case TransportError():
            return Trouble(
                f"what answers at {node} is not understood ({_first_line(error)}): check the store's URL", False
            )
    return None


def _trouble_with_answer(error: ApiError, node: str) -> Trouble | None:
    server = f"Elasticsearch at {node}"
    kind, reason = reason_of(error)
    match error.status_code:
        case 401:
            return Trouble(f"{server} refuses the user or password: check both in the store's URL", False)
        case 403 if kind != "cluster_block_exception":
            return Trouble(f"{server} does not permit it ({reason[:200]}): give this user the right", False)
        case 400 if kind == "media_type_header_exception":
            return Trouble(f"{server} {_mismatch(str(error.body))}", False)
        case 403 | 429 if "flood-stage" in reason or "disk usage" in reason:
            return Trouble(f"{server} takes no more documents: its disk is full; free some space there", True)
        case status if status in TRANSIENT_STATUSES:
            return Trouble(
                f"{server} is too busy or not ready (status {status}, {kind or 'no reason given'}): check its load",
                True,
            )
    if "x-elastic-product" not in error.meta.headers:
        return Trouble(
            f"what answers at {node} is not Elasticsearch (status {error.status_code}): check the store's URL", False
        )
    return None


def _mismatch(answer: str) -> str:
    # "Accept version must be either version 8 or 7, but found 9."
    spoken = re.search(r"either version (\d+)", answer)
    major = int(spoken[1]) if spoken else 8
    least = ">=8.19," if major == 8 else f">={major},"
    return (
        f"has version {major}, and the installed client {version('elasticsearch')} is of another:"
        f" pip install 'elasticsearch{least}<{major + 1}'"
    )


def reason_of(error: ApiError) -> tuple[str, str]:
    """The server's name for an error, and what it says of it; both empty where the answer is no JSON of the usual form."""
    body = error.body
    told = body.get("error") if isinstance(body, dict) else None
    if isinstance(told, str):
        return "", told
    if not isinstance(told, dict):
        return "", ""
    return str(told.get("type", "")), str(told.get("reason", ""))


def refused_request(error: ApiError) -> StoreError:
    """What to raise where the server found a request of ours wrong: the indices are not what we think."""
    kind, reason = reason_of(error)
    return StoreError(
        f"Elasticsearch does not take the request ({kind or error.status_code}: {reason[:300]}):"
        " its indices may come from another version of blockwire"
    )


def _first_line(error: TransportError) -> str:
    return (str(error.message).splitlines() or [type(error).__name__])[0][:200]
