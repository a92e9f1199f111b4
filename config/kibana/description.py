"""What can be said of searches, dashboards and rules: the form of the YAML files."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from blockwire.schemas.base import Record, Slug

WIDTH = 48
"""Columns of a dashboard's grid."""

Duration = Annotated[str, Field(pattern=r"^[1-9][0-9]*[mhd]$")]


class View(Record):
    """Something to search: one index."""

    id: Slug
    """Of the index, behind the wire's prefix."""
    name: str
    about: str
    time: str | None = "@timestamp"
    """What the time picker means."""
    links: tuple[str, ...] = ()
    """Fields that are shown as links."""


class Search(Record):
    """A saved search."""

    id: Slug
    title: str
    view: Slug
    use: str
    """What it answers, and what to change in it."""
    query: str
    """In KQL."""
    columns: tuple[str, ...]
    newest: str
    """The date by which the newest comes first."""


class Value(Record):
    """What a chart shows, where that is not the number of documents."""

    sum: str | None = None
    max: str | None = None
    distinct: str | None = None

    @property
    def operation(self) -> tuple[str, str]:
        """What is done, with which field."""
        (said,) = [(name, field) for name, field in dict(self).items() if field is not None]
        return said

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if len([field for field in dict(self).values() if field is not None]) != 1:
            raise ValueError("expected one of sum, max, distinct")
        return self


Width = Annotated[int, Field(ge=1, le=WIDTH)] | None


class Text(Record):
    """A panel of Markdown."""

    text: str
    width: Width = None


class Shown(Record):
    """A panel with what a saved search finds."""

    search: Slug
    width: Width = None


class Chart(Record):
    """A panel with a chart."""

    id: Slug
    title: str
    chart: Literal["number", "timeline", "top", "map", "table"]
    view: Slug
    query: str = ""
    """In KQL."""
    value: Value | None = None
    """None for the number of documents."""
    time: str | None = None
    """Of a timeline, where it is not the view's."""
    split: str | None = None
    """Of a timeline: a field whose values are told apart."""
    by: tuple[str, ...] = ()
    """Fields whose most frequent values are shown."""
    size: Annotated[int, Field(ge=1, le=1000)] = 10
    """How many values."""
    width: Width = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        fields = {"top": (1,), "map": (1,), "table": (1, 2, 3)}.get(self.chart, (0,))
        if len(self.by) not in fields:
            raise ValueError(f"a {self.chart} takes {' or '.join(map(str, fields))} fields in `by`")
        if self.chart != "timeline" and (self.time or self.split):
            raise ValueError("only a timeline takes `time` and `split`")
        return self


Panel = Text | Shown | Chart


class Row(Record):
    """Panels beside each other."""

    height: Annotated[int, Field(ge=1, le=100)]
    panels: tuple[Panel, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """Of each panel: its own, or an even share of what the others leave."""
        free = [panel for panel in self.panels if panel.width is None]
        left = WIDTH - sum(panel.width or 0 for panel in self.panels)
        return tuple(panel.width or left // len(free) for panel in self.panels)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.panels or min(self.widths) < 1 or sum(self.widths) > WIDTH:
            raise ValueError(f"the panels of a row share {WIDTH} columns")
        return self


class Dashboard(Record):
    """A dashboard: rows of panels."""

    id: Slug
    title: str
    about: str
    since: str
    """How far the time picker reaches back, as ``now-30d``."""
    rows: tuple[Row, ...]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Its charts, from the top."""
        return tuple(panel for row in self.rows for panel in row.panels if isinstance(panel, Chart))


class Rule(Record):
    """An alert rule of Kibana."""

    id: Slug
    name: str
    about: str
    view: Slug
    query: str
    """In KQL."""
    time: str
    """The date that has to lie within the window."""
    window: Duration
    every: Duration
    each: str | None = None
    """One alert for each value of this field."""
    more_than: Annotated[int, Field(ge=0)] | None = None
    fewer_than: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        if (self.more_than is None) == (self.fewer_than is None):
            raise ValueError("expected one of more_than and fewer_than")
        if self.each and self.fewer_than is not None:
            raise ValueError("what is not there has no values: fewer_than goes without `each`")
        return self


class Wire(Record):
    """Everything together, with every reference resolved."""

    views: tuple[View, ...]
    searches: tuple[Search, ...]
    dashboards: tuple[Dashboard, ...]
    rules: tuple[Rule, ...]

    def view(self, id: str) -> View:
        """The view of this id."""
        return next(view for view in self.views if view.id == id)

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> Self:
        charts = [chart for dashboard in self.dashboards for chart in dashboard.charts]
        views = _distinct("view", [view.id for view in self.views])
        searches = _distinct("search", [search.id for search in self.searches])
        _distinct("dashboard", [dashboard.id for dashboard in self.dashboards])
        _distinct("chart", [chart.id for chart in charts])
        _distinct("rule", [rule.id for rule in self.rules])
        parts: tuple[Search | Chart | Rule, ...] = (*self.searches, *charts, *self.rules)
        for part in parts:
            if part.view not in views:
                raise ValueError(f"{part.id}: no view {part.view!r}")
        shown = [panel for board in self.dashboards for row in board.rows for panel in row.panels]
        for panel in shown:
            if isinstance(panel, Shown) and panel.search not in searches:
                raise ValueError(f"no search {panel.search!r}")
        for chart in charts:
            if chart.chart == "timeline" and not (chart.time or self.view(chart.view).time):
                raise ValueError(f"{chart.id}: view {chart.view!r} has no time: say `time`")
        return self


def _distinct(what: str, ids: list[str]) -> set[str]:
    twice = {id for id in ids if ids.count(id) > 1}
    if twice:
        raise ValueError(f"{what} {min(twice)!r} is there twice")
    return set(ids)
