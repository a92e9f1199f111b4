"""The pages of the demo's outlets: real-looking furniture around the articles of ``blockwire.config.demo``."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from babel.dates import format_date

from blockwire.config.demo.outlets import DemoArticle, DemoOutlet, page_template

FEED_PATHS = {"rss": "/rss.xml", "atom": "/atom.xml", "rdf": "/index.rdf", "json": "/feed.json"}
FEED_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}
LEAD = 2
"""Paragraphs before the "read also" box."""


@dataclass(frozen=True)
class Published:
    """An article with its time of publication."""

    article: DemoArticle
    at: datetime


def article_page(outlet: DemoOutlet, base: str, shown: Published, published: Sequence[Published]) -> str:
    """The page of an article, or what stands in its place: a block page, a challenge, a gallery without text.

    Args:
        outlet: whose page it is.
        base: where the outlet is served, without a slash at the end.
        shown: the article.
        published: all that the outlet has published so far, for the links around it.
    """
    article = shown.article
    others = [other.article for other in published if other.article.path != article.path]
    paragraphs = [f"<p>{escape(text)}</p>" for text in article.paragraphs]
    fields = {
        "title": escape(article.title),
        "title_json": _json(article.title),
        "description": escape(article.summary),
        "author": escape(article.author),
        "author_json": _json(article.author),
        "section": escape(article.section),
        "path": escape(article.path),
        "canonical": escape(base + article.path),
        "published_iso": shown.at.isoformat(timespec="seconds"),
        "published_human": escape(f"{format_date(shown.at, 'long', locale=outlet.language)}, {shown.at:%H:%M}"),
        "lead": "\n".join(paragraphs[:LEAD]),
        "rest": "\n".join(paragraphs[LEAD:]),
        "inline": _link(others[0]) if others else "",
        "related": _items([_link(other) for other in others]),
        "latest": _items([*(_link(other) for other in others[:3]), *map(_teaser, outlet.teasers)]),
    }
    template = outlet.template if article.page == "article" else article.page
    return page_template(template).substitute(_furniture(outlet), **fields)


def front_page(outlet: DemoOutlet, published: Sequence[Published]) -> str:
    """The outlet's home page, which tells where the feed is."""
    fields = {
        "related": _items([_link(other.article) for other in published]),
        "feed_type": FEED_TYPES[outlet.feed],
        "feed_path": FEED_PATHS[outlet.feed],
    }
    return page_template("front").substitute(_furniture(outlet), **fields)


def missing_page(outlet: DemoOutlet) -> str:
    """What a server says of a page that is not there."""
    return page_template("not_found").substitute(_furniture(outlet))


def body_html(article: DemoArticle) -> str:
    """The article's text alone, as a full-text feed carries it."""
    return "\n".join(f"<p>{escape(text)}</p>" for text in article.paragraphs)


def _furniture(outlet: DemoOutlet) -> dict[str, str]:
    words = {f"w_{name}": escape(text) for name, text in outlet.words.items()}
    nav = _items([_teaser(name) for name in outlet.nav])
    identity = {"site": outlet.name, "host": outlet.host, "lang": outlet.language, "dir": outlet.direction}
    return {**words, "nav": nav, **{name: escape(text) for name, text in identity.items()}}


def _link(article: DemoArticle) -> str:
    return f'<a href="{escape(article.path)}">{escape(article.title)}</a>'


def _teaser(text: str) -> str:
    return f'<a href="#">{escape(text)}</a>'


def _items(links: Sequence[str]) -> str:
    return "".join(f"<li>{link}</li>" for link in links)


def _json(text: str) -> str:
    """A JSON string that cannot end the script element around it."""
    return json.dumps(text, ensure_ascii=False).replace("</", "<\\/")
