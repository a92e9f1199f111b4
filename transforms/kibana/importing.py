"""Brings views, searches, dashboards and rules into a Kibana, in the way that its version takes. Done twice, it changes nothing more."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from blockwire.transforms.kibana.client import DEFAULT_SPACE, Kibana, KibanaError
from blockwire.transforms.stores.elasticsearch_setup import Did, Step

OLDEST: Final = (8, 0)
DASHBOARDS_API: Final = (9, 5)
"""The first version whose dashboards API may be relied on."""

_NOT_FOUND: Final = 404
_CREATED: Final = 201
_FIXED: Final = ("rule_type_id", "consumer", "enabled")
"""What an update of a rule does not take: it stays as it was made, and as people switched it."""
_REPLACES: Final = "replaces what has the same ids"
_NO_ACTION: Final = "add an action in Kibana: who is told, and how"
_KEEPS: Final = "its actions stay"
_OF_ACTION: Final = ("group", "id", "uuid", "params", "frequency", "alerts_filter")


@dataclass(frozen=True)
class Content:
    """What to bring: JSON as Kibana takes it."""

    objects: Sequence[Mapping[str, Any]]
    """Saved objects for every version."""
    older_objects: Sequence[Mapping[str, Any]]
    """Saved objects that a Kibana needs that has no dashboards API."""
    dashboards: Mapping[str, Mapping[str, Any]]
    """For one that has, by id."""
    rules: Mapping[str, Mapping[str, Any]]
    """By id."""


async def bring(kibana: Kibana, content: Content, *, dry_run: bool = False) -> AsyncIterator[Step]:
    """Brings everything, and tells of each part; in a dry run, what it would do.

    What people made themselves stays: other objects, and the actions of our rules.

    Raises:
        KibanaError: where Kibana cannot be used or refuses a part; what was brought before stays.
    """
    version = await kibana.version()
    if version < OLDEST:
        raise KibanaError(f"Kibana at {kibana.url} has version {version[0]}.{version[1]}: 8 or newer is needed")
    if kibana.space != DEFAULT_SPACE:
        yield await _make_space(kibana, dry_run)
    if version >= DASHBOARDS_API:
        objects, dashboards = content.objects, content.dashboards
    else:
        objects, dashboards = [*content.objects, *content.older_objects], {}
    for step in await _import(kibana, objects, dry_run):
        yield step
    for id, body in dashboards.items():
        yield await _put_dashboard(kibana, id, body, dry_run)
    for id, body in content.rules.items():
        yield await _put_rule(kibana, id, body, dry_run)


async def _make_space(kibana: Kibana, dry_run: bool) -> Step:
    path = "/api/spaces/space"
    found = await kibana.ask("GET", f"{path}/{kibana.space}", expected=(_NOT_FOUND,), everywhere=True)
    if found.status != _NOT_FOUND:
        return Step(f"space {kibana.space}", Did.KEPT)
    if not dry_run:
        await kibana.ask("POST", path, {"id": kibana.space, "name": kibana.space}, everywhere=True)
    return Step(f"space {kibana.space}", Did.MADE)


async def _import(kibana: Kibana, objects: Sequence[Mapping[str, Any]], dry_run: bool) -> list[Step]:
    """All in one request: Kibana checks that what they refer to is there, or comes with them."""
    kinds = Counter(str(one["type"]) for one in objects)
    changed: Counter[str] = Counter()
    if not dry_run:
        lines = "".join(json.dumps(one) + "\n" for one in objects)
        path = "/api/saved_objects/_import?overwrite=true"
        told = (await kibana.ask("POST", path, file=("blockwire.ndjson", lines))).body
        if not told.get("success"):
            raise KibanaError(f"Kibana at {kibana.url} refuses {_refused(told)}: check its version")
        changed.update(str(one["type"]) for one in told.get("successResults", ()) if one.get("overwrite"))
    return [
        Step(f"{count} × {kind}", Did.CHANGED if changed[kind] == count else Did.MADE, _REPLACES if dry_run else "")
        for kind, count in kinds.items()
    ]


def _refused(told: Mapping[str, Any]) -> str:
    errors = told.get("errors") or [{}]
    first = errors[0]
    why = json.dumps(first.get("error", {}))[:200]
    return f"{len(errors)} of the objects, the first {first.get('type')} {first.get('id')!r} ({why})"


async def _put_dashboard(kibana: Kibana, id: str, body: Mapping[str, Any], dry_run: bool) -> Step:
    path = f"/api/dashboards/{id}"
    if dry_run:
        is_new = (await kibana.ask("GET", path, expected=(_NOT_FOUND,))).status == _NOT_FOUND
    else:
        is_new = (await kibana.ask("PUT", path, body)).status == _CREATED
    return Step(f"dashboard {body['title']}", Did.MADE if is_new else Did.CHANGED)


async def _put_rule(kibana: Kibana, id: str, body: Mapping[str, Any], dry_run: bool) -> Step:
    path = f"/api/alerting/rule/{id}"
    there = await kibana.ask("GET", path, expected=(_NOT_FOUND,))
    is_new = there.status == _NOT_FOUND
    if not dry_run:
        await (kibana.ask("POST", path, body) if is_new else kibana.ask("PUT", path, _update(body, there.body)))
    return Step(f"rule {body['name']}", Did.MADE if is_new else Did.CHANGED, _NO_ACTION if is_new else _KEEPS)


def _update(body: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """Our rule with the actions that people gave it."""
    changed = {name: value for name, value in body.items() if name not in _FIXED}
    actions = [{name: action[name] for name in _OF_ACTION if name in action} for action in there.get("actions", ())]
    return {**changed, "actions": actions}
