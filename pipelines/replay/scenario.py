"""A scenario: outlets, articles in order of publication, and the events behind them. What is gold stays out of the outlets."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from blockwire.config.demo.outlets import DemoArticle, DemoOutlet, load_demo
from blockwire.pipelines.demo.pages import Published
from blockwire.schemas import FeedKind
from blockwire.schemas.ids import digest
from blockwire.transforms.events.evaluation import Gold, GoldArticle, GoldEvent

FILES: Final = ("outlets.jsonl", "articles.jsonl", "events.jsonl")

_KINDS: Final = {
    "newswire": FeedKind.NEWSWIRE,
    "newspaper": FeedKind.NATIONAL_MEDIA,
    "tech_press": FeedKind.TECH_NEWS,
    "rights_group": FeedKind.DIGITAL_RIGHTS,
    "blog": FeedKind.COMMUNITY,
    "aggregator": FeedKind.COMMUNITY,
    "regulator": FeedKind.OFFICIAL,
    "measurement": FeedKind.MEASUREMENT,
}
_FEEDS: Final[dict[str, Literal["rss", "atom", "rdf", "json"]]] = {
    "rss2": "rss",
    "rss": "rss",
    "atom": "atom",
    "rdf": "rdf",
    "json": "json",
}
_TEMPLATES: Final = ("agency", "magazine", "blog", "columns", "portal")
"""What the page templates t1, t2 and so on of a scenario are shown in."""
_SECTION: Final = "News"


class ScenarioError(ValueError):
    """The files are no scenario. The message is one line for a person: file, line, and what was expected."""


@dataclass(frozen=True)
class Scenario:
    """What is served, and what is right."""

    outlets: tuple[DemoOutlet, ...]
    published: Mapping[str, tuple[Published, ...]]
    """By outlet, the newest first."""
    ids: Mapping[tuple[str, str], str]
    """From outlet and path to the id of an article in the answers."""
    gold: Gold

    @property
    def times(self) -> list[datetime]:
        """When something is published."""
        return sorted({each.at for some in self.published.values() for each in some})


def read_scenario(folder: Path) -> Scenario:
    """Reads ``outlets.jsonl``, ``articles.jsonl`` and ``events.jsonl`` of a folder.

    Raises:
        ScenarioError: where a file is missing, or a row is not what was expected.
    """
    outlets, articles, events = (list(_rows(folder / name)) for name in FILES)
    furnished = load_demo()
    try:
        published: dict[str, list[Published]] = {row["outlet_id"]: [] for row in outlets}
        for row in articles:
            published[row["outlet_id"]].append(Published(_article(row), datetime.fromisoformat(row["published_at"])))
        for some in published.values():
            some.sort(key=lambda each: each.at, reverse=True)
        return Scenario(
            outlets=tuple(_outlet(row, furnished) for row in outlets),
            published={outlet: tuple(some) for outlet, some in published.items()},
            ids={(row["outlet_id"], row["url_path"]): row["article_id"] for row in articles},
            gold=Gold(tuple(map(_gold_article, articles)), tuple(map(_gold_event, events))),
        )
    except (KeyError, ValueError) as error:
        raise ScenarioError(f"{folder}: {error!r}: no scenario as its README describes it") from error


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise ScenarioError(f"{path}:{number}: no JSON: {error}") from error
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read ({error.strerror}); expected {', '.join(FILES)}") from error


def _outlet(row: Mapping[str, Any], furnished: Sequence[DemoOutlet]) -> DemoOutlet:
    """An outlet in the demo's form, with page furniture in its language where the demo has it."""
    like = next((one for one in furnished if one.language == row["language"]), furnished[0])
    return DemoOutlet(
        id=row["outlet_id"],
        name=row["name"],
        host=row["host"],
        owner=f"owner-{digest('owner', row['owner'])[:12]}",
        kind=_KINDS.get(row["kind"], FeedKind.NATIONAL_MEDIA),
        language=row["language"],
        countries=(row["country"],),
        feed=_FEEDS[row["feed"]],
        full_text=row["full_text_in_feed"],
        template=_TEMPLATES[int(row["template"].removeprefix("t")) % len(_TEMPLATES)],
        nav=like.nav,
        teasers=like.teasers,
        words=like.words,
    )


def _article(row: Mapping[str, Any]) -> DemoArticle:
    """What a reader sees of an article."""
    return DemoArticle(
        path=row["url_path"],
        title=row["title"],
        summary=row["summary"],
        section=_SECTION,
        author="",
        text=row["text"],
        hours_ago=0,
    )


def _gold_article(row: Mapping[str, Any]) -> GoldArticle:
    return GoldArticle(
        id=row["article_id"],
        at=datetime.fromisoformat(row["published_at"]),
        relevant=row["relevant"],
        categories=frozenset(row["categories"]),
        events=tuple(row["event_ids"]),
        roundup=row["event_role"] == "roundup",
        status=row["status"],
        wire_of=row["wire_of"],
    )


def _gold_event(row: Mapping[str, Any]) -> GoldEvent:
    return GoldEvent(
        id=row["event_id"],
        severity=row["severity"],
        statuses=tuple(step["status"] for step in row["status_history"]),
    )
