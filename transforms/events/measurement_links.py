"""Where a person can check what was measured about an event: queries of public measurement sites, made from its fields."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from blockwire.schemas import Measure, MeasurementLink

_BEFORE: Final = timedelta(days=3)
_AFTER: Final = timedelta(days=3)
_OONI_TESTS: Final = {
    "whatsapp": "whatsapp",
    "telegram": "telegram",
    "signal": "signal",
    "facebook-messenger": "facebook_messenger",
}
_TOOL_TESTS: Final = {"tor": "tor", "psiphon": "psiphon"}
_CONNECTIVITY: Final = frozenset({Measure.INTERNET_SHUTDOWN, Measure.THROTTLING})


def measurement_links(
    country: str, measure: Measure, targets: tuple[str, ...], start: datetime, end: datetime
) -> tuple[MeasurementLink, ...]:
    """Links to OONI Explorer, IODA and Cloudflare Radar for the country and the days around an event.

    Args:
        country: where people are affected.
        measure: what is done.
        targets: of the event.
        start: of the first report.
        end: of the last one.
    """
    first, last = start - _BEFORE, end + _AFTER
    found = [MeasurementLink(provider="ooni", url=url) for url in _ooni(country, targets, first, last)]
    if measure in _CONNECTIVITY:
        found.append(MeasurementLink(provider="ioda", url=_ioda(country, first, last)))
        found.append(MeasurementLink(provider="cloudflare_radar", url=_radar(country, first, last)))
    return tuple(found)


def _ooni(country: str, targets: tuple[str, ...], first: datetime, last: datetime) -> list[str]:
    """https://explorer.ooni.org/chart/mat (its query parameters stand in the address bar)."""
    days = {"since": f"{first:%Y-%m-%d}", "until": f"{last:%Y-%m-%d}"}
    asked: list[dict[str, str]] = []
    for target in targets:
        test = _OONI_TESTS.get(target) or _TOOL_TESTS.get(target)
        if test:
            asked.append({"test_name": test})
        elif "." in target:
            asked.append({"test_name": "web_connectivity", "domain": target})
    return [
        "https://explorer.ooni.org/chart/mat?"
        + urlencode({"probe_cc": country, **days, "time_grain": "day", "axis_x": "measurement_start_day", **one})
        for one in asked or [{"test_name": "web_connectivity"}]
    ]


def _ioda(country: str, first: datetime, last: datetime) -> str:
    """https://ioda.inetintel.cc.gatech.edu"""
    times = urlencode({"from": int(first.timestamp()), "until": int(last.timestamp())})
    return f"https://ioda.inetintel.cc.gatech.edu/country/{country}?{times}"


def _radar(country: str, first: datetime, last: datetime) -> str:
    """https://radar.cloudflare.com"""
    times = urlencode({"dateStart": f"{first:%Y-%m-%d}", "dateEnd": f"{last:%Y-%m-%d}"})
    return f"https://radar.cloudflare.com/traffic/{country.lower()}?{times}"
