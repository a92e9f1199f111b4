"""Dashboards as the dashboards API takes them, which Kibana has from 9.5 on: readable, with charts in place.

https://www.elastic.co/docs/explore-analyze/dashboards/create-dashboards-programmatically
"""

from typing import Any

from blockwire.config.kibana.description import Chart, Dashboard, Panel, Shown, Text, Wire
from blockwire.config.kibana.lens import COUNTRIES
from blockwire.config.kibana.saved_objects import object_id, placed, shown_title


def dashboard_bodies(wire: Wire, prefix: str) -> dict[str, dict[str, Any]]:
    """The body of each dashboard, by its id."""
    return {object_id(prefix, board.id): _dashboard(board, wire, prefix) for board in wire.dashboards}


def _dashboard(board: Dashboard, wire: Wire, prefix: str) -> dict[str, Any]:
    return {
        "title": shown_title(prefix, board.title),
        "description": board.about,
        "time_range": {"from": board.since, "to": "now"},
        "panels": [{"id": id, "grid": place, **_panel(panel, wire, prefix)} for id, panel, place in placed(board)],
    }


def _panel(panel: Panel, wire: Wire, prefix: str) -> dict[str, Any]:
    match panel:
        case Text():
            return {"type": "markdown", "config": {"content": panel.text}}
        case Shown():
            return {"type": "discover_session", "config": {"ref_id": object_id(prefix, panel.search)}}
        case Chart():
            return {"type": "vis", "config": _chart(panel, wire, prefix)}


def _chart(chart: Chart, wire: Wire, prefix: str) -> dict[str, Any]:
    shared = {"title": chart.title, "query": {"language": "kql", "expression": chart.query}}
    source = {"type": "data_view_reference", "ref_id": object_id(prefix, chart.view)}
    value = _value(chart)
    match chart.chart:
        case "number":
            return {
                "type": "metric",
                **shared,
                "data_source": source,
                "metrics": [{"type": "primary", "label": chart.title, **value}],
            }
        case "map":
            joined = {"ems": {"boundaries": COUNTRIES["emsLayerId"], "join": COUNTRIES["emsField"]}}
            region = {**_terms(chart.by, chart.size), **joined}
            return {"type": "region_map", **shared, "data_source": source, "metric": value, "region": region}
        case "table":
            rows = [_terms((field,), chart.size) for field in chart.by]
            return {"type": "data_table", **shared, "data_source": source, "metrics": [value], "rows": rows}
        case "top":
            layer = {"type": "bar_horizontal", "x": _terms(chart.by, chart.size), "y": [value]}
        case "timeline":
            time = chart.time or wire.view(chart.view).time
            layer = {"type": "bar_stacked", "x": {"operation": "date_histogram", "field": time}, "y": [value]}
            if chart.split:
                layer["breakdown_by"] = _terms((chart.split,), chart.size)
    return {"type": "xy", **shared, "layers": [{"data_source": source, **layer}]}


def _value(chart: Chart) -> dict[str, str]:
    if chart.value is None:
        return {"operation": "count"}
    operation, field = chart.value.operation
    return {"operation": {"distinct": "unique_count"}.get(operation, operation), "field": field}


def _terms(fields: tuple[str, ...], size: int) -> dict[str, Any]:
    return {"operation": "terms", "fields": list(fields), "limit": size}
