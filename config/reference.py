"""The settings as text: those in force as TOML, an example file with every setting, and the table of the documentation.

``python -m blockwire.config.reference FOLDER`` writes the example and the table anew into a checkout.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from blockwire.config.layers import variable
from blockwire.config.masking import without_secrets
from blockwire.config.settings import Settings, setting_fields

EXAMPLE = Path("config/blockwire.example.toml")
GUIDE = Path("docs/settings.md")

_BEGIN, _END = "<!-- settings: begin -->", "<!-- settings: end -->"
_WIDTH = 118
_HEAD = """\
# Every setting of blockwire with its default. Copy what you want to change into blockwire.toml in the folder where the command
# runs, or name the file with --config or BLOCKWIRE_CONFIG. Relative paths start from the folder of the file.
# Flags win over environment variables, these over the file, the file over the defaults. docs/settings.md has more.
"""
_LIMITS = {"ge": "{} or more", "gt": "above {}", "le": "{} or less", "lt": "below {}"}


def as_toml(settings: Settings) -> str:
    """The settings in force, as a TOML file that would give the same, except that secrets are masked."""
    lines: list[str] = []
    section = ""
    for path in setting_fields():
        if ".".join(path[:-1]) != section:
            section = ".".join(path[:-1])
            lines += ["", f"[{section}]"]
        value = _value(settings, path)
        shown = without_secrets(value) if isinstance(value, str) else value
        lines.append(f"{path[-1]} = {_toml(shown)}" if value is not None else f"# {path[-1]} is not set")
    return "\n".join(lines) + "\n"


def example_toml() -> str:
    """A settings file with every setting at its default, each behind a comment sign and under what it means."""
    lines = [_HEAD.rstrip("\n")]
    section = ""
    for path, field in setting_fields().items():
        if ".".join(path[:-1]) != section:
            section = ".".join(path[:-1])
            lines += ["", *_comment(_section_words(path[:-1])), f"[{section}]"]
        example = _examples().get(path) or _toml(field.get_default())
        lines += ["", *_comment(_meaning(field)), f"# {path[-1]} = {example}"]
    return "\n".join(lines) + "\n"


def settings_table() -> str:
    """Every setting in a Markdown table: name, variable, default, what it takes, what it means."""
    rows = ["| setting | default | takes | meaning |", "| --- | --- | --- | --- |"]
    for path, field in setting_fields().items():
        default = field.get_default()
        shown = f"`{_toml(default)}`" if default is not None else "not set"
        meaning = re.sub(r"``(.+?)``", r"`\1`", _meaning(field)).replace("|", "\\|")
        rows.append(f"| `{'.'.join(path)}`<br>`{variable(path)}` | {shown} | {_takes(field)} | {meaning} |")
    return "\n".join(rows) + "\n"


def with_table(guide: str) -> str:
    """The guide with the table of today between its two marks.

    Raises:
        ValueError: where the guide lacks the marks.
    """
    before, begin, rest = guide.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the guide needs the lines {_BEGIN} and {_END}")
    return f"{before}{_BEGIN}\n{settings_table()}{_END}{after}"


def write_reference(repository: Path) -> None:
    """Writes the example file and the guide's table into a checkout."""
    (repository / EXAMPLE).write_text(example_toml(), encoding="utf-8")
    guide = repository / GUIDE
    guide.write_text(with_table(guide.read_text(encoding="utf-8")), encoding="utf-8")


def _examples() -> Mapping[tuple[str, ...], str]:
    """What a setting whose default says nothing could be."""
    return {
        ("feeds",): '"feeds.yaml"',
        ("rules",): '"rules"',
        ("archive",): '"archive"',
        ("metrics_file",): '"metrics/blockwire.prom"',
        ("fetch", "ca_file"): '"company-ca.pem"',
        ("extraction", "aside_below"): "0.2",
        ("extraction", "workers"): "2",
        ("elasticsearch", "cloud_id"): '"wire:ZXhhbXBsZS5vcmckYWJjJGRlZg=="',
        ("elasticsearch", "user"): '"blockwire"',
        ("elasticsearch", "password_file"): '"/run/secrets/elasticsearch-password"',
        ("elasticsearch", "api_key_file"): '"/run/secrets/elasticsearch-api-key"',
        ("elasticsearch", "bearer_file"): '"/run/secrets/elasticsearch-bearer"',
        ("elasticsearch", "ca_file"): '"elasticsearch-ca.pem"',
        ("elasticsearch", "ca_fingerprint"): f'"{"0123456789abcdef" * 4}"',
        ("second_opinion", "url"): '"http://localhost:11434/v1/chat/completions"',
        ("second_opinion", "key_file"): '"/run/secrets/second-opinion-key"',
        (
            "alerts",
            "channels",
        ): '[{id = "desk", url_env = "DESK_URL"}, {id = "feed", kind = "atom", path = "public/alerts.atom"}]',
        (
            "alerts",
            "rules",
        ): '[{id = "urgent", severity = "critical", channels = ["desk"]}, {id = "all", when = "daily"}]',
    }


def _value(settings: BaseModel, path: tuple[str, ...]) -> object:
    value: object = settings
    for name in path:
        value = getattr(value, name)
    return value


def _toml(value: object) -> str:
    """A value in TOML, whose texts, numbers and lists are those of JSON, but for the control character DEL."""
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return f"[{', '.join(_inline_table(one) for one in value)}]"
    plain = str(value) if isinstance(value, Path) else value
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007F")


def _inline_table(record: BaseModel) -> str:
    """What is not as by default."""
    chosen = record.model_dump(exclude_defaults=True)
    return "{" + ", ".join(f"{name} = {_toml(value)}" for name, value in chosen.items()) + "}"


def _meaning(field: FieldInfo) -> str:
    return " ".join((field.description or "").split())


def _section_words(path: tuple[str, ...]) -> str:
    model: type[BaseModel] = Settings
    for name in path:
        kind = model.model_fields[name].annotation
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            raise TypeError(f"{name} is no section")
        model = kind
    return " ".join((model.__doc__ or "").split())


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text.replace("``", ""), _WIDTH, break_on_hyphens=False)]


def _takes(field: FieldInfo) -> str:
    """The kind of value and its limits, in words."""
    annotation = str(field.annotation)
    kind = next(
        words
        for sign, words in (
            ("schemas.", "a list of tables"),
            ("tuple", "a list of texts"),
            ("Path", "a path"),
            ("bool", "true or false"),
            ("int", "a whole number"),
            ("float", "a number"),
            ("str", "text"),
        )
        if sign in annotation
    )
    limits = dict(re.findall(r"\b(ge|gt|le|lt)=([0-9.]+)", f"{annotation} {field.metadata}"))
    if "ge" in limits and "le" in limits:
        return f"{kind} from {limits['ge']} to {limits['le']}"
    words = [_LIMITS[name].format(value) for name, value in limits.items()]
    return ", ".join([kind, *words])


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]))
