"""Everything that a server should have for the wire: templates, indices with their aliases, lifecycles, analyzers, roles.

What a server can do is found out by trying it: distributions, licences and versions differ. Done twice, it changes nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from elasticsearch import ApiError, BadRequestError, NotFoundError

from blockwire.schemas.kinds import KINDS
from blockwire.transforms.elasticsearch.connection import Connection
from blockwire.transforms.elasticsearch.trouble import reason_of, refused_request
from blockwire.transforms.stores.elasticsearch_indices import (
    SETTINGS,
    create_index,
    digest,
    first_version,
    index_name,
    update_mapping,
    with_digest,
)

LANGUAGES_OF: Final = ("items", ("title", "text"))
"""The kind and its fields that have a form for each language."""

_JSON: Final = {"accept": "application/json", "content-type": "application/json"}
_PRIORITY: Final = 200
_METHOD_NOT_ALLOWED: Final = 405


class Did(StrEnum):
    """What became of a part."""

    MADE = "made"
    CHANGED = "changed"
    KEPT = "there already"
    LEFT_OUT = "left out"
    NEEDS_MIGRATION = "needs --migrate"
    MIGRATED = "migrated"


@dataclass(frozen=True)
class Step:
    """What was done about one part, and why."""

    what: str
    did: Did
    why: str = ""
    kind: str | None = None
    """Of an index that needs to be moved: what kind of record is in it."""

    @property
    def is_index(self) -> bool:
        """Whether the part is an index, and no template for one."""
        return self.what.startswith("index ") and not self.what.startswith("index template ")


@dataclass(frozen=True)
class Wanted:
    """What to set up."""

    prefix: str
    mappings: Mapping[str, Mapping[str, Any]]
    """By kind of record."""
    lifecycles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    """Analyzers by language."""
    roles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def set_up(connection: Connection, wanted: Wanted, *, dry_run: bool = False) -> Iterator[Step]:
    """Makes what is missing and changes what is different, and tells of each part; in a dry run, what it would do.

    Raises:
        StoreUnavailable: where the server cannot be used, or a right is missing.
        StoreError: where it refuses a part.
    """
    setting_up = _SettingUp(connection, wanted, dry_run)
    yield from setting_up.steps()


@dataclass(frozen=True)
class _Part:
    what: str
    path: str
    body: dict[str, Any]
    """With its digest in it: what the server shows of it may have another form."""
    digest: str


class _SettingUp:
    def __init__(self, connection: Connection, wanted: Wanted, dry_run: bool) -> None:
        self._connection = connection
        self._wanted = wanted
        self._prefix = wanted.prefix
        self._dry_run = dry_run

    def steps(self) -> Iterator[Step]:
        for name, policy in self._wanted.lifecycles.items():
            yield self._put(_lifecycle(f"{self._prefix}-{name}", policy))
        spoken = available_languages(self._connection, self._wanted.languages)
        if self._wanted.languages:
            yield self._languages_step(spoken)
        yield self._put(_component(f"{self._prefix}-settings", {"settings": SETTINGS}))
        if self._has_lifecycles():
            settings = {"index.lifecycle.name": f"{self._prefix}-wire"}
            yield self._put(_component(f"{self._prefix}-lifecycle", {"settings": settings}))
        for kind in KINDS:
            mapping = with_languages(kind, self._wanted.mappings[kind], spoken)
            yield self._put(_component(index_name(self._prefix, kind), {"mappings": mapping}))
            yield self._put(_template(self._prefix, kind))
            yield self._index(kind, mapping)
        for name, role in self._wanted.roles.items():
            yield self._put(_role(f"{self._prefix}-{name}", role))

    def _languages_step(self, spoken: Mapping[str, str]) -> Step:
        missing = ", ".join(name for name in self._wanted.languages.values() if name not in spoken.values())
        if spoken:
            why = f"title and text in {', '.join(spoken)}" + (f"; the server lacks {missing}" if missing else "")
            return Step("language analyzers", Did.KEPT, why)
        why = f"the server lacks {missing}; words are found by the stems that the wire makes itself"
        return Step("language analyzers", Did.LEFT_OUT, why)

    def _has_lifecycles(self) -> bool:
        return bool(self._wanted.lifecycles) and self._get("/_ilm/status") is not None

    def _put(self, part: _Part) -> Step:
        there = self._get(part.path)
        if there is None:
            return Step(part.what, Did.LEFT_OUT, "the server has no such function")
        if part.digest in there:
            return Step(part.what, Did.KEPT)
        if not self._dry_run:
            self._send("PUT", part.path, part.body)
        return Step(part.what, Did.CHANGED if there else Did.MADE)

    def _get(self, path: str) -> str | None:
        """What is there, as text; empty where nothing is, None where the server does not know what that should be."""
        try:
            return json.dumps(self._send("GET", path))
        except NotFoundError:
            return ""
        except ApiError as error:
            if error.status_code == _METHOD_NOT_ALLOWED or "no handler found" in reason_of(error)[1]:
                return None
            raise refused_request(error) from error

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._connection.call(lambda client: client.perform_request(method, path, headers=_JSON, body=body))
        return answer.body

    def _index(self, kind: str, mapping: dict[str, Any]) -> Step:
        name = index_name(self._prefix, kind)
        told = self._connection.call(
            lambda client: client.indices.get(index=name, ignore_unavailable=True, allow_no_indices=True)
        )
        if not told:
            if not self._dry_run:
                self._connection.call(lambda client: create_index(client, name, mapping))
            return Step(f"index {first_version(name)}", Did.MADE, f"behind the alias {name}")
        index, state = next(iter(told.items()))
        if index == name:
            return Step(f"index {index}", Did.NEEDS_MIGRATION, "it has no version and no alias", kind)
        if state["mappings"].get("_meta") == mapping["_meta"]:
            return Step(f"index {index}", Did.KEPT)
        if not self._dry_run:
            try:
                self._connection.call(lambda client: update_mapping(client, name, mapping))
            except ApiError as error:
                return Step(f"index {index}", Did.NEEDS_MIGRATION, reason_of(error)[1][:200], kind)
        return Step(f"index {index}", Did.CHANGED, "its fields")


def available_languages(connection: Connection, languages: Mapping[str, str]) -> dict[str, str]:
    """The languages whose analyzer the server has."""
    return {language: name for language, name in languages.items() if _has_analyzer(connection, name)}


def _has_analyzer(connection: Connection, name: str) -> bool:
    try:
        connection.call(lambda client: client.indices.analyze(analyzer=name, text="x"))
    except BadRequestError:
        return False
    except ApiError as error:
        raise refused_request(error) from error
    return True


def with_languages(kind: str, mapping: Mapping[str, Any], spoken: Mapping[str, str]) -> dict[str, Any]:
    """The mapping with a form of each text for each language, and with the digests of both."""
    made = with_digest(mapping)
    if not spoken or kind != LANGUAGES_OF[0]:
        return made
    forms = {language: {"type": "text", "analyzer": analyzer} for language, analyzer in spoken.items()}
    texts = {name: mapping["properties"][name] for name in LANGUAGES_OF[1]}
    extended = {name: {**text, "fields": {**text.get("fields", {}), **forms}} for name, text in texts.items()}
    return {
        **made,
        "properties": {**mapping["properties"], **extended},
        "_meta": {**made["_meta"], "languages": digest(spoken)},
    }


def _component(name: str, template: dict[str, Any]) -> _Part:
    mark = digest(template)
    body = {"template": template, "_meta": {"made_by": "blockwire", "digest": mark}}
    return _Part(f"component template {name}", f"/_component_template/{name}", body, mark)


def _template(prefix: str, kind: str) -> _Part:
    name = index_name(prefix, kind)
    content = {
        "index_patterns": [name, f"{name}-v*"],
        "composed_of": [f"{prefix}-settings", name, f"{prefix}-lifecycle"],
        "ignore_missing_component_templates": [f"{prefix}-lifecycle"],
        "priority": _PRIORITY,
        # A write to a name that is gone must not make an index without alias and version.
        "allow_auto_create": False,
    }
    mark = digest(content)
    body = {**content, "_meta": {"made_by": "blockwire", "digest": mark}}
    return _Part(f"index template {name}", f"/_index_template/{name}", body, mark)


def _lifecycle(name: str, policy: Mapping[str, Any]) -> _Part:
    mark = digest(policy)
    body = {"policy": {**policy, "_meta": {"made_by": "blockwire", "digest": mark}}}
    return _Part(f"lifecycle policy {name}", f"/_ilm/policy/{name}", body, mark)


def _role(name: str, descriptor: Mapping[str, Any]) -> _Part:
    mark = digest(descriptor)
    body = {**descriptor, "metadata": {"made_by": "blockwire", "digest": mark}}
    return _Part(f"role {name}", f"/_security/role/{name}", body, mark)
