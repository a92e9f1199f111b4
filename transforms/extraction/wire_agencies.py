"""Which news agency's text an article says it is: by dateline, byline or closing mark, never by a mention in a sentence."""

import re
from collections.abc import Sequence

EDGE_CHARS = 220

_AGENCIES = {
    "Reuters": r"reuters|рейтер|路透社?|رويترز|ロイター|로이터",
    "AFP": r"afp|agence france-presse|法新社|أ ?ف ?ب|フランス通信",
    "AP": r"ap|associated press|美联社|美聯社|أسوشيتد برس|ap通信",
    "dpa": r"dpa|deutsche presse-agentur",
    "EFE": r"efe|agencia efe",
    "ANSA": r"ansa",
    "Lusa": r"lusa",
    "TASS": r"tass|тасс|塔斯社",
    "RIA Novosti": r"ria novosti|риа новости|ria-novosti",
    "Interfax": r"interfax|интерфакс",
    "Interfax-Ukraine": r"interfax-ukraine|інтерфакс-україна|интерфакс-украина",
    "Ukrinform": r"ukrinform|укрінформ|укринформ",
    "UNIAN": r"unian|уніан|униан",
    "BelTA": r"belta|белта",
    "Xinhua": r"xinhua|新华社|新華社",
    "China News Service": r"中新社|中新网",
    "CNA": r"中央社",
    "Kyodo": r"kyodo|共同通信|共同社|共同",
    "Jiji": r"jiji|時事通信|時事",
    "Yonhap": r"yonhap|연합뉴스|韩联社",
    "Anadolu": r"anadolu agency|anadolu ajansı|aa",
    "DHA": r"dha",
    "IRNA": r"irna|ایرنا",
    "ISNA": r"isna|ایسنا",
    "Fars": r"fars news agency|خبرگزاری فارس",
    "PTI": r"pti|press trust of india",
    "ANI": r"ani",
    "IANS": r"ians",
    "Antara": r"antara",
    "Bernama": r"bernama",
    "PAP": r"pap",
    "ČTK": r"čtk|ctk",
    "MTI": r"mti",
    "BTA": r"bta|бта",
    "APA": r"apa",
    "Belga": r"belga",
    "ANP": r"anp",
    "TT": r"tt",
    "NTB": r"ntb",
    "Ritzau": r"ritzau",
    "Europa Press": r"europa press",
    "Agência Brasil": r"agência brasil",
    "WAM": r"wam",
    "SPA": r"spa",
}
_NAMED = {name: re.compile(rf"(?:{pattern})", re.IGNORECASE) for name, pattern in _AGENCIES.items()}
# Short names are words of other languages too; within brackets and as bylines they are capitals.
_DATELINE = re.compile(
    r"^[^.!?。]{0,60}?(?:[(（\[/]\s*([^()（）\[\]/]{2,40}?)\s*[)）\]/]|(?:^|[,.]\s*|\s)([A-ZА-ЯІЇЄ][\w .-]{1,24}?)\s*[-–—]{1,2}\s)|^[【〔\[（(]([^】〕\]）)]{2,30})[】〕\]）)]|^([^\s\d]{2,6}?(?:社|통신|通信))"
)
_CLOSING = re.compile(
    r"(?:[(（\[/]\s*([^()（）\[\]/]{2,40}?)\s*[)）\]/]|^(?:source|quelle|источник|джерело|fuente|fonte|kaynak|来源|來源|출처)\s*[:：]\s*(.{2,40}))\s*[.]?$",
    re.IGNORECASE,
)


def _named(words: str, byline: bool = False) -> str | None:
    for part in re.split(r"[/,;&+|]|\s[–—-]\s|\band\b|記者|记者|电|電|\d", words):
        part = re.sub(r"^(?:by|von|par|por|od)\s+", "", part.strip(" .:-–—"), flags=re.IGNORECASE)
        for name, pattern in _NAMED.items():
            if pattern.fullmatch(part) and (byline or len(part) > 4 or part == part.upper() or part == "dpa"):
                return name
    return None


def wire_agency(authors: Sequence[str], paragraphs: Sequence[str], organization: str | None = None) -> str | None:
    """The agency that byline, source statement, dateline or closing mark name; None where none does."""
    for stated in (organization, *authors):
        if stated and (name := _named(stated, byline=True)):
            return name
    if not paragraphs:
        return None
    for first in paragraphs[:2]:
        found = _DATELINE.match(first[:EDGE_CHARS])
        if found and (name := _named(next(each for each in found.groups() if each))):
            return name
    found = _CLOSING.search(paragraphs[-1][-EDGE_CHARS:])
    return _named(next(each for each in found.groups() if each)) if found else None
