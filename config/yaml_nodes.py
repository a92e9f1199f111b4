"""A YAML list of flat mappings, read with the line of everything.

Scalars mean what YAML 1.2 says: ``NO`` is Norway's code and not false, ``2026-11-22`` is text. Only ``true``, ``false``, ``null``
and decimal whole numbers are more than text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from blockwire.config.errors import ConfigurationError

Scalar = str | int | bool | None

SAFE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where it is built in: ten times as fast."""


@dataclass(frozen=True)
class Value:
    """What stands behind a key."""

    line: int
    data: Scalar | list[Scalar]
    item_lines: tuple[int, ...] = ()
    """The line of each element of a list."""


@dataclass(frozen=True)
class Entry:
    """One mapping of the list. Lines count from 1."""

    line: int
    last_line: int
    fields: Mapping[str, Value]

    def text_of(self, name: str) -> str:
        """A field as text, or an empty string where it is absent."""
        return str(self.fields[name].data) if name in self.fields else ""


class _Loader(SAFE_LOADER):  # type: ignore[misc]
    """With the plain meaning of scalars."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own name)


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def entries(text: str, key: str, file: str) -> list[Entry]:
    """Reads ``key: [mapping, ...]``, the only key of the text, with scalars and lists of scalars as values.

    Raises:
        ConfigurationError: where it is not of this form.
    """
    root = _root(text, file)
    if not isinstance(root, yaml.MappingNode):
        raise ConfigurationError(
            file, root.start_mark.line + 1 if root else None, "content", _shown(root), f"`{key}:` and a list"
        )
    listed = None
    for name, node in root.value:
        if name.value != key:
            raise ConfigurationError(file, _line(name), "key", name.value, f"`{key}:` alone", "remove it or correct it")
        listed = node
    if not isinstance(listed, yaml.SequenceNode):
        raise ConfigurationError(
            file, _line(root), key, _shown(listed), "a list: a line `- id: ...` begins each element"
        )
    return [_entry(node, file) for node in listed.value]


def _root(text: str, file: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        lines = text.splitlines()
        line = min(mark.line, len(lines) - 1) if mark else 0
        shown = lines[line].strip() if lines else ""
        raise ConfigurationError(
            file, line + 1, "line", shown, f"YAML ({error.problem})", "correct the line"
        ) from error
    except yaml.reader.ReaderError as error:
        raise ConfigurationError(
            file, None, "character", f"{error.character!r}", f"YAML ({error.reason})", "remove it"
        ) from error
    finally:
        loader.dispose()
    return node


def _entry(node: yaml.Node, file: str) -> Entry:
    if not isinstance(node, yaml.MappingNode):
        raise ConfigurationError(file, _line(node), "element", _shown(node), "keys with values, such as `- id: eff`")
    fields: dict[str, Value] = {}
    for name, value in node.value:
        if name.value in fields:
            raise ConfigurationError(file, _line(name), "key", name.value, "each key once", "remove one of the two")
        fields[str(name.value)] = _value(value, str(name.value), file)
    return Entry(_line(node), _last_line(node), fields)


def _value(node: yaml.Node, name: str, file: str) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return Value(_line(node), _scalar(node))
    if isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        return Value(_line(node), [_scalar(item) for item in node.value], tuple(_line(item) for item in node.value))
    raise ConfigurationError(file, _line(node), name, _shown(node), "a plain value or a list of plain values")


def _scalar(node: yaml.ScalarNode) -> Scalar:
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return bool(node.value == "true")
    return int(node.value) if kind == "int" else str(node.value)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _last_line(node: yaml.Node) -> int:
    """The last line that holds a part of the node. A block's own end mark lies behind the comments that follow it."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1])
    end = node.end_mark
    return max(_line(node), int(end.line) + (1 if end.column else 0))


def _shown(node: yaml.Node | None) -> str:
    if node is None:
        return ""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "keys with values" if isinstance(node, yaml.MappingNode) else "a list"
