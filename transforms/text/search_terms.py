"""Search terms in any language: what a text is found by, and what a query asks for.

Full-text engines without language analysers match whole words only: ``звонков`` does not find ``звонки``. So the pipeline makes a
second text of normal forms, the ``lemmas`` of an item, and a query is brought to the same forms:

- case, width and accents are folded (Unicode TR15, NFKC), Arabic and Persian letters brought to one form, zero-width joiners dropped;
- words are cut to their Snowball stem (https://snowballstem.org), Ukrainian ones, for which it has no rules, in Russian spelling;
- scripts written without spaces, and Korean, become overlapping pairs of characters.

Stems are preferred to the lemmas of dictionaries: names and new words are in no dictionary (``Роскомнадзора``), and a query, whose
language nobody knows, would load ten of them, at a second and 60 to 150 MB each. Of 30,000 forms in simplemma's dictionaries these stems bring 89 %
of the Russian and 84 % of the Ukrainian ones together with their lemma.
"""

import re
import sys
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import Final

from Stemmer import Stemmer  # type: ignore[import-not-found] # a compiled module without stubs

MAX_TOKEN: Final = 60
"""Longer runs are keys, hashes and broken pages: they are cut, since no one searches for them."""
MAX_QUERY_TERMS: Final = 32
"""More are left out: nobody looks for so many, and engines bound the depth of a question."""
CACHED_WORDS: Final = 65_536

_STEMMERS: Final = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_SAME_AS: Final = {"nb": "no", "nn": "no", "ms": "id", "prs": "fa", "tg": "fa"}
_BY_SCRIPT: Final = {
    "latin": tuple(c for c in _STEMMERS if c not in {"ar", "el", "fa", "hi", "hy", "ne", "ru", "sr", "ta"}),
    "cyrillic": ("ru", "uk"),
    "arabic": ("ar", "fa"),
    "greek": ("el",),
    "armenian": ("hy",),
    "devanagari": ("hi", "ne"),
    "tamil": ("ta",),
}
_SCRIPT_RANGES: Final = (
    ("latin", "a-zß-ɏḀ-ỿ"),
    ("cyrillic", "Ѐ-ԯ"),
    ("arabic", "\u0600-\u06ff"),
    ("greek", "Ͱ-Ͽ"),
    ("armenian", "\u0530-\u058f"),
    ("devanagari", "\u0900-\u097f"),
    ("tamil", "\u0b80-\u0bff"),
)
# Of the first plane: a class with more is looked up ten times slower, and what is beyond are rare characters in names.
# Han, kana and Hangul; Thai, Lao, Tibetan, Burmese and Khmer: written without spaces, or with endings glued on.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff"
)


def _marks() -> str:
    """Combining marks as a character class: they belong to words in Indic scripts, but not to ``\\w``."""
    points = (p for p in range(0x300, 0x10000) if unicodedata.category(chr(p)) in ("Mn", "Mc"))
    runs: list[list[int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in runs)


_MARK: Final = re.compile(f"[{_marks()}]")
_WORD: Final = re.compile(f"[^\\W_](?:[^\\W_]|{_MARK.pattern})*")
_SIMPLE_WORD: Final = re.compile(r"[^\W_]+")
_UNSPACED_CHAR: Final = re.compile(f"[{_UNSPACED}]")
_UNSPACED_RUN: Final = re.compile(f"([{_UNSPACED}]+)")
_SCRIPTS: Final = tuple((name, re.compile(f"[{ranges}]")) for name, ranges in _SCRIPT_RANGES)
_SPELT_OUT: Final = (
    (
        ("vpn", None), ("впн", "ru"), ("وی\u200cپی\u200cان", "fa"), ("وی پی ان", "fa"), ("وی پی این", "fa"),
        ("في بي إن", "ar"), ("في بي ان", "ar"), ("वीपीएन", "hi"), ("ဗွီပီအန်", None), ("ቪፒኤን", None),
    ),
)  # fmt: skip
"""Abbreviations, each as its letters are called in other scripts, with the language: any spelling finds all."""

_GRAM: Final = re.compile("(.*грам)м?(?:а|у|е|і|ом|ы|и|ов|ам|ами|ах)?")
_FLEETING: Final = re.compile("[оеё](?=к$)|е(?=ц$)")
_UKRAINIAN_ENDINGS: Final = tuple(
    (re.compile(ending), russian)
    for ending, russian in (
        ("(?<=[аиіїяую]т)и(?:м(?:у|еш|е|емо|ете|уть))?(?=$|ся$|сь$)", "ь"),
        ("(?<=..)(?:ові|еві|єві)$", "у"),
        ("(?<=..)(?:ів|їв)$", "ов"),
        ("(?:ої|ій)$", "ой"),
        ("ьо(?=го$|му$)", "е"),
    )
)
_UKRAINIAN_LETTERS: Final = str.maketrans("іїєґ", "ииег", "'’ʼ")
_LATIN_ACCENT: Final = re.compile("(?<=[a-zα-ω])[\u0300-\u036f]+")
# Tatweel, vowel signs, zero-width joiners and direction marks, soft hyphen.
_DROPPED: Final = re.compile("[\u0640\u0670\u064b-\u065f\u200b-\u200f\u2060\ufeff\u00ad]+")
_WIDE_PUNCTUATION: Final = re.compile(
    "[\u00a0\u2000-\u200a\u2024-\u2026\u202f\u3000\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+"
)
_TO_PERSIAN: Final = str.maketrans("يىكۀة٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ییکهه01234567890123456789")
_TO_ARABIC: Final = str.maketrans("یک", "يك")
_TURKISH_CAPITALS: Final = str.maketrans("Iİ", "ıi")
_FOLDED: Final = str.maketrans(
    {"ё": "е", "ı": "i", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ی"}
    | dict(zip("يىكۀة", "ییکهه", strict=True))
)


@dataclass(frozen=True)
class QueryTerm:
    """One word of a query."""

    word: str
    """As it was written, folded: what to look for in title and text as they are."""
    forms: tuple[str, ...]
    """What to look for in ``lemmas``: any of them, each a phrase of terms with a space between."""
    beginning: bool = False
    """The only form is the beginning of a term: a single character of a script without spaces."""


def lemmas(text: str, language: str | None) -> str:
    """The normal forms of a text's words in their order, with a space between.

    Args:
        text: any text, cleaned of nothing.
        language: its ISO 639 tag, with a script or without; None or an unknown one leaves words folded, but not cut.
    """
    code = _code(language)
    return " ".join(_terms(text, code))


def query_terms(words: str) -> tuple[QueryTerm, ...]:
    """The words of a query with the forms that they may have in a text of any language their script is used for."""
    runs = _words(_UNSPACED_RUN.sub(r" \1 ", _joined(_clean(words))))
    terms = (_unspaced_term(run) if _UNSPACED_CHAR.match(run) else _word_term(run) for run in dict.fromkeys(runs))
    return tuple(islice(dict.fromkeys(terms), MAX_QUERY_TERMS))


def _word_term(written: str) -> QueryTerm:
    forms = [_fold(written.casefold()[:MAX_TOKEN])]
    forms += (_normal_form(written, code) for code in _languages(written.lower()))
    forms += (same for form in tuple(forms) for same in _same_spelling().get(form, ()))
    return QueryTerm(word=written.casefold()[:MAX_TOKEN], forms=tuple(dict.fromkeys(forms)))


@cache
def _same_spelling() -> dict[str, tuple[str, ...]]:
    """From each form of an abbreviation, its words together, to all of its forms."""
    groups = [tuple(" ".join(_terms(word, code)) for word, code in group) for group in _SPELT_OUT]
    return {form.replace(" ", ""): group for group in groups for form in group}


@cache
def _letters_apart() -> re.Pattern[str]:
    words = [_clean(word) for group in _SPELT_OUT for word, _ in group if " " in word]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


def _joined(words: str) -> str:
    """The query with its spelt-out abbreviations as one word each."""
    return _letters_apart().sub(lambda match: match[0].replace(" ", ""), words)


def _unspaced_term(run: str) -> QueryTerm:
    run = run.casefold()[:MAX_TOKEN]
    pairs = tuple(f"{a}{b}" for a, b in pairwise(run)) or (run,)
    return QueryTerm(word=run, forms=(" ".join(pairs),), beginning=len(run) == 1)


def _languages(word: str) -> Iterable[str]:
    for script, letters in _SCRIPTS:
        if letters.search(word):
            yield from _BY_SCRIPT[script]


def _terms(text: str, code: str | None) -> list[str]:
    text = _clean(text)
    if not _UNSPACED_CHAR.search(text):
        return [_normal_form(word, code) for word in _words(text)]
    terms: list[str] = []
    for word in _words(_UNSPACED_RUN.sub(r" \1 ", text)):
        if _UNSPACED_CHAR.match(word):
            # The last character stands alone, so that it is the beginning of a term too.
            terms += [word[place : place + 2] for place in range(len(word))]
        else:
            terms.append(_normal_form(word, code))
    return terms


def _words(text: str) -> list[str]:
    # Most scripts have no marks once they are composed, and the simple pattern is three times as fast.
    return (_WORD if _MARK.search(text) else _SIMPLE_WORD).findall(text)


def _code(language: str | None) -> str | None:
    if language is None:
        return None
    code = language.partition("-")[0].lower()
    return _SAME_AS.get(code, code)


def _clean(text: str) -> str:
    # Most texts are in normal form but for these, and bringing a whole text to it costs more than all the rest.
    text = _WIDE_PUNCTUATION.sub(" ", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return _DROPPED.sub("", text)


@lru_cache(CACHED_WORDS)
def _normal_form(word: str, code: str | None) -> str:
    word = word[:MAX_TOKEN]
    if code == "tr":
        word = word.translate(_TURKISH_CAPITALS)
    word = word.lower()
    if code == "ar":
        word = word.translate(_TO_ARABIC)
    elif code == "fa":
        word = word.translate(_TO_PERSIAN)
    if code == "ru":
        word = _russian_stem(word)
    elif code == "uk":
        word = _ukrainian_stem(word)
    elif code in _STEMMERS:
        word = _stem(word, code)
    return sys.intern(_fold(word.casefold()))


def _fold(word: str) -> str:
    """Folds what writers differ in: accents on Latin and Greek letters, and letters of one sound."""
    if word.isascii():
        return word
    bare = _LATIN_ACCENT.sub("", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare).translate(_FOLDED)


def _russian_stem(word: str) -> str:
    """Snowball's, with two repairs: ``телеграм`` has no ending ``-ам``, and ``звонок`` is ``звонк-`` in all other forms."""
    name = _GRAM.fullmatch(word)
    if name:
        return name[1]
    stem = _stem(word, "ru")
    return _FLEETING.sub("", stem) if len(stem) > 3 else stem


def _ukrainian_stem(word: str) -> str:
    """The Russian one, after endings and letters are written as Russian has them: ``дзвінків`` is cut as ``дзвинков``."""
    for ending, russian in _UKRAINIAN_ENDINGS:
        word = ending.sub(russian, word)
    return _russian_stem(word.translate(_UKRAINIAN_LETTERS))


def _stem(word: str, code: str) -> str:
    stemmed: str = _stemmer(code, threading.get_ident()).stemWord(word)
    return stemmed


@cache
def _stemmer(code: str, _thread: int) -> Stemmer:
    # A stemmer has a buffer of its own: two threads must not share one.
    return Stemmer(_STEMMERS[code])
