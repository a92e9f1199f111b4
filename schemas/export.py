"""The JSON Schema of each record, for those who read the wire with other tools.

``python -m blockwire.schemas.export docs/schemas`` writes them anew.
"""

import json
import sys
from pathlib import Path

from blockwire.schemas.alerts import Alert
from blockwire.schemas.archives import ArchivedEntry
from blockwire.schemas.articles import Article
from blockwire.schemas.base import Record
from blockwire.schemas.classification import Classification, Evidence
from blockwire.schemas.corrections import Correction
from blockwire.schemas.dead_letters import DeadLetter
from blockwire.schemas.events import BlockEvent
from blockwire.schemas.feeds import Feed, FeedEntry, FeedState
from blockwire.schemas.items import CensorshipItem, EntryFate
from blockwire.schemas.reports import Report
from blockwire.schemas.rounds import RoundSummary

EXPORTED: tuple[type[Record], ...] = (
    Feed,
    FeedState,
    FeedEntry,
    Article,
    Classification,
    Evidence,
    CensorshipItem,
    EntryFate,
    Report,
    BlockEvent,
    Correction,
    Alert,
    ArchivedEntry,
    DeadLetter,
    RoundSummary,
)


def json_schemas() -> dict[str, str]:
    """File name -> text of the JSON Schema (draft 2020-12), as records are written."""
    return {
        f"{record.__name__}.json": json.dumps(record.model_json_schema(mode="serialization"), indent=2) + "\n"
        for record in EXPORTED
    }


def write_json_schemas(folder: Path) -> None:
    """Writes them into a folder, and removes those of records that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    schemas = json_schemas()
    for old in folder.glob("*.json"):
        if old.name not in schemas:
            old.unlink()
    for name, text in schemas.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_json_schemas(Path(sys.argv[1]))
