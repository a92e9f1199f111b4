"""The outlets and articles of the demo, as their files have them."""

import json
from importlib.resources import files
from string import Template
from typing import Literal

import yaml

from blockwire.schemas import CountryCode, FeedKind, LanguageTag, Record, Slug

RIGHT_TO_LEFT = frozenset({"ar", "fa"})


class DemoArticle(Record):
    """An article, or the page that stands in its place."""

    path: str
    title: str
    summary: str
    section: str
    author: str
    tags: tuple[str, ...] = ()
    text: str = ""
    """Paragraphs with an empty line between them."""
    hours_ago: float
    """When it was published, counted back from the demo's start."""
    round: Literal[1, 2] = 1
    """1: there from the start; 2: published between the two rounds."""
    page: Literal["article", "not_found", "challenge", "block_page", "no_text"] = "article"
    relevant: bool | None = None
    """Whether it is about internet censorship; None where there is no text to judge."""

    @property
    def paragraphs(self) -> list[str]:
        """The text, cut at its empty lines."""
        return [part.strip() for part in self.text.split("\n\n") if part.strip()]


class DemoOutlet(Record):
    """An invented outlet."""

    id: Slug
    name: str
    host: str
    owner: Slug
    kind: FeedKind
    language: LanguageTag
    countries: tuple[CountryCode, ...] = ()
    feed: Literal["rss", "atom", "rdf", "json"]
    full_text: bool = False
    fault: Literal["ampersand", "truncated", "gone"] | None = None
    template: str
    nav: tuple[str, ...]
    teasers: tuple[str, ...] = ()
    words: dict[str, str]
    articles: tuple[DemoArticle, ...] = ()

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """The direction of its script."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


def load_demo() -> tuple[DemoOutlet, ...]:
    """All outlets with their articles, the newest first."""
    return tuple(_outlet(row) for row in yaml.safe_load(_text("outlets.yaml"))["outlets"])


def page_template(name: str) -> Template:
    """A page template: ``agency``, ``blog``, ``front``, ``not_found`` and so on."""
    return Template(_text(f"templates/{name}.html"))


def _outlet(row: dict[str, object]) -> DemoOutlet:
    file = files(__package__) / "articles" / f"{row['id']}.yaml"
    articles = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else []
    newest_first = sorted(articles, key=lambda article: float(article["hours_ago"]))
    return DemoOutlet.model_validate_json(json.dumps({**row, "articles": newest_first}))


def _text(path: str) -> str:
    return (files(__package__) / path).read_text(encoding="utf-8")
