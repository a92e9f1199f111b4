"""How to reach an Elasticsearch, and how both sides prove who they are."""

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from blockwire.transforms.elasticsearch.node import QuicklyCompressing
from blockwire.transforms.stores.contract import StoreUnavailable

DEFAULT_PREFIX: Final = "blockwire"
REQUEST_TIMEOUT_S: Final = 60.0
"""The client's own 10 s are too few for a bulk on a busy server."""

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_EXPECTED_URL = "http(s)://[user:password@]host:port/[prefix], the prefix of small letters, digits, - and _"
_FINGERPRINT = re.compile(r"(?:[0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}")


@dataclass(frozen=True)
class Secret:
    """Where a secret is. It is read by the process that connects, so that a pipeline that travels does not hold it."""

    file: str | None = None
    """A file that holds nothing else."""
    variable: str | None = None
    """An environment variable."""

    def read(self) -> str:
        """The secret.

        Raises:
            StoreUnavailable: where it is not there, with its place.
        """
        if self.file is not None:
            try:
                return Path(self.file).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise StoreUnavailable(f"the secret in {self.file!r} cannot be read: check the file") from error
        secret = os.environ.get(self.variable or "")
        if not secret:
            raise StoreUnavailable(f"the environment variable {self.variable!r} holds no secret: set it")
        return secret


@dataclass(frozen=True)
class Access:
    """Everything that is needed to connect: plain values, picklable. Secrets are in no description of it."""

    hosts: tuple[str, ...] = ()
    """``http(s)://host:port`` of each node; one that fails is passed over for a while."""
    cloud_id: str | None = None
    """The deployment's id in Elastic Cloud, in place of hosts."""
    user: str | None = None
    password: str | Secret | None = field(default=None, repr=False)
    api_key: str | Secret | None = field(default=None, repr=False)
    """As the server encodes it, in base64."""
    bearer: str | Secret | None = field(default=None, repr=False)
    """A token of the server's or of a realm's."""
    ca_file: str | None = None
    """Certificates to trust besides the system's."""
    ca_fingerprint: str | None = None
    """The SHA-256 of the one certificate to trust, in hexadecimal."""
    gzip: bool = True
    """Whether requests are compressed."""
    request_timeout_s: float = REQUEST_TIMEOUT_S

    def check(self) -> None:
        """Looks for contradictions.

        Raises:
            ValueError: for the first, without any secret.
        """
        if bool(self.hosts) == bool(self.cloud_id):
            raise ValueError("give either hosts or a cloud id")
        for host in self.hosts:
            parts = urlsplit(host)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.path.strip("/"):
                shown = host.rpartition("@")[2]
                raise ValueError(f"the host {shown!r} is not understood: expected http(s)://host:port, no user in it")
        if len({urlsplit(host).scheme for host in self.hosts}) > 1:
            raise ValueError("give hosts with http or with https, not both")
        ways = [name for name in ("user", "api_key", "bearer") if getattr(self, name) is not None]
        if len(ways) > 1:
            raise ValueError(f"give one of {' and '.join(ways)}, not both")
        if self.ca_fingerprint is not None and not _FINGERPRINT.fullmatch(self.ca_fingerprint):
            raise ValueError(
                f"the fingerprint {self.ca_fingerprint!r} is not understood: expected SHA-256 in hexadecimal"
            )

    @property
    def shown(self) -> str:
        """The servers, for messages: with the user, and a mask for the password."""
        who = "" if self.user is None else f"{self.user}:***@"
        return ", ".join(host.replace("://", f"://{who}", 1) for host in self.hosts) or f"the cloud {self.cloud_name}"

    @property
    def cloud_name(self) -> str:
        """The readable part of the cloud id."""
        return (self.cloud_id or "").partition(":")[0]

    @property
    def identity(self) -> str | None:
        """What a server refuses that does not know us; None where we say nothing of ourselves."""
        if self.api_key is not None:
            return "API key"
        if self.bearer is not None:
            return "bearer token"
        return None if self.user is None else "user or password"

    def client_options(self) -> dict[str, Any]:
        """The arguments of the client.

        Raises:
            StoreUnavailable: where a file or variable that is named is not there.
        """
        options: dict[str, Any] = {
            "hosts": [_with_port(host) for host in self.hosts] or None,
            "cloud_id": self.cloud_id,
            "api_key": _revealed(self.api_key),
            "bearer_auth": _revealed(self.bearer),
            "basic_auth": None if self.user is None else (self.user, _revealed(self.password) or ""),
            "node_class": QuicklyCompressing if self.gzip else None,
            "request_timeout": self.request_timeout_s,
        }
        if all(host.startswith("https:") for host in self.hosts):
            # As OpenSSL has it; the client by itself reads only its own bundle.
            options["ca_certs"] = _there(self.ca_file or os.environ.get("SSL_CERT_FILE"))
            if self.ca_fingerprint is not None:
                # The fingerprint alone decides: that is what it is for.
                options |= {
                    "ssl_assert_fingerprint": self.ca_fingerprint,
                    "verify_certs": False,
                    "ssl_show_warn": False,
                }
        return {name: value for name, value in options.items() if value is not None}


def _revealed(secret: str | Secret | None) -> str | None:
    return secret.read() if isinstance(secret, Secret) else secret


def _there(ca_file: str | None) -> str | None:
    if ca_file is not None and not Path(ca_file).is_file():
        raise StoreUnavailable(f"the file of certificates {ca_file!r} is not there: check ca_file and SSL_CERT_FILE")
    return ca_file


def _with_port(host: str) -> str:
    parts = urlsplit(host)
    # The client wants a port.
    return host if parts.port else f"{host.rstrip('/')}:{443 if parts.scheme == 'https' else 9200}"


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

    def access(self, rest: Access) -> Access:
        """How to connect: by this address and what else is said; a cloud id stands in for the address's host.

        Raises:
            ValueError: where the two contradict each other.
        """
        joined = replace(rest, hosts=() if rest.cloud_id else (self.node, *rest.hosts))
        if self.user is not None:
            joined = replace(joined, user=self.user, password=self.password or rest.password)
        joined.check()
        return joined


def _not_understood(url: str) -> ValueError:
    scheme, separator, rest = url.partition("://")
    shown = f"{scheme}{separator}{rest.rpartition('@')[2]}"
    return ValueError(f"the store {shown!r} is not understood; expected {_EXPECTED_URL}")
