"""Labelled items to measure with: JSON Lines of the labelled set's form, or of the scenario's."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from blockwire.schemas import Measure, Status

MAINSTREAM = (
    "rumca-js/", "/CharCnn_Keras", "/BBC-Dataset", "masakhane-io/", "/IR-News", "/10kGNAD", "/NEREL", "/it-scoop", "suleymancan/",
    "/lebrieftech", "apachecn", "brown-uk/", "przhaB/", "/ria_news", "/factRuEval", "Moroccan-News-Corpus",
)  # fmt: skip
"""Parts of the names of those sources of the labelled set that carry news, as its README lists them."""


class LabelError(ValueError):
    """A line of a labels file cannot be used; the message names the line, the value and what was expected."""


@dataclass(frozen=True)
class Labelled:
    """A text and what people say of it. None: nobody said."""

    id: str
    title: str
    text: str
    relevant: bool
    summary: str = ""
    categories: frozenset[str] = frozenset()
    countries: frozenset[str] | None = None
    services: frozenset[str] | None = None
    status: Status | None = None
    has_status: bool = False
    difficulty: str = "unknown"
    language: str = "unknown"
    source: str = "unknown"
    published: datetime | None = None

    @property
    def is_mainstream(self) -> bool:
        """Whether it comes from a source of news, and not from those who work against censorship."""
        return any(part in self.source for part in MAINSTREAM)


def read_labels(lines: Iterable[str]) -> list[Labelled]:
    """Reads labelled items.

    Raises:
        LabelError: at the first line that is wrong.
    """
    items = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise LabelError(f"line {number}: no valid JSON: {error.msg}; expected one object a line") from None
        if not isinstance(row, dict):
            raise LabelError(f"line {number}: {row!r:.60}; expected an object")
        items.append(_item(row, number))
    return items


def _item(row: dict[str, object], number: int) -> Labelled:
    identity = row.get("id", row.get("article_id"))
    if not isinstance(identity, str):
        raise LabelError(f"line {number}: id {identity!r}; expected a text in 'id' or 'article_id'")
    relevant = row.get("label", row.get("relevant"))
    if relevant not in (0, 1):
        raise LabelError(f"line {number}: label {relevant!r}; expected 0, 1, true or false in 'label' or 'relevant'")
    categories = frozenset(_texts(row.get("categories"), number, "categories"))
    unknown = categories - set(Measure)
    if unknown:
        raise LabelError(f"line {number}: category {sorted(unknown)[0]!r}; expected one of {', '.join(Measure)}")
    status = row.get("status")
    if status is not None and status not in set(Status):
        raise LabelError(f"line {number}: status {status!r}; expected one of {', '.join(Status)}")
    is_scenario = "article_id" in row
    return Labelled(
        id=identity,
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        summary=str(row.get("summary") or ""),
        relevant=bool(relevant),
        categories=categories,
        countries=frozenset(_texts(row.get("countries"), number, "countries")) if is_scenario else None,
        services=frozenset(map(_service, _texts(row.get("targets"), number, "targets"))) - {""}
        if is_scenario
        else None,
        status=Status(str(status)) if status else None,
        has_status=is_scenario,
        difficulty=str(row.get("difficulty") or "unknown"),
        language=str(row.get("language") or "unknown"),
        source=str(row.get("source_repo") or row.get("outlet_id") or "unknown"),
        published=_time(row.get("published_at") or row.get("date")),
    )


def _texts(value: object, number: int, name: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise LabelError(f"line {number}: {name} {value!r:.60}; expected a list of texts")
    return value


def _service(target: str) -> str:
    """The id of a service in a list of targets; nothing for the internet, tools as such, and bare domains."""
    return "" if target in ("internet", "vpn") or "." in target else target.replace("_", "-")


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
