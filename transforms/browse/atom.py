"""Items and events as Atom feeds (RFC 4287): any search can be subscribed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from blockwire.schemas import BlockEvent, CensorshipItem
from blockwire.transforms.alerts.atom import ATOM_MEDIA_TYPE, URN, add_element, new_feed
from blockwire.transforms.alerts.rendering import safe_url
from blockwire.transforms.alerts.wording import headline, line, plain
from blockwire.transforms.browse.snippets import snippet

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FeedAddress:
    """Where a feed is, and what it is about."""

    title: str
    base: str
    """Scheme and host, as the reader knows them."""
    path: str
    """Of the feed, with its query: what tells it from other searches."""


def items_feed(items: Sequence[CensorshipItem], address: FeedAddress) -> bytes:
    """The feed of a search for items, in UTF-8."""
    feed = _feed(address, max((item.first_seen for item in items), default=_NEVER))
    for item in items:
        entry = _entry(feed, f"{URN}:item:{item.id}", line(item.title) or item.url, item.first_seen)
        add_element(entry, "published", (item.published or item.first_seen).isoformat())
        if url := safe_url(item.url):
            add_element(entry, "link", rel="alternate", href=url)
        add_element(entry, "link", rel="related", href=f"{address.base}/items/{item.id}")
        for author in item.authors or (item.source.name,):
            add_element(add_element(entry, "author"), "name", line(author))
        for term in dict.fromkeys((*item.countries, *item.measures, *item.services, *filter(None, [item.status]))):
            add_element(entry, "category", term=term)
        add_element(entry, "summary", _item_summary(item))
    return _written(feed)


def events_feed(events: Sequence[BlockEvent], address: FeedAddress) -> bytes:
    """The feed of a search for events, in UTF-8. An event that moves is updated."""
    feed = _feed(address, max((event.last_seen for event in events), default=_NEVER))
    for event in events:
        title = headline(event, event.status, event.severity)
        entry = _entry(feed, f"{URN}:event:{event.id}", title, event.last_seen)
        add_element(entry, "published", event.first_seen.isoformat())
        add_element(entry, "link", rel="alternate", href=f"{address.base}/events/{event.id}")
        add_element(add_element(entry, "author"), "name", "blockwire")
        for term in dict.fromkeys((*event.countries, event.measure, *event.targets, event.status, event.severity)):
            add_element(entry, "category", term=term)
        quotes = (f"{one.source_name}: “{line(one.quote or one.title)}”" for one in event.evidence)
        add_element(entry, "summary", "\n".join(quotes))
    return _written(feed)


def _feed(address: FeedAddress, updated: datetime) -> etree._Element:
    feed = new_feed(f"{URN}:search:{address.path}", address.title, updated)
    add_element(feed, "link", rel="self", type=ATOM_MEDIA_TYPE, href=f"{address.base}{address.path}")
    return feed


def _entry(feed: etree._Element, identity: str, title: str, updated: datetime) -> etree._Element:
    entry = add_element(feed, "entry")
    add_element(entry, "id", identity)
    add_element(entry, "title", title)
    add_element(entry, "updated", updated.isoformat())
    return entry


def _item_summary(item: CensorshipItem) -> str:
    facts = (*item.countries, *(plain(one) for one in item.measures), plain(item.status or ""), *item.services)
    told = snippet(item)
    quote = f"\n“{line(f'{told.before}{told.quote}{told.after}')}”" if told else ""
    return f"{' · '.join(filter(None, facts))}{quote}\n{line(item.source.name)}"


def _written(feed: etree._Element) -> bytes:
    return bytes(etree.tostring(feed, encoding="UTF-8", xml_declaration=True, pretty_print=True))
