"""Charts as Kibana keeps them: Lens objects, with one layer of columns and a visualization that names them."""

from typing import Any, Final

from blockwire.config.kibana.description import Chart

LAYER: Final = "layer"
COUNTRIES: Final = {"emsLayerId": "world_countries", "emsField": "iso2"}
"""The world in Kibana's map service, joined by the two letters of ISO 3166."""

_VALUE, _TIME, _BY = "value", "time", "by"


def lens_state(chart: Chart, default_time: str | None) -> dict[str, Any]:
    """The state of a chart's Lens object.

    Args:
        chart: what to show.
        default_time: what the time picker means in the chart's view.
    """
    columns = _columns(chart, default_time)
    return {
        "query": {"language": "kuery", "query": chart.query},
        "filters": [],
        "internalReferences": [],
        "adHocDataViews": {},
        "datasourceStates": {
            "formBased": {
                "layers": {
                    LAYER: {
                        "columnOrder": list(columns),
                        "columns": columns,
                        "incompleteColumns": {},
                        "sampling": 1,
                        "ignoreGlobalFilters": False,
                    }
                }
            }
        },
        "visualization": _visualization(chart, list(columns)),
    }


def visualization_type(chart: Chart) -> str:
    """What Lens calls this kind of chart."""
    return {"number": "lnsMetric", "map": "lnsChoropleth", "table": "lnsDatatable"}.get(chart.chart, "lnsXY")


def _columns(chart: Chart, default_time: str | None) -> dict[str, dict[str, Any]]:
    """Buckets first, as they nest; the value last."""
    columns = {}
    if chart.split:
        columns[_BY] = _terms(chart.split, chart.size)
    for number, field in enumerate(chart.by):
        columns[f"{_BY}{number or ''}"] = _terms(field, chart.size)
    if chart.chart == "timeline":
        columns[_TIME] = _over_time(chart.time or default_time)
    columns[_VALUE] = _value(chart)
    return columns


def _terms(field: str, size: int) -> dict[str, Any]:
    return {
        "label": field,
        "dataType": "string",
        "operationType": "terms",
        "sourceField": field,
        "isBucketed": True,
        "scale": "ordinal",
        "params": {
            "size": size,
            "orderBy": {"type": "column", "columnId": _VALUE},
            "orderDirection": "desc",
            "otherBucket": False,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
        },
    }


def _over_time(field: str | None) -> dict[str, Any]:
    return {
        "label": field,
        "dataType": "date",
        "operationType": "date_histogram",
        "sourceField": field,
        "isBucketed": True,
        "scale": "interval",
        "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
    }


def _value(chart: Chart) -> dict[str, Any]:
    column = {
        "label": chart.title,
        "customLabel": True,
        "dataType": "number",
        "operationType": "count",
        "sourceField": "___records___",
        "isBucketed": False,
        "scale": "ratio",
        "params": {},
    }
    if chart.value is not None:
        operation, field = chart.value.operation
        named = {"distinct": "unique_count"}.get(operation, operation)
        column |= {"operationType": named, "sourceField": field}
    return column


def _visualization(chart: Chart, columns: list[str]) -> dict[str, Any]:
    layer = {"layerId": LAYER, "layerType": "data"}
    match chart.chart:
        case "number":
            return {**layer, "metricAccessor": _VALUE}
        case "map":
            return {**layer, **COUNTRIES, "regionAccessor": _BY, "valueAccessor": _VALUE}
        case "table":
            return {**layer, "columns": [{"columnId": column} for column in columns]}
        case _:
            return _bars(chart, layer)


def _bars(chart: Chart, layer: dict[str, str]) -> dict[str, Any]:
    series = "bar_stacked" if chart.chart == "timeline" else "bar_horizontal"
    across = _TIME if chart.chart == "timeline" else _BY
    split = {"splitAccessor": _BY} if chart.split else {}
    return {
        "preferredSeriesType": series,
        "legend": {"isVisible": bool(chart.split), "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "layers": [{**layer, "seriesType": series, "xAccessor": across, "accessors": [_VALUE], **split}],
    }
