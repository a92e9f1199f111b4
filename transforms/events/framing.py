"""How a text frames what it tells: as long ago, as something that may come, or with a year in passing. Words as data, in the languages of the news."""

import re
from typing import Final

_AGO: Final = re.compile(
    "|".join(
        (
            *(
                r"\b(?:years?|decades?) ago\b",
                r"\b(?:лет|года?|десятилети[ея]) назад\b",
                r"\b(?:рок[иу]|років|рік) тому\b",
            ),
            *(r"\bгадоў таму\b", r"\byıl önce\b", r"سال (?:پیش|قبل|پہلے)", r"قبل \S+ (?:سنوات|أعوام|عاما|سنة)"),
            *(r"قبل (?:عام|عامين|سنة|سنتين)\b", r"年前", r"\bhace \S+ años?\b", r"\bil y a \S+ ans?\b"),
            *(r"\bvor \S+ jahr(?:en)?\b", r"\bhá \S+ anos?\b", r"\banos atrás\b", r"\b(?:lat|lata|rok) temu\b"),
            *(r"साल पहले", r"\bnăm trước\b", r"\btahun (?:yang )?lalu\b", r"ከ\S+ ዓመት በፊት", r"\bmiaka \S+ iliyopita\b"),
        )
    )
)
_SUPPOSED: Final = re.compile(
    "|".join(
        (
            *(r"\bwhat if\b", r"\bwhat (?:would|will) happen\b", r"\bwhat happens if\b"),
            *(r"\bчто(?: будет| произойд[её]т)?,? если\b", r"\bщо(?: буде| станеться)?,? якщо\b", r"\bne olur\b"),
            *(r"چه (?:می‌شود|خواهد شد) اگر", r"اگر .* چه (?:می‌شود|خواهد شد)", r"ماذا (?:لو|سيحدث إذا|يحدث إذا)"),
            *(r"^(?:如果|假如|倘若)", r"\bqué pasar?ía si\b", r"\bque se passerait-il si\b", r"^et si\b", r"^e se\b"),
            *(r"\bwas (?:wäre|passiert),? wenn\b", r"\bco (?:jeśli|by było,? gdyby)\b", r"क्या होगा (?:अगर|यदि)"),
            *(r"\bbagaimana jika\b", r"\bđiều gì (?:sẽ )?xảy ra nếu\b", r"[?？؟]\W*$"),
        )
    )
)
_PASSING_YEAR: Final = re.compile(
    "|".join(
        (
            r"\b(?:founded|launched|created|established|passed|adopted|enacted|signed) (?:back )?in \d{4}\b",
            r"\b\d{4} (?:law|act|decree)\b",
            r"\b(?:law|act|decree) (?:of|from) \d{4}\b",
            r"\b(?:основан|создан|запущен|принят)\w* в \d{4}\b",
            r"\b(?:заснован|створен|запущен|ухвален)\w* (?:у|в) \d{4}\b",
            r"\bзакон\w* (?:от )?\d{4} года\b",
            r"\b\d{4} yılında (?:kurulan|kabul edilen|yayına başlayan)\b",
            r"\b\d{4} tarihli\b",
            r"(?:成立|创立|創立)于\d{4}年|\d{4}年(?:成立|创立|創立)",
            r"\b(?:fundad[oa]|creada?|fondée?|créée?|lancée?) en \d{4}\b",
            r"(?:تأسس|أسس)ت? (?:في )?عام \d{4}",
        )
    ),
    re.IGNORECASE,
)


def tells_of_long_ago(text: str) -> bool:
    """Whether a text counts the years since: "eight years ago"."""
    return _AGO.search(text.casefold()) is not None


def is_supposition(title: str) -> bool:
    """Whether a title asks, or tells what would be if: what it names has not happened by that."""
    return _SUPPOSED.search(title.strip().casefold()) is not None


def without_passing_years(text: str) -> str:
    """A text without the years in which a service was founded or a law passed: they date nothing that is told.

    Args:
        text: with digits in ASCII.
    """
    return _PASSING_YEAR.sub("", text)
