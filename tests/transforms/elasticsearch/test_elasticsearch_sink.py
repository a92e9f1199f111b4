"""The sink on the real server: what is written, what comes out, and that both agree."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.metrics.metric import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.window import FixedWindows, TimestampedValue
from eager import outputs_of
from elasticsearch import Elasticsearch
from sink_samples import document, id_of, name_of, number_of, operation_of, with_nothing_else

from blockwire.transforms.elasticsearch.access import Access
from blockwire.transforms.elasticsearch.bulk import Ended
from blockwire.transforms.elasticsearch.recipe import Recipe
from blockwire.transforms.write_to_elasticsearch import Acknowledgement, Refusal, WriteToElasticsearch

pytestmark = pytest.mark.elasticsearch
ROOT = Path(__file__).resolve().parents[3]


def write(url: str, recipe: Recipe[Any], elements: list[Any], **options: Any) -> tuple[list[Any], list[Any]]:
    """Acknowledgements and refusals."""

    def build(pipeline: beam.Pipeline) -> dict[str, Any]:
        transform = WriteToElasticsearch(Access(hosts=(url,)), recipe, **options)
        written = pipeline | beam.Create(elements, reshuffle=False) | transform
        return written._asdict()

    outputs = outputs_of(build)
    return outputs["acknowledged"], outputs["dead"]


def stored(client: Elasticsearch, index: str) -> dict[str, Any]:
    client.indices.refresh(index=index)
    found = client.search(index=index, size=5000)["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in found}


def test_one_bad_document_in_a_hundred(client: Elasticsearch, elasticsearch_url: str, index: str) -> None:
    documents = [document(n) if n % 100 != 57 else document(n, odd=1) for n in range(1000)]
    good, dead = write(elasticsearch_url, Recipe(index=index, id=name_of), documents, max_actions=70, key=number_of)
    assert sorted(ack.key for ack in good) == [n for n in range(1000) if n % 100 != 57]
    assert {ack.ended for ack in good} == {Ended.CREATED}
    assert sorted(refusal.key for refusal in dead) == list(range(57, 1000, 100))
    assert dead[0].error_type == "strict_dynamic_mapping_exception"
    assert "[odd]" in dead[0].reason
    assert (dead[0].status, dead[0].index, dead[0].document["odd"]) == (400, index, 1)
    assert stored(client, index) == {one["name"]: one for one in documents if "odd" not in one}


def test_an_id_that_is_too_long_and_a_wrong_type(client: Elasticsearch, elasticsearch_url: str, index: str) -> None:
    documents = [document(n) for n in range(40)]
    documents[7]["name"] = "x" * 600
    documents[9]["number"] = "no number"
    documents[11]["text"] = {1, 2}
    good, dead = write(elasticsearch_url, Recipe(index=index, id=name_of), documents)
    assert write(elasticsearch_url, Recipe(index=index), documents[11:12])[1][0].error_type == "not_json"
    assert len(good) == 37
    assert {refusal.error_type for refusal in dead} == {
        "action_request_validation_exception", "document_parsing_exception", "not_json",
    }  # fmt: skip
    assert len(stored(client, index)) == 37


def test_the_same_run_twice_leaves_the_same_index(client: Elasticsearch, elasticsearch_url: str, index: str) -> None:
    documents = [document(n) for n in range(50)]
    recipe: Recipe[Any] = Recipe(index=index, operation="create")
    first, _ = write(elasticsearch_url, recipe, documents)
    before = stored(client, index)
    second, dead = write(elasticsearch_url, recipe, documents)
    assert {ack.ended for ack in first} == {Ended.CREATED}
    assert {ack.ended for ack in second} == {Ended.KNOWN}
    assert dead == []
    assert stored(client, index) == before
    assert len(before) == 50


@pytest.mark.parametrize("version_type", ["external", "external_gte"])
def test_a_late_version_loses(client: Elasticsearch, elasticsearch_url: str, index: str, version_type: Any) -> None:
    recipe: Recipe[Any] = Recipe(index=index, id=lambda one: "same", version=number_of, version_type=version_type)
    good, dead = write(elasticsearch_url, recipe, [document(3), document(5), document(4)])
    assert [ack.ended for ack in good] == [Ended.CREATED, Ended.UPDATED, Ended.KNOWN]
    assert dead == []
    assert stored(client, index)["same"]["number"] == 5


def test_each_operation_by_a_function(client: Elasticsearch, elasticsearch_url: str, index: str) -> None:
    recipe: Recipe[Any] = Recipe(
        index=index,
        id=lambda one: str(one["id"]),
        operation=operation_of,  # type: ignore[arg-type]
        document=with_nothing_else,
    )
    steps = [("a", "index"), ("a", "create"), ("a", "update"), ("b", "update"), ("b", "delete"), ("b", "delete")]
    elements = [document(1, id=name, operation=operation) for name, operation in steps]
    good, dead = write(elasticsearch_url, recipe, elements, max_actions=1)
    assert [ack.ended for ack in good] == [
        Ended.CREATED, Ended.KNOWN, Ended.NOOP, Ended.CREATED, Ended.DELETED, Ended.MISSING,
    ]  # fmt: skip
    assert dead == []
    assert set(stored(client, index)) == {"a"}


def test_updates_with_a_document_of_their_own_to_begin_with(
    client: Elasticsearch, elasticsearch_url: str, index: str
) -> None:
    begin: Recipe[Any] = Recipe(
        index=index, id=name_of, operation="update", document=lambda one: {"text": "again"}, upsert=with_nothing_else
    )
    write(elasticsearch_url, begin, [document(1)])
    assert stored(client, index)["n1"] == document(1)
    write(elasticsearch_url, begin, [document(1)])
    assert stored(client, index)["n1"] == document(1, text="again")
    strict: Recipe[Any] = Recipe(index=index, id=name_of, operation="update", upsert=False)
    _, dead = write(elasticsearch_url, strict, [document(2)])
    assert (dead[0].status, dead[0].error_type) == (404, "document_missing_exception")


def test_routing_and_index_by_a_function(client: Elasticsearch, elasticsearch_url: str, index: str) -> None:
    recipe: Recipe[Any] = Recipe(
        index=lambda one: index if one["number"] else "Not-A-Name", id=name_of, routing=lambda one: f"r{one['number']}"
    )
    good, dead = write(elasticsearch_url, recipe, [document(0), document(1)])
    assert [(ack.index, ack.id) for ack in good] == [(index, "n1")]
    assert (dead[0].index, dead[0].routing, dead[0].error_type) == ("Not-A-Name", "r0", "invalid_index_name_exception")
    client.indices.refresh(index=index)
    assert client.get(index=index, id="n1", routing="r1")["_routing"] == "r1"


def test_requests_are_bounded_and_measured(elasticsearch_url: str, index: str) -> None:
    documents = [document(n, text="x" * 1000) for n in range(100)]
    pipeline = beam.Pipeline(runner="FnApiRunner")
    transform: WriteToElasticsearch[Any] = WriteToElasticsearch(
        Access(hosts=(elasticsearch_url,)), Recipe(index=index, id=name_of), max_actions=30, max_bytes=20_000
    )
    pipeline | beam.Create(documents, reshuffle=False) | transform
    result = pipeline.run()
    result.wait_until_finish()
    told = result.metrics().query(MetricsFilter().with_namespace("WriteToElasticsearch"))
    counters = {one.key.metric.name: one.committed for one in told["counters"]}
    distributions = {one.key.metric.name: one.committed for one in told["distributions"]}
    assert counters["documents_created"] == 100
    assert counters["bytes"] > 100_000
    assert counters["retries"] == 0
    assert distributions["batch_documents"].sum == 100
    assert 10 <= distributions["batch_documents"].max <= 20
    assert distributions["batch_bytes"].max <= 20_000
    assert distributions["bulk_ms"].count == distributions["batch_documents"].count


def test_requests_are_filled_across_bundles_where_that_is_wanted(
    client: Elasticsearch, elasticsearch_url: str, index: str
) -> None:
    documents = [document(n) for n in range(100)]
    good, _ = write(elasticsearch_url, Recipe(index=index, id=name_of), documents, gather_s=1.0, max_actions=50)
    assert Counter(ack.id for ack in good) == Counter(one["name"] for one in documents)
    assert len(stored(client, index)) == 100


def test_what_comes_out_keeps_time_and_window(elasticsearch_url: str, index: str) -> None:
    def build(pipeline: beam.Pipeline) -> dict[str, Any]:
        written = (
            pipeline
            | beam.Create([document(n) for n in range(6)])
            | beam.Map(lambda one: TimestampedValue(one, one["number"] * 10))
            | beam.WindowInto(FixedWindows(20))
            | WriteToElasticsearch(Access(hosts=(elasticsearch_url,)), Recipe(index=index, id=name_of), key=number_of)
        )
        sums = written.acknowledged | beam.Map(lambda ack: ack.key) | beam.CombineGlobally(sum).without_defaults()
        return {"sums": sums}

    assert sorted(outputs_of(build)["sums"]) == [0 + 1, 2 + 3, 4 + 5]


def test_several_processes(
    client: Elasticsearch, elasticsearch_url: str, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Workers are fresh interpreters, which find what is installed or on this path.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / ".ci" / "path"), str(Path(__file__).parent)]))
    options = PipelineOptions(
        ["--runner=FnApiRunner", "--direct_running_mode=multi_processing", "--direct_num_workers=2"]
    )
    with beam.Pipeline(options=options) as pipeline:
        written = (
            pipeline
            | beam.Create([document(n) for n in range(60)])
            | WriteToElasticsearch(Access(hosts=(elasticsearch_url,)), Recipe(index=index, id=name_of))
        )
        written.acknowledged | beam.Map(id_of)
    assert len(stored(client, index)) == 60


def test_the_outputs_have_their_types() -> None:
    pipeline = beam.Pipeline(runner="FnApiRunner")
    transform: WriteToElasticsearch[Any] = WriteToElasticsearch(Access(hosts=("http://es:9200",)), Recipe(index="i"))
    written = pipeline | beam.Create([{}]) | transform
    assert written.acknowledged.element_type is Acknowledgement
    assert written.dead.element_type is Refusal


def test_elements_that_are_no_documents_stop_the_job_with_what_to_do(elasticsearch_url: str) -> None:
    with pytest.raises(Exception, match="elements are str, no mappings: say what to write with document="):
        write(elasticsearch_url, Recipe(index="i"), ["text"])


def test_the_example_of_the_guide(client: Elasticsearch, elasticsearch_url: str, tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "elasticsearch.md").read_text("utf-8")
    program = tmp_path / "example.py"
    program.write_text(guide.split("```python\n")[1].split("```")[0], "utf-8")
    environment = {**os.environ, "ELASTICSEARCH_URL": elasticsearch_url, "PYTHONPATH": str(ROOT / ".ci" / "path")}
    client.indices.delete(index=["pages-en", "pages-ru"], ignore_unavailable=True)
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, env=environment, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [
        "created pages-en https://example.org/1 2",
        "created pages-ru https://example.org/2 1",
        "dead: 400 action_request_validation_exception",
        "known pages-en https://example.org/1 1",
    ]
    client.indices.delete(index=["pages-en", "pages-ru"])
