"""Where settings come from: the command line, the environment and a TOML file, each with the place of every value."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from blockwire.config.errors import ConfigurationError
from blockwire.config.expectations import suggestion
from blockwire.config.masking import MASK, is_secret

PREFIX = "BLOCKWIRE_"
NESTING = "__"

SECRETS = frozenset(
    f"BLOCKWIRE_{name}"
    for name in ("ELASTICSEARCH_PASSWORD", "ELASTICSEARCH_API_KEY", "ELASTICSEARCH_BEARER", "SECOND_OPINION_KEY")
)
"""Variables that hold secrets: the process that connects reads them, and no setting ever holds them."""

RESERVED = frozenset({"BLOCKWIRE_CONFIG", "BLOCKWIRE_SHARED"}) | SECRETS
"""Variables with the prefix that are no settings: the settings file, the data that tests read, and secrets."""

RESERVED_PREFIX = "BLOCKWIRE_TEST_"

Path_ = tuple[str, ...]
"""The names that lead to a setting: ``("fetch", "concurrency")``."""

Known = Mapping[Path_, FieldInfo]
"""Every setting there is."""


@dataclass(frozen=True)
class Layer:
    """The values of one source."""

    place: str
    """The file's name, ``environment`` or ``command line``."""
    values: dict[str, object]
    """Nested as the settings are."""
    toml: str | None = None
    """The text of the file."""

    def holds(self, path: Path_) -> bool:
        """Whether this source says something about the setting."""
        return _at(self.values, path) is not None

    def error(
        self, path: Path_, value: object, expected: str, next_step: str, within: tuple[str | int, ...] = ()
    ) -> ConfigurationError:
        """The mistake at this setting, with its place; ``within``: the way to it inside of a list of tables."""
        inside = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in within)
        name = variable(path) if self.place == "environment" else ".".join(path)
        line = None if self.toml is None else line_of(self.toml, (*path, *within))
        return ConfigurationError(self.place, line, name + inside, value, expected, next_step)


def variable(path: Path_) -> str:
    """The environment variable of a setting."""
    return PREFIX + NESTING.join(path).upper()


def file_layer(file: Path, known: Known) -> Layer:
    """Reads a TOML file. Relative paths in it, those in lists of tables too, start from its folder.

    Raises:
        ConfigurationError: where it cannot be read, is no TOML or has unknown keys.
    """
    try:
        text = file.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except OSError as error:
        raise ConfigurationError(
            None, None, "settings file", file, f"a file that can be read ({error.strerror})", "check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            file, None, "byte", error.object[error.start], "UTF-8 text", "save it as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        line = _error_line(str(error), text)
        shown = text.splitlines()[line - 1].strip() if text else ""
        raise ConfigurationError(file, line, "line", shown, f"TOML ({error})", "correct the line") from error
    layer = Layer(str(file), values, text)
    _refuse_unknown(layer, known)
    for path, value in _leaves(values, known):
        if isinstance(value, str) and _is_path(path, known):
            _put(values, path, _anchored(value, file))
        elif isinstance(value, list):
            _anchor_tables(value, known[path], file)
    return Layer(str(file), _tuples(values), text)


def environment_layer(environ: Mapping[str, str], known: Known) -> Layer:
    """Reads the ``BLOCKWIRE_`` variables; an empty one counts as absent.

    Raises:
        ConfigurationError: where a variable names no setting.
    """
    values: dict[str, object] = {}
    names = {variable(path): path for path in known}
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in RESERVED or name.startswith(RESERVED_PREFIX) or not text:
            continue
        if name not in names:
            # An address may hold a secret anywhere.
            shown = MASK if is_secret(name) or "://" in text else text
            raise ConfigurationError(
                "environment", None, name, shown, "a variable that names a setting", _advice(name, names)
            )
        path = names[name]
        _put(values, path, _from_string(text, known[path]))
    return Layer("environment", values)


def flag_layer(overrides: Mapping[str, object], known: Known) -> Layer:
    """Takes values by dotted name or nested; None means that the flag was not given.

    Raises:
        ConfigurationError: where a name is no setting.
    """
    values: dict[str, object] = {}
    for name, value in overrides.items():
        if value is not None:
            _put(values, tuple(name.split(".")), _tuples(value) if isinstance(value, Mapping) else value)
    layer = Layer("command line", _tuples(values))
    _refuse_unknown(layer, known)
    return layer


def line_of(toml: str, path: tuple[str | int, ...]) -> int:
    """The line, from 1, on which the setting stands: where the text up to it first holds the path.

    The place of what is missing in a table is that of the table.

    Parsing ever longer beginnings is slow but right for dotted keys, inline tables and lists over many lines; it is done
    for errors alone.
    """
    whole = tomllib.loads(toml)
    while path and _at(whole, path) is None:
        path = path[:-1]
    lines = toml.splitlines()
    begins = 1
    for count in range(1, len(lines) + 1):
        try:
            values = tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue
        if _at(values, path) is not None:
            return begins
        begins = count + 1
    return 1


def _error_line(message: str, text: str) -> int:
    """tomllib of Python 3.11 tells the line only in its message: ``... (at line 3, column 5)``."""
    _, _, tail = message.rpartition("(at line ")
    number = tail.partition(",")[0]
    return int(number) if number.isdigit() else max(1, len(text.splitlines()))


def _refuse_unknown(layer: Layer, known: Known) -> None:
    names = [".".join(path) for path in known]
    for path, value in _leaves(layer.values, known):
        if path in known:
            continue
        if any(other[: len(path)] == path for other in known):
            raise layer.error(path, value, f"a section: [{'.'.join(path)}] with settings in it", "correct it")
        raise layer.error(path, value, "a setting that exists", _advice(".".join(path), names))


def _advice(name: str, known: Mapping[str, object] | list[str]) -> str:
    return suggestion(name, known) or "`blockwire config show` lists all settings"


def _leaves(values: Mapping[str, object], known: Known, path: Path_ = ()) -> Iterator[tuple[Path_, object]]:
    """Every value that is no section, by its path."""
    for name, value in list(values.items()):
        here = (*path, name)
        is_section = any(other[: len(here)] == here and len(other) > len(here) for other in known)
        if isinstance(value, Mapping) and is_section:
            yield from _leaves(value, known, here)
        else:
            yield here, value


def _is_path(path: Path_, known: Known) -> bool:
    return path in known and (known[path].annotation == Path | None or path[-1].endswith("_file"))


def _anchor_tables(tables: list[object], field: FieldInfo, file: Path) -> None:
    """Anchors the paths in a list of tables."""
    model = get_args(field.annotation)[0]
    for table in (table for table in tables if isinstance(table, dict)):
        for name, value in table.items():
            inner = getattr(model, "model_fields", {}).get(name)
            if isinstance(value, str) and inner and inner.annotation == Path | None:
                table[name] = _anchored(value, file)


def _anchored(path: str, file: Path) -> str:
    return str(file.parent / Path(path).expanduser())


def _from_string(text: str, field: FieldInfo) -> object:
    """What a variable's text means for the setting; the text itself where it means nothing, for the error to show."""
    if get_origin(field.annotation) is tuple:
        with suppress(json.JSONDecodeError):
            listed = json.loads(text)
            if isinstance(listed, list):
                return tuple(listed)
    if field.annotation == tuple[str, ...]:
        return tuple(part.strip() for part in text.split() if part.strip())
    with suppress(ValidationError):
        adapter: TypeAdapter[object] = TypeAdapter(field.annotation)  # type: ignore[arg-type]
        return adapter.validate_strings(text)
    return text


def _tuples(values: Mapping[str, object]) -> dict[str, object]:
    """Lists as tuples: what a strict record takes."""
    return {
        name: _tuples(value) if isinstance(value, Mapping) else tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
    }


def _at(values: Mapping[str, object], path: tuple[str | int, ...]) -> object:
    """The value at a path, or None."""
    node: object = values
    for step in path:
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def _put(values: dict[str, object], path: Path_, value: object) -> None:
    node = values
    for name in path[:-1]:
        inner = node.setdefault(name, {})
        if not isinstance(inner, dict):
            raise TypeError(f"{'.'.join(path)} is set inside of a value")
        node = inner
    node[path[-1]] = value
