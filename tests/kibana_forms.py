"""What Kibana's dashboards and alerting APIs take, as far as we use them: anything else is refused, as Kibana does."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
    type: Literal["bar", "bar_stacked", "bar_horizontal", "line", "area"]
    data_source: _DataView
    x: _Dates | _Terms
    y: Annotated[list[_Value], Field(min_length=1)]
    breakdown_by: _Terms | None = None


class _Chart(_Strict):
    title: str
    query: _Query | None = None


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


class DashboardForm(_Strict):
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


class RuleUpdateForm(_Strict):
    name: str
    tags: list[str]
    schedule: dict[Literal["interval"], str]
    params: _RuleParams
    actions: list[Json]


class RuleForm(RuleUpdateForm):
    rule_type_id: Literal[".es-query"]
    consumer: Literal["stackAlerts"]
    enabled: bool
