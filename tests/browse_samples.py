"""A small store with something on every page, and the application over it."""

from datetime import UTC, datetime
from pathlib import Path

from alerts_samples import alert
from events_samples import hours, item, outcome, regrouper
from stores_samples import failed, feed_letter, letter, not_relevant, state, summary

from blockwire.pipelines.browse.views import Library
from blockwire.pipelines.feed_health import feed_rows, with_unlisted
from blockwire.schemas import AlertState, CensorshipItem, Measure, Status
from blockwire.schemas.alerting import Channel
from blockwire.schemas.policies import PollPolicy
from blockwire.transforms.browse.wire import Wire
from blockwire.transforms.stores.sqlite import SqliteStore
from blockwire.transforms.text.search_terms import lemmas

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
HOSTILE = (
    '<script>window.hit = 1</script><img src=x onerror="window.hit = 1">',
    "Safe\u202egnp.exe\u202c and \u2067mixed \u05d0\u05d1 text",
    "'\"><svg onload=window.hit=1>{{ 7*7 }}{% raw %}",
    f"long {'x' * 10_000}",
)


GIVEN_UP = alert(
    channel=Channel(id="wall", url_env="WALL_URL"), state=AlertState.GIVEN_UP, error="<b>404</b>", attempts=8
)
TRIAL = alert(channel=Channel(id="trial", url_env="TRIAL_URL"), state=AlertState.SENT, sent=hours(2), test=True)


def found(name: str, at: float, title: str, text: str, language: str, **fields: object) -> CensorshipItem:
    """An item that search finds, in any language."""
    made = item(name, at, title, text, **fields)  # type: ignore[arg-type]
    words = lemmas(f"{title}\n{text}", language)
    return made.model_copy(update={"language": language, "lemmas": words, "text": text})


def news() -> list[CensorshipItem]:
    """Three languages, two reports of one event, and titles that want to break out."""
    telegram = {"services": ("telegram",), "censors": ("ru-roskomnadzor",)}
    told = [
        found("vesna", 1, "Роскомнадзор ограничил звонки в Telegram", "Звонки не проходят.", "ru", country="RU", **telegram),
        found("harbour", 3, "Russia restricts Telegram calls", "Calls fail.", "en", country="RU", **telegram),
        found(
            "kavosh", 5, "اینترنت همراه در اهواز قطع شد", "اینترنت قطع است.", "fa",
            measures=(Measure.INTERNET_SHUTDOWN,), status=Status.PARTLY_LIFTED,
        ),
        found("changfeng", 30, "网信办要求下架应用", "应用商店下架。", "zh", country="CN", measures=(Measure.APP_STORE_REMOVAL,)),
    ]  # fmt: skip
    return told + [
        found(f"hostile{number}", 40 + number, title, title, "en", country="BY") for number, title in enumerate(HOSTILE)
    ]


def fill(path: Path) -> None:
    """Makes the store."""
    with SqliteStore(path) as store:
        store.write_outcomes([outcome(one) for one in news()])
        store.write_outcomes([not_relevant("weather"), failed(letter("blocked", sample="<script>1</script>"))])
        store.put_feed_dead_letters([feed_letter("gone-feed")], [])
        failing = state("gone-feed", name="Gone Gazette", failures=4, error="404", last_polled=hours(1))
        store.put_feed_states([failing, state("vesna")])
        store.put_round(summary(1))
        list(regrouper(store.events, 60).everything_new())
        event = next(iter(store.events.of_articles([news()[0].id])))
        store.alerts.put([alert(event_id=event.id), GIVEN_UP, TRIAL])


def library(path: Path, store: SqliteStore) -> Library:
    """What pages look into, of an open store."""
    return Library(
        store,
        Wire(store.browsing),
        lambda: feed_rows(with_unlisted([], store.feed_states()), store.feed_states(), NOW, PollPolicy()),
        path.with_name("labels.jsonl"),
        lambda: NOW,
    )
