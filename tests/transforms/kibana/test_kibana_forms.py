"""The forms that the tests hold our bodies to are those of the samples."""

import json

import pytest
from absent import skipped_where_absent
from kibana_forms import DashboardForm
from pydantic import ValidationError

from bench.shared_data import shared


def test_the_sample_dashboard_is_of_the_form() -> None:
    with skipped_where_absent():
        sample = shared("catalogue", "kibana", "sample_dashboards_api_9_5.json").read_text("utf-8")
    assert DashboardForm.model_validate_json(sample).panels


@pytest.mark.parametrize(
    "change",
    [
        {"type": "lens", "config": {"content": "x"}},
        {"config": {"content": "x", "text": "y"}},
        {"grid": {"x": 48, "y": 0, "w": 1, "h": 1}},
        {"id": None},
    ],
)
def test_other_panels_are_refused(change: dict[str, object]) -> None:
    panel = {"type": "markdown", "id": "a", "grid": {"x": 0, "y": 0, "w": 48, "h": 4}, "config": {"content": "x"}}
    body = {"title": "t", "description": "", "time_range": {"from": "now-1d", "to": "now"}}
    DashboardForm.model_validate_json(json.dumps({**body, "panels": [panel]}))
    with pytest.raises(ValidationError):
        DashboardForm.model_validate_json(json.dumps({**body, "panels": [{**panel, **change}]}))
