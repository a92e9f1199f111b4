"""Search in the items of every store."""

from collections.abc import Iterator

import pytest
from stores_samples import NOON, indexed, item, minutes

from blockwire.schemas import Measure
from blockwire.transforms.stores.contract import ItemQuery, Store

ITEMS = [
    item(
        "calls", "Роскомнадзор ограничил звонки", "WhatsApp и Telegram замедлены.", language="ru", feed="meduza",
        countries=("RU",), services=("whatsapp", "telegram"), measures=(Measure.MESSAGING_BLOCK,), published=minutes(1),
    ),
    item(
        "persian", "فیلترینگ سایت‌های خبری", "دسترسی به این سایت مسدود شد.", language="fa", feed="rferl",
        countries=("IR",), services=("instagram",), published=minutes(2),
    ),
    item(
        "chinese", "中国封锁VPN网站", "防火长城升级。", language="zh-Hans", feed="rferl",
        countries=("CN",), tools=("psiphon",), measures=(Measure.VPN_CIRCUMVENTION,), published=minutes(3),
    ),
    item(
        "turkish", "İnternet sitelerine erişim engellendi", "BTK kararı açıkladı.", language="tr", feed="bianet",
        countries=("TR",), services=("x",), published=minutes(4),
    ),
    item(
        "english", "Court orders blocking of news sites", "Telegram is not affected. Café.", language="en", feed="bianet",
        countries=("TR", "RU"), services=("telegram",), published=None, first_seen=minutes(5),
    ),
]  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    store.write_outcomes([indexed(record) for record in ITEMS])
    yield store


def names(store: Store, **conditions: object) -> list[str]:
    query = ItemQuery(**conditions)  # type: ignore[arg-type]
    found = [record.url.rpartition("/")[2] for record in store.items(query)]
    if query.limit >= len(ITEMS):
        assert store.count_items(query) == len(found)
    return found


CASES = {
    "звонков": ["calls"],
    "Роскомнадзора ограничения": [],
    "РОСКОМНАДЗОРОМ звонок": ["calls"],
    "blocked": ["english"],
    "block site": ["english"],
    "سایت": ["persian"],
    "سايت ها": [],
    "سایتها": ["persian"],
    "مسدود فیلترینگ": ["persian"],
    "封锁": ["chinese"],
    "网站 vpn": ["chinese"],
    "锁网": [],
    "长": ["chinese"],
    "级": ["chinese"],
    "site": ["english", "turkish"],
    "siteler": ["english", "turkish"],
    "internet": ["turkish"],
    "cafe": ["english"],
    "CAFÉ": ["english"],
    "nothing-of-the-kind": [],
    "!!! ---": [],
    "وی‌پی‌ان": ["chinese"],
    "وی پی ان": ["chinese"],
    "впн": ["chinese"],
}


def test_words_find_other_forms_of_themselves(filled: Store) -> None:
    assert {words: sorted(names(filled, words=words)) for words in CASES} == CASES


@pytest.mark.parametrize(
    "words", ['"', "a OR", "NEAR(", "telegram*", "title:x", "-", "(", "a AND NOT b", "\\", "{x}:", "\x00", "'; --"]
)
def test_words_are_never_a_query_language(filled: Store, words: str) -> None:
    assert set(names(filled, words=words)) <= {"english", "calls"}


def test_a_whole_page_as_a_query(filled: Store) -> None:
    page = " ".join(f"word{n}" for n in range(3000))
    assert names(filled, words=page) == []
    assert names(filled, words="封锁" * 3000) == []


def test_no_words_at_all_mean_everything(filled: Store) -> None:
    assert len(names(filled, words="  ")) == len(ITEMS)


def test_without_words_the_newest_come_first(filled: Store) -> None:
    assert names(filled) == ["english", "turkish", "chinese", "persian", "calls"]
    assert names(filled, limit=2) == ["english", "turkish"]
    assert names(filled, limit=0) == []


def test_a_word_in_the_title_counts_more(store: Store) -> None:
    store.write_outcomes(
        [
            indexed(item("body", "Something else entirely", "One says Telegram here.", published=minutes(2))),
            indexed(item("head", "Telegram is blocked", "One says more here.", published=minutes(1))),
        ]
    )
    assert names(store, words="telegram") == ["head", "body"]


def test_filters(filled: Store) -> None:
    assert names(filled, countries=("RU",)) == ["english", "calls"]
    assert names(filled, countries=("RU", "IR")) == ["english", "persian", "calls"]
    assert names(filled, services=("telegram",)) == ["english", "calls"]
    assert names(filled, services=("psiphon",)) == ["chinese"]
    assert names(filled, measures=("messaging_block", "vpn_circumvention")) == ["chinese", "calls"]
    assert names(filled, languages=("ru", "zh")) == ["chinese", "calls"]
    assert names(filled, languages=("zh-Hans",)) == ["chinese"]
    assert names(filled, languages=("zh-Hant",)) == []
    assert names(filled, feeds=("rferl",)) == ["chinese", "persian"]
    assert names(filled, countries=("nowhere",)) == []


def test_filters_hold_together(filled: Store) -> None:
    assert names(filled, countries=("RU",), languages=("en",)) == ["english"]
    assert names(filled, words="telegram", feeds=("meduza",)) == ["calls"]
    assert names(filled, words="telegram", since=minutes(2)) == ["english"]


def test_times_are_inclusive_and_of_publication_or_else_of_first_sight(filled: Store) -> None:
    assert names(filled, since=minutes(4)) == ["english", "turkish"]
    assert names(filled, until=minutes(2)) == ["persian", "calls"]
    assert names(filled, since=minutes(2), until=minutes(3)) == ["chinese", "persian"]
    assert names(filled, until=NOON) == []


def test_items_beyond_one_page_come_in_order(store: Store) -> None:
    store.write_outcomes([indexed(item(f"n{n:04}", published=minutes(n % 7))) for n in range(520)])
    found = list(store.items(ItemQuery(limit=510)))
    keys = [(-(record.published or NOON).timestamp(), record.id) for record in found]
    assert len(found) == 510
    assert keys == sorted(keys)
