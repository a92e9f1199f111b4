"""Trains ``paragraph_model.json`` on pages with a reference text, and says how well it does on sites it has not seen.

    python -m blockwire.transforms.extraction.training.paragraphs ../shared/articles transforms/extraction/paragraph_model.json

Needs lightgbm, which nothing else does. A block's label is the part of its four-word shingles that are in the reference, its weight its part
of the reference's length, so that a page counts like any other. Each page is shown twice: with trafilatura's text as a sign
and without, because at run time trafilatura is asked only where the rest leaves doubt. No text is stored: thresholds and
sums only. The order of pages and the seeds are fixed; the same pages and versions make the same file. ``--folds`` keeps the models of
the cross-validation, for ``blockwire evaluate extraction --folds``: the whole of extraction, judged on sites that were not learned from.
"""

import argparse
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from blockwire.transforms.extraction.blocks import read_blocks
from blockwire.transforms.extraction.body import signs_of, trafilatura_text
from blockwire.transforms.extraction.features import FEATURES, BlockFeatures, Opinion
from blockwire.transforms.extraction.folds import FOLDS, fold_of, model_file
from blockwire.transforms.extraction.metadata import read_metadata
from blockwire.transforms.extraction.parsing import parse_html
from blockwire.transforms.extraction.shingles import SHINGLE, overlap, shingles, text_score, tokens
from blockwire.transforms.http.charset import decode_html
from blockwire.transforms.text.letters import squeeze

ROUNDS = 150
PARAMETERS: dict[str, Any] = {
    "objective": "cross_entropy",
    "learning_rate": 0.1,
    "num_leaves": 20,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
TIER_WEIGHT = {"regression-newspaper": 0.7, "regression-readability": 0.5}
SNIPPET_WEIGHT = 0.05
"""Of a block that a page without full text names as wanted or not wanted."""
EASY_KEPT = 0.2
"""Links that no extractor takes are two thirds of all blocks; this part of them is kept, with more weight."""
FULL_TEXT = re.compile("gold|regression-newspaper|regression-readability")

_LARGEST = float(np.finfo(np.float32).max)
Rows = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """One page, ready for training."""

    fold: int
    """Which part its site is in."""
    gold: str | None
    texts: tuple[str, ...]
    with_trafilatura: Rows
    without: Rows
    labels: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    """Zero where nothing is known about a block."""
    is_gold: bool


def read_example(folder: Path, row: dict[str, Any]) -> Example | None:
    """Reads one page; None where it cannot be parsed or nothing is known of its blocks."""
    source = decode_html(gzip.decompress((folder / row["file"]).read_bytes()), None)
    tree = parse_html(source)
    blocks = read_blocks(tree) if tree is not None else []
    if tree is None or not blocks:
        return None
    signs = signs_of(source, tree, read_metadata(tree))
    features = BlockFeatures(blocks, signs)
    without = features.rows(signs.opinions)
    asked = Opinion.of(trafilatura_text(tree, row["url"]))
    other = features.rows(signs.opinions | {"trafilatura": asked})
    texts = tuple(block.text for block in blocks)
    text = row["text"] if FULL_TEXT.match(row["tier"]) else None
    labels, weights = _by_text(texts, text) if text else _by_snippets(texts, row)
    weights *= TIER_WEIGHT.get(row["tier"], 1.0)
    return Example(fold_of(row), text, texts, other, without, labels, weights, row["tier"].startswith("gold"))


def _by_text(texts: Sequence[str], gold: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    known = shingles(gold)
    line = f" {' '.join(tokens(gold))} "
    total = known.total()
    labels, weights = [], []
    for text in texts:
        words = tokens(text)
        if len(words) >= SHINGLE:
            own = [tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)]
            labels.append(sum(each in known for each in own) / len(own))
        else:
            labels.append(float(bool(words) and f" {' '.join(words)} " in line))
        weights.append(min(0.5, (len(words) + 2) / (total + 20)))
    # A reference of which nothing is on the page (a gallery loaded by script) teaches nothing.
    return np.array(labels), np.array(weights) * any(labels)


def _by_snippets(texts: Sequence[str], row: dict[str, Any]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    wanted = [key for each in row.get("with") or [] if len(key := squeeze(each)) > 8]
    unwanted = [squeeze(each) for each in row.get("without") or []]
    labels, weights = np.zeros(len(texts)), np.zeros(len(texts))
    for index, text in enumerate(texts):
        key = squeeze(text)
        if any(each in key for each in wanted):
            labels[index], weights[index] = 1.0, SNIPPET_WEIGHT
        elif key and any(each == key or (len(each) > 8 and each in key) for each in unwanted):
            weights[index] = SNIPPET_WEIGHT
    return labels, weights


def fit(examples: Sequence[Example]) -> lightgbm.Booster:
    """Fits the trees to the pages given."""
    random = np.random.default_rng(1)
    link_share, said = FEATURES.index("link_share"), FEATURES.index("says_resiliparse")
    rows, labels, weights = [], [], []
    for example in examples:
        table = example.with_trafilatura
        easy = (example.labels == 0) & (table[:, link_share] > 0.5) & ~(table[:, said] > 0) & ~(table[:, said + 1] > 0)
        kept = (example.weights > 0) & (~easy | (random.random(len(easy)) < EASY_KEPT))
        weight = np.where(easy, example.weights / EASY_KEPT, example.weights)
        for variant in (example.without, table):
            rows.append(variant[kept])
            labels.append(example.labels[kept])
            weights.append(100 * weight[kept])
    data = lightgbm.Dataset(
        np.vstack(rows), np.concatenate(labels), weight=np.concatenate(weights), params={"max_bin": 63}
    )
    return lightgbm.train(PARAMETERS, data, ROUNDS)


def cross_validate(examples: Sequence[Example], folder: Path | None, version: str) -> None:
    """Prints the score on the gold tiers when each site is judged by trees that have not seen it; keeps those in the folder."""
    found = {"without": [], "with_trafilatura": []}  # type: dict[str, list[Any]]
    for number in range(FOLDS):
        booster = fit([each for each in examples if each.fold != number])
        if folder is not None:
            write_model(booster, f"{version}-without-{number}", model_file(folder, number))
        for example in examples:
            if example.fold == number and example.is_gold and example.gold:
                for variant, results in found.items():
                    chosen = np.asarray(booster.predict(getattr(example, variant))) >= 0.5
                    texts = dict.fromkeys(text for text, take in zip(example.texts, chosen, strict=True) if take)
                    results.append(overlap(shingles(example.gold), shingles("\n".join(texts))))
    for variant, results in found.items():
        print(f"unseen sites, {variant}: {text_score(results)}")  # noqa: T201


def to_json(booster: lightgbm.Booster, version: str) -> dict[str, Any]:
    """The trees as flat lists; see ``ParagraphModel``."""
    out: dict[str, Any] = {"version": version, "features": list(FEATURES), "depth": 0, "roots": []}
    columns: dict[str, list[Any]] = {
        name: [] for name in ("feature", "threshold", "left", "right", "missing_left", "value")
    }

    def add(node: dict[str, Any], depth: int) -> int:
        at = len(columns["feature"])
        out["depth"] = max(out["depth"], depth)
        leaf = "leaf_value" in node
        columns["feature"].append(0 if leaf else node["split_feature"])
        columns["threshold"].append(0.0 if leaf else float(np.float32(min(node["threshold"], _LARGEST))))
        # What lightgbm does with a missing value where training had none: it takes it as zero.
        columns["missing_left"].append(False if leaf else _missing_left(node))
        columns["value"].append(round(node["leaf_value"], 5) if leaf else 0.0)
        columns["left"].append(at)
        columns["right"].append(at)
        if not leaf:
            columns["left"][at] = add(node["left_child"], depth + 1)
            columns["right"][at] = add(node["right_child"], depth + 1)
        return at

    for tree in booster.dump_model()["tree_info"]:
        out["roots"].append(add(tree["tree_structure"], 0))
    return out | columns


def write_model(booster: lightgbm.Booster, version: str, file: Path) -> None:
    """Writes the trees as ``read_model`` reads them."""
    file.write_text(json.dumps(to_json(booster, version), separators=(",", ":")) + "\n", "utf-8")


def _missing_left(node: dict[str, Any]) -> bool:
    if node["missing_type"] == "NaN":
        return bool(node["default_left"])
    return bool(node["threshold"] >= 0)


def main() -> None:
    """Reads the pages, cross-validates, trains on all, writes the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--skip-validation", action="store_true")
    parser.add_argument("--folds", type=Path, help="keep the models of the cross-validation in this folder")
    arguments = parser.parse_args()
    lines = (arguments.articles / "articles.jsonl").read_text("utf-8").strip().split("\n")
    rows = sorted((json.loads(line) for line in lines), key=lambda row: str(row["id"]))
    examples = [
        example
        for row in rows
        if (row["text"] or row.get("with")) and (example := read_example(arguments.articles, row)) is not None
    ]
    version = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
    if not arguments.skip_validation:
        cross_validate(examples, arguments.folds, version)
    write_model(fit(examples), version, arguments.model)


if __name__ == "__main__":
    main()
