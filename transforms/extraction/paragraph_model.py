"""The learned part of extraction: how likely each block of a page is a part of the article.

A sum of small decision trees over ``features`` (gradient boosting), read from JSON and evaluated with numpy: no learning library is
needed at run time. ``training.paragraphs`` made the file, and says from what and how well.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from blockwire.transforms.extraction.features import FEATURES

MODEL_FILE = "paragraph_model.json"
_MAX_CELLS = 2_000_000
"""Rows times trees that are evaluated at once: 16 MB of node numbers."""


@dataclass(frozen=True)
class ParagraphModel:
    """Trees of one size in flat arrays: node ``n`` of tree ``t`` stands at ``t * nodes + n``."""

    version: str
    depth: int
    roots: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    missing_left: npt.NDArray[np.bool_]
    value: npt.NDArray[np.float64]

    def predict(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """The probability of each row, 0 to 1.

        Args:
            rows: from ``BlockFeatures``.
        """
        step = max(1, _MAX_CELLS // len(self.roots))
        scores = [self._scores(rows[start : start + step]) for start in range(0, len(rows), step)]
        return np.asarray(1.0 / (1.0 + np.exp(-np.concatenate(scores))), np.float64)

    def _scores(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        at = np.broadcast_to(self.roots, (len(rows), len(self.roots))).ravel().copy()
        row = np.repeat(np.arange(len(rows)), len(self.roots))
        # Leaves lead to themselves; cells that have reached one are left out of the next step.
        moving = np.arange(len(at))
        for _ in range(self.depth):
            node = at[moving]
            value = rows[row[moving], self.feature[node]]
            with np.errstate(invalid="ignore"):
                left = value <= self.threshold[node]
            left |= np.isnan(value) & self.missing_left[node]
            following = np.where(left, self.left[node], self.right[node])
            at[moving] = following
            moving = moving[self.left[following] != following]
            if not len(moving):
                break
        return np.asarray(self.value[at].reshape(len(rows), -1).sum(axis=1), np.float64)


@lru_cache(maxsize=1)
def paragraph_model() -> ParagraphModel:
    """The model that comes with this package.

    Raises:
        ValueError: where its features are not those of this code: it must be trained again.
    """
    return read_model(files(__package__).joinpath(MODEL_FILE).read_text("utf-8"))


def read_model(text: str) -> ParagraphModel:
    """Reads what ``training.paragraphs`` wrote.

    Raises:
        ValueError: where its features are not those of this code.
    """
    source = json.loads(text)
    if tuple(source["features"]) != FEATURES:
        raise ValueError("the paragraph model was trained on other features: run training.paragraphs again")
    return ParagraphModel(
        version=source["version"],
        depth=source["depth"],
        roots=np.array(source["roots"], np.int64),
        feature=np.array(source["feature"], np.int64),
        threshold=np.array(source["threshold"], np.float32),
        left=np.array(source["left"], np.int64),
        right=np.array(source["right"], np.int64),
        missing_left=np.array(source["missing_left"], np.bool_),
        value=np.array(source["value"], np.float64),
    )
