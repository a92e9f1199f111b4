"""What stands at the head of a feed: its format, language, and the pause it asks for."""

import html
import re
from dataclasses import dataclass

from blockwire.transforms.feeds.documents import Document

_PERIODS_S = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_MAX_TTL_S = 7 * 86_400.0

_CDATA = r"\s*(?:<!\[CDATA\[)?\s*"
_TTL = re.compile(rf"<ttl\b[^>]{{0,100}}>{_CDATA}(\d{{1,6}})", re.IGNORECASE)
_PERIOD = re.compile(rf"<\w+:updatePeriod\b[^>]{{0,100}}>{_CDATA}(\w{{1,10}})", re.IGNORECASE)
_FREQUENCY = re.compile(rf"<\w+:updateFrequency\b[^>]{{0,100}}>{_CDATA}(\d{{1,5}})", re.IGNORECASE)
_LANGUAGE = re.compile(rf"<(?:dc:)?language\b[^>]{{0,100}}>{_CDATA}([A-Za-z_-]{{2,20}})", re.IGNORECASE)
_XML_LANG = re.compile(
    r"""<(?:\w+:)?(?:feed|rss|rdf|channel)\b[^<>]{0,2000}?\sxml:lang\s*=\s*["']([A-Za-z_-]{2,20})""", re.IGNORECASE
)
_VERSION = re.compile(
    r"""<(?:rss|feed|\w+:rss|\w+:feed)\b[^<>]{0,2000}?\sversion\s*=\s*["']([\w.]{1,10})""", re.IGNORECASE
)
_ATOM_10 = "http://www.w3.org/2005/atom"
_SCRIPTS = {"cn": "Hans", "sg": "Hans", "tw": "Hant", "hk": "Hant", "mo": "Hant"}
_TAG = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Head:
    """The facts."""

    format: str
    atom: bool
    language: str
    """As the feed states it: ``ru-RU``."""
    ttl_s: float | None


def read_head(document: Document) -> Head:
    """Reads the head of an XML feed."""
    head = document.head
    stated = _LANGUAGE.search(head) or _XML_LANG.search(head)
    return Head(
        format=_format(document.root, head),
        atom=document.root in ("feed", "entry"),
        language=html.unescape(stated[1]) if stated else "",
        ttl_s=_ttl(head),
    )


def language_tag(stated: str) -> str | None:
    """The record's form of a language as feeds write it: ``ru`` for ``ru-RU``, ``zh-Hant`` for ``zh_TW``; None if it is none."""
    parts = stated.strip().replace("_", "-").lower().split("-")
    if not _TAG.fullmatch(parts[0]) or parts[0] in ("und", "mul", "zxx"):
        return None
    for part in parts[1:]:
        if len(part) == 4 and part.isalpha() and part.isascii():
            return f"{parts[0]}-{part.capitalize()}"
        if parts[0] == "zh" and part in _SCRIPTS:
            return f"zh-{_SCRIPTS[part]}"
    return parts[0]


def _format(root: str, head: str) -> str:
    version = _VERSION.search(head)
    if root in ("feed", "entry"):
        return "atom 1.0" if _ATOM_10 in head.lower() else f"atom {version[1] if version else '0.3'}"
    if root == "rdf":
        return "rdf"
    if root == "channel":
        return "cdf" if "<rss" not in head else "rss"
    return f"rss {version[1]}" if root == "rss" and version else root


def _ttl(head: str) -> float | None:
    """The longest pause that the feed asks for. RSS: minutes in ``ttl``; syndication module: so many updates a period."""
    asked = []
    if ttl := _TTL.search(head):
        asked.append(int(ttl[1]) * 60.0)
    if period := _PERIOD.search(head):
        frequency = _FREQUENCY.search(head)
        asked.append(_PERIODS_S.get(period[1].lower(), 0.0) / max(1, int(frequency[1]) if frequency else 1))
    positive = [seconds for seconds in asked if seconds > 0]
    return min(max(positive), _MAX_TTL_S) if positive else None
