"""Alerts as an Atom feed (RFC 4287), the newest first.

By lxml, in a page of code: feedgen 1.0.0 loses ``rel`` and ``type`` of an entry's links, which a feed of CAP messages needs.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from lxml import etree

from blockwire.schemas import Alert
from blockwire.transforms.alerts.cap import MEDIA_TYPE as CAP_MEDIA_TYPE
from blockwire.transforms.alerts.cap import xml_text
from blockwire.transforms.alerts.contents import content_of
from blockwire.transforms.alerts.rendering import as_html, one_line, safe_url

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
ATOM_MEDIA_TYPE: Final = "application/atom+xml"
URN: Final = "urn:x-blockwire"


def as_atom(
    alerts: Sequence[Alert],
    channel: str,
    updated: datetime,
    link: str | None = None,
    cap_link: Callable[[Alert], str] | None = None,
) -> bytes:
    """The feed, in UTF-8. The same alerts always give the same bytes; an entry's id ends with the alert's.

    Args:
        alerts: in any order.
        channel: the channel's id, by which readers know the feed.
        updated: when the last alert came.
        link: where the feed is found.
        cap_link: where an alert's CAP message is found, for a feed of these.
    """
    feed = new_feed(f"{URN}:alerts:{channel}", "Internet censorship alerts", updated)
    if link:
        add_element(feed, "link", rel="self", type=ATOM_MEDIA_TYPE, href=link)
    for alert in sorted(alerts, key=lambda one: (one.created, one.id), reverse=True):
        _fill(add_element(feed, "entry"), alert, cap_link)
    return bytes(etree.tostring(feed, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def new_feed(identity: str, title: str, updated: datetime) -> etree._Element:
    """A feed of blockwire's without entries."""
    feed = etree.Element(f"{{{_NAMESPACE}}}feed", nsmap={None: _NAMESPACE})
    add_element(feed, "id", identity)
    add_element(feed, "title", title)
    add_element(feed, "updated", updated.isoformat())
    add_element(add_element(feed, "author"), "name", "blockwire")
    return feed


def _fill(entry: etree._Element, alert: Alert, cap_link: Callable[[Alert], str] | None) -> None:
    add_element(entry, "id", f"{URN}:alert:{alert.id}")
    add_element(entry, "title", one_line(alert.title))
    add_element(entry, "updated", alert.created.isoformat())
    add_element(entry, "published", alert.created.isoformat())
    if cap_link is not None:
        add_element(entry, "link", rel="alternate", type=CAP_MEDIA_TYPE, href=cap_link(alert))
    elif source := next((url for one in alert.event.evidence if (url := safe_url(one.url))), None):
        add_element(entry, "link", rel="alternate", href=source)
    event = alert.event
    for term in dict.fromkeys((alert.status, alert.severity, event.measure, event.jurisdiction, *event.countries)):
        add_element(entry, "category", term=term)
    add_element(entry, "content", as_html([content_of(alert)], alert.id), type="html")


def add_element(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """An element of Atom more, without what XML cannot hold."""
    element = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    element.text = xml_text(text) or None
    return element
