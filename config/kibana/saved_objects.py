"""Views, searches, charts and dashboards as saved objects, which Kibana 8 and 9 import.

Each says the version of its form, so that newer servers bring it up to theirs.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from blockwire.config.kibana.description import Chart, Dashboard, Panel, Search, Shown, Text, View, Wire
from blockwire.config.kibana.lens import LAYER, lens_state, visualization_type

SavedObject = dict[str, Any]

_CORE_VERSION: Final = "8.8.0"
_VERSIONS: Final = {
    "tag": "8.0.0",
    "index-pattern": "8.0.0",
    "search": "10.5.0",
    "lens": "8.9.0",
    "dashboard": "10.2.0",
}
_SOURCE: Final = "kibanaSavedObjectMeta.searchSourceJSON.index"
_OPTIONS: Final = {
    "useMargins": True,
    "syncColors": False,
    "syncCursor": True,
    "syncTooltips": False,
    "hidePanelTitles": False,
}


def object_id(prefix: str, id: str) -> str:
    """An object's id: with the prefix of the indices, so that two wires can share a Kibana."""
    return f"{prefix}-{id}"


def tag_and_views(wire: Wire, prefix: str) -> Iterator[SavedObject]:
    """What everything else refers to."""
    yield _object(
        "tag", prefix, "tag", {"name": prefix, "color": "#B9562C", "description": "A newswire for censorship"}
    )
    for view in wire.views:
        yield _object("index-pattern", prefix, view.id, _view(view, prefix))


def searches(wire: Wire, prefix: str) -> Iterator[SavedObject]:
    """The saved searches."""
    for search in wire.searches:
        references = [_reference("index-pattern", prefix, search.view, _SOURCE), _tag(prefix)]
        yield _object("search", prefix, search.id, _search(search, prefix), references)


def charts_and_dashboards(wire: Wire, prefix: str) -> Iterator[SavedObject]:
    """For servers without the dashboards API; with it, ``dashboard_bodies`` has them."""
    for dashboard in wire.dashboards:
        for chart in dashboard.charts:
            references = [
                _reference("index-pattern", prefix, chart.view, f"indexpattern-datasource-layer-{LAYER}"),
                _tag(prefix),
            ]
            yield _object("lens", prefix, chart.id, _lens(chart, wire, prefix), references)
        panels, references = _panels(dashboard, prefix)
        yield _object("dashboard", prefix, dashboard.id, _dashboard(dashboard, panels, prefix), references)


def ndjson(objects: Iterable[Mapping[str, Any]]) -> str:
    """Saved objects as they are imported, one a line."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def shown_title(prefix: str, title: str) -> str:
    """A title as it stands in Kibana's lists, among those of others."""
    return f"[{prefix}] {title}"


def _object(
    kind: str,
    prefix: str,
    id: str,
    attributes: dict[str, Any],
    references: Iterable[dict[str, str]] = (),
) -> SavedObject:
    return {
        "type": kind,
        "id": object_id(prefix, id),
        "attributes": attributes,
        "references": list(references),
        "coreMigrationVersion": _CORE_VERSION,
        "typeMigrationVersion": _VERSIONS[kind],
        "managed": False,
    }


def _reference(kind: str, prefix: str, id: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": object_id(prefix, id), "name": name}


def _tag(prefix: str) -> dict[str, str]:
    return _reference("tag", prefix, "tag", f"tag-ref-{object_id(prefix, 'tag')}")


def _view(view: View, prefix: str) -> dict[str, Any]:
    # The alias itself, with no star behind it: indices that a migration left behind must not be counted too.
    attributes = {
        "title": f"{prefix}-{view.id}",
        "name": f"{shown_title(prefix, view.name)}: {view.about}",
        "fieldAttrs": "{}",
        "fields": "[]",
        "fieldFormatMap": json.dumps({field: {"id": "url"} for field in view.links}),
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
        "allowNoIndex": True,
        "typeMeta": "{}",
    }
    return attributes if view.time is None else {**attributes, "timeFieldName": view.time}


def _search(search: Search, prefix: str) -> dict[str, Any]:
    source = {
        "query": {"language": "kuery", "query": search.query},
        "filter": [],
        "highlightAll": True,
        "indexRefName": _SOURCE,
    }
    return {
        "title": shown_title(prefix, search.title),
        "description": search.use,
        "columns": list(search.columns),
        "sort": [[search.newest, "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(source)},
    }


def _lens(chart: Chart, wire: Wire, prefix: str) -> dict[str, Any]:
    return {
        "title": shown_title(prefix, chart.title),
        "description": "",
        "visualizationType": visualization_type(chart),
        "state": lens_state(chart, wire.view(chart.view).time),
    }


def _dashboard(dashboard: Dashboard, panels: list[dict[str, Any]], prefix: str) -> dict[str, Any]:
    source = {"query": {"language": "kuery", "query": ""}, "filter": []}
    return {
        "title": shown_title(prefix, dashboard.title),
        "description": dashboard.about,
        "panelsJSON": json.dumps(panels),
        "optionsJSON": json.dumps(_OPTIONS),
        "timeRestore": True,
        "timeFrom": dashboard.since,
        "timeTo": "now",
        "refreshInterval": {"pause": True, "value": 60_000},
        "version": 1,
        "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(source)},
    }


def placed(dashboard: Dashboard) -> Iterator[tuple[str, Panel, dict[str, int]]]:
    """Each panel with its index and its place on the grid."""
    number = top = 0
    for row in dashboard.rows:
        left = 0
        for panel, width in zip(row.panels, row.widths, strict=True):
            number += 1
            yield f"p{number}", panel, {"x": left, "y": top, "w": width, "h": row.height}
            left += width
        top += row.height


def _panels(dashboard: Dashboard, prefix: str) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    panels, references = [], [_tag(prefix)]
    for index, panel, place in placed(dashboard):
        shown = {"panelIndex": index, "gridData": {**place, "i": index}}
        match panel:
            case Text():
                panels.append({**shown, "type": "visualization", "embeddableConfig": _markdown(panel.text)})
                continue
            case Shown():
                kind, id, config = "search", panel.search, {}
            case Chart():
                kind, id, config = "lens", panel.id, {"title": panel.title}
        name = f"panel_{index}"
        panels.append({**shown, "type": kind, "panelRefName": name, "embeddableConfig": {"enhancements": {}, **config}})
        references.append(_reference(kind, prefix, id, f"{index}:{name}"))
    return panels, references


def _markdown(text: str) -> dict[str, Any]:
    visualization = {
        "id": "",
        "title": "",
        "description": "",
        "type": "markdown",
        "params": {"fontSize": 12, "openLinksInNewTab": False, "markdown": text},
        "uiState": {},
        "data": {"aggs": [], "searchSource": {"query": {"query": "", "language": "kuery"}, "filter": []}},
    }
    return {"savedVis": visualization, "enhancements": {}}
