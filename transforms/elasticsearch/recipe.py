"""How an element becomes an action: each part of it is fixed, or a function of the element."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from blockwire.transforms.elasticsearch.bulk import Action, Operation

T = TypeVar("T")
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Recipe(Generic[T]):
    """What to write of an element, where, and how. Picklable as far as its functions are."""

    index: str | Callable[[T], str]
    document: Callable[[T], Document] | None = None
    """None where the elements are the documents."""
    id: Callable[[T], str] | None = None
    """None for a digest of the document: the same one twice is written once."""
    operation: Operation | Callable[[T], Operation] = "index"
    routing: Callable[[T], str | None] | None = None
    version: Callable[[T], int | None] | None = None
    version_type: Literal["external", "external_gte"] = "external_gte"
    upsert: bool | Callable[[T], Document] = True
    """Of ``update``: what to write where nothing is there; True for the document itself, False for nothing."""

    def action(self, element: T) -> Action:
        """The action of an element."""
        document = _mapping(element) if self.document is None else self.document(element)
        operation = self.operation(element) if callable(self.operation) else self.operation
        return Action(
            operation=operation,
            index=self.index(element) if callable(self.index) else self.index,
            id=self.id(element) if self.id is not None else _digest(document),
            document=document,
            routing=None if self.routing is None else self.routing(element),
            version=None if self.version is None else self.version(element),
            version_type=self.version_type,
            upsert=self.upsert(element) if operation == "update" and callable(self.upsert) else bool(self.upsert),
        )


def _mapping(element: object) -> Document:
    if not isinstance(element, Mapping):
        raise TypeError(f"elements are {type(element).__name__}, no mappings: say what to write with document=")
    return element


def _digest(document: Document) -> str:
    # Of what is no JSON too: that is for the sink to refuse.
    canonical = json.dumps(document, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:32]
