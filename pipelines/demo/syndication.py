"""The feeds of the demo's outlets: RSS 2.0, Atom 1.0, RSS 1.0 (RDF) and JSON Feed 1.1, with the faults that some have."""

import json
from collections.abc import Sequence
from datetime import UTC
from email.utils import format_datetime
from html import escape

from blockwire.config.demo.outlets import DemoOutlet
from blockwire.pipelines.demo.pages import FEED_PATHS, Published, body_html


def feed_document(outlet: DemoOutlet, base: str, published: Sequence[Published]) -> str:
    """The outlet's feed with all that it has published so far, the newest first."""
    document = _WRITERS[outlet.feed](outlet, base, published)
    if outlet.fault == "ampersand":
        # A stray & in the channel's title: the most common fault of feeds made by hand.
        return document.replace(f"<title>{escape(outlet.name)}</title>", f"<title>{outlet.name} & más</title>", 1)
    if outlet.fault == "truncated":
        return document[: document.index("<title>") + len("<title>")]
    return document


def _rss(outlet: DemoOutlet, base: str, published: Sequence[Published]) -> str:
    items = []
    for each in published:
        article, link = each.article, escape(base + each.article.path)
        full = f"<content:encoded><![CDATA[{body_html(article)}]]></content:encoded>" if outlet.full_text else ""
        items.append(
            f"<item><title>{escape(article.title)}</title><link>{link}</link>"
            f'<guid isPermaLink="true">{link}</guid><pubDate>{format_datetime(each.at.astimezone(UTC), usegmt=True)}</pubDate>'
            f"<category>{escape(article.section)}</category><description>{escape(article.summary)}</description>{full}</item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">\n<channel>'
        f"<title>{escape(outlet.name)}</title><link>{escape(base)}/</link><description>{escape(outlet.name)}</description>"
        f"<language>{outlet.language}</language>\n" + "\n".join(items) + "\n</channel>\n</rss>\n"
    )


def _atom(outlet: DemoOutlet, base: str, published: Sequence[Published]) -> str:
    entries = []
    for each in published:
        article, link, at = each.article, escape(base + each.article.path), each.at.isoformat(timespec="seconds")
        full = f'<content type="html">{escape(body_html(article))}</content>' if outlet.full_text else ""
        entries.append(
            f'<entry><title>{escape(article.title)}</title><link rel="alternate" href="{link}"/>'
            f"<id>tag:{outlet.host},2026:{escape(article.path)}</id><published>{at}</published><updated>{at}</updated>"
            f"<author><name>{escape(article.author)}</name></author><summary>{escape(article.summary)}</summary>{full}</entry>"
        )
    updated = max((each.at for each in published), default=None)
    stamp = f"<updated>{updated.isoformat(timespec='seconds')}</updated>" if updated else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.name)}</title><id>tag:{outlet.host},2026:feed</id>{stamp}"
        f'<link rel="self" href="{escape(base)}{FEED_PATHS["atom"]}"/>\n' + "\n".join(entries) + "\n</feed>\n"
    )


def _rdf(outlet: DemoOutlet, base: str, published: Sequence[Published]) -> str:
    links = [escape(base + each.article.path) for each in published]
    items = [
        f'<item rdf:about="{link}"><title>{escape(each.article.title)}</title><link>{link}</link>'
        f"<description>{escape(each.article.summary)}</description>"
        f"<dc:date>{each.at.isoformat(timespec='seconds')}</dc:date></item>"
        for each, link in zip(published, links, strict=True)
    ]
    order = "".join(f'<rdf:li resource="{link}"/>' for link in links)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{escape(base)}/"><title>{escape(outlet.name)}</title><link>{escape(base)}/</link>'
        f"<description>{escape(outlet.name)}</description><dc:language>{outlet.language}</dc:language>"
        f"<items><rdf:Seq>{order}</rdf:Seq></items></channel>\n" + "\n".join(items) + "\n</rdf:RDF>\n"
    )


def _json_feed(outlet: DemoOutlet, base: str, published: Sequence[Published]) -> str:
    items = []
    for each in published:
        article = each.article
        item: dict[str, object] = {
            "id": base + article.path,
            "url": base + article.path,
            "title": article.title,
            "summary": article.summary,
            "date_published": each.at.isoformat(timespec="seconds"),
            "authors": [{"name": article.author}],
            "tags": [article.section, *article.tags],
        }
        content = "content_html" if outlet.full_text and article.text else "content_text"
        item[content] = body_html(article) if content == "content_html" else article.summary
        items.append(item)
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{base}/",
        "feed_url": base + FEED_PATHS["json"],
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


_WRITERS = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json_feed}
