"""How to reach a server: contradictions are found before anything is sent, and secrets are in no description."""

import pickle
from pathlib import Path

import pytest

from blockwire.schemas.policies import ElasticsearchAccess
from blockwire.transforms.elasticsearch.access import Access, Address, Secret
from blockwire.transforms.elasticsearch.connection import connect
from blockwire.transforms.elasticsearch.recipe import Recipe
from blockwire.transforms.stores.contract import StoreUnavailable
from blockwire.transforms.stores.opening import client_access
from blockwire.transforms.write_to_elasticsearch import WriteToElasticsearch

HOST = ("http://es:9200",)
CLOUD_ID = "wire:ZXhhbXBsZS5vcmckYWJjJGRlZg=="


@pytest.mark.parametrize(
    ("access", "said"),
    [
        (Access(), "give either hosts or a cloud id"),
        (Access(hosts=HOST, cloud_id=CLOUD_ID), "give either hosts or a cloud id"),
        (Access(hosts=("es:9200",)), "the host 'es:9200' is not understood"),
        (
            Access(hosts=("http://me:s3cret@es:9200",)),
            "the host 'es:9200' is not understood: expected .* no user in it",
        ),
        (Access(hosts=("http://a", "https://b")), "give hosts with http or with https, not both"),
        (Access(hosts=HOST, user="me", api_key="s3cret"), "give one of user and api_key, not both"),
        (Access(hosts=HOST, api_key="s3cret", bearer="s3cret"), "give one of api_key and bearer, not both"),
        (Access(hosts=HOST, ca_fingerprint="12:34"), "the fingerprint '12:34' is not understood: expected SHA-256"),
    ],
)
def test_contradictions(access: Access, said: str) -> None:
    with pytest.raises(ValueError, match=said) as told:
        WriteToElasticsearch(access, Recipe(index="i"))
    assert "s3cret" not in str(told.value)


def test_secrets_are_in_no_description() -> None:
    access = Access(hosts=HOST, user="me", password="s3cret", api_key="s3cret", bearer="s3cret")
    assert "s3cret" not in f"{access!r} {access.shown}"
    assert access.shown == "http://me:***@es:9200"


def test_secrets_are_read_by_who_connects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    by_file = Access(hosts=HOST, api_key=Secret(file=str(tmp_path / "key")))
    by_variable = Access(hosts=HOST, bearer=Secret(variable="A_TOKEN"))
    assert b"s3cret" not in pickle.dumps(by_file)
    assert by_file.client_options()["api_key"] == "s3cret"
    monkeypatch.setenv("A_TOKEN", "t0ken")
    assert by_variable.client_options()["bearer_auth"] == "t0ken"
    monkeypatch.delenv("A_TOKEN")
    with pytest.raises(StoreUnavailable, match="the environment variable 'A_TOKEN' holds no secret: set it"):
        connect(by_variable, patience_s=0)
    with pytest.raises(StoreUnavailable, match="cannot be read: check the file"):
        connect(Access(hosts=HOST, api_key=Secret(file=str(tmp_path / "none"))), patience_s=0)


def test_a_file_of_certificates_that_is_not_there() -> None:
    with pytest.raises(StoreUnavailable, match=r"'no\.pem' is not there: check ca_file and SSL_CERT_FILE"):
        connect(Access(hosts=("https://es",), ca_file="no.pem"), patience_s=0)


def test_several_hosts_and_a_cloud() -> None:
    several = connect(Access(hosts=("https://a", "https://b/", "https://c:1")), patience_s=0)
    ports = sorted(node.config.port for node in several.client.transport.node_pool.all())
    assert ports == [1, 443, 443]
    cloud = connect(Access(cloud_id=CLOUD_ID, user="me", password="s3cret"), patience_s=0)
    (node,) = cloud.client.transport.node_pool.all()
    assert (node.config.host, node.config.scheme) == ("abc.example.org", "https")
    assert cloud.node == "the cloud wire"


def test_an_address_with_what_else_is_said() -> None:
    address = Address.parse("https://me:s3cret@es/wire")
    joined = address.access(Access(hosts=("https://es-2:9200",), gzip=False))
    assert joined.hosts == ("https://es:443", "https://es-2:9200")
    assert (joined.user, joined.password, joined.gzip) == ("me", "s3cret", False)
    cloud = Address.parse("https://cloud/wire").access(Access(cloud_id=CLOUD_ID))
    assert (cloud.hosts, cloud.cloud_id) == ((), CLOUD_ID)
    with pytest.raises(ValueError, match="give one of user and bearer, not both"):
        address.access(Access(bearer="t0ken"))


def test_settings_name_the_places_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLOCKWIRE_ELASTICSEARCH_API_KEY", "s3cret")
    access = client_access(ElasticsearchAccess(password_file="/run/secrets/p", ca_file="ca.pem"))
    assert access.api_key == Secret(variable="BLOCKWIRE_ELASTICSEARCH_API_KEY")
    assert access.password == Secret(file="/run/secrets/p")
    assert access.bearer is None
    assert access.ca_file == "ca.pem"
