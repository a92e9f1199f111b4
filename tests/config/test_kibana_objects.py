"""What is made for Kibana: its form, that all it refers to is there, and that every field exists and fits its use."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from absent import skipped_where_absent
from kibana_queries import api_search, kql_fields, kql_tree, lens_search
from pydantic import ValidationError

from bench.shared_data import shared
from blockwire.config.elasticsearch.loading import load_mappings
from blockwire.config.kibana.dashboard_bodies import dashboard_bodies
from blockwire.config.kibana.description import WIDTH, Chart, Row, Rule, Search, Value, Wire
from blockwire.config.kibana.loading import load_kibana
from blockwire.config.kibana.rule_bodies import rule_bodies
from blockwire.config.kibana.saved_objects import charts_and_dashboards, ndjson, searches, tag_and_views
from blockwire.config.rules.loading import load_rules

WIRE = load_kibana()
OBJECTS = [*tag_and_views(WIRE, "wire"), *searches(WIRE, "wire"), *charts_and_dashboards(WIRE, "wire")]
BODIES = dashboard_bodies(WIRE, "wire")
RULES = rule_bodies(WIRE, "wire", "default")
CHARTS = [chart for dashboard in WIRE.dashboards for chart in dashboard.charts]
QUERIED: list[Search | Chart | Rule] = [*WIRE.searches, *CHARTS, *WIRE.rules]

NUMBERS = {"integer", "long", "float"}


def types(view: str) -> dict[str, str]:
    """The type of each field of a view's index that can be searched."""
    return dict(_types(load_mappings()[view]["properties"]))


def _types(properties: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, field in properties.items():
        if "properties" in field:
            yield from _types(field["properties"], f"{before}{name}.")
        elif field.get("index", True) and field.get("enabled", True):
            yield before + name, field["type"]
            yield from ((f"{before}{name}.{sub}", told["type"]) for sub, told in field.get("fields", {}).items())


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for one in OBJECTS if one["type"] == kind]


by_id = pytest.mark.parametrize("part", QUERIED, ids=lambda part: f"{type(part).__name__}-{part.id}")


@by_id
def test_queries_are_kql_over_fields_of_the_index(part: Search | Chart | Rule) -> None:
    """A field that is not there finds nothing and says nothing."""
    kql_tree(part.query)
    assert kql_fields(part.query) <= set(types(part.view))


@pytest.mark.parametrize("search", WIRE.searches, ids=lambda search: search.id)
def test_columns_exist_and_the_newest_comes_first(search: Search) -> None:
    known = types(search.view)
    assert set(search.columns) <= set(known)
    assert known[search.newest] == "date"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_charts_use_fields_as_their_types_allow(chart: Chart) -> None:
    """Values of keywords, sums of numbers, time lines of dates; maps of country codes."""
    known = types(chart.view)
    assert {known[field] for field in (*chart.by, *filter(None, [chart.split]))} <= {"keyword"}
    if chart.chart == "timeline":
        assert known[chart.time or WIRE.view(chart.view).time or ""] == "date"
    if chart.value is not None:
        operation, field = chart.value.operation
        assert known[field] in ({"keyword"} if operation == "distinct" else NUMBERS)
    if chart.chart == "map":
        assert chart.by[0].rpartition(".")[2] == "countries"


@pytest.mark.parametrize("rule", WIRE.rules, ids=lambda rule: rule.id)
def test_rules_look_at_when_the_wire_saw_it(rule: Rule) -> None:
    """With the time of publication, late articles would fall out of the window."""
    known = types(rule.view)
    assert known[rule.time] == "date"
    assert rule.time != "@timestamp"
    assert rule.each is None or known[rule.each] == "keyword"


def test_views_are_of_indices_that_there_are() -> None:
    for view in WIRE.views:
        known = types(view.id)
        assert view.time is None or known[view.time] == "date"
        assert {known[field] for field in view.links} <= {"keyword"}


def test_the_searches_near_the_line_follow_the_rules() -> None:
    """They name the number that the rules decide by."""
    line = load_rules().tuning.threshold
    told = {search.id: search.query for search in WIRE.searches}
    assert f"censorship.score >= {line}" in told["uncertain-items"]
    assert f"censorship.score < {line}" in told["near-misses"]


def test_ids_are_there_once_and_references_resolve() -> None:
    known = {(one["type"], one["id"]) for one in OBJECTS}
    assert len(known) == len(OBJECTS)
    assert {(to["type"], to["id"]) for one in OBJECTS for to in one["references"]} <= known


def test_objects_have_the_form_that_kibana_keeps() -> None:
    """Some attributes are JSON in a string, and what they refer to by name is among the references."""
    for one in OBJECTS:
        assert {"attributes", "references", "coreMigrationVersion", "typeMigrationVersion"} <= set(one)
    for view in of_kind("index-pattern"):
        for name in ("fieldAttrs", "fields", "fieldFormatMap", "runtimeFieldMap", "sourceFilters", "typeMeta"):
            json.loads(view["attributes"][name])
    for search in of_kind("search"):
        source = json.loads(search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
        assert source["indexRefName"] in {to["name"] for to in search["references"]}


def test_lens_columns_are_ordered_and_shown() -> None:
    """Every column that a visualization shows is in the layer, and the other way round."""
    for lens in of_kind("lens"):
        state = lens["attributes"]["state"]
        ((layer, told),) = state["datasourceStates"]["formBased"]["layers"].items()
        assert f"indexpattern-datasource-layer-{layer}" in {to["name"] for to in lens["references"]}
        assert told["columnOrder"] == list(told["columns"])
        assert set(_accessors(state["visualization"])) == set(told["columns"])
        assert _layers(state["visualization"]) == {layer}


def _accessors(visualization: dict[str, Any]) -> Iterator[str]:
    for part in (visualization, *visualization.get("layers", [])):
        yield from (value for name, value in part.items() if name.endswith("Accessor"))
        yield from part.get("accessors", [])
        yield from (column["columnId"] for column in part.get("columns", []))


def _layers(visualization: dict[str, Any]) -> set[str]:
    return {part["layerId"] for part in (visualization, *visualization.get("layers", [])) if "layerId" in part}


def test_dashboards_lie_on_the_grid_without_gaps() -> None:
    """In both forms, and the panels are the same."""
    for board in of_kind("dashboard"):
        panels = json.loads(board["attributes"]["panelsJSON"])
        names = {to["name"] for to in board["references"]}
        for panel in panels:
            assert "panelRefName" not in panel or f"{panel['panelIndex']}:{panel['panelRefName']}" in names
        places = [{name: panel["gridData"][name] for name in "xywh"} for panel in panels]
        assert places == [panel["grid"] for panel in BODIES[board["id"]]["panels"]]
        area = sum(place["w"] * place["h"] for place in places)
        assert area == WIDTH * max(place["y"] + place["h"] for place in places)


def test_both_forms_of_a_chart_ask_the_same() -> None:
    """Whoever updates Kibana sees the same numbers."""
    older = {one["id"]: lens_search(one["attributes"]) for one in of_kind("lens")}
    newer = {
        f"wire-{chart.id}": api_search(panel["config"])
        for board, dashboard in zip(BODIES.values(), WIRE.dashboards, strict=True)
        for panel, chart in zip(
            [panel for panel in board["panels"] if panel["type"] == "vis"], dashboard.charts, strict=True
        )
    }
    assert older == newer


def test_rules_have_ids_of_their_own_in_each_space() -> None:
    assert set(RULES) == set(rule_bodies(WIRE, "wire", "default"))
    assert not set(RULES) & set(rule_bodies(WIRE, "wire", "desk"))
    assert not set(RULES) & set(rule_bodies(WIRE, "other", "default"))


def test_an_independent_checker_finds_no_fault(tmp_path: Path) -> None:
    """The one of the shared catalogue, made from Kibana's own forms."""
    with skipped_where_absent():
        checker = shared("catalogue", "kibana", "check_saved_objects.py")
    (tmp_path / "objects.ndjson").write_text(ndjson(OBJECTS), "utf-8")
    named = {f"rule {body['name']}": body for body in RULES.values()}
    (tmp_path / "rules.json").write_text(json.dumps(named), "utf-8")
    done = subprocess.run(
        [sys.executable, checker, "objects.ndjson", "rules.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"OK {len(OBJECTS)} objects\n"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Value, {}),
        (Value, {"sum": "a", "max": "b"}),
        (Row, {"height": 5, "panels": []}),
        (Row, {"height": 5, "panels": [{"text": "a", "width": 40}, {"text": "b", "width": 9}]}),
        (Chart, {"id": "a", "title": "a", "chart": "top", "view": "items"}),
        (Chart, {"id": "a", "title": "a", "chart": "number", "view": "items", "split": "fate"}),
        (Rule, {**dict.fromkeys(("id", "name", "about", "view", "query", "time"), "a"), "window": "1h", "every": "5m"}),
    ],
)
def test_what_cannot_be_meant_is_refused(model: type[Value | Row | Chart | Rule], said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate_json(json.dumps(said))


@pytest.mark.parametrize(
    ("part", "change", "why"),
    [
        ("searches", {"view": "nothing"}, "no view 'nothing'"),
        ("searches", {"id": "shutdowns"}, "'shutdowns' is there twice"),
        ("views", {"id": "other"}, "no view 'items'"),
    ],
)
def test_what_is_referred_to_must_be_there(part: str, change: dict[str, str], why: str) -> None:
    said = json.loads(WIRE.model_dump_json())
    said[part][0] |= change
    with pytest.raises(ValidationError, match=why):
        Wire.model_validate_json(json.dumps(said))
