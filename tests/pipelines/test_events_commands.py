"""Events on the command line, and corrections that stay."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from events_samples import FRAMING, SEVERITY, NoSections, id_of, item, outcome, regrouper

from blockwire.pipelines.main import cli
from blockwire.schemas import CensorshipItem, Measure, Report, Scope, Stage
from blockwire.transforms.events.reading import ReportReader
from blockwire.transforms.events.signals import Signals
from blockwire.transforms.stores.contract import DeadLetterQuery
from blockwire.transforms.stores.event_contract import EventQuery
from blockwire.transforms.stores.sqlite import SqliteStore

Run = Callable[..., Result]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with two events: a block told by two outlets, and a shutdown."""
    path = tmp_path / "wire.sqlite"
    cut = {"measures": (Measure.INTERNET_SHUTDOWN,), "scope": Scope.REGIONAL, "regions": ("Gilan",)}
    items = [
        item("a", 0, "Telegram blocked", "Since Monday.", services=("telegram",)),
        item("b", 3, "Telegram is blocked", "Since Monday.", services=("telegram",)),
        item("c", 30, "Internet cut in Gilan", "Since Tuesday.", **cut),
    ]
    with SqliteStore(path) as store:
        store.write_outcomes([outcome(one) for one in items])
        list(regrouper(store.events, 40).everything_new())
    return path


@pytest.fixture
def run(path: Path) -> Run:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["events", *arguments, "--store", f"sqlite:///{path}"])

    return run


def ids(path: Path) -> dict[str, str]:
    """The event of each article."""
    with SqliteStore(path) as store:
        return {one.source_name: event.id for event in store.events.find(EventQuery()) for one in event.evidence}


def test_the_list_tells_what_how_severe_and_how_sure(run: Run, path: Path) -> None:
    told = run("list").output
    assert "internet shutdown" in told
    assert "2 independent of 2 articles" in told
    assert ids(path)["a"][:8] in told


def test_the_list_by_conditions_and_as_records(run: Run, path: Path) -> None:
    rows = [
        json.loads(line)
        for line in run("list", "--measure", "messaging_block", "--format", "jsonl").output.splitlines()
    ]
    assert [row["id"] for row in rows] == [ids(path)["a"]]
    assert "No events" in run("list", "--country", "de").output


def test_show_tells_history_evidence_and_where_to_measure(run: Run, path: Path) -> None:
    told = run("show", ids(path)["a"][:10]).output
    for words in ("in force", "Telegram is blocked", "independent", "https://explorer.ooni.org/", id_of("b")[:8]):
        assert words in told
    assert json.loads(run("show", ids(path)["a"], "--format", "json").output)["id"] == ids(path)["a"]


def test_an_unknown_event_is_one_line(run: Run) -> None:
    done = run("show", "ffff")
    assert done.exit_code == 1
    assert done.output == "Error: no event's id begins with 'ffff': see blockwire events list\n"


def test_merge_makes_one_of_two(run: Run, path: Path) -> None:
    before = ids(path)
    assert run("merge", before["a"], before["c"], "--note", "one order").exit_code == 0
    assert set(ids(path).values()) == {before["a"]}
    shown = run("show", before["c"]).output
    assert "is part of" in shown
    assert "Telegram is blocked" in shown
    assert run("mark", before["c"], "confirmed").exit_code == 0
    assert run("merge", before["a"], before["c"]).exit_code == 2
    assert "one order" in run("show", before["a"]).output
    assert "2 corrections by people" in run("list").output


def test_an_event_is_not_merged_with_itself(run: Run, path: Path) -> None:
    assert run("merge", ids(path)["a"], ids(path)["a"][:9]).exit_code == 2


def test_split_makes_an_event_of_its_own(run: Run, path: Path) -> None:
    before = ids(path)
    assert run("split", before["a"], id_of("b")[:9]).exit_code == 0
    after = ids(path)
    assert after["a"] == before["a"]
    assert after["b"] not in set(before.values())


def test_what_the_founding_article_leaves_stays(run: Run, path: Path) -> None:
    before = ids(path)
    assert run("split", before["a"], id_of("a")).exit_code == 0
    after = ids(path)
    assert after["b"] == before["b"]
    assert after["a"] not in set(before.values())


def test_not_all_articles_can_leave(run: Run, path: Path) -> None:
    assert run("split", ids(path)["a"], id_of("a"), id_of("b")).exit_code == 2
    assert "no article of the event begins with 'zz'" in run("split", ids(path)["a"], "zz").output


def test_mark_says_what_a_person_thinks(run: Run, path: Path) -> None:
    event = ids(path)["a"]
    assert run("mark", event, "false-positive").exit_code == 0
    assert json.loads(run("show", event, "--format", "json").output)["verdict"] == "false_positive"
    assert run("mark", event, "none").exit_code == 0
    assert json.loads(run("show", event, "--format", "json").output)["verdict"] is None


def test_corrections_hold_which_claim_of_an_article_is_meant(run: Run, path: Path) -> None:
    assert run("split", ids(path)["a"], id_of("b")).exit_code == 0
    with SqliteStore(path) as store:
        assert [(one.article_ids, one.claims) for one in store.events.corrections()] == [
            ((id_of("a"),), (0,)),
            ((id_of("b"),), (0,)),
        ]


def test_an_item_is_grouped_again_and_its_dead_letter_goes(run: Run, path: Path) -> None:
    class Fails(ReportReader):
        def report(self, item: CensorshipItem) -> Report:
            raise ValueError("no such country")

    with SqliteStore(path) as store:
        store.write_outcomes([outcome(item("d", 50, "Telegram is still blocked", "Today.", services=("telegram",)))])
        grouping = regrouper(store.events, 60)
        failing = Fails(NoSections(), Signals(SEVERITY.signals), FRAMING)
        letters = replace(grouping, reader=failing, bury=lambda one: store.put_feed_dead_letters([one], ()))
        assert list(letters.everything_new()) == []
        assert [one.stage for one in store.dead_letters(DeadLetterQuery())] == [Stage.GROUP]
    assert run("regroup", "zz").exit_code == 1
    assert run("regroup", id_of("d")[:9]).exit_code == 0
    assert ids(path)["d"] == ids(path)["a"]
    with SqliteStore(path) as store:
        assert list(store.dead_letters(DeadLetterQuery())) == []
