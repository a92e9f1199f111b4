"""A language or a country of which nothing is heard is told of, by its name."""

from blockwire.pipelines.feed_health import Row, silent_groups
from blockwire.schemas import Feed, FeedKind, FeedState
from blockwire.transforms.feeds.schedule import FeedCondition, FeedHealth


def row(name: str, condition: FeedCondition, *, enabled: bool = True) -> Row:
    url = f"https://{name}.example/feed"
    feed = Feed(
        id=name, name=name, url=url, owner=name, kind=FeedKind.NATIONAL_MEDIA, languages=("fa",), countries=("IR",),
        enabled=enabled,
    )  # fmt: skip
    return feed, FeedState(feed_id=name, url=url), FeedHealth(condition)


def test_only_where_all_of_several_are_in_trouble() -> None:
    failing, gone = row("a", FeedCondition.FAILING), row("b", FeedCondition.GONE)
    assert silent_groups([failing, gone]) == [
        "All 2 feeds in Persian are in trouble: nothing is heard from there.",
        "All 2 feeds on Iran are in trouble: nothing is heard from there.",
    ]
    assert silent_groups([failing, gone, row("c", FeedCondition.OK)]) == []
    assert silent_groups([failing]) == []
    assert silent_groups([failing, row("d", FeedCondition.FAILING, enabled=False)]) == []
