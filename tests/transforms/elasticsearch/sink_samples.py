"""Functions and documents for pipelines with the sink: in a module, so that worker processes find them."""

from typing import Any

from blockwire.transforms.write_to_elasticsearch import Acknowledgement

MAPPINGS = {
    "dynamic": "strict",
    "properties": {"name": {"type": "keyword"}, "number": {"type": "integer"}, "text": {"type": "text"}},
}


def document(number: int, **fields: Any) -> dict[str, Any]:
    return {"name": f"n{number}", "number": number, **fields}


def name_of(one: dict[str, Any]) -> str:
    return str(one["name"])


def number_of(one: dict[str, Any]) -> int:
    return int(one["number"])


def with_nothing_else(one: dict[str, Any]) -> dict[str, Any]:
    return {"name": one["name"], "number": one["number"]}


def operation_of(one: dict[str, Any]) -> str:
    return str(one["operation"])


def id_of(acknowledgement: Acknowledgement) -> str:
    return acknowledgement.id
