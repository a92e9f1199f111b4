"""Which store a URL names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from blockwire.transforms.stores.contract import Store, StoreConfig
from blockwire.transforms.stores.sqlite import SqliteStore

EXPECTED = "sqlite:///relative/path, sqlite:////absolute/path, or http(s)://[user:password@]host:port/[prefix]"


@dataclass(frozen=True)
class _NamedByUrl:
    """All that is needed to open a store, in plain values: a worker gets this and opens its own."""

    url: str = field(repr=False)
    mappings: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def open(self) -> Store:
        """The store, open."""
        return open_store(self.url, self.mappings).__enter__()


def store_config(url: str, mappings: Mapping[str, Mapping[str, Any]]) -> StoreConfig:
    """What opens the store that a URL names, wherever it is sent. Arguments and errors as of ``open_store``."""
    open_store(url, mappings)
    return _NamedByUrl(url, mappings)


def open_store(url: str, mappings: Mapping[str, Mapping[str, Any]]) -> Store:
    """The store that a URL names. Nothing is touched before it is entered.

    Args:
        url: see ``EXPECTED``.
        mappings: Elasticsearch index mappings by kind of record; SQLite needs none.

    Raises:
        ValueError: where the URL names none, with what was expected.
    """
    if url.startswith("sqlite:"):
        return SqliteStore(_sqlite_path(url))
    if url.startswith(("http:", "https:")):
        # Imported where it is used: the client takes half a second, which a round into SQLite need not spend.
        from blockwire.transforms.stores.elasticsearch import ElasticsearchStore

        return ElasticsearchStore(url, mappings)
    raise ValueError(f"the store {masked(url)!r} is not known; expected {EXPECTED}")


def masked(url: str) -> str:
    """The URL without its password, for messages and logs."""
    head, at, rest = url.rpartition("@")
    scheme, separator, userinfo = head.partition("://")
    user, colon, _ = userinfo.partition(":")
    return f"{scheme}{separator}{user}{colon and ':***'}{at}{rest}" if at and separator else url


def _sqlite_path(url: str) -> Path:
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix("/")
    if not url.startswith("sqlite:///") or not path or parts.query or parts.fragment:
        raise ValueError(
            f"the store {url!r} names no file; expected sqlite:///relative/path or sqlite:////absolute/path"
        )
    return Path(path).expanduser()
