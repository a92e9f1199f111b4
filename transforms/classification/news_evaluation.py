"""What classifier and gate make of general news, where hardly anything is relevant: false alarms, and pages that pass."""

import gzip
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.gate import Gate, cheap_text
from blockwire.transforms.classification.trials import sample
from blockwire.transforms.http.charset import decode_html


@dataclass(frozen=True)
class NewsPage:
    """A page of general news."""

    id: str
    title: str
    text: str
    """The reference text."""
    html: str


@dataclass(frozen=True)
class Flagged:
    """A page of general news that the classifier calls relevant: a false alarm, or a find."""

    id: str
    title: str
    score: float
    rules: tuple[str, ...]
    """The strongest, with their quotes."""


@dataclass(frozen=True)
class NewsReport:
    """What became of the pages."""

    pages: int
    flagged: tuple[Flagged, ...]
    gate_passed: float
    """The share of pages that the gate lets through, by title and cheap text."""
    gate_ms: float
    """CPU milliseconds of the gate for a page, without the cheap text."""
    cheap_text_ms: float
    """CPU milliseconds of the cheap text."""

    def as_dict(self) -> dict[str, object]:
        """For a JSON file."""
        return asdict(self)


def read_news(folder: Path) -> Iterator[NewsPage]:
    """The pages of a corpus that have a reference text: ``articles.jsonl`` beside gzipped pages."""
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("text"):
                html = decode_html(gzip.decompress((folder / row["file"]).read_bytes()), None)
                yield NewsPage(row["id"], row["title"] or "", row["text"], html)


def measure_news(classifier: Classifier, gate: Gate, pages: Iterable[NewsPage]) -> NewsReport:
    """Judges the reference texts, and asks the gate about the pages."""
    count = passed = 0
    flagged = []
    cheap_seconds = gate_seconds = 0.0
    for page in pages:
        count += 1
        decision = classifier.classify(sample(page.title, page.text))
        if decision.relevant:
            rules = tuple(f"{one.rule}: {one.quote}" for one in decision.evidence[:3])
            flagged.append(Flagged(page.id, page.title, round(decision.score, 4), rules))
        start = time.process_time()
        text = cheap_text(page.html)
        between = time.process_time()
        passed += gate.passes(page.title, "", text).passed
        cheap_seconds += between - start
        gate_seconds += time.process_time() - between
    each = 1000 / count if count else 0.0
    return NewsReport(
        pages=count,
        flagged=tuple(flagged),
        gate_passed=round(passed / count, 4) if count else 0.0,
        gate_ms=round(gate_seconds * each, 2),
        cheap_text_ms=round(cheap_seconds * each, 2),
    )
