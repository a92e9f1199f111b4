"""Reads the rules of severity. An error names the file, the value, and what was expected."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from blockwire.config.rules.loading import RulesError
from blockwire.config.yaml_nodes import SAFE_LOADER
from blockwire.schemas.rules import RuleSet
from blockwire.schemas.severity import SeverityRules

SHIPPED = Path(__file__).parent / "rules" / "severity.yaml"


def load_severity(rules: RuleSet, path: Path = SHIPPED) -> SeverityRules:
    """The rules of a file, by default the shipped one.

    Args:
        rules: with the gazetteer that says of what kind a service is.
        path: the file.

    Raises:
        RulesError: where the file is missing or something in it is wrong.
    """
    try:
        content: Any = yaml.load(path.read_bytes(), Loader=SAFE_LOADER)  # noqa: S506
    except OSError as error:
        raise RulesError(f"{path}: cannot be read ({error.strerror}); expected a rules file") from None
    except yaml.YAMLError as error:
        raise RulesError(f"{path}: no valid YAML: {error}") from None
    if not isinstance(content, dict):
        raise RulesError(f"{path}:1: {content!r} found; expected a mapping")
    kinds = {service.id: service.kind for service in rules.services}
    try:
        return SeverityRules.model_validate({**content, "service_kinds": kinds}, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise RulesError(f"{path}: {where}: {first['input']!r} found; {first['msg']}") from None
