"""How the feeds fare after a round: one by one, and as languages and countries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from blockwire.schemas import Feed, FeedKind, FeedState
from blockwire.schemas.policies import PollPolicy
from blockwire.transforms.alerts.wording import country_name
from blockwire.transforms.browse.names import language_name
from blockwire.transforms.feeds.schedule import FeedCondition, FeedHealth, health

Row = tuple[Feed, FeedState | None, FeedHealth]

TROUBLED = frozenset(set(FeedCondition) - {FeedCondition.OK, FeedCondition.NEW})
GROUPS_TOLD = 4


def feed_rows(feeds: Iterable[Feed], states: Mapping[str, FeedState], now: datetime, policy: PollPolicy) -> list[Row]:
    """Each feed with its state and its health."""
    return [(feed, states.get(feed.id), health(feed, states.get(feed.id), now, policy)) for feed in feeds]


def with_unlisted(feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> list[Feed]:
    """The feeds, and after them those that only the store knows, with what it knows of them."""
    listed = {feed.id for feed in feeds}
    return [
        *feeds,
        *(
            Feed(
                id=key,
                name=state.name or key,
                url=state.moved_from or state.url,
                owner=key,
                kind=FeedKind.COMMUNITY,
                languages=(),
            )
            for key, state in states.items()
            if key not in listed
        ),
    ]


def troubled(rows: Iterable[Row]) -> list[Row]:
    """Those that need attention."""
    return [row for row in rows if row[2].condition in TROUBLED]


def as_json(row: Row) -> dict[str, object]:
    """A feed's health and state, for machines."""
    feed, state, health = row
    kept = state.model_dump(mode="json", exclude={"feed_id"}) if state else {"url": feed.url}
    return {"id": feed.id, "condition": health.condition.value, "message": health.message, **kept}


def silent_groups(rows: Iterable[Row]) -> list[str]:
    """A sentence for each language and country of which every polled feed is troubled, where there are several."""
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    for feed, state, condition in rows:
        if feed.enabled and state is not None:
            names = [f"in {language_name(one)}" for one in feed.languages]
            names += [f"on {country_name(one)}" for one in feed.countries]
            for name in names:
                groups[name].append(condition.condition in TROUBLED)
    return [
        f"All {len(troubled)} feeds {name} are in trouble: nothing is heard from there."
        for name, troubled in sorted(groups.items())
        if len(troubled) > 1 and all(troubled)
    ]


def attention(rows: Sequence[Row]) -> list[str]:
    """What a round has to say about its feeds beyond this poll: who is silent, empty, moved or gone, and groups of them."""
    told = []
    for condition in (FeedCondition.SILENT, FeedCondition.EMPTY, FeedCondition.GONE, FeedCondition.MOVED):
        ids = [feed.id for feed, _, found in rows if feed.enabled and found.condition is condition]
        if ids:
            some = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
            told.append(f"{len(ids)} {condition}: {some} (blockwire feeds status --failing)")
    groups = silent_groups(rows)
    if len(groups) > GROUPS_TOLD:
        more = len(groups) - GROUPS_TOLD
        groups = [*groups[:GROUPS_TOLD], f"{more} more languages and countries are in trouble as a whole."]
    return told + groups
