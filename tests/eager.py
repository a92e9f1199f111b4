"""Runs a transform on a list and gives the list that comes out."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam

_collected: dict[str, list[Any]] = {}
"""The runner is in this process, so what a step appends here can be read afterwards."""


def _collect(element: Any, key: str) -> None:
    _collected[key].append(element)


def eagerly(transform: Any, elements: Iterable[Any]) -> list[Any]:
    """The elements of the transform's one output."""
    return outputs_of(lambda pipeline: {"out": pipeline | beam.Create(list(elements)) | "Under test" >> transform})[
        "out"
    ]


def outputs_of(build: Callable[[beam.Pipeline], dict[str, Any]]) -> dict[str, list[Any]]:
    """Builds a pipeline, runs it in this process, and gives the elements of each of the named outputs."""
    keys: dict[str, str] = {}
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        for name, output in build(pipeline).items():
            keys[name] = f"{name}-{uuid.uuid4()}"
            _collected[keys[name]] = []
            output | f"Collect {name}" >> beam.Map(_collect, keys[name])
    return {name: _collected.pop(key) for name, key in keys.items()}
