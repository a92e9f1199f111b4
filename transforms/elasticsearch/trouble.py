"""What the errors of a server and of the way to it mean to a person, and which of them may pass."""

import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, UnsupportedProductError

from blockwire.transforms.stores.contract import StoreError

TRANSIENT_STATUSES: Final = frozenset({429, 502, 503, 504})
BLOCKED: Final = "cluster_block_exception"
"""An index takes no writes now: the disk is full, or it is being moved."""

_TOO_LARGE: Final = 413


@dataclass(frozen=True)
class Trouble:
    """Why a request failed, where that is not the request's fault."""

    message: str
    may_pass: bool
    too_much: bool = False
    """A smaller request may be taken where this one was not."""


def trouble_of(error: Exception, node: str, identity: str | None = None) -> Trouble | None:
    """What an error means to a person; None where the request itself was wrong.

    Args:
        error: what the client raised.
        node: the server, as messages name it.
        identity: what we say we are known by, such as ``API key``.
    """
    server = f"Elasticsearch at {node}"
    match error:
        case TlsError():
            return Trouble(f"{server} {_tls_trouble(error)}", False)
        case ConnectionTimeout():
            return Trouble(f"{server} does not answer in time: check its load, or try again later", True)
        case NoConnection():
            return Trouble(f"{server} cannot be reached: check that it runs, and its address", True)
        case UnsupportedProductError():
            return Trouble(f"what answers at {node} is not Elasticsearch: check the address", False)
        case ApiError():
            return _trouble_with_answer(error, node, identity)
        case TransportError():
            return Trouble(f"what answers at {node} is not understood ({_first_line(error)}): check the address", False)
    return None


def _tls_trouble(error: TlsError) -> str:
    said = error.message.lower()
    if "fingerprint" in said:
        return "has another certificate than the one of ca_fingerprint: check both"
    if "certificate" not in said:
        return "does not speak TLS: check http or https in its address"
    if "expired" in said:
        return "has a certificate that has expired: renew it on the server"
    return (
        f"has a certificate that is not trusted ({_first_line(error)}):"
        " name the file of its CA in ca_file or SSL_CERT_FILE"
    )


def _trouble_with_answer(error: ApiError, node: str, identity: str | None) -> Trouble | None:
    server = f"Elasticsearch at {node}"
    kind, reason = reason_of(error)
    status = error.status_code
    if status == 401:
        what = f"refuses the {identity}: check it" if identity else "wants to know who asks: give a user or an API key"
        return Trouble(f"{server} {what}", False)
    if kind == "media_type_header_exception":
        return Trouble(f"{server} {_mismatch(str(error.body))}", False)
    if kind == BLOCKED:
        return Trouble(f"{server} takes no writes now ({reason[:200]}): {block_remedy(reason)}", True)
    if status == 403:
        return Trouble(not_permitted(node, reason), False)
    if status in TRANSIENT_STATUSES:
        told = kind or "no reason given"
        return Trouble(
            f"{server} is too busy or not ready (status {status}, {told}): check its load", True, status == 429
        )
    if status != _TOO_LARGE and "x-elastic-product" not in error.meta.headers:
        return Trouble(f"what answers at {node} is not Elasticsearch (status {status}): check the address", False)
    return None


def not_permitted(node: str, reason: str) -> str:
    """What to say where a right is missing."""
    return f"Elasticsearch at {node} does not permit it ({reason[:200]}): give this user the right"


def block_remedy(reason: str) -> str:
    """What helps against a block on writing."""
    if "flood-stage" in reason or "disk usage" in reason:
        return "its disk is full; free some space there"
    return "it may be moving the index, or someone has made it read-only"


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
    return root_cause(told) if isinstance(told, dict) else ("", "")


def root_cause(error: dict[str, Any]) -> tuple[str, str]:
    """The server's name for an error, and what it says of it and of its cause."""
    kind, reason = str(error.get("type", "")), str(error.get("reason", ""))
    cause = error.get("caused_by")
    return kind, f"{reason}: {cause.get('reason', '')}" if isinstance(cause, dict) else reason


def refused_request(error: ApiError) -> StoreError:
    """What to raise where the server found a request of ours wrong: the indices are not what we think."""
    kind, reason = reason_of(error)
    return StoreError(
        f"Elasticsearch does not take the request ({kind or error.status_code}: {reason[:300]}):"
        " its indices may come from another version of blockwire"
    )


def _first_line(error: TransportError) -> str:
    return (str(error.message).splitlines() or [type(error).__name__])[0][:200]
