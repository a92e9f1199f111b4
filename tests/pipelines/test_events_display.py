"""What people see of events."""

import pytest
from alerts_samples import IN_FORCE, OPENED, development, event

from blockwire.pipelines.display.events import show_event, show_events
from blockwire.schemas import Measure, Verdict


def test_the_list_tells_what_a_person_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    show_events([event(verdict=Verdict.FALSE_POSITIVE)], corrections=None)
    assert "false positive by a person" in capsys.readouterr().out
    show_events([event()], corrections=None)
    assert "by a person" not in capsys.readouterr().out


def test_what_is_given_back_is_shown_as_restored(capsys: pytest.CaptureFixture[str]) -> None:
    given_back = event(development(0, OPENED, IN_FORCE), measure=Measure.UNBLOCKING)
    show_events([given_back], corrections=None)
    show_event(given_back, [])
    told = capsys.readouterr().out
    assert told.count("restored") == 3
    assert "in force" not in told
