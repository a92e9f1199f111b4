"""Folding keeps the way back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwire.transforms.classification.folding import Folding

FOLDING = Folding({"鎖": "锁"})


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=80))
def test_every_folded_stretch_has_a_place_in_the_original(text: str) -> None:
    folded = FOLDING.fold(text)
    for start in range(len(folded.text)):
        first, after = folded.span(start, start + 1)
        assert 0 <= first < after <= len(text)
    assert folded.span(0, len(folded.text))[0] >= 0


@pytest.mark.parametrize("word", ["ปิดกั้น", "अवरुद्ध", "தடைசெய்", "រារាំង", "ပိတ်ဆို့", "бло\u0301к", "ẹ\u0300kọ"])
def test_marks_are_parts_of_words(word: str) -> None:
    assert FOLDING.fold(word).text.isalnum()


def test_signs_and_what_varies_them_are_no_parts_of_words() -> None:
    assert FOLDING.fold("⚠️Telegram 1️⃣Signal").text == "⚠telegram 1\u20e3signal"
    assert not "\u20e3".isalnum()


def test_words_that_differ_by_a_vowel_sign_stay_different() -> None:
    assert FOLDING.fold("กิน").text != FOLDING.fold("กีน").text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ёлка", "елка"),
        ("İSTANBUL", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("ΟΔΟΣ", "οδος"),
        ("ŁÓDŹ", "łódź"),
        ("封鎖", "封锁"),
        ("أنترنت", "انترنت"),
        ("می‌شود", "می شود"),
        ("مُحَمَّد", "محمد"),
        ("cafe\u0301", "café"),
        ("۱۴۰۴", "1404"),
    ],
)
def test_spellings_that_are_the_same_word_fold_to_the_same(first: str, second: str) -> None:
    assert FOLDING.fold(first).text == FOLDING.fold(second).text


def test_a_quote_comes_from_the_original_though_characters_were_dropped() -> None:
    text = "soft\u00adhyphen and cafe\u0301 blocked"
    folded = FOLDING.fold(text)
    start = folded.text.index("blocked")
    first, after = folded.span(start, start + 7)
    assert text[first:after] == "blocked"
