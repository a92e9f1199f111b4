"""Rules change, and what is stored follows: what they say otherwise of, and nothing else."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from shelf_site import SENTENCES, title

from blockwire.config.rules.loading import load_rules
from blockwire.config.severity import load_severity
from blockwire.pipelines.main import cli
from blockwire.schemas import (
    Article,
    CensorshipItem,
    EntryFate,
    Fate,
    FeedEntry,
    FeedKind,
    Measure,
    Outcome,
    Source,
    Verdict,
)
from blockwire.schemas.ids import article_id
from blockwire.transforms.classification.shared import classifier_of
from blockwire.transforms.elements import Judged, NewEntry
from blockwire.transforms.group_events import regrouper_of
from blockwire.transforms.outcomes import outcome_of_decision
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery
from blockwire.transforms.stores.event_contract import EventQuery
from blockwire.transforms.stores.sqlite import SqliteStore
from blockwire.transforms.text.search_names import SearchNames

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = load_rules()
PLACES = {0: "Iran", 1: "Turkey", 2: "Venezuela"}


def outcome(number: int) -> Outcome:
    """What the rules of today make of an article."""
    url = f"https://example.org/{number}"
    text = "\n\n".join(s.format(place=PLACES[number], service="Telegram") for s in SENTENCES[number])
    article = Article(
        id=article_id(url), entry_id=article_id(url), feed_id="one", url=url, fetched_url=url, title=title(number), text=text,
        published=NOW - timedelta(days=number), language="en", extractor="test", fetched=NOW,
    )  # fmt: skip
    source = Source(feed_id="one", name="One", owner="one", kind=FeedKind.NEWSWIRE)
    entry = NewEntry(FeedEntry(id=article.entry_id, feed_id="one", url=url, title=article.title))
    judged = Judged(entry, article, classifier_of(RULES).classify(article))
    made = outcome_of_decision(judged, source, SearchNames(RULES), NOW)
    assert made.item is not None
    return made


def older(made: Outcome, **changes: object) -> Outcome:
    """What earlier rules might have made of it."""
    assert made.item is not None
    return made.model_copy(update={"item": made.item.model_copy(update={**changes, "rules_version": "2020.1+old"})})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one item as it should be, one with wrong facts, one that is about the weather; and an entry that was set aside."""
    monkeypatch.chdir(tmp_path)
    kept, wrong, weather = outcome(0), outcome(1), outcome(2)
    words = {"title": "Rain in the north until the weekend", "text": "Farmers hope for a better harvest next year."}
    missed = EntryFate(
        id=article_id("https://example.org/9"), feed_id="one", fate=Fate.NOT_RELEVANT, url="https://example.org/9",
        title=title(1), excerpt=SENTENCES[1][0].format(place="Turkey", service="WhatsApp"), language="en", first_seen=NOW,
        score=0.1, rules_version="2020.1+old",
    )  # fmt: skip
    with SqliteStore(tmp_path / "blockwire.sqlite") as store:
        outcomes = [kept, older(wrong, measures=(Measure.WEBSITE_BLOCK,), services=()), older(weather, **words)]
        store.write_outcomes([*outcomes, Outcome(fate=missed)])
        found = list(regrouper_of(store, RULES, load_severity(RULES), NOW).everything_new())
        assert len(found) == 3
        store.events.decided({event.id: event.revision for event in found})
    return tmp_path


def reclassify(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["reclassify", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def contents(folder: Path) -> dict[str, str]:
    """Everything that is kept, by kind and id, as JSON."""
    with SqliteStore(folder / "blockwire.sqlite") as store:
        records = [
            *store.items(ItemQuery(limit=100)),
            *store.fates(),
            *store.dead_letters(DeadLetterQuery()),
            *store.events.find(EventQuery(limit=None)),
        ]
    return {f"{type(record).__name__} {record.id}": record.model_dump_json() for record in records}


def test_a_rehearsal_tells_and_changes_nothing(folder: Path) -> None:
    """Per field as a table, and in full as JSON."""
    before = contents(folder)
    table = reclassify("--dry-run").stdout
    assert "3 items judged again: 2 would change, 1 of them no items any more." in table and "measures" in table
    told = json.loads(reclassify("--dry-run", "--format", "json").stdout)
    assert (told["items"], told["changed"], told["withdrawn"], len(told["reopened"])) == (3, 2, 1, 1)
    assert {"measures", "services", "relevant"} <= set(told["fields"])
    wrong = next(change for change in told["changes"] if "relevant" not in change["fields"])
    assert wrong["fields"]["measures"]["before"] == ["website_block"]
    assert contents(folder) == before


def test_what_changes_is_brought_up_to_date_and_nothing_else(folder: Path) -> None:
    """Items, their events, and what is searched; nobody is told; a second run has nothing to do."""
    before = contents(folder)
    told = json.loads(reclassify("--format", "json").stdout)
    assert (told["changed"], told["withdrawn"], told["alerts"]) == (2, 1, 0)
    after = contents(folder)
    kept, wrong, weather = (outcome(number).item for number in range(3))
    assert kept and wrong and weather
    same = [key for key in before if kept.id in key]
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    found = CensorshipItem.model_validate_json(after[f"CensorshipItem {wrong.id}"])
    assert found == wrong.model_copy(update={"blockwire_version": found.blockwire_version})
    assert f"CensorshipItem {weather.id}" not in after
    assert json.loads(after[f"EntryFate {weather.entry_id}"])["fate"] == "not_relevant"
    with SqliteStore(folder / "blockwire.sqlite") as store:
        (letter,) = store.dead_letters(DeadLetterQuery(due_before=datetime.now(UTC)))
        assert (letter.reason, letter.entry and letter.entry.title) == ("rules_changed", title(1))
        events = {event.evidence[0].article_id: event for event in store.events.find(EventQuery(limit=None))}
        assert events[weather.id].verdict is Verdict.FALSE_POSITIVE
        assert set(events[wrong.id].targets) == set(wrong.services)
        assert list(store.events.undecided()) == []
        assert [item.id for item in store.items(ItemQuery(words="harvest"))] == []
        assert {item.id for item in store.items(ItemQuery(words="Turkey"))} == {wrong.id}
    again = json.loads(reclassify("--format", "json").stdout)
    assert (again["changed"], again["reopened"], again["events"]) == (0, [], 0)
    assert contents(folder) == after
