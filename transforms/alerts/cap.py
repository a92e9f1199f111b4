"""An alert as a message of the Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010)."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from blockwire.schemas import Alert, BlockEvent, Severity, Status
from blockwire.transforms.alerts.contents import content_of
from blockwire.transforms.alerts.rendering import as_text, safe_url
from blockwire.transforms.alerts.wording import is_confirmed, plain

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE: Final = "application/cap+xml"

_HEADLINE_CHARS: Final = 160
"""What the standard recommends for small displays."""

_URGENCY: Final = {
    Status.PROPOSED: "Future",
    Status.ORDERED: "Expected",
    Status.IN_FORCE: "Immediate",
    Status.PARTLY_LIFTED: "Past",
    Status.LIFTED: "Past",
    Status.DENIED: "Past",
}
_SEVERITY: Final = {
    Severity.INFO: "Minor",
    Severity.WATCH: "Moderate",
    Severity.ALERT: "Severe",
    Severity.CRITICAL: "Extreme",
}

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (https://www.w3.org/TR/xml/#charsets)."""


def xml_text(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NO_XML.sub("", text)


def as_cap(alert: Alert, earlier: Sequence[Alert], sender: str) -> bytes:
    """The message, in UTF-8. The same alert always gives the same bytes.

    Args:
        alert: what it tells.
        earlier: the messages about the same event that the channel had before, which this one updates.
        sender: who speaks: a name without spaces, as a domain.
    """
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(root, "identifier", alert.id)
    _add(root, "sender", sender)
    _add(root, "sent", _time(alert.created))
    _add(root, "status", "Test" if alert.test else "Actual")
    _add(root, "msgType", "Update" if earlier else "Alert")
    _add(root, "scope", "Public")
    if earlier:
        _add(root, "references", " ".join(f"{sender},{one.id},{_time(one.created)}" for one in earlier))
    _add(root, "incidents", alert.event_id)
    _add_info(root, alert)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _add_info(root: etree._Element, alert: Alert) -> None:
    event = alert.event
    info = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    _add(info, "language", "en")
    _add(info, "category", "Infra")
    _add(info, "event", plain(event.measure))
    _add(info, "responseType", "AllClear" if alert.status is Status.LIFTED else "Monitor")
    _add(info, "urgency", _URGENCY[alert.status])
    _add(info, "severity", _SEVERITY[alert.severity])
    _add(info, "certainty", _certainty(alert))
    if event.start is not None:
        _add(info, "onset", _time(event.start))
    _add(info, "senderName", "blockwire")
    _add(info, "headline", alert.title[:_HEADLINE_CHARS])
    _add(info, "description", as_text([content_of(alert)], alert.id))
    if web := next((url for one in event.evidence if (url := safe_url(one.url))), None):
        _add(info, "web", web)
    for name, value in _parameters(alert):
        if not xml_text(value):
            continue
        parameter = etree.SubElement(info, f"{{{NAMESPACE}}}parameter")
        _add(parameter, "valueName", f"blockwire:{name}")
        _add(parameter, "value", value)
    _add_area(info, event)


def _parameters(alert: Alert) -> Iterator[tuple[str, str]]:
    event = alert.event
    yield "status", alert.status
    yield "severity", alert.severity
    yield "jurisdiction", event.jurisdiction
    yield "measure", event.measure
    for target in event.targets:
        yield "target", target
    yield "independent_sources", str(event.independent_sources)


def _add_area(info: etree._Element, event: BlockEvent) -> None:
    area = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    countries = event.countries or (event.jurisdiction,)
    _add(area, "areaDesc", ", ".join((*event.regions, *countries)))
    for country in countries:
        code = etree.SubElement(area, f"{{{NAMESPACE}}}geocode")
        _add(code, "valueName", "ISO 3166-1")
        _add(code, "value", country)


def _certainty(alert: Alert) -> str:
    if alert.status is Status.DENIED:
        return "Unlikely"
    if any(one.measurement for one in alert.event.evidence):
        return "Observed"
    return "Likely" if is_confirmed(alert.event) else "Possible"


def _time(at: datetime) -> str:
    """The standard wants an offset, ``-00:00`` for UTC, and no ``Z`` (section 3.3.2)."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = xml_text(text)
