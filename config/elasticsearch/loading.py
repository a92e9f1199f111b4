"""Reads what we chose of Elasticsearch: index mappings, lifecycles, roles, language analyzers."""

import json
from importlib.resources import files
from typing import Any

from blockwire.schemas.kinds import KINDS

LIFECYCLES = ("wire", "retired")
"""Of indices in use, and of those that a migration left behind."""

ROLES = ("writer", "reader")
"""What the pipeline needs once ``blockwire setup elasticsearch`` was run, and what readers need."""


def load_mappings() -> dict[str, dict[str, Any]]:
    """The mapping of each kind of record, as Elasticsearch takes it."""
    return {kind: _read(f"{kind}.json") for kind in KINDS}


def load_lifecycles() -> dict[str, dict[str, Any]]:
    """The lifecycle policies by name."""
    return {name: _read(f"lifecycles/{name}.json") for name in LIFECYCLES}


def load_roles(prefix: str) -> dict[str, dict[str, Any]]:
    """The role descriptors by name, for the indices of a prefix."""
    return {name: _read(f"roles/{name}.json", prefix) for name in ROLES}


def load_languages() -> dict[str, str]:
    """Languages and the analyzers that a full distribution of Elasticsearch has for them."""
    analyzers: dict[str, str] = _read("languages.json")
    return analyzers


def _read(name: str, prefix: str = "") -> Any:
    text = files(__package__).joinpath(name).read_text("utf-8")
    return json.loads(text.replace("{prefix}", prefix))
