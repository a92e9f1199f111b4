"""``blockwire setup elasticsearch`` as it is called."""

import uuid
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch
from elasticsearch_cleaning import remove_indices

from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.pipelines.main import run


@pytest.fixture
def prefix(elasticsearch_url: str) -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    with Elasticsearch(elasticsearch_url) as client:
        remove_indices(client, name)
        client.indices.delete_index_template(name=f"{name}-*")
        client.cluster.delete_component_template(name=f"{name}-*")


@pytest.mark.elasticsearch
def test_setting_up_and_migrating(
    elasticsearch_url: str, prefix: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    url = f"{elasticsearch_url}/{prefix}"
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=f"{prefix}-feeds", mappings=load_mappings()["feeds"])
        client.index(index=f"{prefix}-feeds", id="f", document={"feed": {"id": "f"}})
    assert run(["setup", "elasticsearch", "--store", url, "--roles"]) == 1
    told = capsys.readouterr().out
    assert "needs --migrate" in told
    assert f'{prefix}-writer: {{"cluster": []' in told
    assert "the server has no such function" in told
    assert run(["setup", "elasticsearch", "--store", url, "--migrate"]) == 0
    assert "1 documents; writers were held up" in " ".join(capsys.readouterr().out.split())
    with Elasticsearch(elasticsearch_url) as client:
        assert client.get(index=f"{prefix}-feeds", id="f")["_index"] == f"{prefix}-feeds-v1"
    assert run(["setup", "elasticsearch", "--store", url, "--dry-run"]) == 0
    assert "made" not in capsys.readouterr().out


def test_what_is_no_elasticsearch(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["setup", "elasticsearch", "--store", "sqlite:///wire.sqlite"]) == 2
    assert "is no Elasticsearch: give its address with --store" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["setup", "elasticsearch", "--store", "http://me:s3cret@127.0.0.1:9"]) == 1
    told = capsys.readouterr().err
    assert told.endswith("http://me:***@127.0.0.1:9 cannot be reached: check that it runs, and its address\n")
