"""Which store a URL names."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from blockwire.schemas.policies import ElasticsearchAccess
from blockwire.transforms.stores.contract import Store, StoreConfig
from blockwire.transforms.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from blockwire.transforms.elasticsearch.access import Access

EXPECTED = "sqlite:///relative/path, sqlite:////absolute/path, or http(s)://[user:password@]host:port/[prefix]"


@dataclass(frozen=True)
class _NamedByUrl:
    """All that is needed to open a store, in plain values: a worker gets this and opens its own."""

    url: str = field(repr=False)
    mappings: Mapping[str, Mapping[str, Any]] = field(repr=False)
    access: ElasticsearchAccess

    def open(self) -> Store:
        """The store, open."""
        return open_store(self.url, self.mappings, self.access).__enter__()


def store_config(
    url: str, mappings: Mapping[str, Mapping[str, Any]], access: ElasticsearchAccess | None = None
) -> StoreConfig:
    """What opens the store that a URL names, wherever it is sent. Arguments and errors as of ``open_store``.

    Without ``access`` a server that is not there is not waited for.
    """
    access = access or ElasticsearchAccess(start_patience_s=0)
    named = open_store(url, mappings, access)
    # It goes into every step: no more than is needed.
    return _NamedByUrl(url, {} if isinstance(named, SqliteStore) else mappings, access)


def open_store(url: str, mappings: Mapping[str, Mapping[str, Any]], access: ElasticsearchAccess | None = None) -> Store:
    """The store that a URL names. Nothing is touched before it is entered.

    Args:
        url: see ``EXPECTED``.
        mappings: Elasticsearch index mappings by kind of record; SQLite needs none.
        access: how to reach an Elasticsearch, besides its address.

    Raises:
        ValueError: where the URL names none, with what was expected.
    """
    if url.startswith("sqlite:"):
        return SqliteStore(sqlite_path(url))
    if url.startswith(("http:", "https:")):
        # Imported where it is used: the client takes half a second, which a round into SQLite need not spend.
        from blockwire.transforms.stores.elasticsearch import ElasticsearchStore

        access = access or ElasticsearchAccess(start_patience_s=0)
        return ElasticsearchStore(
            url,
            mappings,
            access=client_access(access),
            patience_s=access.patience_s,
            start_patience_s=access.start_patience_s,
        )
    raise ValueError(f"the store {masked(url)!r} is not known; expected {EXPECTED}")


def open_to_read(url: str) -> SqliteStore:
    """The embedded store that a URL names, to look at only. Nothing is touched before it is entered.

    Raises:
        ValueError: where the URL names another kind of store, or none.
    """
    if not url.startswith("sqlite:"):
        raise ValueError(
            f"the store {masked(url)!r} is no SQLite file; Elasticsearch is looked at with Kibana (blockwire setup kibana)"
        )
    return SqliteStore(sqlite_path(url), read_only=True)


def client_access(chosen: ElasticsearchAccess) -> "Access":
    """How to connect, with secrets as the places that they are read from."""
    from blockwire.transforms.elasticsearch.access import Access, Secret

    def secret(name: str, file: str | None) -> Secret | None:
        variable = f"BLOCKWIRE_ELASTICSEARCH_{name}"
        if file is not None:
            return Secret(file=file)
        return Secret(variable=variable) if os.environ.get(variable) else None

    return Access(
        hosts=chosen.hosts,
        cloud_id=chosen.cloud_id,
        user=chosen.user,
        password=secret("PASSWORD", chosen.password_file),
        api_key=secret("API_KEY", chosen.api_key_file),
        bearer=secret("BEARER", chosen.bearer_file),
        ca_file=chosen.ca_file,
        ca_fingerprint=chosen.ca_fingerprint,
        gzip=chosen.gzip,
        request_timeout_s=chosen.request_timeout_s,
    )


def masked(url: str) -> str:
    """The URL without its password, for messages and logs."""
    head, at, rest = url.rpartition("@")
    scheme, separator, userinfo = head.partition("://")
    user, colon, _ = userinfo.partition(":")
    return f"{scheme}{separator}{user}{colon and ':***'}{at}{rest}" if at and separator else url


def sqlite_path(url: str) -> Path:
    """The file that a ``sqlite:`` URL names.

    Raises:
        ValueError: where it names none.
    """
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix("/")
    if not url.startswith("sqlite:///") or not path or parts.query or parts.fragment:
        raise ValueError(
            f"the store {url!r} names no file; expected sqlite:///relative/path or sqlite:////absolute/path"
        )
    return Path(path).expanduser()
