"""Articles of our own making, and a classifier that all tests of this area share."""

import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest

from blockwire.config.rules.loading import load_rules
from blockwire.schemas import Article
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.gate import Gate

SHARED = Path(os.environ.get("BLOCKWIRE_SHARED", str(Path(__file__).resolve().parents[4] / "shared")))


def shared_file(name: str) -> Path:
    """A file or folder of the shared data; the test is skipped where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"no {name} in BLOCKWIRE_SHARED ({SHARED})")
    return path


@lru_cache(maxsize=1)
def shared_classifier() -> Classifier:
    """Built once: it takes a second."""
    return Classifier(load_rules())


@lru_cache(maxsize=1)
def shared_gate() -> Gate:
    """Built once, like the classifier."""
    return Gate(shared_classifier().rules)


def article(title: str, text: str = "", language: str | None = None) -> Article:
    """An article published in March 2026."""
    return Article(
        id="0" * 32,
        entry_id="0" * 32,
        feed_id="sample",
        url="https://sample.example/1",
        fetched_url="https://sample.example/1",
        title=title,
        text=text,
        language=language,
        published=datetime(2026, 3, 2, tzinfo=UTC),
        extractor="test",
        fetched=datetime(2026, 3, 2, tzinfo=UTC),
    )
