"""The exported JSON Schemas are those of the records."""

from bench.shared_data import REPOSITORY
from blockwire.schemas.export import json_schemas

FOLDER = REPOSITORY / "docs" / "schemas"


def test_exported_schemas_are_current() -> None:
    """docs/schemas holds each record's schema and nothing else; ``make generated`` writes it."""
    exported = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()}
    assert exported == json_schemas()
