"""A Kibana to try things on: a server that asks of requests what Kibana's API asks, and keeps what it is given."""

import base64
import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

Json = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _DataView(_Strict):
    type: Literal["data_view_reference"]
    ref_id: str


class _Query(_Strict):
    language: Literal["kql", "lucene"]
    expression: str


class _Value(_Strict):
    operation: Literal["count", "sum", "average", "max", "min", "median", "unique_count"]
    field: str | None = None
    label: str | None = None

    @model_validator(mode="after")
    def _of_a_field(self) -> "_Value":
        assert (self.field is None) == (self.operation == "count")
        return self


class _Primary(_Value):
    type: Literal["primary"]


class _Terms(_Strict):
    operation: Literal["terms"]
    fields: Annotated[list[str], Field(min_length=1, max_length=4)]
    limit: Annotated[int, Field(ge=1, le=1000)]


class _Ems(_Strict):
    boundaries: str
    join: str


class _Region(_Terms):
    ems: _Ems


class _Dates(_Strict):
    operation: Literal["date_histogram"]
    field: str


class _Layer(_Strict):
    type: Literal["bar_stacked", "bar_horizontal", "line", "area"]
    data_source: _DataView
    x: _Dates | _Terms
    y: Annotated[list[_Value], Field(min_length=1)]
    breakdown_by: _Terms | None = None


class _Chart(_Strict):
    title: str
    query: _Query


class _Metric(_Chart):
    type: Literal["metric"]
    data_source: _DataView
    metrics: Annotated[list[_Primary], Field(min_length=1, max_length=2)]


class _Xy(_Chart):
    type: Literal["xy"]
    layers: Annotated[list[_Layer], Field(min_length=1)]


class _Map(_Chart):
    type: Literal["region_map"]
    data_source: _DataView
    metric: _Value
    region: _Region


class _Table(_Chart):
    type: Literal["data_table"]
    data_source: _DataView
    metrics: Annotated[list[_Value], Field(min_length=1)]
    rows: list[_Terms]


class _Markdown(_Strict):
    content: str


class _Session(_Strict):
    ref_id: str


class _Grid(_Strict):
    x: Annotated[int, Field(ge=0, lt=48)]
    y: Annotated[int, Field(ge=0)]
    w: Annotated[int, Field(ge=1, le=48)]
    h: Annotated[int, Field(ge=1)]


class _Panel(_Strict):
    id: str
    grid: _Grid


class _MarkdownPanel(_Panel):
    type: Literal["markdown"]
    config: _Markdown


class _VisPanel(_Panel):
    type: Literal["vis"]
    config: Annotated[_Metric | _Xy | _Map | _Table, Field(discriminator="type")]


class _SessionPanel(_Panel):
    type: Literal["discover_session"]
    config: _Session


class _Times(_Strict):
    from_: str = Field(alias="from")
    to: str


class _Dashboard(_Strict):
    title: str
    description: str
    time_range: _Times
    panels: list[Annotated[_MarkdownPanel | _VisPanel | _SessionPanel, Field(discriminator="type")]]


class _RuleParams(_Strict):
    searchType: Literal["searchSource"]  # noqa: N815 (Kibana's name)
    searchConfiguration: Json  # noqa: N815
    timeField: str  # noqa: N815
    timeWindowSize: Annotated[int, Field(ge=1)]  # noqa: N815
    timeWindowUnit: Literal["s", "m", "h", "d"]  # noqa: N815
    size: Annotated[int, Field(ge=0, le=10_000)]
    threshold: Annotated[list[int], Field(min_length=1, max_length=2)]
    thresholdComparator: Literal[">", "<", ">=", "<="]  # noqa: N815
    aggType: Literal["count"]  # noqa: N815
    groupBy: Literal["all", "top"]  # noqa: N815
    termField: str | None = None  # noqa: N815
    termSize: Annotated[int, Field(ge=1)] | None = None  # noqa: N815
    excludeHitsFromPreviousRun: bool  # noqa: N815


class _RuleUpdate(_Strict):
    name: str
    tags: list[str]
    schedule: dict[Literal["interval"], str]
    params: _RuleParams
    actions: list[Json]


class _Rule(_RuleUpdate):
    rule_type_id: Literal[".es-query"]
    consumer: Literal["stackAlerts"]
    enabled: bool


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
        said = _Dashboard.model_validate_json(body)
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
        model: type[_RuleUpdate] = _Rule if method == "POST" else _RuleUpdate
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
def fake_kibana(version: str, **given: Any) -> Iterator[FakeKibana]:
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
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    kibana.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield kibana
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
