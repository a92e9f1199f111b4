"""Pages written for these tests, in the forms that news sites have. No text is anybody else's."""

from collections.abc import Sequence
from datetime import UTC, datetime

from blockwire.schemas import FeedEntry
from blockwire.schemas.ids import entry_id

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "https://news.example.org/2026/11/19/regulator-orders-block"

PARAGRAPHS = (
    "The communications regulator of Ruritania ordered all internet providers on Thursday to block access to the messenger Pigeon, "
    "saying that its operators had refused to hand over the keys to private conversations.",
    "Providers have until midnight to comply, according to the order, which was published on the website of the ministry. Two of the "
    "three large operators confirmed that they had received it and said they were preparing the technical measures.",
    "Digital rights lawyers called the decision unlawful. No court had been asked, they said, and the law under which it was issued "
    "had been suspended by the constitutional court in the spring of this year.",
    "Users in the capital reported that messages with pictures no longer arrived, while text still went through. Measurements by an "
    "independent observatory showed a sharp rise of failed connections from eleven in the morning.",
    "The company behind Pigeon said it would not change its encryption for any government, and advised its users to turn on the "
    "built-in relay, which hides where a connection leads.",
)
TITLE = "Ruritania orders providers to block the messenger Pigeon"

MENU = "".join(
    f'<li><a href="/{name}">{name.title()}</a></li>'
    for name in ("home", "politics", "economy", "culture", "sport", "video")
)
TEASERS = "".join(
    f'<div class="teaser"><a href="/{number}"><h3>Another headline of the day, number {number}, about something else</h3></a></div>'
    for number in range(12)
)


def entry(**changes: object) -> FeedEntry:
    """An entry of a feed that leads to ``URL``."""
    values: dict[str, object] = {
        "id": entry_id(canonical_url=URL, feed_id="test-feed", guid=None, title="", content=""),
        "feed_id": "test-feed",
        "url": URL,
        "title": TITLE,
    }
    return FeedEntry(**(values | changes))  # type: ignore[arg-type]


def page(
    body: str | None = None,
    *,
    title: str = TITLE,
    head: str = "",
    site: str = "Ruritania Today",
    before: str = "",
    after: str = "",
) -> str:
    """A page of a site: menu, teasers and footer around an article."""
    content = body if body is not None else paragraphs(PARAGRAPHS)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | {site}</title>{head}</head><body>'
        f'<header><a href="/">{site}</a><nav><ul>{MENU}</ul></nav></header>'
        f'<main><article><h1>{title}</h1>{before}<div class="article-body">{content}</div>{after}</article></main>'
        f'<aside class="sidebar"><h2>Latest news</h2>{TEASERS}</aside>'
        f'<footer><a href="/about">About us</a> <a href="/contact">Contact</a> © {site}</footer></body></html>'
    )


def paragraphs(texts: Sequence[str]) -> str:
    """Each text in a ``p``."""
    return "".join(f"<p>{text}</p>" for text in texts)
