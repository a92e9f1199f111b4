"""What Kibana would ask Elasticsearch for: a KQL query or a chart, as a search request."""

from collections.abc import Iterator
from typing import Any

from kibana_ql import KqlParser

_PARSER = KqlParser()
_RANGES = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_METRICS = {"sum": "sum", "max": "max", "unique_count": "cardinality"}


def kql_tree(query: str) -> dict[str, Any]:
    """The parsed query; empty where it asks for everything. Raises where it is no KQL."""
    parsed = _PARSER.ast(_PARSER.parse(query))
    return parsed if isinstance(parsed, dict) else {}


def kql_fields(query: str) -> set[str]:
    """The fields a query names."""
    return {node["field"] for node in _nodes(kql_tree(query)) if "field" in node}


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for part in tree.values():
            yield from _nodes(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)


def kql_search(query: str) -> dict[str, Any]:
    """The query as Elasticsearch takes it."""
    tree = kql_tree(query)
    return _clause(tree) if tree else {"match_all": {}}


def _clause(tree: Any, field: str | None = None) -> dict[str, Any]:
    if not isinstance(tree, dict):
        assert field is not None
        return _match(field, tree)
    if tree.get("op") == "not":
        return {"bool": {"must_not": [_clause(tree["expr"], field)]}}
    if tree.get("op") in ("and", "or"):
        parts = [_clause(part, field) for part in _operands(tree)]
        return {"bool": {"filter": parts} if tree["op"] == "and" else {"should": parts, "minimum_should_match": 1}}
    if tree.get("op") in _RANGES:
        return {"range": {tree["field"]: {_RANGES[tree["op"]]: _word(tree["value"])}}}
    return _clause(tree["value"], tree["field"])


def _operands(tree: dict[str, Any]) -> list[Any]:
    right = tree["right"]
    more = right["exprs"] if isinstance(right, dict) and "exprs" in right else [right]
    return [tree["left"], *more]


def _match(field: str, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"match_phrase": {field: value}}
    return {"exists": {"field": field}} if value == ("*",) else {"match": {field: _word(value)}}


def _word(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(value)


def lens_search(lens: dict[str, Any]) -> dict[str, Any]:
    """The search behind a Lens object's attributes."""
    state = lens["state"]
    (layer,) = state["datasourceStates"]["formBased"]["layers"].values()
    columns = [layer["columns"][name] for name in layer["columnOrder"]]
    value = columns.pop()
    buckets = [
        ("date_histogram", column["sourceField"], 0)
        if column["operationType"] == "date_histogram"
        else ("terms", column["sourceField"], column["params"]["size"])
        for column in columns
    ]
    return _search(state["query"]["query"], buckets, value["operationType"], value["sourceField"])


def api_search(config: dict[str, Any]) -> dict[str, Any]:
    """The search behind a chart of the dashboards API."""
    (layer,) = config.get("layers", [config])
    told = [layer[name] for name in ("breakdown_by", "x", "region") if name in layer] + layer.get("rows", [])
    buckets = [
        ("date_histogram", one["field"], 0)
        if one["operation"] == "date_histogram"
        else ("terms", one["fields"][0], one["limit"])
        for one in told
    ]
    (value,) = layer.get("y") or layer.get("metrics") or [layer["metric"]]
    return _search(config["query"]["expression"], buckets, value["operation"], value.get("field"))


def _search(query: str, buckets: list[tuple[str, str, int]], operation: str, field: str | None) -> dict[str, Any]:
    aggregations: dict[str, Any] = {}
    if operation != "count":
        aggregations = {"value": {_METRICS[operation]: {"field": field}}}
    for kind, by, size in reversed(buckets):
        told = {"field": by, "calendar_interval": "day"} if kind == "date_histogram" else {"field": by, "size": size}
        aggregations = {"by": {kind: told, **({"aggs": aggregations} if aggregations else {})}}
    return {"query": kql_search(query), "aggs": aggregations, "size": 0, "track_total_hits": True}


def charted(found: dict[str, Any]) -> Any:
    """What the chart would show: a number, or numbers by value and, where it has two levels, by value below it.

    Of times only their sum is kept: into how many bars they fall is no matter.
    """
    if "by" not in found.get("aggregations", {}):
        told = found.get("aggregations", {}).get("value")
        return found["hits"]["total"]["value"] if told is None else told["value"]
    return _bars(found["aggregations"]["by"]["buckets"])


def _bars(buckets: list[dict[str, Any]]) -> Any:
    read = {
        bucket["key"]: _bars(bucket["by"]["buckets"])
        if "by" in bucket
        else bucket["value"]["value"]
        if "value" in bucket
        else bucket["doc_count"]
        for bucket in buckets
    }
    is_time = any("key_as_string" in bucket and isinstance(bucket["key"], int) for bucket in buckets)
    return sum(value or 0 for value in read.values()) if is_time else read
