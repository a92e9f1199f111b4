"""``blockwire audit``: a person judges a sample of the decisions, and learns how much is missed."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from blockwire.pipelines.commands.shared import settings_of, store_option, store_to_read
from blockwire.pipelines.display.audit import show_entry, show_estimate, show_strata
from blockwire.schemas import EntryFate
from blockwire.transforms.classification.audit import Stratum, estimate, survey
from blockwire.transforms.classification.labels import LabelError, Labelled, read_labels

EPILOG = """\b
Examples:
  blockwire audit                                  judge sixty entries here, y or n
  blockwire audit --export sample.jsonl            or elsewhere: fill in "label" with 0 or 1 ...
  blockwire audit --import sample.jsonl            ... and bring the labels back
  blockwire evaluate classification --labels blockwire-audit.jsonl
"""
ANSWERS = {"y": True, "n": False}


@click.command("audit", epilog=EPILOG, short_help="Judge a sample; learn what is missed.")
@store_option
@click.option(
    "--labels",
    type=click.Path(path_type=Path, dir_okay=False),
    default="blockwire-audit.jsonl",
    show_default=True,
    help="Where labels are kept, as JSON Lines in the labelled set's form.",
)
@click.option("--size", type=click.IntRange(min=5), default=60, show_default=True, help="Entries in the sample.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed draws another sample.")
@click.option("--export", "export", type=click.Path(path_type=Path, dir_okay=False), help="Write what is to be judged.")
@click.option(
    "--import", "imported", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Take labels from FILE."
)
@click.pass_context
def audit_command(
    ctx: click.Context,
    store: str | None,
    labels: Path,
    size: int,
    seed: int,
    export: Path | None,
    imported: Path | None,
) -> int:
    """Draws entries near the threshold and at random, asks whether they are about internet censorship, and estimates recall.

    Rejected entries are known by title, beginning and the strongest quotes. The labels stay in a file: call it again to go
    on where you stopped.
    """
    judged = {one.id: one.relevant for one in _read(labels)} if labels.exists() else {}
    with store_to_read(settings_of(ctx, {"store": store})).open() as opened:
        strata = survey(opened.fates(), size, seed, judged)
        waiting = [fate for stratum in strata.values() for fate in stratum.drawn if fate.id not in judged]
        if export:
            _write(export, (_line(fate, None) for fate in waiting), "w")
            click.echo(f"{len(waiting)} entries to judge are in {export}: fill in label, 0 or 1, and --import it")
            return 0
        if imported:
            new = [line for line in _read_answers(imported) if line["id"] not in judged]
            _write(labels, new, "a")
        else:
            _ask(waiting, strata, labels)
        judged = {one.id: one.relevant for one in _read(labels)} if labels.exists() else {}
        strata = survey(opened.fates(), size, seed, judged)
    show_strata(strata.values())
    show_estimate(estimate(strata, seed))
    return 0


def _ask(waiting: list[EntryFate], strata: Mapping[str, Stratum], labels: Path) -> None:
    """Asks about one entry after the other; each answer is kept at once."""
    names = {fate.id: name for name, stratum in strata.items() for fate in stratum.drawn}
    for number, fate in enumerate(waiting, 1):
        show_entry(fate, names[fate.id], number, len(waiting))
        answer = click.prompt(
            "About internet censorship? yes, no, skip, quit", type=click.Choice(["y", "n", "s", "q"]), show_choices=True
        )
        if answer == "q":
            return
        if answer in ANSWERS:
            _write(labels, [_line(fate, ANSWERS[answer])], "a")


def _line(fate: EntryFate, relevant: bool | None) -> dict[str, object]:
    """A label in the labelled set's form, with what was decided beside it."""
    return {
        "id": fate.id,
        "title": fate.title,
        "text": fate.excerpt,
        "label": None if relevant is None else int(relevant),
        "categories": [],
        "language": fate.language or "unknown",
        "source_repo": fate.feed_id,
        "url": fate.url,
        "date": fate.published.isoformat() if fate.published else None,
        "decided": fate.fate,
        "score": fate.score,
        "rules_version": fate.rules_version,
        "quotes": [evidence.quote for evidence in fate.top_evidence],
        "judged": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _read_answers(file: Path) -> list[dict[str, object]]:
    """The lines of an exported file that have a label now.

    Raises:
        click.ClickException: where a line is wrong.
    """
    kept = []
    for number, text in enumerate(_lines(file), 1):
        try:
            line = json.loads(text) if text.strip() else {"label": None}
        except json.JSONDecodeError as error:
            raise click.ClickException(f"{file}:{number}: no valid JSON: {error.msg}; expected an object") from None
        if not isinstance(line, dict) or line.get("label") is not None:
            _labelled([text], f"{file}, entry {number}")
            kept.append(line)
    return kept


def _read(file: Path) -> list[Labelled]:
    return _labelled(_lines(file), str(file))


def _lines(file: Path) -> list[str]:
    """Lines as JSON Lines has them: texts may hold other characters that Python takes for ends of lines."""
    return file.read_text(encoding="utf-8").split("\n")


def _labelled(lines: Iterable[str], where: str) -> list[Labelled]:
    try:
        return read_labels(lines)
    except LabelError as error:
        raise click.ClickException(f"{where}: {error}") from error


def _write(file: Path, lines: Iterable[Mapping[str, object]], mode: str) -> None:
    with file.open(mode, encoding="utf-8") as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
