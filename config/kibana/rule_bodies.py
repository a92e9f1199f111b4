"""Alert rules as Kibana's alerting API takes them: rules of the type *Elasticsearch query*, in KQL over our views."""

import hashlib
import uuid
from typing import Any, Final

from blockwire.config.kibana.description import Rule, Wire
from blockwire.config.kibana.saved_objects import object_id, shown_title

_MOST_VALUES: Final = 100
"""Values for which one look can fire."""


def rule_bodies(wire: Wire, prefix: str, space: str) -> dict[str, dict[str, Any]]:
    """The body of each rule, by its id.

    Ids are UUIDs, as Kibana asks for, and differ by space: a rule's id is known in all of them.
    """
    return {_id(rule, prefix, space): _body(rule, prefix) for rule in wire.rules}


def _id(rule: Rule, prefix: str, space: str) -> str:
    digest = hashlib.sha256(f"{space}\0{object_id(prefix, rule.id)}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _body(rule: Rule, prefix: str) -> dict[str, Any]:
    return {
        "name": shown_title(prefix, rule.name),
        "rule_type_id": ".es-query",
        "consumer": "stackAlerts",
        "enabled": True,
        "schedule": {"interval": rule.every},
        "tags": [prefix],
        "params": {
            "searchType": "searchSource",
            "searchConfiguration": {
                "query": {"query": rule.query, "language": "kuery"},
                "index": object_id(prefix, rule.view),
            },
            "timeField": rule.time,
            "timeWindowSize": int(rule.window[:-1]),
            "timeWindowUnit": rule.window[-1],
            "size": 100,
            "threshold": [rule.fewer_than if rule.more_than is None else rule.more_than],
            "thresholdComparator": "<" if rule.more_than is None else ">",
            "aggType": "count",
            "excludeHitsFromPreviousRun": False,
            **_grouping(rule),
        },
        "actions": [],
    }


def _grouping(rule: Rule) -> dict[str, Any]:
    if rule.each is None:
        return {"groupBy": "all"}
    return {"groupBy": "top", "termField": rule.each, "termSize": _MOST_VALUES}
