"""The measure itself, on a corpus of three pages made for it; and the floors on the shared corpus, that never fall silently."""

import gzip
import json
import os
from importlib.resources import files
from pathlib import Path

import pytest
from extraction_pages import PARAGRAPHS, TITLE, page

from blockwire.transforms.extraction.evaluation import ExtractionReport, SystemReport, evaluate, write_predictions
from blockwire.transforms.extraction.folds import FOLDS, fold_of, model_file, read_models
from blockwire.transforms.extraction.paragraph_model import MODEL_FILE, read_model
from blockwire.transforms.extraction.shingles import Overlap, overlap, shingles, text_score, tokens

ARTICLES = Path(os.environ.get("BLOCKWIRE_SHARED", "../shared")) / "articles"

SAMPLE = 50
"""Pages of the shared corpus, spread evenly: all 1,621 take minutes."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "html").mkdir()
    rows = []
    for number in range(3):
        file = f"html/{number}.html.gz"
        (tmp_path / file).write_bytes(gzip.compress(page().encode()))
        row = {
            "id": str(number), "file": file, "source_repo": "made/here", "tier": "gold-manual", "language": "en", "title": TITLE,
            "url": f"https://news.example.org/2026/11/19/{number}", "date": "2026-11-19", "text": "\n\n".join(PARAGRAPHS),
        }  # fmt: skip
        rows.append(row)
    rows[1] |= {
        "tier": "segments",
        "text": None,
        "with": ["block access to the messenger"],
        "without": ["Another headline"],
    }
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_a_perfect_extraction_scores_one(corpus: Path) -> None:
    report = evaluate(corpus)
    ours = report.blockwire
    assert (ours.gold.f1, ours.gold.pages) == (1.0, 2)
    assert (ours.segments_kept, ours.segments_clean) == (1.0, 1.0)
    assert (ours.dates.right, ours.dates.wrong, ours.dates.missing) == (1.0, 0.0, 0.0)
    assert ours.language_accuracy == 1.0
    assert ours.not_articles == {}
    assert report.trafilatura.gold.pages == 2
    assert report.cpu_ratio > 0
    json.dumps(report.to_json())


def test_the_limit_takes_so_many_pages(corpus: Path) -> None:
    assert evaluate(corpus, limit=2).pages == 2


def test_predictions_are_lines_of_json(corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "predictions.jsonl"
    write_predictions(evaluate(corpus).predictions, file)
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["0", "1", "2"]
    assert set(lines[0]) == {"id", "kind", "title", "text", "authors", "date", "language", "extractor"}
    assert lines[0]["date"] == "2026-11-19"


def test_progress_is_told(corpus: Path) -> None:
    told: list[tuple[int, int]] = []
    evaluate(corpus, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_shingles_are_four_words_and_characters_in_dense_scripts() -> None:
    assert list(shingles("a b c d e")) == [("a", "b", "c", "d"), ("b", "c", "d", "e")]
    assert list(shingles("a b")) == [("a", "b")]
    assert tokens("网信办 blocked ไทย") == ["网", "信", "办", "blocked", "ไ", "ท", "ย"]
    assert not shingles("")


def test_precision_and_recall() -> None:
    found = overlap(shingles("a b c d e"), shingles("a b c d x"))
    assert (found.precision, found.recall) == (0.5, 0.5)
    assert overlap(shingles("a b c d"), shingles("")) == Overlap(None, 0.0)
    assert overlap(shingles(""), shingles("")).f1 == 1.0


def test_a_missing_extraction_costs_recall_only() -> None:
    score = text_score([Overlap(None, 0.0), Overlap(1.0, 1.0)])
    assert (score.precision, score.recall, score.page_f1) == (1.0, 0.5, 0.5)


def test_each_page_is_judged_by_the_model_that_has_not_seen_its_site(corpus: Path, tmp_path: Path) -> None:
    shipped = json.loads(files("blockwire.transforms.extraction").joinpath(MODEL_FILE).read_text("utf-8"))
    for fold in range(FOLDS):
        model_file(tmp_path, fold).write_text(json.dumps(shipped | {"version": f"without-{fold}"}))
    references = [json.loads(line) for line in (corpus / "articles.jsonl").read_text().splitlines()]
    report = evaluate(corpus, models=read_models(tmp_path))
    wanted = [f"blockwire paragraphs without-{fold_of(each)}" for each in references]
    assert [each.extractor for each in report.predictions] == wanted
    assert len(set(wanted)) > 1


def test_a_model_of_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match=r"run training\.paragraphs again"):
        read_model(json.dumps({"features": ["length"]}))


def test_pages_of_one_site_are_in_one_part() -> None:
    one, two = ({"site": "news.example", "id": name} for name in "ab")
    assert fold_of(one) == fold_of(two)
    assert 0 <= fold_of({"site": None, "id": "a"}) < FOLDS


def reports(limit: int | None) -> tuple[ExtractionReport, SystemReport, SystemReport]:
    if not ARTICLES.is_dir():
        pytest.skip(f"no articles under BLOCKWIRE_SHARED ({ARTICLES})")
    report = evaluate(ARTICLES, limit)
    return report, report.blockwire, report.trafilatura


@pytest.mark.shared
def test_floors_on_a_sample_of_the_shared_corpus() -> None:
    _, ours, alone = reports(SAMPLE)
    assert ours.gold.f1 >= 0.93
    assert ours.gold.f1 >= alone.gold.f1 + 0.02
    assert ours.language_accuracy == 1.0


@pytest.mark.shared
@pytest.mark.thorough
def test_floors_on_the_shared_corpus() -> None:
    """On the pages the model was trained on; docs/extraction.md has the figures on sites it has not seen."""
    report, ours, alone = reports(None)
    assert ours.gold.f1 >= 0.955
    assert ours.by_language["ru"].page_f1 >= 0.9
    assert ours.by_language["zh"].page_f1 >= 0.95
    assert ours.by_source["scrapinghub/article-extraction-benchmark"].f1 >= 0.972
    assert ours.regression.f1 >= alone.regression.f1
    assert ours.segments_kept >= alone.segments_kept
    assert ours.segments_clean >= alone.segments_clean
    assert ours.dates.right >= 0.90
    assert ours.dates.wrong <= 0.06
    assert ours.language_accuracy == 1.0
    assert report.cpu_ratio <= 1.4
