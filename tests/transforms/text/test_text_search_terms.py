"""Search terms: what a text is found by, and what a query asks for."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.text.search_terms import lemmas, query_terms


def finds(words: str, text: str, language: str | None) -> bool:
    """As a store does: each word of the query, in any of its forms, is in the lemmas."""
    there = f" {lemmas(text, language)} "
    return all(
        any(f" {form}{'' if term.beginning else ' '}" in there for form in term.forms) for term in query_terms(words)
    )


@pytest.mark.parametrize(
    ("words", "text", "language"),
    [
        ("звонков", "Звонки ограничены", "ru"),
        ("звонок", "запрет звонков", "ru"),
        ("телеграм", "замедление Телеграма", "ru"),
        ("в Телеграме", "в телеграмах", "ru"),
        ("инстаграма", "Instagram, он же инстаграм", "ru"),
        ("еще", "Ещё один сайт", "ru"),
        ("роскомнадзор", "по требованию Роскомнадзора", "ru"),
        ("дзвінки", "обмеження дзвінків", "uk"),
        ("дзвінок", "обмеження дзвінків", "uk"),
        ("обмежень", "обмеженням дзвінків", "uk"),
        ("заборонити", "Рада заборонила", "uk"),
        ("мережі", "соціальних мереж", "uk"),
        ("сайты", "доступ до сайтів", "uk"),
        ("роскомнадзор", "вимога Роскомнадзору", "uk"),
        ("blocked", "blocking of sites", "en"),
        ("block", "It BLOCKS sites", "en-Latn"),
        ("site", "siteleri engellendi", "tr"),
        ("istanbul", "İstanbul'da", "tr"),
        ("İSTANBUL", "Istanbul", "en"),
        ("yasak", "yasağı kaldırıldı", "tr"),
        ("bloqueos", "el bloqueo de páginas", "es"),
        ("pagina", "las páginas", "es"),
        ("sites", "le site bloqué", "fr"),
        ("strasse", "Die Straße", "de"),
        ("سایت", "سایت‌ها", "fa"),
        ("سايت", "سایت", "fa"),
        ("كاربران", "کاربران", "fa"),
        ("حجب", "الحجب", "ar"),
        ("موقع", "للموقع", "ar"),
        ("الإنترنت", "الانترنت", "ar"),
        ("الاِنْتَرْنِت", "الانترنت", "ar"),
        ("VPN", "محدودیت وی‌پی‌ان‌ها", "fa"),
        ("VPN", "فروش وی‌پی‌ان", "fa"),
        ("vpn", "استفاده از وی پی ان", "fa"),
        ("VPN", "блокировка ВПН", "ru"),
        ("وی‌پی‌ان", "VPN services are blocked", "en"),
        ("وی پی ان", "VPN services are blocked", "en"),
        ("في بي إن", "запрет VPN", "ru"),
        ("впн", "استخدام في بي إن", "ar"),
        ("封锁", "中国封锁了网站", "zh"),
        ("网", "中国网", "zh"),
        ("ｖｐｎ", "使用VPN的人", "zh-Hans"),
        ("차단", "접속차단이", "ko"),
        ("ブロッキング", "サイトブロッキングの", "ja"),
        ("บล็อก", "การบล็อกเว็บ", "th"),
        ("नेटवर्क", "नेटवर्क बंद", "hi"),
        ("word", "a word without a language", None),
        ("слово", "слово на неизвестном языке", "xx"),
    ],
)
def test_finds(words: str, text: str, language: str | None) -> None:
    assert finds(words, text, language)


@pytest.mark.parametrize(
    ("words", "text", "language"),
    [
        ("censored", "blocking of sites", "en"),
        ("国封", "封锁中国", "zh"),
        ("锁网站", "封锁 网站", "zh"),
        ("сайт", "звонки", "ru"),
    ],
)
def test_does_not_find(words: str, text: str, language: str | None) -> None:
    assert not finds(words, text, language)


def test_nothing_to_look_for() -> None:
    assert query_terms("") == query_terms(" -- !?_ ") == ()
    assert lemmas("", "en") == lemmas("…", "ru") == ""


def test_repeated_words_are_asked_once() -> None:
    assert len(query_terms("block Block BLOCK")) == 1


def test_mixed_scripts_are_taken_apart() -> None:
    assert lemmas("封锁VPN网", "zh") == "封锁 锁 vpn 网"
    assert [term.word for term in query_terms("封锁VPN")] == ["封锁", "vpn"]


def test_very_long_words_are_cut() -> None:
    assert len(lemmas("x" * 10_000, "en")) == 60
    assert finds("x" * 10_000, "x" * 10_000, "en")


@given(text=st.text(), language=st.sampled_from([None, "ru", "en", "tr", "fa", "ar", "zh", "hi", "xx"]))
def test_terms_are_plain_words_with_one_space_between(text: str, language: str | None) -> None:
    made = lemmas(text, language)
    assert made == " ".join(made.split())
    assert not set(made) & set('"*():^\\\x00')


@given(words=st.text())
def test_queries_hold_no_operators(words: str) -> None:
    for term in query_terms(words):
        for form in (term.word, *term.forms):
            assert form.strip()
            assert not set(form) & set('"*():^\\\x00')


@given(text=st.text(alphabet=st.characters(categories=["Ll", "Lo", "Zs"]), max_size=80))
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    assert finds(text, text, None)


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"blocking{n} заблокированный{n}" for n in range(2000)]
    expected = [lemmas(word, "en") for word in words]
    told: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: told.append([lemmas(f"{word} x", "en")[:-2] for word in words]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [expected] * 4
