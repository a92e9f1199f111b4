"""Records and their documents: each field has one place, each place one field, and nothing is lost on the way."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from stores_samples import failed, feed_letter, indexed, item, letter, minutes, not_relevant, state, summary

from blockwire.config.elasticsearch.loading import KINDS, load_mappings
from blockwire.schemas import FeedProblem, Record, RoundSummary
from blockwire.transforms.stores import elasticsearch_indices
from blockwire.transforms.stores.alert_documents import ALERT_SHAPES
from blockwire.transforms.stores.documents import DEAD_LETTERS, ENTRIES, FEEDS, ITEMS, ROUNDS, SHAPES, Shape
from blockwire.transforms.stores.event_documents import EVENT_SHAPES, REPORTS
from blockwire.transforms.stores.lease import Holder

OPAQUE = {"entry"}
"""Kept whole and not searched."""
BOOKKEEPING = {"events": {"alerts.decided", "alerts.undecided"}}
"""Written beside the record."""
ALL_SHAPES = (*SHAPES, *EVENT_SHAPES, *ALERT_SHAPES)
shapes = pytest.mark.parametrize("shape", ALL_SHAPES, ids=lambda shape: shape.kind)


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """All fields of a record; of one in it, those of that one."""
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from ((f"{name}.{inner}", annotation) for inner, annotation in fields(info.annotation))
        else:
            yield name, info.annotation


def listed(annotation: Any) -> type[BaseModel] | None:
    """The record that a field lists."""
    inner = get_args(annotation)[0] if get_origin(annotation) is tuple else None
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def leaves(properties: dict[str, Any]) -> Iterator[str]:
    for name, mapping in properties.items():
        if "properties" in mapping:
            yield from (f"{name}.{inner}" for inner in leaves(mapping["properties"]))
        else:
            yield name


@shapes
def test_each_field_of_the_record_has_a_place(shape: Shape[Any]) -> None:
    assert set(shape.places) == {name for name, _ in fields(shape.record)}


@shapes
def test_no_two_fields_share_a_place(shape: Shape[Any]) -> None:
    places = [*shape.places.values(), *shape.derived]
    assert len(places) == len(set(places))


@shapes
def test_each_place_has_its_mapping_and_each_mapping_its_place(shape: Shape[Any]) -> None:
    expected = set(shape.derived) | BOOKKEEPING.get(shape.kind, set())
    for name, annotation in fields(shape.record):
        record = listed(annotation)
        place = shape.places[name]
        expected |= {f"{place}.{inner}" for inner in record.model_fields} if record else {place}
    if shape is REPORTS:
        expected = {"report" if place.startswith("report.") else place for place in expected}
    assert set(leaves(load_mappings()[shape.kind]["properties"])) == expected


def test_the_lock_has_its_mapping() -> None:
    def paths(tree: dict[str, Any]) -> Iterator[str]:
        for name, value in tree.items():
            yield from (f"{name}.{inner}" for inner in paths(value)) if isinstance(value, dict) else [name]

    document = Holder.this_process(60).to_document()
    assert set(leaves(load_mappings()["locks"]["properties"])) == set(paths(document))


def test_there_is_a_mapping_for_each_index() -> None:
    assert set(KINDS) == set(elasticsearch_indices.KINDS) == {shape.kind for shape in ALL_SHAPES} | {"locks"}
    assert all(mapping["dynamic"] == "strict" for mapping in load_mappings().values())


def test_free_text_in_keywords_is_bounded() -> None:
    """A longer value is kept and not found by; without a bound it would have the server refuse the document."""
    url = load_mappings()["items"]["properties"]["url"]["properties"]["full"]
    assert url["ignore_above"] * 4 < 32_766


RECORDS: list[tuple[Shape[Any], Record]] = [
    (ITEMS, item("a", language="ru", authors=("A", "B"), regions=("X",), modified=minutes(0.001), model_version="m")),
    (ITEMS, item("a", published=None, evidence=(), status=None, language=None)),
    (ENTRIES, indexed(item("a")).fate),
    (ENTRIES, not_relevant("b").fate),
    (ENTRIES, failed(letter("c")).fate),
    (DEAD_LETTERS, letter("c", retry_at=minutes(5), sample="<html>")),
    (DEAD_LETTERS, feed_letter("f")),
    (FEEDS, state("f", etag='"x"', interval_s=0.1, http_status=200, gone=True, last_polled=minutes(1))),
    (FEEDS, state("g")),
    (ROUNDS, summary(1)),
    (
        ROUNDS,
        RoundSummary(
            id="0" * 32,
            started=minutes(0),
            finished=minutes(1),
            feeds_due=1,
            feeds_failed=1,
            problems=(FeedProblem(feed_id="f", url="https://e.org", reason="dns", message="no such host"),),
            blockwire_version="1",
        ),
    ),
]


@pytest.mark.parametrize(("shape", "record"), RECORDS)
def test_a_record_comes_back_as_it_was(shape: Shape[Any], record: Record) -> None:
    document = shape.to_document(record)
    assert shape.to_record(document) == record
    allowed = set(leaves(load_mappings()[shape.kind]["properties"]))
    assert set(_paths(document)) <= allowed


def _paths(tree: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in tree.items():
        path = f"{prefix}{name}"
        if path in OPAQUE:
            yield path
        elif isinstance(value, dict):
            yield from _paths(value, f"{path}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                yield from _paths(one, f"{path}.")
        else:
            yield path


@given(title=st.text(), text=st.text(), authors=st.lists(st.text(), max_size=3), score=st.floats(0, 1))
def test_any_text_comes_back_as_it_was(title: str, text: str, authors: list[str], score: float) -> None:
    record = item("a", title, text, authors=tuple(authors)).model_copy(update={"score": score})
    assert ITEMS.to_record(ITEMS.to_document(record)) == record


def test_a_host_that_is_none_is_left_out() -> None:
    record = item("a").model_copy(update={"url": "https://[broken/"})
    assert "domain" not in ITEMS.to_document(record)["url"]
