"""What the sources of the feed corpus expect, as claims about the fields that we keep.

feedparser states Python expressions, others the whole parse in JSON. A claim about anything else is passed over, with the reason.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Field = Literal["count", "feed_title", "title", "link", "guid", "text", "published", "updated", "author"]

_ENTRY_FIELDS: Mapping[str, Field] = {
    "title": "title",
    "link": "link",
    "id": "guid",
    "guid": "guid",
    "summary": "text",
    "description": "text",
    "content": "text",
    "published_parsed": "published",
    "updated_parsed": "updated",
    "author": "author",
}
_HEADER = re.compile(rb"Header:\s*([\w-]+):\s*([^\r\n]+)")


@dataclass(frozen=True)
class Claim:
    """A value that a field should have."""

    field: Field
    index: int
    """Of the entry; 0 for the feed's own fields."""
    value: str | int


@dataclass(frozen=True)
class Expectation:
    """What a source expects of a file."""

    claims: tuple[Claim, ...]
    passed_over: tuple[str, ...]
    """Why parts of it are not checked."""


def expectation_of(row: Mapping[str, Any]) -> Expectation:
    """The expectation of a line of ``feeds.jsonl``."""
    stated, kind = row.get("expectation"), row.get("expectation_kind") or ""
    if stated is None:
        return Expectation((), ())
    if kind.startswith("feedvalidator"):
        return Expectation((), ("a validator's message",))
    if kind.startswith("python-expr"):
        return _of_expression(stated)
    if isinstance(stated, dict) and row["source_repo"] != "lemon24/reader":
        return Expectation(tuple(_of_parse(stated)), ())
    return Expectation((), ("not the parse of this file",))


def stated_headers(body: bytes) -> dict[str, str]:
    """The HTTP headers that a feedparser test wants, by lower-case name."""
    return {m[1].decode().lower(): m[2].decode("latin-1").strip() for m in _HEADER.finditer(body[:4000])}


def _of_expression(text: str) -> Expectation:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return Expectation((), ("an expression that is no Python",))
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    claims, passed_over = [], []
    for part in parts:
        found = _of_comparison(part)
        if isinstance(found, Claim):
            claims.append(found)
        else:
            passed_over.append(found)
    return Expectation(tuple(claims), tuple(passed_over))


def _of_comparison(node: ast.expr) -> Claim | str:
    if isinstance(node, ast.UnaryOp) or (isinstance(node, ast.Name) and node.id == "bozo"):
        return "well-formedness"
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)):
        return "no plain comparison"
    try:
        value = ast.literal_eval(node.comparators[0])
    except ValueError:
        return "a computed value"
    left = ast.unparse(node.left)
    if left == "len(entries)" and isinstance(value, int):
        return Claim("count", 0, value)
    if left == "feed['title']" and isinstance(value, str):
        return Claim("feed_title", 0, value)
    entry = re.fullmatch(r"entries\[(\d+)\](?:\['(\w+)'\]|\.(\w+))(?:\[0\](?:\['value'\]|\.value))?", left)
    if entry is None:
        return f"not kept: {re.sub(r'[0-9]+', 'n', left)[:60]}"
    field = _ENTRY_FIELDS.get(entry[2] or entry[3])
    if field in ("published", "updated") and isinstance(value, tuple) and len(value) >= 6:
        return Claim(field, int(entry[1]), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*value[:6]))
    if field is None or field in ("published", "updated") or not isinstance(value, str):
        return f"not kept: {re.sub(r'[0-9]+', 'n', left)[:60]}"
    return Claim(field, int(entry[1]), value)


def _of_parse(parse: Mapping[str, Any]) -> Iterator[Claim]:
    feed = parse["feed"] if isinstance(parse.get("feed"), dict) else parse
    items = next(
        (x for x in (parse.get("entries"), parse.get("items"), feed.get("items")) if isinstance(x, list)), None
    )
    if title := _text(feed.get("title")):
        yield Claim("feed_title", 0, title)
    if items is None:
        return
    yield Claim("count", 0, len(items))
    for index, item in enumerate(items):
        yield from _of_item(index, item)


def _of_item(index: int, item: Mapping[str, Any]) -> Iterator[Claim]:
    links = item.get("links") if isinstance(item.get("links"), list) else []
    candidates: dict[Field, str] = {
        "title": _text(item.get("title")),
        "link": _text(item.get("link")) or _text(item.get("url")) or _page(links or []),
        "published": _date(
            item, "published_parsed", "publishedParsed", "pubDateParsed", "isoDate", "published", "date_published"
        ),
    }
    for field, value in candidates.items():
        if value:
            yield Claim(field, index, value)


def _page(links: Iterable[Any]) -> str:
    pages = (
        link if isinstance(link, str) else link.get("href")
        for link in links
        if isinstance(link, str) or (isinstance(link, dict) and link.get("rel") in (None, "", "alternate"))
    )
    return next(filter(None, pages), "")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("content") or value.get("value") or value.get("text")
    return value if isinstance(value, str) else ""


def _date(item: Mapping[str, Any], *names: str) -> str:
    found = next((item[name] for name in names if isinstance(item.get(name), str)), "")
    return found if re.match(r"\d{4}-\d\d-\d\dT", found) else ""
