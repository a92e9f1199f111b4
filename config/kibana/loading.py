"""Reads the description of searches, dashboards and rules."""

import json
from importlib.resources import files

import yaml

from blockwire.config.kibana.description import Wire

_FILES = ("views", "searches", "dashboards", "rules")
"""Each holds the list of its name."""


def load_kibana() -> Wire:
    """What is shipped. It is part of the program: where it is wrong, that is a bug, and pydantic's error says where."""
    parts = {}
    for name in _FILES:
        said = yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text("utf-8"))
        parts[name] = said[name]
    # By JSON, which strict records read tuples from.
    return Wire.model_validate_json(json.dumps(parts))
