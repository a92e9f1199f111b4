"""A Kibana to try things on: a server that asks of requests what Kibana's API asks, and keeps what it is given."""

import base64
import json
import re
import ssl
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kibana_forms import DashboardForm, Json, RuleForm, RuleUpdateForm
from pydantic import TypeAdapter, ValidationError


@dataclass
class Kept:
    """What a space holds."""

    objects: dict[tuple[str, str], Json] = field(default_factory=dict)
    dashboards: dict[str, Json] = field(default_factory=dict)
    rules: dict[str, Json] = field(default_factory=dict)


@dataclass
class FakeKibana:
    """The server. ``api_key`` and ``password`` are what it takes; with neither, anyone may ask."""

    version: str
    api_key: str | None = None
    password: str | None = None
    fails_with: int | None = None
    base_path: str = ""
    url: str = ""
    spaces: dict[str, Kept] = field(default_factory=lambda: {"default": Kept()})
    requests: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The requests that change something."""
        return [(method, path) for method, path in self.requests if method != "GET"]

    def knows(self, authorization: str | None) -> bool:
        """Whether it lets this one in."""
        if self.api_key is None and self.password is None:
            return True
        basic = base64.b64encode(f"ada:{self.password}".encode()).decode()
        taken = {f"ApiKey {self.api_key}" if self.api_key else None, f"Basic {basic}" if self.password else None}
        return authorization is not None and authorization in taken

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, Json]:
        """Status and body of an answer."""
        self.requests.append((method, path))
        if self.fails_with:
            return self.fails_with, {"message": "said no"}
        if not self.knows(headers.get("authorization")):
            return 401, {"statusCode": 401, "message": "[security_exception]"}
        if method != "GET" and "kbn-xsrf" not in headers:
            return 400, {"message": "Request must contain a kbn-xsrf header."}
        path = path.removeprefix(self.base_path)
        if path == "/api/status":
            return 200, {"version": {"number": self.version}, "status": {"overall": {"level": "available"}}}
        if path.startswith("/api/spaces/space"):
            return self._space(method, path, body)
        within, rest = re.fullmatch(r"(?:/s/([^/]+))?(/.*)", path).groups()  # type: ignore[union-attr]
        kept = self.spaces.get(within or "default")
        if kept is None:
            return 404, {"message": "Not Found"}
        return self._within(kept, method, rest, headers, body)

    def _space(self, method: str, path: str, body: bytes) -> tuple[int, Json]:
        if method == "POST":
            said = json.loads(body)
            assert set(said) == {"id", "name"}
            if said["id"] in self.spaces:
                return 409, {"message": "there already"}
            self.spaces[said["id"]] = Kept()
            return 200, said
        return (200, {}) if path.rpartition("/")[2] in self.spaces else (404, {"message": "Not Found"})

    def _within(self, kept: Kept, method: str, path: str, headers: Any, body: bytes) -> tuple[int, Json]:
        parts = urlsplit(path)
        name = parts.path.rpartition("/")[2]
        if (method, parts.path) == ("POST", "/api/saved_objects/_import"):
            return _imported(kept, parse_qs(parts.query), headers, body)
        if parts.path.startswith("/api/dashboards/") and self.version_number >= (9, 5):
            return _dashboard(kept, method, name, body)
        if parts.path.startswith("/api/alerting/rule/"):
            return _rule(kept, method, name, body)
        return 404, {"statusCode": 404, "message": "Not Found"}

    @property
    def version_number(self) -> tuple[int, int]:
        """Major and minor."""
        major, minor = self.version.split(".")[:2]
        return int(major), int(minor)


def _imported(kept: Kept, query: dict[str, list[str]], headers: Any, body: bytes) -> tuple[int, Json]:
    if not headers.get("content-type", "").startswith("multipart/form-data"):
        return 415, {"message": "Unsupported Media Type"}
    form = message_from_bytes(
        b"content-type: " + headers["content-type"].encode() + b"\r\n\r\n" + body, policy=policy.default
    )
    (part,) = form.iter_parts()  # type: ignore[attr-defined]
    if not str(part.get_filename()).endswith(".ndjson"):
        return 400, {"message": "Invalid file extension"}
    objects = [json.loads(line) for line in part.get_payload(decode=True).decode().splitlines()]
    known = {(one["type"], one["id"]) for one in objects} | set(kept.objects)
    overwrites = query.get("overwrite") == ["true"]
    errors, done = [], []
    for one in objects:
        key = (one["type"], one["id"])
        missing = [to for to in one["references"] if (to["type"], to["id"]) not in known]
        if missing:
            errors.append(
                {"type": key[0], "id": key[1], "error": {"type": "missing_references", "references": missing}}
            )
        elif key in kept.objects and not overwrites:
            errors.append({"type": key[0], "id": key[1], "error": {"type": "conflict"}})
        else:
            done.append({"type": key[0], "id": key[1], **({"overwrite": True} if key in kept.objects else {})})
            kept.objects[key] = one
    told: Json = {"success": not errors, "successCount": len(done), "successResults": done}
    return 200, {**told, "errors": errors} if errors else told


def _dashboard(kept: Kept, method: str, name: str, body: bytes) -> tuple[int, Json]:
    if method == "GET":
        return (200, kept.dashboards[name]) if name in kept.dashboards else (404, {"message": "Not Found"})
    try:
        said = DashboardForm.model_validate_json(body)
    except ValidationError as error:
        return 400, {"message": f"[request body]: {error}"}
    for panel in said.panels:
        for kind, id in _referred(panel.model_dump()):
            if (kind, id) not in kept.objects:
                return 400, {"message": f"{kind} {id} is not there"}
    status = 200 if name in kept.dashboards else 201
    kept.dashboards[name] = json.loads(body)
    return status, {"id": name, "data": kept.dashboards[name]}


def _referred(panel: Json) -> Iterator[tuple[str, str]]:
    config = panel["config"]
    if panel["type"] == "discover_session":
        yield "search", config["ref_id"]
    for part in (config, *config.get("layers", [])):
        if "data_source" in part:
            yield "index-pattern", part["data_source"]["ref_id"]


def _rule(kept: Kept, method: str, name: str, body: bytes) -> tuple[int, Json]:
    if method == "GET":
        return (200, kept.rules[name]) if name in kept.rules else (404, {"message": "Not Found"})
    if method == "POST" and name in kept.rules:
        return 409, {"message": "there already"}
    if method == "PUT" and name not in kept.rules:
        return 404, {"message": "Not Found"}
    try:
        uuid.UUID(name, version=4)
        model: type[RuleUpdateForm] = RuleForm if method == "POST" else RuleUpdateForm
        TypeAdapter(model).validate_json(body)
    except ValueError as error:
        return 400, {"message": f"[request body]: {error}"}
    said = json.loads(body)
    if any("connector_type_id" in action for action in said["actions"]):
        return 400, {"message": "[request body.actions]: connector_type_id is not allowed"}
    if ("index-pattern", said["params"]["searchConfiguration"]["index"]) not in kept.objects:
        return 400, {"message": "no such data view"}
    kept.rules[name] = {**kept.rules.get(name, {}), **said, "id": name}
    return 200, kept.rules[name]


@contextmanager
def fake_kibana(version: str, *, tls: ssl.SSLContext | None = None, **given: Any) -> Iterator[FakeKibana]:
    """Runs one on 127.0.0.1."""
    kibana = FakeKibana(version, **given)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, told = kibana.answer(self.command, self.path, self.headers, body)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 (http.server's names)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    scheme = "http" if tls is None else "https"
    kibana.url = f"{scheme}://127.0.0.1:{server.server_address[1]}{kibana.base_path}"
    try:
        yield kibana
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
