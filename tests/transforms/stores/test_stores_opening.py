"""Which store a URL names."""

import pickle
from pathlib import Path

import pytest
from stores_samples import not_relevant

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.transforms.elasticsearch.access import Address
from blockwire.transforms.stores.elasticsearch import ElasticsearchStore
from blockwire.transforms.stores.opening import masked, open_store, store_config
from blockwire.transforms.stores.sqlite import SqliteStore


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///wire.sqlite", Path("wire.sqlite")),
        ("sqlite:///var/wire.sqlite", Path("var/wire.sqlite")),
        ("sqlite:////var/lib/wire.sqlite", Path("/var/lib/wire.sqlite")),
        ("sqlite:///a%20b/w%C3%A9.sqlite", Path("a b/wé.sqlite")),
    ],
)
def test_files(url: str, path: Path) -> None:
    store = open_store(url, {})
    assert isinstance(store, SqliteStore)
    assert store.path == path


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://localhost", Address("http://localhost:9200", "blockwire")),
        ("https://es.example/", Address("https://es.example:443", "blockwire")),
        ("http://es:9201/news-1", Address("http://es:9201", "news-1")),
        ("https://me:p%40ss@es:9200/wire", Address("https://es:9200", "wire", "me", "p@ss")),
        ("http://[::1]:9200", Address("http://[::1]:9200", "blockwire")),
    ],
)
def test_servers(url: str, address: Address) -> None:
    assert isinstance(open_store(url, load_mappings()), ElasticsearchStore)
    assert Address.parse(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "wire.sqlite",
        "sqlite:wire.sqlite",
        "sqlite://wire.sqlite",
        "sqlite:///",
        "sqlite:///a?mode=ro",
        "postgres://me:secret@host/db",
        "http://",
        "http://me:secret@/x",
        "http://me:secret@es:99999",
        "http://me:secret@es:port",
        "http://me:secret@es/Big",
        "http://me:secret@es/a/b",
        "http://me:secret@es?x=1",
        "http://me:secret@[::1",
    ],
)
def test_anything_else_is_refused_with_what_was_expected_and_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="expected") as told:
        open_store(url, load_mappings())
    assert "secret" not in str(told.value)
    with pytest.raises(ValueError, match="expected"):
        store_config(url, load_mappings())


def test_a_configuration_travels_and_opens_elsewhere(tmp_path: Path) -> None:
    config = pickle.loads(pickle.dumps(store_config(f"sqlite:///{tmp_path}/wire.sqlite", load_mappings())))
    store = config.open()
    store.write_outcomes([not_relevant("a")])
    store.close()
    with config.open() as again:
        assert again.known([not_relevant("a").fate.id])


@pytest.mark.elasticsearch
def test_a_configuration_of_a_server_travels_too(prefixed_url: str) -> None:
    config = pickle.loads(pickle.dumps(store_config(prefixed_url, load_mappings())))
    with config.open() as store:
        assert store.known(["a" * 32]) == set()


def test_secrets_are_in_no_description() -> None:
    url = "https://me:secret@es:9200"
    said = f"{store_config(url, load_mappings())!r} {Address.parse(url)!r} {open_store(url, load_mappings())!r} {masked(url)}"
    assert "secret" not in said
    assert masked(url) == "https://me:***@es:9200"
    assert masked("sqlite:///a@b") == "sqlite:///a@b"
