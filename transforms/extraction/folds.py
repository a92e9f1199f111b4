"""Sites in five parts, so that a page can be judged by a model that has not seen its site."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from blockwire.transforms.extraction.paragraph_model import ParagraphModel, read_model

FOLDS = 5


def fold_of(reference: dict[str, Any]) -> int:
    """The part that a page of the article corpus is in: by its site, or by itself where that is not known."""
    site = reference.get("site") or reference["id"]
    return int(hashlib.sha256(site.encode()).hexdigest()[:8], 16) % FOLDS


def model_file(folder: Path, fold: int) -> Path:
    """Where the model stands that was trained without this part."""
    return folder / f"without-{fold}.json"


def read_models(folder: Path) -> Sequence[ParagraphModel]:
    """The models by the part they have not seen, as ``training.paragraphs --folds`` leaves them.

    Raises:
        FileNotFoundError: where one is missing.
        ValueError: where one was trained on other features.
    """
    return [read_model(model_file(folder, fold).read_text("utf-8")) for fold in range(FOLDS)]
