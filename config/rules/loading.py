"""Reads the rules. An error names the file and the line, the value, and what was expected."""

import hashlib
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from blockwire.config.yaml_nodes import SAFE_LOADER
from blockwire.schemas.rules import Example, RuleSet, Trials

HERE = Path(__file__).parent
SECTIONS = ("ruleset.yaml", "services.yaml", "agencies.yaml", "places.yaml", "characters.yaml")


class RulesError(Exception):
    """The rules cannot be used. The message is one line for a person: file, line, value, what was expected."""


def load_rules(folder: Path | None = None) -> RuleSet:
    """Reads the rules of a folder, by default the shipped ones.

    The folder holds ``ruleset.yaml``, ``services.yaml``, ``agencies.yaml``, ``places.yaml``, ``characters.yaml`` and one
    ``lexicon/LANGUAGE.yaml`` per language.

    Raises:
        RulesError: where a file is missing or something in it is wrong.
    """
    folder = folder or HERE
    lexicons = sorted((folder / "lexicon").glob("*.yaml"))
    if not lexicons:
        raise RulesError(f"{folder / 'lexicon'}: no LANGUAGE.yaml there; expected one file for each language")
    paths = [folder / name for name in SECTIONS]
    digest = hashlib.sha256()
    content: dict[str, Any] = {}
    origin: dict[str, Path] = {}
    for path in paths:
        raw, section = _read(path)
        digest.update(raw)
        for key, value in section.items():
            if key in content:
                raise RulesError(f"{path}:1: section {key!r} is in {origin[key].name} already; expected it once")
            content[key], origin[key] = value, path
    content["lexicons"] = []
    for path in lexicons:
        raw, section = _read(path)
        digest.update(raw)
        content["lexicons"].append(section)
    content["version"] = f"{content.get('version', '0')}+{digest.hexdigest()[:8]}"
    try:
        rules = RuleSet.model_validate(content, strict=False)
    except ValidationError as error:
        raise RulesError(_explain(error, origin, lexicons)) from None
    _check(rules, origin, lexicons)
    return rules


def load_trials(folder: Path | None = None) -> Trials:
    """Reads what the rules of a folder are tried with: ``tests.yaml``, and ``examples/LANGUAGE.yaml``.

    Raises:
        RulesError: where a file is missing or something in it is wrong.
    """
    folder = folder or HERE
    path = folder / "tests.yaml"
    content = _read(path)[1]
    try:
        tests = Trials.model_validate({"tests": content.get("tests", []), "examples": []}, strict=False).tests
    except ValidationError as error:
        raise RulesError(_explain(error, {"tests": path}, [])) from None
    examples = [example for each in sorted((folder / "examples").glob("*.yaml")) for example in _examples(each)]
    return Trials(tests=tests, examples=tuple(examples))


def _examples(path: Path) -> tuple[Example, ...]:
    rows = _read(path)[1].get("examples", [])
    content = {"tests": [], "examples": [{"language": path.stem, **row} for row in rows]}
    try:
        return Trials.model_validate(content, strict=False).examples
    except ValidationError as error:
        raise RulesError(_explain(error, {"examples": path}, [])) from None


def _read(path: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RulesError(f"{path}: cannot be read ({error.strerror}); expected a rules file") from None
    try:
        content = yaml.load(raw, Loader=SAFE_LOADER)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise RulesError(f"{path}:{line}: no valid YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(content, dict):
        raise RulesError(f"{path}:1: {content!r} found; expected a mapping")
    return raw, content


def _explain(error: ValidationError, origin: dict[str, Path], lexicons: list[Path]) -> str:
    first = error.errors()[0]
    where = list(first["loc"])
    if where[0] == "lexicons" and len(where) > 1:
        path, inside = lexicons[int(where[1])], where[2:]
    else:
        path, inside = origin.get(str(where[0]), HERE / SECTIONS[0]), where
    line = _line(path, inside)
    place = ".".join(str(part) for part in where)
    return f"{path}:{line}: {place}: {first['input']!r:.120}: {first['msg']}"


def _line(path: Path, where: list[Any]) -> int:
    """The line of the innermost part of a path that the file has."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    line = 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _check(rules: RuleSet, origin: dict[str, Path], lexicons: list[Path]) -> None:
    """What no record can check by itself: names that point at nothing, ids used twice."""
    known = set(rules.concepts)
    for number, lexicon in enumerate(rules.lexicons):
        for concept in lexicon.concepts:
            if concept not in known:
                path = lexicons[number]
                line = _line(path, ["concepts", concept])
                raise RulesError(f"{path}:{line}: {concept!r} is no concept; expected one of ruleset.yaml's concepts")
    for number, rule in enumerate(rules.rules):
        for concept in {c for group in rule.needs for c in group} | set(rule.unless):
            if concept not in known:
                path = origin["rules"]
                raise RulesError(
                    f"{path}:{_line(path, ['rules', number])}: rule {rule.id!r} names {concept!r}; expected a concept"
                )
    for section, ids in (
        ("rules", [r.id for r in rules.rules]),
        ("services", [s.id for s in rules.services]),
        ("agencies", [a.id for a in rules.agencies]),
    ):
        seen: set[str] = set()
        for number, identity in enumerate(ids):
            if identity in seen:
                path = origin[section]
                raise RulesError(
                    f"{path}:{_line(path, [section, number])}: id {identity!r} is used twice; expected it once"
                )
            seen.add(identity)
    for section, kinds, mapped in (
        ("services", [s.kind for s in rules.services], rules.service_concepts),
        ("agencies", [a.kind for a in rules.agencies], rules.agency_concepts),
    ):
        for number, kind in enumerate(kinds):
            if kind not in mapped:
                path = origin[section]
                expected = ", ".join(sorted(mapped))
                raise RulesError(f"{path}:{_line(path, [section, number])}: kind {kind!r}; expected one of {expected}")
