"""Patterns match words, not parts of words, in every script."""

import pytest

from blockwire.transforms.classification.analysis import DOMAIN
from blockwire.transforms.classification.folding import Folding
from blockwire.transforms.classification.matching import Matcher, PatternError, Wanted

FOLDING = Folding({})


def found(pattern: str, text: str, *, substring: bool = False, prefixes: tuple[str, ...] = ()) -> list[str]:
    matcher = Matcher([Wanted(pattern, 0, substring, frozenset(prefixes))], FOLDING)
    folded = FOLDING.fold(text)
    return [text[slice(*folded.span(start, end))] for start, end, _ in matcher.find(folded)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("block", "a roadblock, a block", ["block"]),
        ("блокир*", "заблокировали, блокируют", ["блокируют"]),
        ("телеграм~", "Телеграме и телеграммировать", ["Телеграме"]),
        ("lift .. ban", "They lift the old ban", ["lift the old ban"]),
        ("lift .. ban", "They lift one two three four ban", []),
        ("=ARE", "they are; ARE said", ["ARE"]),
        ("*sperre", "die Netzsperre kommt", ["sperre"]),
        ("mobile internet", "mobile-internet", ["mobile-internet"]),
        ("सरकार*", "सरकारी आदेश", ["सरकारी"]),
        ("e-", "e-books e jornais, e e-mail", ["e-", "e-"]),
        ("தடை*", "தடைசெய்யப்பட்டது", ["தடைசெய்யப்பட்டது"]),
        ("தட", "தடை", []),
        ("block* net", "blocks “net”", ["blocks “net"]),
        ("роскомнадзор", "⚠️Роскомнадзор", ["Роскомнадзор"]),
        ("regulator .. telegram", "Regulator ⚠️ has ⚠️ blocked Telegram", ["Regulator ⚠️ has ⚠️ blocked Telegram"]),
        ("block", "a \0block,\0 block", ["block", "block"]),
    ],
)
def test_a_pattern_matches_whole_words(pattern: str, text: str, expected: list[str]) -> None:
    assert found(pattern, text) == expected


def test_scripts_without_spaces_match_anywhere_but_latin_words_keep_their_bounds() -> None:
    assert found("封锁", "政府封锁网站", substring=True) == ["封锁"]
    assert found("Tor", "operators and 使用Tor上网", substring=True) == ["Tor"]


def test_arabic_proclitics_may_stand_before_a_word() -> None:
    assert found("حجب", "وحجب الموقع", prefixes=("و",)) == ["حجب"]
    assert found("حجب", "احتجب", prefixes=("و",)) == []


def test_a_pattern_without_a_literal_beginning_is_refused() -> None:
    with pytest.raises(PatternError, match="begins with no letter"):
        found("*", "text")


@pytest.mark.parametrize("text", ["เว็บไซต์bbc.com", "ဝဘ်ဆိုဒ်bbc.com", "❤️bbc.com", "see (bbc.com)", "bbc.com"])
def test_a_domain_is_found_behind_signs_and_marks(text: str) -> None:
    assert DOMAIN.findall(FOLDING.fold(text).text) == ["bbc.com"]


@pytest.mark.parametrize("text", ["me@bbc.com", "новостиbbc.com", "bbc.com-news"])
def test_part_of_something_longer_is_no_domain(text: str) -> None:
    assert "bbc.com" not in DOMAIN.findall(FOLDING.fold(text).text)
