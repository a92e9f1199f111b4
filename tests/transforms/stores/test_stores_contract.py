"""What every store must do, tried on each of them for real."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from stores_samples import (
    NOON,
    failed,
    feed_letter,
    indexed,
    item,
    letter,
    minutes,
    not_relevant,
    state,
    summary,
)

from blockwire.schemas import Fate, Outcome, Stage
from blockwire.transforms.events.reading import unread
from blockwire.transforms.stores.contract import DeadLetterQuery, ItemQuery, Receipt, Store, StoreError, Written
from blockwire.transforms.stores.event_contract import Regrouping

ALL = DeadLetterQuery()


def test_what_was_written_comes_back_exactly(store: Store) -> None:
    full = item(
        "full",
        "Роскомнадзор ограничил звонки",
        "Первый абзац.\n\nВторой — «кавычки», 😀.",
        language="ru",
        authors=("А. Б.",),
        modified=NOON + timedelta(microseconds=123_456),
        countries=("RU",),
        regions=("Крим",),
        image="https://example.org/i.jpg",
        duplicate_of="0" * 32,
        model_version="m-1",
    )
    bare = item("bare", published=None, language=None, evidence=(), measures=(), status=None)
    outcomes = [indexed(full), indexed(bare), not_relevant("n"), failed(letter("f", retry_at=minutes(9)))]

    receipts = store.write_outcomes(outcomes)

    assert [(r.entry_id, r.fate, r.written) for r in receipts] == [
        (o.fate.id, o.fate.fate, Written.CREATED) for o in outcomes
    ]
    assert store.item(full.id) == full
    assert store.item(bare.id) == bare
    assert list(store.fates()) == sorted((o.fate for o in outcomes), key=lambda fate: fate.id)
    assert list(store.dead_letters(ALL)) == [outcomes[3].dead_letter]


def test_the_same_again_changes_nothing(store: Store) -> None:
    outcomes = [indexed(item("a")), not_relevant("b"), failed(letter("c"))]
    store.write_outcomes(outcomes)
    before = (list(store.items(ItemQuery())), list(store.fates()), list(store.dead_letters(ALL)))

    receipts = store.write_outcomes(outcomes)

    assert {receipt.written for receipt in receipts} == {Written.KNOWN}
    assert [receipt.fate for receipt in receipts] == [Fate.INDEXED, Fate.NOT_RELEVANT, Fate.DEAD_LETTER]
    assert (list(store.items(ItemQuery())), list(store.fates()), list(store.dead_letters(ALL))) == before


def test_what_is_there_stays_as_it_is(store: Store) -> None:
    store.write_outcomes([indexed(item("a", "First title"))])
    receipts = store.write_outcomes([indexed(item("a", "Second title"))])
    assert receipts[0].written is Written.KNOWN
    assert [found.title for found in store.items(ItemQuery())] == ["First title"]


def test_two_entries_of_one_article_make_one_item(store: Store) -> None:
    first = item("a")
    second = first.model_copy(update={"entry_id": "1" * 32})
    receipts = store.write_outcomes([indexed(first), indexed(second)])
    assert [receipt.written for receipt in receipts] == [Written.CREATED, Written.CREATED]
    assert store.count_items(ItemQuery()) == 1
    assert store.known([first.entry_id, second.entry_id]) == {first.entry_id, second.entry_id}


def test_an_entry_twice_in_one_batch_is_written_once(store: Store) -> None:
    receipts = store.write_outcomes([indexed(item("a", "One")), indexed(item("a", "Two")), not_relevant("a")])
    assert [receipt.written for receipt in receipts] == [Written.CREATED, Written.KNOWN, Written.KNOWN]
    assert {receipt.fate for receipt in receipts} == {Fate.INDEXED}


def test_nothing_to_write_is_nothing_written(store: Store) -> None:
    assert store.write_outcomes([]) == []
    store.put_feed_states([])
    store.put_feed_dead_letters([], [])
    assert store.known([]) == set()
    assert store.drop_dead_letters([]) == 0


def test_known_are_the_entries_with_a_fate_whatever_it_is(store: Store) -> None:
    outcomes = [indexed(item("a")), not_relevant("b"), failed(letter("c"))]
    ids = [outcome.fate.id for outcome in outcomes]
    assert store.known(ids) == set()
    store.write_outcomes(outcomes)
    assert store.known([*ids, "f" * 32]) == set(ids)


def test_known_takes_as_many_ids_as_a_large_feed_has(store: Store) -> None:
    store.write_outcomes([not_relevant("a")])
    wanted = not_relevant("a").fate.id
    assert store.known([*(f"{n:032x}" for n in range(12_000)), wanted]) == {wanted}


def test_a_failure_counts_its_attempts_and_keeps_its_beginning(store: Store) -> None:
    store.write_outcomes([failed(letter("a", at=minutes(0)))])
    receipts = store.write_outcomes([failed(letter("a", at=minutes(30), reason="http_503"))])
    assert receipts[0].written is Written.CREATED
    store.write_outcomes([failed(letter("a", at=minutes(60), attempts=1, retry_at=minutes(90)))])

    (found,) = store.dead_letters(ALL)
    assert (found.attempts, found.first_failed, found.last_failed) == (3, minutes(0), minutes(60))
    assert found.retry_at == minutes(90)
    (fate,) = store.fates()
    assert (fate.fate, fate.first_seen) == (Fate.DEAD_LETTER, minutes(0))


def test_success_replaces_the_dead_letter(store: Store) -> None:
    store.write_outcomes([failed(letter("a"))])
    (receipt,) = store.write_outcomes([indexed(item("a"))])
    assert (receipt.fate, receipt.written) == (Fate.INDEXED, Written.CREATED)
    assert list(store.dead_letters(ALL)) == []
    assert store.count_items(ItemQuery()) == 1
    assert [fate.fate for fate in store.fates()] == [Fate.INDEXED]


def test_failure_does_not_undo_success(store: Store) -> None:
    store.write_outcomes([indexed(item("a"))])
    (receipt,) = store.write_outcomes([failed(letter("a"))])
    assert (receipt.fate, receipt.written) == (Fate.INDEXED, Written.KNOWN)
    assert list(store.dead_letters(ALL)) == []


def test_a_dropped_dead_letter_is_gone_and_its_entry_known(store: Store) -> None:
    record = letter("a")
    store.write_outcomes([failed(record), failed(letter("b"))])
    assert store.drop_dead_letters([record.id, "e" * 32]) == 1
    assert [found.id for found in store.dead_letters(ALL)] == [letter("b").id]
    assert record.entry
    assert store.known([record.entry.id]) == {record.entry.id}


def test_dead_letters_are_chosen_by_every_condition(store: Store) -> None:
    store.write_outcomes(
        [
            failed(letter("a", at=minutes(1), retry_at=minutes(10))),
            failed(letter("b", at=minutes(3), stage=Stage.EXTRACT, reason="empty", feed="meduza")),
            failed(letter("c", at=minutes(2), retry_at=minutes(20))),
        ]
    )
    a, b, c = (letter(name).id for name in "abc")

    def ids(**conditions: object) -> list[str]:
        return [found.id for found in store.dead_letters(DeadLetterQuery(**conditions))]  # type: ignore[arg-type]

    assert ids() == [b, c, a]
    assert ids(limit=2) == [b, c]
    assert ids(limit=0) == []
    assert ids(ids=(a, c)) == [c, a]
    assert ids(stages=(Stage.EXTRACT, Stage.POLL)) == [b]
    assert ids(reasons=("timeout",)) == [c, a]
    assert ids(feeds=("meduza",)) == [b]
    assert ids(due_before=minutes(10)) == [a]
    assert ids(due_before=minutes(30)) == [c, a]
    assert ids(due_before=minutes(30), feeds=("meduza",)) == []


def test_dead_letters_of_feeds_come_and_go(store: Store) -> None:
    store.put_feed_dead_letters([feed_letter("a"), feed_letter("b")], [])
    store.put_feed_dead_letters([feed_letter("a", at=minutes(60))], ["b", "never-failed"])
    (found,) = store.dead_letters(ALL)
    assert (found.feed_id, found.attempts, found.first_failed) == ("a", 2, NOON)
    store.put_feed_dead_letters([feed_letter("a", at=minutes(60))], [])
    assert [same.attempts for same in store.dead_letters(ALL)] == [2]


def test_feed_states_are_replaced(store: Store) -> None:
    old = state("b", etag='W/"é"', failures=3, error="timeout")
    new = state(
        "b", etag='"2"', last_modified="Sun, 01 Nov 2026", last_ok=minutes(1), interval_s=3600.5, http_status=304
    )
    store.put_feed_states([old, state("a", gone=True)])
    store.put_feed_states([new])
    assert store.feed_states() == {"a": state("a", gone=True), "b": new}


def test_rounds_are_kept_newest_first(store: Store) -> None:
    for number in (1, 3, 2):
        store.put_round(summary(number))
    store.put_round(summary(3))
    assert store.rounds() == [summary(3), summary(2), summary(1)]
    assert store.rounds(limit=1) == [summary(3)]
    assert store.round(summary(1).id) == summary(1)
    assert store.round("0" * 32) is None


def test_an_item_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    one, other = item("a"), item("b")
    store.write_outcomes([indexed(one), indexed(other)])
    assert store.item(one.id[:12]) == one
    assert store.item("f" * 32) is None
    assert store.item("zz") is None
    with pytest.raises(StoreError, match="several items begin with ''"):
        store.item("")


def test_the_next_store_sees_what_this_one_wrote(make_store) -> None:  # type: ignore[no-untyped-def]
    with make_store() as first:
        first.write_outcomes([indexed(item("a")), failed(letter("b"))])
        first.put_feed_states([state("a")])
        first.put_round(summary(1))
    with make_store() as second:
        assert second.count_items(ItemQuery()) == 1
        assert len(list(second.dead_letters(ALL))) == 1
        assert list(second.feed_states()) == ["a"]
        assert second.rounds() == [summary(1)]


def test_it_may_be_entered_twice_and_closed_twice(make_store) -> None:  # type: ignore[no-untyped-def]
    made = make_store().__enter__()
    with made as same:
        assert same is made
        assert same.known(["a" * 32]) == set()
    made.close()
    with pytest.raises(RuntimeError, match="outside its with block"):
        made.known(["a" * 32])


def test_fates_are_read_in_pages_and_by_feed(store: Store) -> None:
    store.write_outcomes([not_relevant(f"n{n}", feed="one" if n % 3 else "two") for n in range(450)])
    everything = [fate.id for fate in store.fates()]
    assert len(everything) == 450
    assert everything == sorted(everything)
    assert sum(1 for _ in store.fates("two")) == 150


def test_a_document_that_is_too_long_becomes_a_dead_letter(make_store) -> None:  # type: ignore[no-untyped-def]
    with make_store(max_document_bytes=20_000) as store:
        long, good = item("long", text="слово " * 10_000), item("good")
        receipts = store.write_outcomes([indexed(long), indexed(good)])
        assert [receipt.fate for receipt in receipts] == [Fate.DEAD_LETTER, Fate.INDEXED]
        (found,) = store.dead_letters(ALL)
        assert (found.stage, found.reason, found.attempts) == (Stage.INDEX, "too_long", 1)
        assert "and the store takes 20,000" in found.message
        assert found.entry
        assert (found.entry.id, found.entry.url) == (long.entry_id, long.url)
        assert store.item(long.id) is None
        assert [kept.title for kept in store.items(ItemQuery())] == [good.title]

        (again,) = store.write_outcomes([indexed(item("long"))])
        assert again.fate is Fate.INDEXED
        assert list(store.dead_letters(ALL)) == []


def test_a_dead_letter_that_is_too_long_is_kept_shorter(make_store) -> None:  # type: ignore[no-untyped-def]
    with make_store(max_document_bytes=20_000) as store:
        record = letter("a")
        assert record.entry
        entry = record.entry.model_copy(update={"content_html": "x" * 50_000})
        (receipt,) = store.write_outcomes([failed(record.model_copy(update={"entry": entry}))])
        assert receipt.fate is Fate.DEAD_LETTER
        (found,) = store.dead_letters(ALL)
        assert found.entry
        assert (found.reason, found.entry.url, found.entry.content_html) == ("too_long", record.url, None)


def test_many_that_write_the_same_at_once_write_it_once(make_store) -> None:  # type: ignore[no-untyped-def]
    outcomes = [indexed(item(f"n{n}")) for n in range(20)] + [failed(letter(f"d{n}")) for n in range(20)]
    start = threading.Barrier(4)
    receipts: list[Receipt] = []

    def write() -> None:
        with make_store() as store:
            start.wait()
            receipts.extend(store.write_outcomes(outcomes))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 160
    assert all(
        receipt.fate is fate for receipt, fate in zip(receipts[:40], [o.fate.fate for o in outcomes], strict=True)
    )
    with make_store() as store:
        assert store.count_items(ItemQuery()) == 20
        assert len(list(store.fates())) == 40
        assert [found.attempts for found in store.dead_letters(ALL)] == [1] * 20


def test_one_store_serves_several_threads(store: Store) -> None:
    def write(part: int) -> None:
        for n in range(5):
            store.write_outcomes([indexed(item(f"p{part}-{n}"))])
            assert store.count_items(ItemQuery()) >= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert store.count_items(ItemQuery()) == 20


def test_rewriting_replaces_removes_and_reopens(store: Store) -> None:
    """An item under other facts waits to be grouped again; one that is none any more is gone; an entry becomes a dead letter."""
    one, two = item("one", "Regulator blocks a site"), item("two", "Weather is fine")
    store.write_outcomes([indexed(one), indexed(two), not_relevant("three")])
    reports = [unread(each) for each in (one, two)]
    store.events.regroup(Regrouping(reports=reports))
    changed = one.model_copy(update={"title": "Ministry blocks a site", "lemmas": "ministry block site"})
    over = indexed(two).fate.model_copy(update={"fate": Fate.NOT_RELEVANT})
    again = letter("three", reason="rules_changed")
    store.rewrite([indexed(changed), Outcome(fate=over), failed(again)])
    assert store.item(one.id) == changed
    assert store.item(two.id) is None
    assert [each.id for each in store.events.ungrouped(10)] == [one.id]
    assert [each.id for each in store.items(ItemQuery(words="ministry"))] == [one.id]
    assert list(store.items(ItemQuery(words="weather"))) == []
    assert {fate.id: fate.fate for fate in store.fates()} == {
        one.entry_id: Fate.INDEXED,
        two.entry_id: Fate.NOT_RELEVANT,
        again.entry.id if again.entry else "": Fate.DEAD_LETTER,
    }
    assert list(store.dead_letters(DeadLetterQuery())) == [again]
