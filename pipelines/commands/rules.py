"""``blockwire rules``: what decides, and why it decided so, for those who extend it."""

import json
import os
import re
from pathlib import Path

import click

from blockwire.config.rules.loading import load_rules, load_trials
from blockwire.pipelines.commands.reading import read_article
from blockwire.pipelines.commands.shared import format_option, settings_of, store_of, store_option
from blockwire.pipelines.display.explanation import show_explanation, show_inspection
from blockwire.pipelines.display.rules import Row, rows_of, show_failures, show_points, show_rows
from blockwire.schemas import Article, EntryFate
from blockwire.transforms.classification.classifier import Classifier
from blockwire.transforms.classification.explanation import explain
from blockwire.transforms.classification.inspection import inspect
from blockwire.transforms.classification.trials import failures, rules_that_hold, sample
from blockwire.transforms.extraction.messages import NotArticle

_ID = re.compile(r"[0-9a-f]{6,32}")

EPILOG = """\b
Examples:
  blockwire rules list --kind words --language fa
  blockwire rules list --id block-messenger --format jsonl
  blockwire rules test                                     every rule's own tests, and the examples
  blockwire rules test "Court bans news website" --rule actor-blocks
  blockwire rules why "Ministry talks about websites"
  blockwire rules why 3f2a91c0                             an item, or a rejected entry, by its id
"""


@click.group("rules", epilog=EPILOG, short_help="List and test the rules, and ask why they decided so.")
def rules_commands() -> None:
    """The rules: words by language, rules over them, services and agencies. How to extend them: docs/rules.md."""


@rules_commands.command("list", short_help="Rules, words, services, agencies.")
@click.option("--kind", type=click.Choice(["rule", "words", "framing", "service", "agency"]), help="Only these.")
@click.option("--language", metavar="TAG", help="Words of this language: fa.")
@click.option("--id", "identity", metavar="ID", help="As block-site, fa.block, telegram, ru-roskomnadzor.")
@format_option("table", "jsonl")
@click.pass_context
def list_command(ctx: click.Context, kind: str | None, language: str | None, identity: str | None, form: str) -> int:
    """What the classifier knows. jsonl gives the data in full, patterns and all."""
    rows = [
        row
        for row in rows_of(load_rules(settings_of(ctx).rules))
        if (kind is None or row.kind == kind)
        and (language is None or row.language == language)
        and (identity is None or row.id == identity)
    ]
    if not rows:
        click.echo("Error: nothing there is so: see blockwire rules list", err=True)
        return 1
    if form == "jsonl":
        _write_lines(rows)
    else:
        show_rows(rows)
    return 0


def _write_lines(rows: list[Row]) -> None:
    for row in rows:
        click.echo(json.dumps({"kind": row.kind, **row.data}, ensure_ascii=False))


@rules_commands.command("test", short_help="Try every rule, or a text.")
@click.argument("source", metavar="[URL|FILE|-|TEXT]", required=False)
@click.option("--rule", metavar="ID", help="With a text: fail unless this rule holds in it.")
@click.pass_context
def test_command(ctx: click.Context, source: str | None, rule: str | None) -> int:
    """Tries every rule with its own tests, and the whole with the examples; or shows which rules hold in a text.

    The exit status is 1 where something fails.
    """
    folder = settings_of(ctx).rules
    classifier = Classifier(load_rules(folder))
    if rule is not None and rule not in {one.id for one in classifier.rules.rules}:
        raise click.UsageError(f"no rule has the id {rule!r}: see blockwire rules list --kind rule")
    if source is None:
        if rule is not None:
            raise click.UsageError("--rule needs a text to look at")
        trials = load_trials(folder)
        failed = list(failures(classifier, trials))
        show_failures(failed, len(trials.tests), len(trials.examples))
        return 1 if failed else 0
    points = rules_that_hold(classifier, _article(ctx, source))
    show_points(points, {one.id: one.comment for one in classifier.rules.rules})
    if rule is not None and rule not in points:
        click.echo(f"{rule} does not hold: blockwire rules why says what it lacks", err=True)
        return 1
    return 0


@rules_commands.command("why", short_help="Why a text, an item or an entry was decided so.")
@click.argument("source", metavar="ID|URL|FILE|-|TEXT")
@store_option
@click.pass_context
def why_command(ctx: click.Context, source: str, store: str | None) -> int:
    """Why something is taken or rejected: what added up, what was missing, which words were read.

    An ID is that of an item or of an entry of the store, or its beginning. Of a rejected entry the store keeps title
    and beginning: these are judged again, by the rules as they are now.
    """
    settings = settings_of(ctx, {"store": store})
    if _ID.fullmatch(source) and not Path(source).exists():
        with store_of(settings).open() as opened:
            article: Article | None = opened.item(source)
            fates = [] if article else [fate for fate in opened.fates() if fate.id.startswith(source)]
        if article is None:
            article = _rejected(fates, source)
    else:
        article = _article(ctx, source)
    classifier = Classifier(load_rules(settings.rules))
    show_explanation(explain(article, classifier.classify(article), classifier.rules))
    show_inspection(inspect(classifier, article))
    return 0


def _rejected(fates: list[EntryFate], source: str) -> Article:
    if len(fates) != 1:
        found = "several entries begin" if fates else "no item's or entry's id begins"
        raise click.ClickException(f"{found} with {source!r}: see blockwire items list, blockwire audit")
    fate = fates[0]
    then = "" if fate.score is None else f", score {fate.score:.2f} by rules {fate.rules_version}"
    click.echo(f"Entry {fate.id}: {fate.fate.replace('_', ' ')}{then}. Title and beginning, judged now:\n")
    return sample(fate.title, fate.excerpt, fate.language).model_copy(update={"url": fate.url or ""})


def _article(ctx: click.Context, source: str) -> Article:
    """What a person names: an address, a file, standard input, or the text itself."""
    if not (source == "-" or source.startswith(("http://", "https://")) or os.path.exists(source)):  # noqa: PTH110 - false for what is too long for a name, where Path.exists raises
        return sample(source)
    made = read_article(source, settings_of(ctx))
    if isinstance(made, NotArticle):
        raise click.ClickException(f"no article: {made.kind.value.replace('_', ' ')}: {made.reason}")
    return made
