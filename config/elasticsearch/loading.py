"""Reads the index mappings."""

import json
from importlib.resources import files
from typing import Any

KINDS = (
    "items",
    "entries",
    "dead-letters",
    "feeds",
    "rounds",
    "locks",
    "events",
    "reports",
    "corrections",
    "alerts",
    "channels",
)
"""What there is an index for; each has its mapping in the JSON file of this name."""


def load_mappings() -> dict[str, dict[str, Any]]:
    """The mapping of each kind of record, as Elasticsearch takes it."""
    folder = files(__package__)
    return {kind: json.loads((folder / f"{kind}.json").read_text("utf-8")) for kind in KINDS}
