"""``blockwire evaluate``: how good the parts are, on data with answers."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from blockwire.config.rules.loading import load_rules
from blockwire.pipelines.commands.evaluate_events import events_command
from blockwire.pipelines.commands.shared import settings_of
from blockwire.pipelines.display.evaluation import show_classification, show_extraction, show_feeds_report, show_news
from blockwire.pipelines.display.progress import counting
from blockwire.transforms.classification import evaluation as classification
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.gate import Gate
from blockwire.transforms.classification.labels import LabelError, read_labels
from blockwire.transforms.classification.news_evaluation import measure_news, read_news
from blockwire.transforms.extraction import evaluation as extraction
from blockwire.transforms.extraction.folds import read_models
from blockwire.transforms.feeds import evaluation as feeds
from blockwire.transforms.text.language import detect_language

EPILOG = """\b
Examples:
  blockwire evaluate feeds --feeds ../shared/feeds
  blockwire evaluate extraction --articles ../shared/articles --limit 200
  blockwire evaluate events --scenario ../shared/scenario --round 1h
  blockwire evaluate classification --labels ../shared/labels/dev.jsonl --json figures.json
"""

JSON = click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
PREDICTIONS = click.option(
    "--predictions", type=click.Path(path_type=Path), help="Write what was made of each, as JSON Lines."
)


@click.group("evaluate", epilog=EPILOG, short_help="Measure feed reading, extraction, classification, events.")
def evaluate_commands() -> None:
    """Measures the parts on data with answers, and prints the figures."""


@evaluate_commands.command("feeds")
@click.option(
    "--feeds",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Feed files, with what is expected of each.",
)
@JSON
@PREDICTIONS
def feeds_command(folder: Path, json_file: Path | None, predictions: Path | None) -> int:
    """Reads every feed file of a corpus and checks what its source expects. Exit status 1 where a floor is missed."""
    report = feeds.evaluate(folder)
    _write_json(json_file, report.as_dict())
    _write_lines(predictions, (file.as_dict() for file in report.files))
    show_feeds_report(report)
    return 0 if report.holds else 1


@evaluate_commands.command("extraction")
@click.option(
    "--articles",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Pages, with their texts and facts.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Only so many pages, spread evenly.")
@click.option(
    "--folds",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Models of a cross-validation: each page is judged by one that has not seen its site (docs/extraction.md).",
)
@JSON
@PREDICTIONS
@click.pass_context
def extraction_command(
    ctx: click.Context,
    folder: Path,
    limit: int | None,
    folds: Path | None,
    json_file: Path | None,
    predictions: Path | None,
) -> int:
    """Extracts a corpus of pages and compares with the reference texts, beside trafilatura alone."""
    with counting("pages", wanted=ctx.obj["log_format"] == "text") as tell:
        report = extraction.evaluate(folder, limit, tell, read_models(folds) if folds else ())
    _write_json(json_file, report.to_json())
    if predictions:
        extraction.write_predictions(report.predictions, predictions)
    show_extraction(report)
    return 0


@evaluate_commands.command("classification")
@click.option(
    "--labels",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="Labelled articles as JSON Lines, as blockwire audit keeps them.",
)
@click.option(
    "--news",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A corpus of general news: also count false alarms, and the pages that the gate lets through.",
)
@click.option("--mistakes", default=10, show_default=True, help="How many wrong decisions to explain.")
@JSON
@PREDICTIONS
@click.pass_context
def classification_command(
    ctx: click.Context,
    labels: Path,
    news: Path | None,
    mistakes: int,
    json_file: Path | None,
    predictions: Path | None,
) -> int:
    """Classifies labelled items (JSON Lines of the labelled set's form or of the scenario's) and compares."""
    rules = load_rules(settings_of(ctx).rules)
    try:
        with labels.open(encoding="utf-8") as lines:
            items = read_labels(lines)
    except LabelError as error:
        raise click.ClickException(f"{labels}: {error}") from error
    classifier, gate = Classifier(rules), Gate(rules)
    made, seconds = classification.predict(classifier, gate, items, detect_language)
    report = classification.evaluate(made, seconds, rules.version)
    of_news = measure_news(classifier, gate, read_news(news)) if news else None
    _write_json(json_file, report.as_dict() | ({"news": of_news.as_dict()} if of_news else {}))
    _write_lines(predictions, (each.as_dict() for each in made))
    show_classification(report, mistakes)
    if of_news:
        show_news(of_news)
    return 0


def _write_json(file: Path | None, figures: Mapping[str, object]) -> None:
    if file:
        file.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_lines(file: Path | None, rows: Iterable[Mapping[str, object]]) -> None:
    if file:
        with file.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


evaluate_commands.add_command(events_command)
