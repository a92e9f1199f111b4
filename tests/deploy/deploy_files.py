"""What stands in deploy/: the files, the commands in them, and the variables they set."""

import configparser
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from bench.shared_data import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
CREDENTIALS = "/run/credentials/blockwire.service"
"""What systemd puts in the place of ``%d``."""


@dataclass(frozen=True)
class Start:
    """One way in which blockwire is started."""

    place: str
    arguments: tuple[str, ...]
    """After ``blockwire``."""
    variables: tuple[tuple[str, str], ...] = ()
    """In its environment."""


def compose() -> dict[str, Any]:
    """The compose file, with the variables of the example file filled in."""
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    filled = re.sub(r"(?<!\$)\$\{(\w+):(?:\?[^}]*|-([^}]*))\}", lambda asked: asked[2] or _example(asked[1]), text)
    content: dict[str, Any] = yaml.safe_load(filled)
    return content


def _example(name: str) -> str:
    return "https://example.org/wire" if name.endswith("_URL") else f"some-{name}"


def kubernetes() -> list[dict[str, Any]]:
    """The Kubernetes objects."""
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / "blockwire.yaml").read_text("utf-8")))


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """A systemd unit: values by key by section."""
    parser = configparser.RawConfigParser(dict_type=_Lists, strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((DEPLOY / "systemd" / name).read_text("utf-8"))
    return {
        section: {key: value.split("\n") for key, value in parser[section].items()} for section in parser.sections()
    }


class _Lists(dict[str, Any]):
    """Values of a key that is given again are added, as systemd does."""

    def __setitem__(self, key: str, value: Any) -> None:
        if isinstance(value, list) and key in self and value != self[key]:
            value = [*self[key], *value]
        super().__setitem__(key, value)


def starts() -> Iterator[Start]:
    """Every way in which deploy/ starts blockwire."""
    yield from _of_compose()
    yield from _of_systemd()
    yield from _of_cron()
    yield from _of_kubernetes()
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    command = re.search(r"^CMD (\[.*\])$", text, re.MULTILINE)
    stored = re.search(r"(BLOCKWIRE_STORE)=(\S+)", text)
    assert command and stored
    yield Start("Containerfile", tuple(yaml.safe_load(command[1])), ((stored[1], stored[2]),))


def _of_compose() -> Iterator[Start]:
    for name, service in compose()["services"].items():
        if not service["image"].startswith("blockwire:"):
            continue
        command = service["command"]
        if "entrypoint" in service:
            (script,) = command
            found = re.search(r"blockwire ([^&|;\n]+)", script)
            assert found
            command = shlex.split(found[1])
        yield Start(f"compose.yaml {name}", tuple(command), tuple(service["environment"].items()))


def _of_systemd() -> Iterator[Start]:
    for name in ("blockwire.service", "blockwire-stream.service"):
        arguments, variables = _of_unit(name)
        yield Start(name, arguments, tuple(variables.items()))
    arguments, variables = _of_unit("blockwire.service")
    more = unit("elasticsearch.conf")["Service"]["Environment"]
    variables |= dict(pair.replace("%d", CREDENTIALS).split("=", 1) for pair in more)
    yield Start("elasticsearch.conf", arguments, tuple(variables.items()))


def _of_unit(name: str) -> tuple[tuple[str, ...], dict[str, str]]:
    service = unit(name)["Service"]
    (line,) = service["ExecStart"]
    program, *arguments = shlex.split(line)
    assert program == "/opt/blockwire/bin/blockwire"
    return tuple(arguments), dict(pair.split("=", 1) for pair in service["Environment"])


def cron_line() -> tuple[dict[str, str], list[str]]:
    """The variables of the cron file, and the fields of its line."""
    lines = [line for line in (DEPLOY / "cron" / "blockwire").read_text("utf-8").splitlines() if line[:1] != "#"]
    *settings, line = lines
    return dict(setting.split("=", 1) for setting in settings), line.split(None, 6)


def _of_cron() -> Iterator[Start]:
    variables, fields = cron_line()
    found = re.search(r"/opt/blockwire/bin/blockwire ([^&|;>]+?) (?:2>&1 )?\|", fields[6])
    assert found
    named = {name: value for name, value in variables.items() if name.startswith("BLOCKWIRE_")}
    yield Start("cron", tuple(shlex.split(found[1])), tuple(named.items()))


def _of_kubernetes() -> Iterator[Start]:
    config, _, job = kubernetes()
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    yield Start("kubernetes", tuple(container["args"]), tuple(config["data"].items()))


def documented() -> Iterator[str]:
    """What follows ``blockwire`` in the code blocks of the guides."""
    for guide in ("deployment", "kibana"):
        text = (REPOSITORY / "docs" / f"{guide}.md").read_text("utf-8")
        for block in re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            yield from re.findall(r"(?:^|/bin/|exec wire )blockwire (.+)$", block, re.MULTILINE)
