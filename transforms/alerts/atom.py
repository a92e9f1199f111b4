"""Alerts as an Atom feed (RFC 4287), the newest first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from feedgen.entry import FeedEntry  # type: ignore[import-untyped]
from feedgen.feed import FeedGenerator  # type: ignore[import-untyped]

from blockwire.schemas import Alert
from blockwire.transforms.alerts.cap import MEDIA_TYPE as CAP_MEDIA_TYPE
from blockwire.transforms.alerts.cap import xml_text
from blockwire.transforms.alerts.contents import content_of
from blockwire.transforms.alerts.rendering import as_html, safe_url

_URN: Final = "urn:x-blockwire"


def entry_urn(key: str) -> str:
    """The id of an entry, with the idempotency key in it."""
    return f"{_URN}:alert:{key}"


def as_atom(
    alerts: Sequence[Alert],
    channel: str,
    updated: datetime,
    link: str | None = None,
    cap_link: Callable[[Alert], str] | None = None,
) -> bytes:
    """The feed, in UTF-8. The same alerts always give the same bytes.

    Args:
        alerts: in any order.
        channel: the channel's id, by which readers know the feed.
        updated: when the last alert came.
        link: where the feed is found.
        cap_link: where an alert's CAP message is found, for a feed of these.
    """
    feed = FeedGenerator()
    feed.id(f"{_URN}:alerts:{channel}")
    feed.title("Internet censorship alerts")
    feed.author({"name": "blockwire"})
    feed.updated(updated)
    if link:
        feed.link(href=link, rel="self", type="application/atom+xml")
    for alert in sorted(alerts, key=lambda one: (one.created, one.id), reverse=True):
        _fill(feed.add_entry(order="append"), alert, cap_link)
    return bytes(feed.atom_str(pretty=True))


def _fill(entry: FeedEntry, alert: Alert, cap_link: Callable[[Alert], str] | None) -> None:
    content = content_of(alert)
    entry.id(entry_urn(alert.id))
    entry.title(xml_text(content.title))
    entry.updated(alert.created)
    entry.published(alert.created)
    entry.content(xml_text(as_html([content], alert.id)), type="html")
    for term in (alert.status, alert.severity, alert.event.measure, alert.event.jurisdiction, *alert.event.countries):
        entry.category(term=term)
    if cap_link is not None:
        entry.link(href=cap_link(alert), rel="alternate", type=CAP_MEDIA_TYPE)
    elif source := next((url for one in alert.event.evidence if (url := safe_url(one.url))), None):
        entry.link(href=source)
